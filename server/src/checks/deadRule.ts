/** dead-rule: earlier rules surely decide everything that a rule could match. */
import { t } from '@vscode/l10n';
import { deadEntries } from '../engine/dead.ts';
import { lateAllows } from './blockedFlow.ts';
import type { Finding } from '../model/finding.ts';
import { type Policy, type RankedEntry, reachableChains } from '../model/policy.ts';
import { type Check, finding, isOurs, ruleSpan, uriOf } from './check.ts';

const known = new WeakMap<Policy, readonly Finding[]>();

export const deadRule: Check = (analysis) => {
  const seen = new Set<Policy>();
  // A blocked or partial flow names the allow that comes too late for it: one cause, one finding.
  const late = new Set(analysis.reports.flatMap((report) => [...lateAllows(report)].map((e) => placeKey(uriOf(e, analysis), e.at + e.rule.span.start))));
  return analysis.reports.flatMap(({ path }) =>
    path.policies.flatMap((policy) => {
      // A prerouting or nat chain stands on several ways; what it surely decides differs between them.
      // Where every rule allows, none is earlier.
      if (seen.has(policy) || !policy.stages.some((s) => s.names === 'first') || policy.order.kind === 'union') return [];
      seen.add(policy);
      let findings = known.get(policy);
      if (!findings) {
        const dead = new Set(deadEntries(policy, path.direction).filter((e) => isOurs(e, analysis)));
        findings = wholeRules(dead, policy).map((entry) => finding({ code: 'dead-rule', uri: uriOf(entry, analysis), span: ruleSpan(entry), message: t('Earlier rules decide everything that this rule could match.'), policy: path.head.key, unnecessary: true }));
        known.set(policy, unique(findings));
      }
      return unique(findings).filter((f) => !late.has(placeKey(f.uri, f.span.start)));
    }),
  );
};

/** A statement may hold several rules (a verdict map): it is dead only if all of them are. */
function wholeRules(dead: ReadonlySet<RankedEntry>, policy: Policy): RankedEntry[] {
  const keyOf = (e: RankedEntry): string => placeKey(e.uri ?? '', e.at + e.rule.span.start);
  if (dead.size === 0) return [];
  const alive = new Set(reachableChains(policy).flatMap((c) => c.entries.filter((e) => !dead.has(e)).map(keyOf)));
  return [...dead].filter((e) => !alive.has(keyOf(e)));
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [placeKey(f.uri, f.span.start), f])).values()];
}

const placeKey = (uri: string, start: number): string => `${uri} ${String(start)}`;
