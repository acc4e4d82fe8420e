/** partial-flow: some ports or addresses of a required flow pass and others do not; the message gives the exact remainder. */
import { t } from '@vscode/l10n';
import { listed } from '../core/lists.ts';
import type { Span } from '../core/span.ts';
import { intersectSets, subtractSets } from '../core/packets.ts';
import { compileChain } from '../engine/compile.ts';
import type { Finding, Related } from '../model/finding.ts';
import type { RankedEntry } from '../model/policy.ts';
import type { Decider } from '../model/verdict.ts';
import type { Analysis, PathReport } from '../workspace/analysis.ts';
import { type Check, finding, flowSeverity, lower, ruleSpan, standsAt, uriOf } from './check.ts';
import { type Problem, problemsOf } from './problems.ts';
import { lineOf, neededPorts, partText, portsOf, purposeOf, remarks, wayOf } from './words.ts';

export const partialFlow: Check = (analysis) => analysis.reports.flatMap((report) => problemsOf(report).filter((p) => p.verdict === 'partial').map((p) => describe(p, report, analysis)));

function describe(problem: Problem, report: PathReport, analysis: Analysis): Finding {
  const [judged] = problem.flows;
  const { path } = report;
  if (!judged) throw new Error('a problem has a flow');
  const head = standsAt(report, judged.verdict.lacking);
  const { lacking, open, undecided, required, decidedBy, openedBy } = judged.verdict;
  const denies = decidedBy.filter((d) => d.entry && !d.standsForDefault);
  const byDenies = decidedBy.every((d) => d.entry && !d.standsForDefault);
  const widest = [...openedBy].filter((d) => d.entry).sort((a, b) => amount(b) - amount(a))[0];
  const at = byDenies ? denies[0]?.entry : widest?.entry;
  const place = at ? (byDenies ? ruleSpan(at) : fieldSpan(at, openField(at, lacking))) : head.header;
  const defaults = decidedBy.filter((d) => !d.entry);
  const others = decidedBy.filter((d) => d.entry && d.entry !== at);
  const related: Related[] = [
    ...others.map((d) => ({ uri: uriOf(d.entry as RankedEntry, analysis), span: ruleSpan(d.entry as RankedEntry), message: d.answer ? t('Drops the answers of {0}.', portsOf(d.set)) : t('Denies {0}.', portsOf(d.set)) })),
    ...defaults.map((d) => ({ uri: d.policy.uri, span: d.policy.defaultSpan ?? d.policy.header, message: d.answer ? t('The default of {0} drops the answers of {1}.', d.policy.name, portsOf(d.set)) : t('The default of {0} denies {1}.', d.policy.name, portsOf(d.set)) })),
  ];
  const lines = [...denies, ...defaults.filter((d) => d.answer)].map((d) => {
    const who = d.entry ? lineOf(analysis, d.entry) : t('the default of {0}', d.policy.name);
    if (decidedBy.length > 1) return d.answer ? t('{0} drops the answers of {1}', who, portsOf(d.set)) : t('{0} denies {1}', who, portsOf(d.set));
    return d.answer ? t('{0} drops the answers', who) : t('{0} denies it', who);
  });
  const need = [wayOf(analysis, problem.flows), neededPorts(judged.flow), purposeOf(judged.flow)];
  const [passes, closed, unclear] = [open, lacking, undecided].map((part) => partText(part, required)) as [string, string, string];
  const state =
    undecided.length === 0 ? t('{0}: {1} required ({2}), {3} open, {4} lacking', ...need, passes, closed)
    : open.length === 0 ? t('{0}: {1} required ({2}), {3} lacking, {4} undecided', ...need, closed, unclear)
    : t('{0}: {1} required ({2}), {3} open, {4} lacking, {5} undecided', ...need, passes, closed, unclear);
  return finding({
    code: 'partial-flow',
    severity: problem.flows.map((f) => flowSeverity('partial-flow', f, report)).reduce(lower),
    uri: at ? uriOf(at, analysis) : head.uri,
    span: place,
    message: `${lines.length > 0 ? t('{0}: {1}.', state, listed([...new Set(lines)])) : `${state}.`}${remarks(problem.flows)}`,
    flows: problem.flows.map((f) => f.flow.id),
    policy: path.head.key,
    related,
  });
}

const amount = (d: Decider): number => d.set.reduce((sum, b) => sum + b.dport.reduce((n, bound, i) => n + (i % 2 === 0 ? -bound : bound), 0), 0);

/** The port text if more ports would have opened the rest, the address text if more addresses would have. */
function openField(entry: RankedEntry, lacking: Decider['set']): 'dport' | 'src' | 'dst' {
  const items = compileChain({ name: '', entries: [entry] }).items;
  const widened = (end: 'dport' | 'src' | 'dst'): boolean => {
    const boxes = items.flatMap((i) => [i.boxes[4], i.boxes[6]]).filter((b) => b !== undefined).map((b) => ({ ...b, [end]: end === 'dport' ? [0, 65536] : b.family === 4 ? [0, 2 ** 32] : [0n, 1n << 128n] }));
    return subtractSets(lacking, intersectSets(lacking, boxes)).length === 0;
  };
  return (['dport', 'src', 'dst'] as const).find(widened) ?? 'dport';
}

function fieldSpan(entry: RankedEntry, role: 'dport' | 'src' | 'dst'): Span {
  const field = entry.rule.fields.find((f) => f.role === role) ?? entry.rule.fields.find((f) => f.role === 'dport' || f.role === 'src' || f.role === 'dst');
  return field ? { start: entry.at + field.span.start, end: entry.at + field.span.end } : ruleSpan(entry);
}
