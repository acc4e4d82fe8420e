/** Changes of a text as the edits that an editor can apply. */
import type { SnippetTextEdit, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import type { TextChange } from '../dialects/dialect.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { ClientSupport } from './client.ts';
import type { Proposal } from './codeActions.ts';
import { rangeOf } from './diagnostics.ts';
import { withoutPlaceholders } from './snippet.ts';

/** @returns undefined for a snippet that must be filled in and that the editor could not take. */
export function editOf(changes: readonly TextChange[], snippet: Proposal['snippet'], analysis: Analysis, version: number | undefined, { edits }: ClientSupport): WorkspaceEdit | undefined {
  const { uri, lines } = analysis;
  if (snippet !== 'no' && edits.documentChanges && edits.snippets) {
    const written = changes.map(({ newText, ...span }): SnippetTextEdit => ({ range: rangeOf(span, lines), snippet: { kind: 'snippet', value: newText } }));
    return { documentChanges: [documentEdit(uri, version, written)] };
  }
  if (snippet === 'must') return undefined;
  const written = changes.map(({ newText, ...span }): TextEdit => ({ range: rangeOf(span, lines), newText: snippet === 'may' ? withoutPlaceholders(newText) : newText }));
  return edits.documentChanges ? { documentChanges: [documentEdit(uri, version, written)] } : { changes: { [uri]: written } };
}

function documentEdit(uri: string, version: number | undefined, edits: TextDocumentEdit['edits']): TextDocumentEdit {
  return { textDocument: { uri, version: version ?? null }, edits };
}
