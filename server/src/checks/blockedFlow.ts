/** blocked-flow: a deny rule keeps a required flow out wholly. It stands on the rule that decides. */
import { t } from '@vscode/l10n';
import { intersectSets } from '../core/packets.ts';
import { listed } from '../core/lists.ts';
import { compileChain } from '../engine/compile.ts';
import type { Finding, Related } from '../model/finding.ts';
import { chainsOf, type RankedEntry } from '../model/policy.ts';
import type { Decider } from '../model/verdict.ts';
import type { Analysis, PathReport } from '../workspace/analysis.ts';
import { type Check, finding, flowSeverity, lower, ruleSpan, standsAt, uriOf } from './check.ts';
import { type Problem, grouped, peerOf, problemsOf } from './problems.ts';
import { capital, lineOf, portsOf, purposeOf, remarks, wayOf } from './words.ts';

export const blockedFlow: Check = (analysis) => analysis.reports.flatMap((report) => {
  const blocked = problemsOf(report).filter((p) => p.verdict === 'blocked').flatMap((problem) => {
    const [deny] = denyRules(problem);
    return deny ? [{ problem, deny, severity: problem.flows.map((f) => flowSeverity('blocked-flow', f, report)).reduce(lower) }] : [];
  });
  const keys = new Map<RankedEntry | undefined, number>();
  const keyOf = (d: Decider): number => keys.get(d.entry) ?? (keys.set(d.entry, keys.size), keys.size - 1);
  return grouped(blocked, (b) => `${peerOf(b.problem, report)} ${String(keyOf(b.deny))} ${b.severity}`).map(([first, ...more]) => first ? describe(first.deny, [first, ...more].map((b) => b.problem), first.severity, report, analysis) : undefined).filter((f) => f !== undefined);
});

/** Deny rules, not defaults, that decide requests of the flow. */
export function denyRules(problem: Problem): Decider[] {
  return problem.flows.flatMap((f) => f.verdict.decidedBy.filter((d) => d.entry && !d.standsForDefault && !d.answer));
}

function describe(deny: Decider, problems: readonly Problem[], severity: Finding['severity'], report: PathReport, analysis: Analysis): Finding {
  const { path } = report;
  const flows = problems.flatMap((p) => p.flows);
  const entry = deny.entry as RankedEntry;
  const head = standsAt(report, deny.set);
  const late = flows.flatMap((f) => tooLate(f.verdict.lacking, deny));
  const other = problems.flatMap(denyRules).filter((d) => d.entry !== entry);
  const related: Related[] = [
    { uri: head.uri, span: head.header, message: t('The flow must pass {0}.', head.name) },
    ...unique(late).map((e) => ({ uri: uriOf(e, analysis), span: ruleSpan(e), message: t('Allows it, but comes too late.') })),
    ...unique(other.map((d) => d.entry as RankedEntry)).map((e) => ({ uri: uriOf(e, analysis), span: ruleSpan(e), message: t('Denies a part of it too.') })),
  ];
  const [first] = unique(late);
  return finding({
    code: 'blocked-flow',
    severity,
    uri: uriOf(entry, analysis),
    span: ruleSpan(entry),
    message: `${t('{0}: this rule blocks {1}.', wayOf(analysis, flows), listed(problems.map((p) => `${portsOf(p.flows[0]?.verdict.lacking ?? [])} (${purposeOf(p.flows[0]?.flow)})`)))}${first ? ` ${t('{0} allows it, but comes too late.', capital(lineOf(analysis, first)))}` : ''}${remarks(flows)}`,
    flows: flows.map((f) => f.flow.id),
    policy: path.head.key,
    related,
  });
}

const unique = (list: readonly RankedEntry[]): RankedEntry[] => [...new Set(list)];

/** The accept rules of a path that a deny above makes useless for a required flow; the flow's own finding names them. */
export function lateAllows(report: PathReport): Set<RankedEntry> {
  const problems = problemsOf(report).filter((p) => p.verdict === 'blocked' || p.verdict === 'partial');
  return new Set(problems.flatMap((p) => denyRules(p).flatMap((d) => p.flows.flatMap((f) => tooLate(f.verdict.lacking, d)))));
}

/** Accept rules after the deny, or after a jump that leads to it, in the same chain, that match what it denies. */
function tooLate(lacking: Decider['set'], deny: Decider): RankedEntry[] {
  const earlier = [deny.entry, ...deny.jumps].filter((e) => e !== undefined);
  return chainsOf(deny.policy).flatMap((chain) => {
    const [place] = earlier.map((e) => chain.entries.indexOf(e)).filter((i) => i >= 0);
    if (place === undefined) return [];
    return compileChain(chain).items.filter((i) => i.action.kind === 'accept' && i.atoms.length === 0).flatMap((item) => {
      const boxes = [item.boxes[4], item.boxes[6]].filter((b) => b !== undefined);
      if (intersectSets(lacking, boxes).length === 0) return [];
      return item.members.filter((m) => m.place > place && intersectSets(lacking, [m.boxes[4], m.boxes[6]].filter((b) => b !== undefined)).length > 0).map((m) => m.entry);
    });
  });
}
