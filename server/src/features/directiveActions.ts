/** Quick fixes that write directives: what a policy guards, whether a feature is used, where a component is, what to ignore. */
import { t } from '@vscode/l10n';
import { catalogText } from '../catalog/text.ts';
import type { TextChange } from '../dialects/dialect.ts';
import type { Code, Finding } from '../model/finding.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { componentName } from '../checks/words.ts';
import type { Proposal } from './codeActions.ts';
import { flowTitle } from './flowCard.ts';
import { abovePolicy, aboveRule, forFile } from './directiveEdits.ts';
import { unknownEnds } from './permits.ts';
import { rankGuards } from './guardRanking.ts';

/** What the file could say about itself so that the finding goes, or becomes exact. */
export function declarations(finding: Finding, analysis: Analysis): Proposal[] {
  if (finding.code === 'unchecked-policy') return guards(finding, analysis);
  const report = analysis.reports.find(({ path }) => path.head.key === finding.policy);
  if (!report) return [];
  const flows = report.flows.filter(({ flow }) => finding.flows.includes(flow.id));
  return [...addresses(report, flows, analysis), ...featureStates(report, flows, analysis)];
}

const OFFERED_GUARDS = 8;

function guards(finding: Finding, analysis: Analysis): Proposal[] {
  const path = analysis.unguarded.find(({ head }) => head.key === finding.policy);
  if (!path) return [];
  const declare = (title: string, words: readonly string[]): Proposal[] => offered(title, abovePolicy(path.head.key, words, analysis));
  const ranked = rankGuards(path, analysis);
  const fitting = ranked.filter(({ fit }) => fit > 0);
  const choices = path.direction === 'transit' ? [] : (fitting.length > 0 ? fitting : ranked).slice(0, OFFERED_GUARDS);
  return [
    ...choices.flatMap(({ component, workload }) => declare(t('Declare that it guards {0} ({1})', component, componentName(analysis, component)), [...(workload === undefined ? [] : [`use ${workload}`]), `guards ${component}`])),
    ...(path.direction === 'transit' ? declare(t('Declare that it stands between networks'), ['transit']) : []),
    ...declare(t('Do not check this policy'), ['off']),
  ];
}

function addresses(report: PathReport, flows: readonly JudgedFlow[], analysis: Analysis): Proposal[] {
  const unknown = [...new Set(flows.flatMap((flow) => unknownEnds(flow, report).map(({ component }) => component)))];
  return unknown.flatMap((id) => offered(t('Declare the address of {0}', componentName(analysis, id)), forFile(report.path, [`address ${id} \${1:10.0.0.0/24}`], analysis), 'must'));
}

function featureStates(report: PathReport, flows: readonly JudgedFlow[], analysis: Analysis): Proposal[] {
  const unstated = [...new Set(flows.filter((flow) => flow.unstated).flatMap(({ conditions }) => conditions.filter(({ state }) => state === 'unstated').map(({ feature }) => feature)))];
  return unstated.flatMap((id) => {
    const name = catalogText(analysis.catalog.features.get(id)?.name ?? id);
    return [...offered(t('Not used here: {0}', name), forFile(report.path, [`feature ${id} off`], analysis)), ...offered(t('Used here: {0}', name), forFile(report.path, [`feature ${id} on`], analysis))];
  });
}

/** Findings about the words of a directive: to be corrected, not to be ignored. */
const ABOUT_DIRECTIVES: ReadonlySet<Code> = new Set(['unchecked-policy', 'unknown-component', 'unknown-workload', 'unknown-flow', 'bad-address', 'bad-directive']);
const ABOUT_FLOWS: ReadonlySet<Code> = new Set(['missing-flow', 'blocked-flow', 'partial-flow', 'return-blocked', 'undecided-flow']);

/** Findings in a rule are silenced there; flows that the policy as a whole lacks are left out of what it must let through. */
export function ignoring(finding: Finding, analysis: Analysis): Proposal[] {
  const { code, flows, policy } = finding;
  if (ABOUT_DIRECTIVES.has(code)) return [];
  const about = ABOUT_FLOWS.has(code) ? flows : [code];
  const words = [`ignore ${about.join(' ')} -- \${1:${t('not needed here')}}`];
  const change = aboveRule(finding, words, analysis) ?? (policy === undefined ? undefined : abovePolicy(policy, words, analysis));
  return offered(t('Ignore {0} here, with a reason', ABOUT_FLOWS.has(code) ? nameOf(flows, analysis) : code), change, 'may');
}

/** `Worker → NTP server: UDP 123`, or how many there are. */
function nameOf(ids: readonly string[], analysis: Analysis): string {
  const titles = ids.flatMap((id) => analysis.catalog.flowById.get(id) ?? []).map((flow) => flowTitle(flow, analysis));
  return titles.length === 1 ? t('“{0}”', titles[0] ?? '') : t('{0} flows ({1}, …)', titles.length, titles[0] ?? '');
}

function offered(title: string, change: TextChange | undefined, snippet: Proposal['snippet'] = 'no'): Proposal[] {
  return change ? [{ title, changes: [change], snippet, preferred: false }] : [];
}
