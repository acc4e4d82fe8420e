/** The flows of a path that are not open, alternatives taken together: what the flow checks report on. */
import type { Verdict } from '../model/verdict.ts';
import type { JudgedFlow, PathReport } from '../workspace/analysis.ts';

/** One flow, or the alternative targets of one row of which none is open. All have the verdict of the first. */
export interface Problem {
  readonly verdict: Exclude<Verdict, 'open'>;
  readonly flows: readonly JudgedFlow[];
}

/** Of alternatives the nearest to open stands for the others. */
const NEAREST: readonly Verdict[] = ['undecided', 'partial', 'blocked', 'missing'];

const problems = new WeakMap<PathReport, readonly Problem[]>();

export function problemsOf(report: PathReport): readonly Problem[] {
  let known = problems.get(report);
  if (!known) problems.set(report, (known = collect(report)));
  return known;
}

function collect(report: PathReport): Problem[] {
  const out: Problem[] = [];
  const done = new Set<string>();
  for (const judged of report.flows) {
    const group = judged.flow.alternativeGroup;
    const { verdict } = judged.verdict;
    if (group === undefined) {
      if (verdict !== 'open') out.push({ verdict, flows: [judged] });
      continue;
    }
    if (done.has(group)) continue;
    done.add(group);
    const all = report.flows.filter((f) => f.flow.alternativeGroup === group);
    if (all.some((f) => f.verdict.verdict === 'open')) continue;
    const nearest = NEAREST.find((v) => all.some((f) => f.verdict.verdict === v));
    if (nearest && nearest !== 'open') out.push({ verdict: nearest, flows: all.filter((f) => f.verdict.verdict === nearest) });
  }
  return out;
}

/** Groups by key, in order of first appearance. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group) group.push(item);
    else groups.set(k, [item]);
  }
  return [...groups.values()];
}

/** The party on the other side of the path's guard; both parties in transit. */
export function peerOf(problem: Problem, report: PathReport): string {
  const ends = problem.flows.map(({ flow }) => (report.guard.kind === 'transit' ? `${flow.from} ${flow.to}` : report.path.direction === 'in' ? flow.from : flow.to));
  return [...new Set(ends)].sort().join(' ');
}
