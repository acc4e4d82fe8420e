/** Export Port Request: the flows that the file keeps closed, as a table for a network team. */
import * as vscode from 'vscode';
import type { RequestFormat } from '../../../server/src/features/portRequest.ts';
import { activeRuleFile, showNewDocument } from '../documents.ts';
import type { Server } from '../server.ts';

interface Format extends vscode.QuickPickItem {
  readonly id: RequestFormat;
}

export async function exportRequest(server: Server): Promise<void> {
  const document = activeRuleFile();
  if (!document) return;
  const formats: Format[] = [
    { id: 'markdown', label: 'Markdown', description: vscode.l10n.t('in a new document') },
    { id: 'csv', label: 'CSV', description: vscode.l10n.t('saved to a file') },
    { id: 'xlsx', label: 'Excel', description: vscode.l10n.t('saved to a file') },
  ];
  const format = await vscode.window.showQuickPick(formats, { title: vscode.l10n.t('Export Port Request'), placeHolder: vscode.l10n.t('Format of the table') });
  if (!format) return;
  const request = await server.portRequest(document.uri.toString(), format.id);
  if (!request || request.flows === 0) {
    void vscode.window.showInformationMessage(request ? vscode.l10n.t('This file keeps nothing closed that Veeam needs, as far as its policies say what they guard.') : vscode.l10n.t('This file is not read as rules.'));
    return;
  }
  const { content } = request;
  if (format.id === 'markdown' && typeof content === 'string') await showNewDocument('markdown', content);
  else await save(document.uri, format, typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content));
}

async function save(source: vscode.Uri, { id, label }: Format, bytes: Uint8Array): Promise<void> {
  const folder = source.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(source, '..');
  const target = await vscode.window.showSaveDialog({ title: vscode.l10n.t('Export Port Request'), filters: { [label]: [id] }, ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, `port-request.${id}`) } : {}) });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, bytes);
  void vscode.window.showInformationMessage(vscode.l10n.t('The port request is saved as {0}.', vscode.workspace.asRelativePath(target)));
}
