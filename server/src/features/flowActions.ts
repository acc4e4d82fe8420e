/** Quick fixes that write rules: one flow of a finding, all of its flows, all that the policy lacks. */
import type { Finding } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { Proposal } from './codeActions.ts';
import { type Fix, type FixContext, fixFlow, fixFlows, fixPolicy, fixableFlows } from './fixes.ts';

const FIXED = new Set(['missing-flow', 'blocked-flow', 'partial-flow', 'return-blocked']);

export function* flowActions(finding: Finding, analysis: Analysis, context: FixContext): Generator<Proposal> {
  const report = FIXED.has(finding.code) ? analysis.reports.find(({ path }) => path.head.key === finding.policy && path.head.uri === finding.uri) : undefined;
  if (!report) return;
  const lacking = fixableFlows(report);
  const flows = lacking.filter(({ flow }) => finding.flows.includes(flow.id));
  let preferred = false;
  const offered = function* (fix: Fix | undefined): Generator<Proposal> {
    // What could be judged and did not prove itself is no fix.
    if (!fix || !(fix.verified || fix.snippet)) return;
    yield { title: fix.title, changes: fix.changes, snippet: fix.snippet ? 'must' : 'no', preferred: fix.verified && !preferred };
    preferred ||= fix.verified;
  };
  if (flows.length > 1) yield* offered(fixFlows(context, report, flows));
  for (const flow of flows) yield* offered(fixFlow(context, report, flow));
  const all = lacking.length > flows.length ? fixPolicy(context, report) : undefined;
  if (all && flows.some(({ flow }) => all.flows.includes(flow.id))) yield* offered(all);
}
