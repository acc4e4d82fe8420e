/** The card of a flow: what it is, when it is needed, how this file treats it, and where the documentation says so. */
import { t } from '@vscode/l10n';
import { catalogText } from '../catalog/text.ts';
import type { CatalogView } from '../catalog/view.ts';
import { componentName, neededPorts, partText } from '../checks/words.ts';
import type { Flow, FlowSource } from '../model/flow.ts';
import type { Decider, FlowVerdict } from '../model/verdict.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import type { Markup } from './markup.ts';

/** A flow and, where a guarded path must let it pass, what becomes of it there. */
export interface FlowHere {
  readonly flow: Flow;
  readonly judged?: JudgedFlow;
  readonly report?: PathReport;
}

const VERDICT: Readonly<Record<FlowVerdict['verdict'], () => string>> = {
  open: () => t('open'),
  missing: () => t('closed: nothing lets it through'),
  blocked: () => t('closed: a rule denies it'),
  partial: () => t('partly open'),
  undecided: () => t('cannot be told'),
};

const OPENED_BY = {
  installer: () => t('Veeam’s installer opens the port on the machine itself.'),
  session: () => t('Veeam opens the port on the machine itself for the time of a session.'),
} as const;

export function flowCard(here: FlowHere, analysis: Analysis, markup: Markup): string {
  const { flow, judged } = here;
  const { catalog } = analysis;
  const application = flow.application === undefined ? '' : ` (${flow.application})`;
  return markup.paragraphs([
    `${markup.strong(`${componentName(analysis, flow.from)} → ${componentName(analysis, flow.to)}`)}\n${markup.text(`${neededPorts(flow)}${application}`)} · ${markup.code(flow.id)}`,
    ...flow.sources.map((source) => source.purpose).filter((purpose, i, all) => all.indexOf(purpose) === i).map((purpose) => markup.text(catalogText(purpose))),
    ...whenNeeded(here).map((line) => markup.text(line)),
    ...(judged ? [verdictText(judged.verdict, here.report, analysis, markup)] : []),
    ...(flow.history === undefined ? [] : [markup.text(catalogText(flow.history))]),
    flow.sources.map((source) => citation(source, catalog, markup)).join('\n\n'),
  ]);
}

/** `Worker → Backup server: TCP 10006`. */
export function flowTitle(flow: Flow, analysis: Analysis): string {
  return t('{0} → {1}: {2}', componentName(analysis, flow.from), componentName(analysis, flow.to), neededPorts(flow));
}

/** Many flows that share a place: a line each, and the pages that document them. */
export function flowList(flows: readonly FlowHere[], analysis: Analysis, markup: Markup): string {
  const pages = analysis.catalog.pages.filter(({ page }) => flows.some(({ flow }) => flow.sources.some((source) => source.page === page)));
  return markup.paragraphs([markup.list(flows.map((here) => flowLine(here, analysis, markup))), ...pages.map((page) => `${pageLink(page.page, analysis.catalog, markup)}, ${markup.text(t('{0}, build {1}', page.revision.date, page.revision.build))}`)]);
}

function flowLine({ flow, judged }: FlowHere, analysis: Analysis, markup: Markup): string {
  const verdict = judged ? ` — ${markup.text(`${VERDICT[judged.verdict.verdict]()}${decidingLine(judged.verdict, analysis)}`)}` : '';
  return `${markup.strong(flowTitle(flow, analysis))}${verdict}. ${markup.text(catalogText(flow.purpose))}`;
}

/** ` (line 12)` */
function decidingLine({ decidedBy, doubts }: FlowVerdict, { lines }: Analysis): string {
  const entry = decidedBy[0]?.entry ?? doubts[0]?.entry;
  return entry && entry.uri === undefined ? ` (${t('line {0}', lines.lineOf(entry.at + entry.rule.span.start) + 1)})` : '';
}

