/** Diagnostics of documents for whoever is to see them: pulled with result ids, or pushed once per version. */
import { type CancellationToken, type Connection, type Diagnostic, type DocumentDiagnosticParams, type DocumentDiagnosticReport, DocumentDiagnosticReportKind } from 'vscode-languageserver';
import type { Asker } from '../service.ts';
import type { Documents } from './documents.ts';
import { type Requests, checkCancelled } from './requests.ts';

/** Computes a document's diagnostics; undefined if that failed. */
type Compute = (uri: string) => Promise<Diagnostic[] | undefined>;

export function computeWith(documents: Documents, requests: Requests, asker: () => Asker): Compute {
  return (uri) =>
    requests.guarded('Checking', uri, undefined, () => {
      const analysis = documents.analysis(uri);
      return analysis ? documents.service.diagnostics(analysis, asker()) : [];
    });
}

interface Shared {
  readonly documents: Documents;
  readonly requests: Requests;
  /** Settles when the settings have arrived. */
  readonly ready: () => Promise<void>;
  readonly compute: Compute;
}

export class PulledDiagnostics {
  private readonly results = new Map<string, { readonly id: string; readonly content: string; readonly items: Diagnostic[] }>();
  private count = 0;

  constructor(private readonly shared: Shared) {
    shared.documents.open.onDidClose(({ document }) => this.results.delete(document.uri));
  }

  async answer({ textDocument: { uri }, previousResultId }: DocumentDiagnosticParams, token: CancellationToken): Promise<DocumentDiagnosticReport> {
    const { documents, requests, ready, compute } = this.shared;
    await ready();
    await requests.settled(() => documents.open.get(uri)?.version);
    checkCancelled(token);
    const items = await compute(uri);
    const known = this.results.get(uri);
    const content = items ? JSON.stringify(items) : known?.content;
    const result = known && known.content === content ? known : { id: String(++this.count), content: content ?? '', items: items ?? [] };
    if (documents.open.get(uri)) this.results.set(uri, result);
    return result.id === previousResultId ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: result.id } : { kind: DocumentDiagnosticReportKind.Full, resultId: result.id, items: result.items };
  }
}

export class PushedDiagnostics {
  private readonly waiting = new Set<string>();
  private readonly published = new Map<string, { readonly version: number; readonly content: string }>();
  private busy = false;

  constructor(
    private readonly connection: Connection,
    private readonly withVersion: () => boolean,
    private readonly shared: Shared,
  ) {
    shared.documents.open.onDidClose(({ document: { uri } }) => {
      this.waiting.delete(uri);
      if (this.published.delete(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    });
  }

  /** Publishes the newest version of the documents when its turn comes. */
  async update(uris: readonly string[]): Promise<void> {
    for (const uri of uris) this.waiting.add(uri);
    if (this.busy) return;
    this.busy = true;
    await this.shared.ready();
    for (let [uri] = this.waiting; uri !== undefined; [uri] = this.waiting) {
      this.waiting.delete(uri);
      await this.publish(uri);
    }
    this.busy = false;
  }

  private async publish(uri: string): Promise<void> {
    const { documents, requests, compute } = this.shared;
    await requests.settled(() => documents.open.get(uri)?.version);
    const version = documents.open.get(uri)?.version;
    if (version === undefined) return;
    this.waiting.delete(uri);
    const diagnostics = await compute(uri);
    if (!diagnostics || documents.open.get(uri)?.version !== version) return;
    const content = JSON.stringify(diagnostics);
    const last = this.published.get(uri);
    if (last?.version === version && last.content === content) return;
    this.published.set(uri, { version, content });
    await this.connection.sendDiagnostics({ uri, diagnostics, ...(this.withVersion() ? { version } : {}) });
  }
}
