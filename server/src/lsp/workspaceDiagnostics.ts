/**
 * Diagnostics of all open documents for clients that pull them together. Such clients ask again as soon as they have an
 * answer: a request that could only say “unchanged” waits until something has changed.
 */
import { type CancellationToken, DocumentDiagnosticReportKind, type TextDocuments, type WorkspaceDiagnosticParams, type WorkspaceDiagnosticReport, type WorkspaceDocumentDiagnosticReport } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { PulledDiagnostics } from './diagnosticResults.ts';
import { checkCancelled } from './requests.ts';

/** What is shown while somebody types comes with the document's own pull; this one waits for a pause. */
const PAUSE_MS = 500;

export class WorkspaceDiagnostics {
  private readonly waiting = new Set<() => void>();
  private changes = 0;

  constructor(
    private readonly open: TextDocuments<TextDocument>,
    private readonly pulled: PulledDiagnostics,
  ) {
    const changed = (): void => {
      this.changed();
    };
    open.onDidChangeContent(changed);
    open.onDidClose(changed);
  }

  /** Something that diagnostics depend on is no longer as it was. */
  changed(): void {
    this.changes++;
    for (const go of this.waiting) go();
  }

  async answer({ previousResultIds }: WorkspaceDiagnosticParams, token: CancellationToken): Promise<WorkspaceDiagnosticReport> {
    const known = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    for (;;) {
      const seen = this.changes;
      const items = await this.reports(known, token);
      if (known.size === 0 || items.some(({ kind }) => kind === DocumentDiagnosticReportKind.Full)) return { items };
      if (this.changes === seen) await this.nextChange(token);
      checkCancelled(token);
    }
  }

  private async reports(known: ReadonlyMap<string, string>, token: CancellationToken): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const { uri, version } of this.open.all()) {
      const previousResultId = known.get(uri);
      const report = await this.pulled.answer({ textDocument: { uri }, ...(previousResultId === undefined ? {} : { previousResultId }) }, token);
      items.push({ ...report, uri, version });
    }
    for (const uri of known.keys()) if (!this.open.get(uri)) items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, items: [] });
    return items;
  }

  /** Settles a pause after the next change, or when the request is cancelled. */
  private nextChange(token: CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const changed = (): void => {
        clearTimeout(timer);
        timer = setTimeout(done, PAUSE_MS);
      };
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(changed);
        cancelled.dispose();
        resolve();
      };
      this.waiting.add(changed);
      const cancelled = token.onCancellationRequested(done);
    });
  }
}
