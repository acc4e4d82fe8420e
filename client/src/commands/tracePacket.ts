/** Trace a Packet: asks for the packet, then shows the lines that it meets; moving through them moves through the file. */
import * as vscode from 'vscode';
import { activeRuleFile } from '../documents.ts';
import { reveal } from '../places.ts';
import type { Packet, Server } from '../server.ts';
import { type TraceItem, traceItems, traceTitle } from './traceItems.ts';

/** What was asked last, to be changed a little and asked again. */
let last: Partial<Record<'from' | 'to' | 'port', string>> = {};

export async function tracePacket(server: Server): Promise<void> {
  const document = activeRuleFile();
  if (!document) return;
  const uri = document.uri.toString();
  const packet = await askPacket(server, uri);
  const trace = packet && (await server.trace(uri, packet));
  if (trace) showSteps(traceTitle(packet, trace, vscode.l10n.t), traceItems(trace, vscode.l10n.t), uri);
}

async function askPacket(server: Server, uri: string): Promise<Packet | undefined> {
  const policies = (await server.coverage(uri))?.policies ?? [];
  if (policies.length === 0) throw new Error(vscode.l10n.t('This file has no policy that a packet could meet.'));
  const directions = { in: vscode.l10n.t('incoming'), out: vscode.l10n.t('outgoing'), transit: vscode.l10n.t('passing through') };
  const from = await askAddress(vscode.l10n.t('Address that the packet comes from'), last.from);
  if (from === undefined) return undefined;
  const to = await askAddress(vscode.l10n.t('Address that the packet goes to'), last.to);
  if (to === undefined) return undefined;
  const protocol = await vscode.window.showQuickPick(['tcp', 'udp', 'icmp'], { title: title(), placeHolder: vscode.l10n.t('Protocol') });
  if (protocol === undefined) return undefined;
  const port = protocol === 'icmp' ? '' : await askPort();
  if (port === undefined) return undefined;
  const items = policies.map(({ name, direction }) => ({ label: name, description: directions[direction], name, direction }));
  const policy = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: title(), placeHolder: vscode.l10n.t('Policy that the packet meets'), matchOnDescription: true });
  if (!policy) return undefined;
  last = { from, to, port };
  return { from, to, protocol, ...(port === '' ? {} : { port: Number(port) }), direction: policy.direction, policy: policy.name };
}

const title = (): string => vscode.l10n.t('Trace a Packet');

async function askAddress(prompt: string, value: string | undefined): Promise<string | undefined> {
  const address = await vscode.window.showInputBox({ title: title(), prompt, placeHolder: '10.10.0.10', value: value ?? '', validateInput: (text) => (/^\s*[\da-f.:]+\s*$/i.test(text) ? undefined : vscode.l10n.t('An IPv4 or IPv6 address, such as 10.10.0.10')) });
  return address?.trim();
}

async function askPort(): Promise<string | undefined> {
  const validateInput = (text: string): string | undefined => (/^\s*\d*\s*$/.test(text) && Number(text) <= 65535 ? undefined : vscode.l10n.t('A number from 0 to 65535, or nothing for every port'));
  const port = await vscode.window.showInputBox({ title: title(), prompt: vscode.l10n.t('Port that the packet goes to; nothing for every port'), placeHolder: '443', value: last.port ?? '', validateInput });
  return port?.trim();
}

function showSteps(heading: string, items: readonly TraceItem[], uri: string): void {
  const pick = vscode.window.createQuickPick<TraceItem & vscode.QuickPickItem>();
  pick.title = heading;
  pick.placeholder = vscode.l10n.t('Choose a step to go to its line');
  pick.items = items.map((item) => ({ ...item, kind: item.step ? vscode.QuickPickItemKind.Default : vscode.QuickPickItemKind.Separator }));
  pick.matchOnDescription = true;
  const go = (item: TraceItem | undefined, preserveFocus: boolean): void => {
    if (item?.step) void reveal(item.step.path ?? uri, item.step.range, preserveFocus);
  };
  pick.onDidChangeActive(([item]) => {
    go(item, true);
  });
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    pick.hide();
    go(item, false);
  });
  pick.onDidHide(() => {
    pick.dispose();
  });
  pick.show();
}
