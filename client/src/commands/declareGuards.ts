/** Declare What This File Guards: a list ranked by how well the open ports fit; the choice is written as a directive. */
import * as vscode from 'vscode';
import type { GuardChoice, GuardPlace } from '../../../server/src/features/guardChoices.ts';
import { activeRuleFile } from '../documents.ts';
import type { Server } from '../server.ts';
import { type GuardItem, guardItems } from './guardItems.ts';

export async function declareGuards(server: Server): Promise<void> {
  const document = activeRuleFile();
  if (!document) return;
  const places = await server.guards(document.uri.toString());
  if (!places || places.length === 0) {
    void vscode.window.showInformationMessage(places ? vscode.l10n.t('Every policy of this file says what it guards.') : vscode.l10n.t('This file is not read as rules.'));
    return;
  }
  const place = await pickPlace(places);
  const choice = place && (await pickChoice(place));
  if (choice) await write(document, choice);
}

async function pickPlace(places: readonly GuardPlace[]): Promise<GuardPlace | undefined> {
  if (places.length === 1) return places[0];
  const items = places.map((place) => ({ label: place.policy ?? vscode.l10n.t('The whole file'), description: place.policy === undefined ? place.policies.join(', ') : '', place }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Declare What This File Guards'), placeHolder: vscode.l10n.t('Which policies are on the machine?'), matchOnDescription: true });
  return picked?.place;
}

async function pickChoice({ choices, policies }: GuardPlace): Promise<GuardChoice | undefined> {
  const items = guardItems(choices, vscode.l10n.t).map((item) => ({ ...item, kind: item.choice ? vscode.QuickPickItemKind.Default : vscode.QuickPickItemKind.Separator }));
  const picked = await vscode.window.showQuickPick<GuardItem & vscode.QuickPickItem>(items, { title: vscode.l10n.t('What do these rules protect: {0}', policies.join(', ')), placeHolder: vscode.l10n.t('A component, the best fit for the open ports first'), matchOnDescription: true });
  return picked?.choice;
}

async function write(document: vscode.TextDocument, { edits }: GuardChoice): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const { range: { start, end }, newText } of edits) edit.replace(document.uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(vscode.l10n.t('The directive could not be written into {0}.', vscode.workspace.asRelativePath(document.uri)));
  const line = edits[0]?.range.start.line ?? 0;
  const editor = await vscode.window.showTextDocument(document);
  editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
