/** The language status item of a rule file: what is checked here, and how many flows are open. */
import * as vscode from 'vscode';
import { isOpen } from './coverage/model.ts';
import type { CoverageStore } from './coverage/store.ts';
import { openCount } from './coverage/words.ts';
import { documentSelector, isRuleFile } from './documents.ts';
import { CLIENT_NAME, DECLARE_GUARDS, SHOW_COVERAGE } from './names.ts';

export function showStatus(coverage: CoverageStore): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('veeamPorts.status', documentSelector());
  item.name = CLIENT_NAME;
  const update = (): void => {
    item.selector = documentSelector();
    const document = vscode.window.activeTextEditor?.document;
    if (document && isRuleFile(document)) describe(item, document, coverage);
  };
  update();
  return vscode.Disposable.from(item, coverage.onDidChange(update), vscode.window.onDidChangeActiveTextEditor(update));
}

function describe(item: vscode.LanguageStatusItem, document: vscode.TextDocument, coverage: CoverageStore): void {
  const file = coverage.of(document)?.coverage;
  const guarded = file?.policies.filter(({ guards, flows }) => guards.length > 0 || flows.length > 0) ?? [];
  const flows = guarded.flatMap((policy) => policy.flows);
  const guards = [...new Set(guarded.flatMap((policy) => policy.guards))];
  const open = flows.filter(isOpen).length;
  if (!file || file.policies.length === 0) {
    item.text = vscode.l10n.t('Veeam: no policy here');
    item.detail = file?.dialect ?? '';
    item.severity = vscode.LanguageStatusSeverity.Information;
    item.command = undefined;
  } else if (guarded.length === 0) {
    item.text = vscode.l10n.t('Veeam: not checked');
    item.detail = vscode.l10n.t('nothing says what the file guards');
    item.severity = vscode.LanguageStatusSeverity.Information;
    item.command = { command: DECLARE_GUARDS, title: vscode.l10n.t('Declare') };
  } else {
    item.text = vscode.l10n.t('Veeam: {0}', openCount(open, flows.length, vscode.l10n.t));
    item.detail = guards.length > 0 ? vscode.l10n.t('guards {0}', guards.join(', ')) : vscode.l10n.t('between networks');
    item.severity = open < flows.length ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    item.command = { command: SHOW_COVERAGE, title: vscode.l10n.t('Show Coverage') };
  }
  item.accessibilityInformation = { label: `${item.text}, ${item.detail}` };
}
