/** Explains what is under the mouse: a port, a rule, the name of a policy, or a word of a directive. */
import { t } from '@vscode/l10n';
import { type Hover, MarkupKind } from 'vscode-languageserver-types';
import { servicePort } from '../core/services.ts';
import type { Span } from '../core/span.ts';
import type { Flow, Transport } from '../model/flow.ts';
import type { RankedEntry } from '../model/policy.ts';
import type { FlowVerdict } from '../model/verdict.ts';
import type { Analysis, PathReport } from '../workspace/analysis.ts';
import type { ClientSupport } from './client.ts';
import { rangeOf } from './diagnostics.ts';
import { directiveCard } from './directiveHover.ts';
import { type FlowHere, flowCard, flowList } from './flowCard.ts';
import { MARKDOWN, type Markup, PLAIN } from './markup.ts';
import { directiveAt, fieldAt, pathNamedAt, reportsOf, rulesAt, wordAt } from './place.ts';
import { transportsOf } from './portWords.ts';

interface Card {
  readonly span: Span;
  readonly text: string;
}

/** @param owners analyses of the module whose rules may stand in the document, beside its own. */
export function hoverAt(offset: number, analysis: Analysis, owners: readonly Analysis[], client: ClientSupport): Hover | undefined {
  const markup = client.markdown.hover ? MARKDOWN : PLAIN;
  const card = directiveHover(offset, analysis, markup) ?? ruleHover(offset, [analysis, ...owners], analysis, markup) ?? policyHover(offset, analysis, markup);
  if (!card) return undefined;
  return { contents: { kind: client.markdown.hover ? MarkupKind.Markdown : MarkupKind.PlainText, value: card.text }, range: rangeOf(card.span, analysis.lines) };
}

function directiveHover(offset: number, analysis: Analysis, markup: Markup): Card | undefined {
  const here = directiveAt(offset, analysis);
  const text = here && directiveCard(here, analysis, markup);
  return here && text !== undefined ? { span: here.word?.span ?? here.directive.span, text } : undefined;
}

/** How many flows are explained in full before they are only listed. */
const FULL_CARDS = 3;

/** Cards of a few flows, or one line each of many. */
function flowCards(flows: readonly FlowHere[], analysis: Analysis, markup: Markup): string {
  if (flows.length <= FULL_CARDS) return flows.map((here) => flowCard(here, analysis, markup)).join('\n\n---\n\n');
  return flowList(flows, analysis, markup);
}

function ruleHover(offset: number, owners: readonly Analysis[], { uri, text: written }: Analysis, markup: Markup): Card | undefined {
  const [found] = owners.map((analysis) => ({ analysis, rules: rulesAt(offset, analysis, uri) })).filter(({ rules }) => rules.length > 0);
  const [rule] = found?.rules ?? [];
  if (!found || !rule) return undefined;
  const { analysis, rules } = found;
  const field = fieldAt(offset, rules);
  const reports = reportsOf(rules, analysis);
  if (field?.role === 'dport' || field?.role === 'sport') {
    const span = wordAt(offset, written, field.span);
    const ports = portsOfWord(written.slice(span.start, span.end));
    const flows = ports ? flowsOfPorts(ports, transportsOf(rules), reports, analysis) : [];
    if (flows.length > 0) return { span, text: flowCards(flows, analysis, markup) };
  }
  const text = ruleText(rules, reports, analysis, markup);
  return text === undefined ? undefined : { span: { start: rule.at + rule.rule.span.start, end: rule.at + rule.rule.span.end }, text };
}

interface Ports {
  readonly first: number;
  readonly last: number;
}

function portsOfWord(word: string): Ports | undefined {
  const numbers = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(word);
  if (numbers) return { first: Number(numbers[1]), last: Number(numbers[2] ?? numbers[1]) };
  const named = servicePort(word);
  return named === undefined ? undefined : { first: named, last: named };
}

/** The flows that use a port: of the guarded paths that the rule lies on, else of the file's other guards; of the catalog where nothing is guarded. */
function flowsOfPorts(ports: Ports, transports: readonly Transport[], reports: readonly PathReport[], analysis: Analysis): FlowHere[] {
  const uses = (flow: Flow): boolean => flow.transports.some((transport) => transports.includes(transport)) && flow.items.some((item) => item.first <= ports.last && item.last >= ports.first);
  const judged = (among: readonly PathReport[]): FlowHere[] => among.flatMap((report) => report.flows.filter(({ flow }) => uses(flow)).map((one) => ({ flow: one.flow, judged: one, report })));
  const here = judged(reports);
  if (here.length > 0) return here;
  if (analysis.reports.length > 0) return judged(analysis.reports);
  const { use } = analysis.declared;
  return analysis.catalog.flows.filter((flow) => uses(flow) && (use.length === 0 || use.includes(flow.workload))).map((flow) => ({ flow }));
}

/** What a rule does to the flows that the guarded paths must let pass; undefined where nothing is guarded. */
function ruleText(rules: readonly RankedEntry[], reports: readonly PathReport[], analysis: Analysis, markup: Markup): string | undefined {
  if (reports.length === 0) return undefined;
  const decided = reports.flatMap((report) =>
    report.flows
      .filter(({ verdict }) => decidersOf(verdict).some((entry) => rules.includes(entry)))
      .map((judged) => ({ flow: judged.flow, judged, report })),
  );
  if (decided.length === 0) return markup.text(t('This rule decides no flow that must pass here.'));
  return markup.paragraphs([markup.text(decided.length === 1 ? t('This rule decides one flow that must pass here.') : t('This rule decides {0} flows that must pass here.', decided.length)), flowCards(decided, analysis, markup)]);
}

/** The rules that the verdict rests on; what opens other ports of a closed flow is not among them. */
function decidersOf({ verdict, decidedBy, openedBy, doubts }: FlowVerdict): RankedEntry[] {
  return [...decidedBy, ...(verdict === 'partial' ? openedBy : []), ...doubts].flatMap(({ entry }) => (entry ? [entry] : []));
}

function policyHover(offset: number, analysis: Analysis, markup: Markup): Card | undefined {
  const named = pathNamedAt(offset, analysis);
  const [path] = named;
  if (!path) return undefined;
  const reports = analysis.reports.filter((report) => named.includes(report.path));
  if (reports.length === 0) return undefined;
  const text = reports.map((report) => {
    const open = report.flows.filter(({ verdict }) => verdict.verdict === 'open').length;
    const flows = report.flows.map((judged) => ({ flow: judged.flow, judged, report }));
    return markup.paragraphs([t('{0} lets {1} of {2} flows pass.', markup.code(report.path.name), open, flows.length), ...(flows.length > 0 ? [flowList(flows, analysis, markup)] : [])]);
  });
  return { span: path.head.header, text: markup.paragraphs(text) };
}
