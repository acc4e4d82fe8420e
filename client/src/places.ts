/** Places as the server's JSON has them, opened in the editor. */
import * as vscode from 'vscode';
import type { RangeJson } from '../../server/src/features/sources.ts';

/** Lines and columns of the JSON start at 1. */
export function rangeOf({ start, end }: RangeJson): vscode.Range {
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

/** Shows the first line of the place and puts the cursor there, beside a view if one has the active group. */
export async function reveal(uri: string, range: RangeJson, preserveFocus = false): Promise<void> {
  const target = vscode.Uri.parse(uri, true);
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === target.toString());
  const viewColumn = shown?.viewColumn ?? (vscode.window.activeTextEditor ? vscode.ViewColumn.Active : vscode.ViewColumn.One);
  const selection = rangeOf(range);
  const editor = await vscode.window.showTextDocument(target, { viewColumn, preserveFocus, selection: new vscode.Range(selection.start, selection.start) });
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