function whenNeeded({ flow, judged }: FlowHere): string[] {
  const conditions = judged?.conditions ?? flow.conditions.map((condition) => ({ ...condition, state: undefined }));
  return [
    ...conditions.map(({ feature, state, text }) => [catalogText(text), ...(state === 'unstated' ? [t('Nothing here says whether {0} is on.', feature)] : [])].join(' ')),
    ...(flow.openedBy === undefined ? [] : [OPENED_BY[flow.openedBy]()]),
  ];
}

function verdictText(verdict: FlowVerdict, report: PathReport | undefined, analysis: Analysis, markup: Markup): string {
  const lines = [`${markup.strong(t('Here {0}', VERDICT[verdict.verdict]()))}${report ? ` (${markup.code(report.path.name)})` : ''}`];
  if (verdict.verdict === 'partial') lines.push(markup.text(t('Open: {0}. Lacking: {1}.', partText(verdict.open, verdict.required), partText(verdict.lacking, verdict.required))));
  if (verdict.fallbackOnly) lines.push(markup.text(t('Only the fallback ports are open.')));
  const places = [...verdict.decidedBy, ...(verdict.verdict === 'partial' ? verdict.openedBy : [])].map((decider) => decision(decider, analysis, markup));
  const doubts = verdict.doubts.map(({ entry }) => t('It hangs on {0}', place(entry.at + entry.rule.span.start, entry.at + entry.rule.span.end, entry.uri, analysis, markup)));
  const shown = [...new Set([...places, ...doubts])];
  lines.push(...shown.slice(0, PLACES), ...(shown.length > PLACES ? [markup.text(t('and {0} more rules', shown.length - PLACES))] : []));
  lines.push(...verdict.assumptions.map((assumption) => markup.text(verdict.supposed.includes(assumption) ? t('Judged {0}.', assumption) : t('Taken for granted: {0}.', assumption))));
  return lines.join('  \n');
}

const PLACES = 4;

/** What was done to a packet, by the place that did it. */
const DID: Readonly<Record<Decider['action'], (where: string) => string>> = {
  accept: (where) => t('Opened by {0}', where),
  drop: (where) => t('Dropped by {0}', where),
  reject: (where) => t('Rejected by {0}', where),
  default: (where) => t('Left to the default {0}', where),
};

/** The same for the answer to a packet. */
const DID_ANSWER: typeof DID = {
  accept: (where) => t('Its answer is opened by {0}', where),
  drop: (where) => t('Its answer is dropped by {0}', where),
  reject: (where) => t('Its answer is rejected by {0}', where),
  default: (where) => t('Its answer is left to the default {0}', where),
};

function decision(decider: Decider, analysis: Analysis, markup: Markup): string {
  const { entry, policy, action, answer } = decider;
  const did = (answer ? DID_ANSWER : DID)[action];
  if (entry) return did(place(entry.at + entry.rule.span.start, entry.at + entry.rule.span.end, entry.uri, analysis, markup));
  const span = policy.defaultSpan ?? policy.header;
  return did(t('{0} of {1}, {2}', markup.text(policy.default), markup.code(policy.name), place(span.start, span.end, policy.uri, analysis, markup)));
}

/** The line's number and text; of another document its name alone. */
function place(start: number, end: number, uri: string | undefined, analysis: Analysis, markup: Markup): string {
  if (uri !== undefined && uri !== analysis.uri) return markup.code(decodeName(uri));
  return t('line {0}: {1}', analysis.lines.lineOf(start) + 1, markup.code(analysis.text.slice(start, end)));
}

function decodeName(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}

function citation({ page, section, row, revision, build }: FlowSource, catalog: CatalogView, markup: Markup): string {
  return `${pageLink(page, catalog, markup)}, ${markup.text(t('{0}, row {1} · {2}, build {3}', section, row, revision, build))}`;
}

function pageLink(page: string, catalog: CatalogView, markup: Markup): string {
  const known = catalog.pages.find((one) => one.page === page);
  const workload = known && catalog.workloads.get(known.workload)?.name;
  const label = [workload, known?.title].filter((part) => part !== undefined).join(': ');
  return markup.link(label === '' ? page : label, page);
}
