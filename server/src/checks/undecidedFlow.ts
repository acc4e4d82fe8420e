/** undecided-flow: text that is not modelled may or may not let a required flow pass. One finding per such text. */
import { t } from '@vscode/l10n';
import { listed } from '../core/lists.ts';
import type { Span } from '../core/span.ts';
import type { Correction, Finding } from '../model/finding.ts';
import type { RankedEntry } from '../model/policy.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { type Check, finding, ruleSpan, standsAt, uriOf } from './check.ts';
import { grouped, problemsOf } from './problems.ts';
import { portsOf, wayOf } from './words.ts';

interface Doubt {
  readonly flow: JudgedFlow;
  readonly report: PathReport;
  readonly entry: RankedEntry;
  readonly span: Span;
  readonly why: string;
  /** Doubts of one key are one finding: an undeclared interface is reported once. */
  readonly key: string;
  readonly interfaceName?: string;
}

export const undecidedFlow: Check = (analysis) => {
  const doubts = analysis.reports.flatMap((report) => problemsOf(report).filter((p) => p.verdict === 'undecided').flatMap((p) => p.flows).flatMap((flow) => flow.verdict.doubts.flatMap(({ entry }) => doubtsOf(entry, flow, report))));
  return [...grouped(doubts, (d) => d.key).map((group) => describe(group, analysis)), ...analysis.reports.flatMap((report) => unsearched(report, analysis))];
};

/** Flows that no text keeps undecided: the search for an unknown host's address went too far. */
function unsearched(report: PathReport, analysis: Analysis): Finding[] {
  const flows = problemsOf(report).filter((p) => p.verdict === 'undecided').flatMap((p) => p.flows).filter((f) => f.verdict.doubts.length === 0);
  if (flows.length === 0) return [];
  return [
    finding({
      code: 'undecided-flow',
      uri: report.path.head.uri,
      span: report.path.head.header,
      message: t('Cannot tell whether {0} may pass: the rules name too many addresses to try. Declare the addresses with “veeam-ports: address COMPONENT ADDRESS”.', listed([...new Set(flows.map((f) => wayOf(analysis, [f])))].slice(0, 6))),
      flows: flows.map((f) => f.flow.id),
      policy: report.path.head.key,
    }),
  ];
}

function doubtsOf(entry: RankedEntry, flow: JudgedFlow, report: PathReport): Doubt[] {
  const base = { flow, report, entry };
  const at = (s: Span): Span => ({ start: entry.at + s.start, end: entry.at + s.end });
  const out: Doubt[] = [];
  for (const atom of entry.rule.match.flatMap(({ atoms }) => atoms ?? [])) {
    if (atom.kind === 'unknown') out.push({ ...base, span: at(atom.span), why: atom.why, key: `${entry.uri ?? ''} ${String(entry.at + atom.span.start)}` });
    else if (atom.kind === 'interface') {
      const names = atom.names.filter((n) => n !== 'lo');
      out.push({ ...base, span: at(atom.span), why: t('which addresses are behind {0} is not declared', names.join(', ')), key: `interface ${names.join()}`, ...(names[0] !== undefined ? { interfaceName: names[0] } : {}) });
    } else if (atom.kind === 'reference') out.push({ ...base, span: at(atom.span), why: t('nothing says which component {0} stands for; “veeam-ports: reference COMPONENT {0}” does', atom.name), key: `reference ${atom.name}` });
  }
  const { action } = entry.rule;
  if (action.kind === 'unknown' && out.length === 0) out.push({ ...base, span: ruleSpan(entry), why: action.why, key: `${entry.uri ?? ''} ${String(entry.at)} action` });
  if (out.length === 0) out.push({ ...base, span: ruleSpan(entry), why: t('what this rule leads to is not known'), key: `${entry.uri ?? ''} ${String(entry.at)}` });
  return out;
}

function describe(group: readonly Doubt[], analysis: Analysis): Finding {
  const [first] = group as readonly [Doubt, ...Doubt[]];
  const flows = [...new Map(group.map((d) => [d.flow.flow.id, d.flow])).values()];
  const head = standsAt(first.report, first.flow.verdict.undecided);
  const shown = flows.slice(0, 4).map((f) => `${wayOf(analysis, [f])} ${portsOf(f.verdict.undecided)}`);
  const listedFlows = flows.length > shown.length ? t('{0} and {1} more', listed(shown), flows.length - shown.length) : listed(shown);
  const settling = first.interfaceName === undefined ? '' : ` ${t('“veeam-ports: interface {0} NETWORKS” settles it.', first.interfaceName)}`;
  return finding({
    code: 'undecided-flow',
    uri: uriOf(first.entry, analysis),
    span: first.span,
    message: `${t('Cannot tell whether this lets pass {0}: {1}.', listedFlows, first.why)}${settling}`,
    flows: flows.map((f) => f.flow.id),
    policy: first.report.path.head.key,
    related: [{ uri: head.uri, span: head.header, message: t('Needed to pass {0}.', head.name) }],
    corrections: first.interfaceName === undefined ? [] : [declareInterface(first.interfaceName, first.report, analysis)],
  });
}

function declareInterface(name: string, report: PathReport, analysis: Analysis): Correction {
  const at = report.directive?.span.start ?? analysis.directives[0]?.span.start;
  const prefix = at === undefined ? `${analysis.dialect.comment.line} ` : analysis.text.slice(analysis.lines.lineStart(analysis.lines.lineOf(at)), at);
  const start = at ?? 0;
  const line = `veeam-ports: interface ${name} \${1:10.0.0.0/24}`;
  return { title: t('Declare the networks behind {0}', name), span: { start, end: start }, newText: at === undefined ? `${prefix}${line}\n` : `${line}\n${prefix}`, snippet: true };
}
