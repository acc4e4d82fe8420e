/** The verdicts on the rule files that are open, kept current while they are edited. */
import * as vscode from 'vscode';
import type { CatalogJson } from '../../../server/src/features/catalogJson.ts';
import { isRuleFile, ruleFiles } from '../documents.ts';
import type { Server } from '../server.ts';
import { type CoveredFile, type CoveredFlow, coveredFlows } from './model.ts';

/** Findings come in bursts while a person types. */
const QUIET_MS = 300;

export class CoverageStore implements vscode.Disposable {
  private readonly files = new Map<string, CoveredFile>();
  private readonly stale = new Set<string>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listeners: vscode.Disposable;
  private names: CatalogJson | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private work: Promise<void> = Promise.resolve();
  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {
    this.listeners = vscode.Disposable.from(
      server.onDidStart(() => {
        this.names = undefined;
        this.outdate(ruleFiles());
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const concerned = new Set(uris.map(String));
        this.outdate(ruleFiles().filter(({ uri }) => concerned.has(uri.toString())));
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.outdate([document]);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.outdate([document]);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.files.delete(uri.toString())) this.changed.fire();
      }),
    );
  }

  /** Undefined while it is not known, or if the server does not read the document. */
  of(document: vscode.TextDocument): CoveredFile | undefined {
    return this.files.get(document.uri.toString());
  }

  /** Of all open rule files. */
  flows(): CoveredFlow[] {
    return this.names ? coveredFlows([...this.files.values()], this.names) : [];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.dispose();
    this.changed.dispose();
  }

  private outdate(documents: readonly vscode.TextDocument[]): void {
    const concerned = documents.filter(isRuleFile);
    if (concerned.length === 0) return;
    for (const { uri } of concerned) this.stale.add(uri.toString());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.work = this.work.then(() => this.refresh()).catch(() => undefined);
    }, QUIET_MS);
  }

  private async refresh(): Promise<void> {
    const uris = [...this.stale];
    this.stale.clear();
    this.names ??= await this.server.catalog();
    for (const uri of uris) {
      const coverage = await this.server.coverage(uri);
      if (coverage && ruleFiles().some((document) => document.uri.toString() === uri)) this.files.set(uri, { uri, label: vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)), coverage });
      else this.files.delete(uri);
    }
    this.changed.fire();
  }
}
