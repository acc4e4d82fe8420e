/** Workloads, the components that files guard, and their flows, as a tree beside the files. */
import * as vscode from 'vscode';
import { type CoveredFlow, type Group, groupsOf, isOpen } from './model.ts';
import type { CoverageStore } from './store.ts';
import { openCount, spokenFlow, verdictWord } from './words.ts';
import { beginningOf } from '../places.ts';

const TREE = 'veeamPorts.coverageTree';

type Workload = Group<CoveredFlow> & { readonly kind: 'workload' };
type Component = Group<CoveredFlow> & { readonly kind: 'component' };
type Node = Workload | Component | (CoveredFlow & { readonly kind: 'flow' });

const ICON: Readonly<Record<CoveredFlow['verdict'], vscode.ThemeIcon>> = {
  open: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  missing: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  blocked: new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('testing.iconFailed')),
  partial: new vscode.ThemeIcon('warning', new vscode.ThemeColor('editorWarning.foreground')),
  undecided: new vscode.ThemeIcon('question', new vscode.ThemeColor('editorInfo.foreground')),
};

export function showTree(coverage: CoverageStore): vscode.Disposable[] {
  const provider: vscode.TreeDataProvider<Node> = { onDidChangeTreeData: coverage.onDidChange, getTreeItem: itemOf, getChildren: (node) => childrenOf(node, coverage) };
  const view = vscode.window.createTreeView(TREE, { treeDataProvider: provider, showCollapseAll: true });
  const summary = coverage.onDidChange(() => {
    const flows = coverage.flows();
    view.description = flows.length === 0 ? '' : openCount(flows.filter(isOpen).length, flows.length, vscode.l10n.t);
  });
  return [view, summary];
}

function childrenOf(node: Node | undefined, coverage: CoverageStore): Node[] {
  if (!node) return groupsOf(coverage.flows(), ({ workload }) => workload).map((group) => ({ kind: 'workload', ...group }));
  if (node.kind === 'workload') return groupsOf(node.members, ({ own }) => own).map((group) => ({ kind: 'component', ...group }));
  return node.kind === 'component' ? node.members.map((flow) => ({ kind: 'flow', ...flow })) : [];
}

function itemOf(node: Node): vscode.TreeItem {
  return node.kind === 'flow' ? flowItem(node) : groupItem(node);
}

function groupItem({ kind, party, open, total, members }: Workload | Component): vscode.TreeItem {
  const lacking = open < total;
  const item = new vscode.TreeItem(party.name, kind === 'workload' || lacking ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed);
  const count = openCount(open, total, vscode.l10n.t);
  item.id = `${members[0]?.workload.id ?? ''}/${kind === 'component' ? party.id : ''}`;
  item.description = count;
  item.iconPath = new vscode.ThemeIcon(kind === 'workload' ? 'package' : lacking ? 'server-environment' : 'pass-filled');
  item.tooltip = `${party.name}: ${count}`;
  item.accessibilityInformation = { label: `${party.name}, ${count}` };
  return item;
}

function flowItem(flow: CoveredFlow): vscode.TreeItem {
  const { own, from, to, ports, verdict, place } = flow;
  const item = new vscode.TreeItem(own.id === from.id ? `→ ${to.name}` : `← ${from.name}`);
  item.description = `${ports} · ${verdictWord(verdict, vscode.l10n.t)}`;
  item.iconPath = ICON[verdict];
  const spoken = spokenFlow(flow, vscode.l10n.t);
  item.tooltip = spoken;
  item.accessibilityInformation = { label: spoken };
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Go to the Deciding Line'), arguments: [vscode.Uri.parse(place.uri, true), { selection: beginningOf(place.range) }] };
  return item;
}
