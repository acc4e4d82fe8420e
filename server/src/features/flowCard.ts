/** The card of a flow: what it is, when it is needed, how this file treats it, and where the documentation says so. */
import type { CatalogView } from '../catalog/view.ts';
import { componentName, endsOf, neededPorts, portsOf } from '../checks/words.ts';
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

const VERDICT: Readonly<Record<FlowVerdict['verdict'], string>> = {
  open: 'open',
  missing: 'closed: nothing lets it through',
  blocked: 'closed: a rule denies it',
  partial: 'partly open',
  undecided: 'cannot be told',
};

const OPENED_BY = { installer: 'Veeam’s installer opens the port on the machine itself.', session: 'Veeam opens the port on the machine itself for the time of a session.' } as const;

export function flowCard(here: FlowHere, analysis: Analysis, markup: Markup): string {
  const { flow, judged } = here;
  const { catalog } = analysis;
  const application = flow.application === undefined ? '' : ` (${flow.application})`;
  return markup.paragraphs([
    `${markup.strong(`${componentName(analysis, flow.from)} → ${componentName(analysis, flow.to)}`)}\n${markup.text(`${neededPorts(flow)}${application}`)} · ${markup.code(flow.id)}`,
    ...flow.sources.map((source) => source.purpose).filter((purpose, i, all) => all.indexOf(purpose) === i).map((purpose) => markup.text(purpose)),
    ...whenNeeded(here).map((line) => markup.text(line)),
    ...(judged ? [verdictText(judged.verdict, here.report, analysis, markup)] : []),
    ...(flow.history === undefined ? [] : [markup.text(flow.history)]),
    flow.sources.map((source) => citation(source, catalog, markup)).join('\n\n'),
  ]);
}

/** `Worker → Backup server: TCP 10006`. */
export function flowTitle(flow: Flow, analysis: Analysis): string {
  return `${componentName(analysis, flow.from)} → ${componentName(analysis, flow.to)}: ${neededPorts(flow)}`;
}

/** Many flows that share a place: a line each, and the pages that document them. */
export function flowList(flows: readonly FlowHere[], analysis: Analysis, markup: Markup): string {
  const pages = analysis.catalog.pages.filter(({ page }) => flows.some(({ flow }) => flow.sources.some((source) => source.page === page)));
  return markup.paragraphs([markup.list(flows.map((here) => flowLine(here, analysis, markup))), ...pages.map((page) => `${pageLink(page.page, analysis.catalog, markup)}, ${markup.text(`${page.revision.date}, build ${page.revision.build}`)}`)]);
}

function flowLine({ flow, judged }: FlowHere, analysis: Analysis, markup: Markup): string {
  const verdict = judged ? ` — ${markup.text(`${VERDICT[judged.verdict.verdict]}${decidingLine(judged.verdict, analysis)}`)}` : '';
  return `${markup.strong(flowTitle(flow, analysis))}${verdict}. ${markup.text(flow.purpose)}`;
}

/** ` (line 12)` */
function decidingLine({ decidedBy, doubts }: FlowVerdict, { lines }: Analysis): string {
  const entry = decidedBy[0]?.entry ?? doubts[0]?.entry;
  return entry && entry.uri === undefined ? ` (line ${lines.lineOf(entry.at + entry.rule.span.start) + 1})` : '';
}

function whenNeeded({ flow, judged }: FlowHere): string[] {
  const conditions = judged?.conditions ?? flow.conditions.map((condition) => ({ ...condition, state: undefined }));
  return [
    ...conditions.map(({ feature, state, text }) => (state === 'unstated' ? `${text} Nothing here says whether ${feature} is on.` : text)),
    ...(flow.openedBy === undefined ? [] : [OPENED_BY[flow.openedBy]]),
  ];
}

function verdictText(verdict: FlowVerdict, report: PathReport | undefined, analysis: Analysis, markup: Markup): string {
  const lines = [`${markup.strong(`Here ${VERDICT[verdict.verdict]}`)}${report ? ` (${markup.code(report.path.name)})` : ''}`];
  if (verdict.verdict === 'partial') lines.push(markup.text(`Open: ${portsOf(verdict.open)}${endsOf(verdict.open, verdict.required)}. Lacking: ${portsOf(verdict.lacking)}${endsOf(verdict.lacking, verdict.required)}.`));
  if (verdict.fallbackOnly) lines.push(markup.text('Only the fallback ports are open.'));
  const places = [...verdict.decidedBy, ...(verdict.verdict === 'partial' ? verdict.openedBy : [])].map((decider) => decision(decider, analysis, markup));
  const doubts = verdict.doubts.map(({ entry }) => `It hangs on ${place(entry.at + entry.rule.span.start, entry.at + entry.rule.span.end, entry.uri, analysis, markup)}`);
  const shown = [...new Set([...places, ...doubts])];
  lines.push(...shown.slice(0, PLACES), ...(shown.length > PLACES ? [markup.text(`and ${shown.length - PLACES} more rules`)] : []));
  lines.push(...verdict.assumptions.map((assumption) => markup.text(assumption.startsWith('if ') ? `Judged ${assumption}.` : `Taken for granted: ${assumption}.`)));
  return lines.join('  \n');
}

const PLACES = 4;

const DID = { accept: 'Opened by', drop: 'Dropped by', reject: 'Rejected by', default: 'Left to the default' } as const;

function decision(decider: Decider, analysis: Analysis, markup: Markup): string {
  const { entry, policy, action, answer } = decider;
  const what = answer ? `Its answer is ${DID[action].toLowerCase()}` : DID[action];
  if (entry) return `${what} ${place(entry.at + entry.rule.span.start, entry.at + entry.rule.span.end, entry.uri, analysis, markup)}`;
  const span = policy.defaultSpan ?? policy.header;
  return `${what} ${markup.text(policy.default)} of ${markup.code(policy.name)}, ${place(span.start, span.end, policy.uri, analysis, markup)}`;
}

/** The line's number and text; of another document its name alone. */
function place(start: number, end: number, uri: string | undefined, analysis: Analysis, markup: Markup): string {
  if (uri !== undefined && uri !== analysis.uri) return markup.code(decodeName(uri));
  return `line ${analysis.lines.lineOf(start) + 1}: ${markup.code(analysis.text.slice(start, end))}`;
}

function decodeName(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}

function citation({ page, section, row, revision, build }: FlowSource, catalog: CatalogView, markup: Markup): string {
  return `${pageLink(page, catalog, markup)}, ${markup.text(`${section}, row ${row} · ${revision}, build ${build}`)}`;
}

function pageLink(page: string, catalog: CatalogView, markup: Markup): string {
  const known = catalog.pages.find((one) => one.page === page);
  const workload = known && catalog.workloads.get(known.workload)?.name;
  const label = [workload, known?.title].filter((part) => part !== undefined).join(': ');
  return markup.link(label === '' ? page : label, page);
}
