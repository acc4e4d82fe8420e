/** dead-rule: earlier rules surely decide everything that a rule could match. */
import { deadEntries } from '../engine/dead.ts';
import { lateAllows } from './blockedFlow.ts';
import type { Finding } from '../model/finding.ts';
import { chainsOf, type Policy } from '../model/policy.ts';
import { type Check, finding, ruleSpan } from './check.ts';

const known = new WeakMap<Policy, readonly Finding[]>();

export const deadRule: Check = (analysis) => {
  const seen = new Set<Policy>();
  // A blocked or partial flow names the allow that comes too late for it: one cause, one finding.
  const late = new Set(analysis.reports.flatMap((report) => [...lateAllows(report)].map((e) => e.at + e.rule.span.start)));
  return analysis.reports.flatMap(({ path }) =>
    path.policies.flatMap((policy) => {
      // A prerouting or nat chain stands on several ways; what it surely decides differs between them.
      if (seen.has(policy) || !policy.stages.some((s) => s.names === 'first')) return [];
      seen.add(policy);
      let findings = known.get(policy);
      if (!findings) {
        const dead = [...new Set(deadEntries(policy, path.direction))].filter((e) => e.uri === undefined);
        findings = dead.filter((e) => wholeRule(e, dead, policy)).map((entry) => finding({ code: 'dead-rule', uri: policy.uri, span: ruleSpan(entry), message: 'Earlier rules decide everything that this rule could match.', policy: path.head.key, unnecessary: true }));
        known.set(policy, unique(findings));
      }
      return unique(findings).filter((f) => !late.has(f.span.start));
    }),
  );
};

/** A statement may hold several rules (a verdict map): it is dead only if all of them are. */
function wholeRule(entry: { readonly at: number; readonly rule: { readonly span: { readonly start: number } } }, dead: readonly unknown[], policy: Policy): boolean {
  const at = entry.at + entry.rule.span.start;
  const siblings = chainsOf(policy).flatMap((c) => c.entries.filter((e) => e.uri === undefined && e.at + e.rule.span.start === at));
  return siblings.every((e) => dead.includes(e));
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [f.span.start, f])).values()];
}
