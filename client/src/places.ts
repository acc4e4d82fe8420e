/** Places as the server's JSON has them, opened in the editor. */
import * as vscode from 'vscode';
import type { RangeJson } from '../../server/src/features/sources.ts';

/** Lines and columns of the JSON start at 1. */
export function beginningOf({ start }: RangeJson): vscode.Range {
  const position = new vscode.Position(start.line - 1, start.column - 1);
  return new vscode.Range(position, position);
}

/** Puts the cursor where the place begins: in the editor that shows the file, else beside a view if one has the active group. */
export async function reveal(uri: string, range: RangeJson, preserveFocus = false): Promise<void> {
  const target = vscode.Uri.parse(uri, true);
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === target.toString());
  const viewColumn = shown?.viewColumn ?? (vscode.window.activeTextEditor ? vscode.ViewColumn.Active : vscode.ViewColumn.One);
  await vscode.window.showTextDocument(target, { viewColumn, preserveFocus, selection: beginningOf(range) });
}
