/** Generate Rules: a new rule file for a component, in a dialect. */
import * as vscode from 'vscode';
import { showNewDocument } from '../documents.ts';
import type { Server } from '../server.ts';

export async function generateRules(server: Server): Promise<void> {
  const { components, workloads, dialects } = await server.catalog();
  const title = vscode.l10n.t('Generate Rules');
  const nameOf = (id: string): string => workloads.find((one) => one.id === id)?.name ?? id;
  const component = await vscode.window.showQuickPick(
    components.map((one) => ({ label: one.name, description: `${one.id} · ${one.workloads.map(nameOf).join(', ')}`, ...one })),
    { title, placeHolder: vscode.l10n.t('The component that the rules protect'), matchOnDescription: true },
  );
  if (!component) return;
  const workload = component.workloads.length === 1 ? undefined : await vscode.window.showQuickPick(component.workloads.map((id) => ({ label: nameOf(id), description: id, id })), { title, placeHolder: vscode.l10n.t('The workload that it serves') });
  if (component.workloads.length > 1 && !workload) return;
  const dialect = await vscode.window.showQuickPick(dialects.map(({ id, name }) => ({ label: name, id })), { title, placeHolder: vscode.l10n.t('The dialect of the rules') });
  if (!dialect) return;
  const { text, placeholders } = await server.generate(dialect.id, [component.id], workload && [workload.id]);
  await showNewDocument(dialect.id, text);
  if (placeholders) void vscode.window.showInformationMessage(vscode.l10n.t('Replace each ADDRESS_OF_… by the addresses of that component.'));
}
