/** What a person makes of a code action: the edited text, and what diagnostics say of which flows. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic, SnippetTextEdit, TextEdit } from 'vscode-languageserver-protocol/node';

const FOLDER = fileURLToPath(new URL('../../examples/', import.meta.url));

interface Example {
  readonly name: string;
  readonly uri: string;
  readonly text: string;
}

export const EXAMPLES: readonly Example[] = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).map((name) => ({ name, uri: `file:///examples/${name}`, text: readFileSync(FOLDER + name, 'utf8') }));

export const WHOLE = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };

/** The address that a person puts into the places of a snippet. */
export const FILLED_IN = '192.0.2.77';

function filledIn(snippet: string): string {
  return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, (_, words: string) => (/\d/.test(words) ? words : FILLED_IN)).replace(/\\([\\$}])/g, '$1');
}

function isSnippet(edit: TextEdit | SnippetTextEdit): edit is SnippetTextEdit {
  return 'snippet' in edit;
}

/** @throws if the action does not edit the first version of the document, and nothing else. */
export function applied(action: CodeAction, uri: string, text: string): string {
  const [change, ...others] = action.edit?.documentChanges ?? [];
  if (!change || !('edits' in change) || others.length > 0 || change.textDocument.uri !== uri || change.textDocument.version !== 1) throw new Error(`no edit of ${uri} in ${action.title}`);
  const edits = change.edits.map((edit): TextEdit => ('range' in edit && isSnippet(edit) ? { range: edit.range, newText: filledIn(edit.snippet.value) } : edit));
  return TextDocument.applyEdits(TextDocument.create(uri, '', 1, text), edits);
}

const textOf = (message: Diagnostic['message']): string => (typeof message === 'string' ? message : message.value);

export const flowsOf = ({ data }: Diagnostic): readonly string[] => (data as { readonly flows: readonly string[] }).flows;

/** What diagnostics say of which flows, wherever they stand after an edit; a shift of lines is no news. */
export function said(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.flatMap((diagnostic) => {
    const flows = flowsOf(diagnostic);
    return flows.length > 0 ? flows.map((flow) => `${String(diagnostic.code)} ${flow}`) : [`${String(diagnostic.code)} ${textOf(diagnostic.message).replace(/\d+/g, 'N')}`];
  });
}
