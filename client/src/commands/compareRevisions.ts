/** Compare Catalog Revisions: what changed in the documentation between two days. */
import * as vscode from 'vscode';
import { showNewDocument } from '../documents.ts';
import type { Server } from '../server.ts';

export async function compareRevisions(server: Server): Promise<void> {
  const { revisions } = await server.catalog();
  const title = vscode.l10n.t('Compare Catalog Revisions');
  const earlier = revisions.slice(1);
  const before = await vscode.window.showQuickPick(earlier, { title, placeHolder: vscode.l10n.t('From which day on?') });
  if (before === undefined) return;
  const after = await vscode.window.showQuickPick(['latest', ...revisions.filter((day) => day > before)], { title, placeHolder: vscode.l10n.t('Until which day?') });
  if (after !== undefined) await showNewDocument('markdown', await server.compare(before, after));
}
