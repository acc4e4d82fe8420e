/** What each directive declares, for hovers and completions. */
import { t } from '@vscode/l10n';
import type { DirectiveWord } from '../workspace/directives.ts';

export interface DirectiveHelp {
  /** How it is written after `veeam-ports:`. */
  readonly form: string;
  readonly says: () => string;
}

export const DIRECTIVE_HELP: Readonly<Record<DirectiveWord, DirectiveHelp>> = {
  use: { form: 'use WORKLOAD, …', says: () => t('The workloads whose flows must pass. Only needed where the guarded component belongs to several.') },
  guards: { form: 'guards COMPONENT, …', says: () => t('The machine that this policy, or the whole file, protects. Its flows are then checked here.') },
  transit: { form: 'transit [from COMPONENT, … to COMPONENT, …]', says: () => t('The policy stands between networks: flows between the components on its two sides are checked.') },
  address: { form: 'address COMPONENT ADDRESS, …', says: () => t('Where a component is: addresses, networks or ranges, or “internet”.') },
  reference: { form: 'reference COMPONENT NAME, …', says: () => t('Names in the rules that stand for a component, such as a set that is filled elsewhere.') },
  interface: { form: 'interface NAME NETWORK, …', says: () => t('The networks behind an interface, so that rules that name it can be judged.') },
  feature: { form: 'feature FEATURE on|off', says: () => t('Whether the site uses something that some flows are needed for.') },
  absent: { form: 'absent COMPONENT, …', says: () => t('Components that the site does not have; their flows are not asked for.') },
  revision: { form: 'revision DATE|latest', says: () => t('The day as of which the documented ports are taken.') },
  ignore: { form: 'ignore FLOW|CODE … -- REASON', says: () => t('Leaves flows or diagnostics out: at this rule, in this policy, or in the file. “*” in a flow stands for anything but “/”.') },
  off: { form: 'off', says: () => t('This policy, or the whole file, is not checked.') },
};
