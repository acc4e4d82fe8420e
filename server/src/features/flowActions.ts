/** Quick fixes that write rules: one flow of a finding, all of its flows, all that the policy lacks. */
import type { Finding } from '../model/finding.ts';
import type { Analysis, PathReport } from '../workspace/analysis.ts';
import type { Proposal } from './codeActions.ts';
import { type Fix, type FixContext, fixFlow, fixFlows, fixPolicy, fixableFlows } from './fixes.ts';

const FIXED = new Set(['missing-flow', 'blocked-flow', 'partial-flow', 'return-blocked']);

function reportOf(finding: Finding, { reports }: Analysis): PathReport | undefined {
  return FIXED.has(finding.code) ? reports.find(({ path }) => path.head.key === finding.policy) : undefined;
}

const proposal = ({ title, changes, snippet }: Fix, preferred: boolean): Proposal => ({ title, changes, snippet: snippet ? 'must' : 'no', preferred });

/** All flows of a finding together, then each; the first that is proven is preferred. */
export function* flowActions(finding: Finding, analysis: Analysis, context: FixContext): Generator<Proposal> {
  const report = reportOf(finding, analysis);
  if (!report) return;
  const flows = fixableFlows(report).filter(({ flow }) => finding.flows.includes(flow.id));
  const attempts = [...(flows.length > 1 ? [() => fixFlows(context, report, flows)] : []), ...flows.map((flow) => () => fixFlow(context, report, flow))];
  let preferred = false;
  for (const attempt of attempts) {
    const fix = attempt();
    if (!fix) continue;
    yield proposal(fix, fix.verified && !preferred);
    preferred ||= fix.verified;
  }
}

/** All that the policy lacks and a fix may open together, for findings about any of it; worked out once however many ask. */
export function policyActions(known = new Map<PathReport, Fix | undefined>()): (finding: Finding, analysis: Analysis, context: FixContext) => Proposal[] {
  return (finding, analysis, context) => {
    const report = reportOf(finding, analysis);
    if (!report || fixableFlows(report).every(({ flow }) => finding.flows.includes(flow.id))) return [];
    if (!known.has(report)) known.set(report, fixPolicy(context, report));
    const fix = known.get(report);
    return fix?.flows.some((id) => finding.flows.includes(id)) ? [proposal(fix, false)] : [];
  };
}
