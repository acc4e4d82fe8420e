/** Free rule numbers of a network ACL. Source: Amazon VPC User Guide, "Network ACL basics" (numbers 1 to 32766, steps of 10 or 100). */
import type { Entry } from '../../model/rule.ts';
import { LAST_RULE_NUMBER } from '../../families/aws/policies.ts';
import type { Policy } from '../../model/policy.ts';

const STEPS = [100, 10, 1];

/** @returns as many ascending numbers, below the entry that they must come before; undefined if there is no room */
export function freeNumbers(policy: Policy, count: number, before: Entry | undefined): number[] | undefined {
  const { entries } = policy.main;
  const used = new Set(entries.map((e) => e.priority ?? 0));
  const limit = entries.find((e) => e === before)?.priority ?? LAST_RULE_NUMBER + 1;
  const last = Math.max(0, ...[...used].filter((n) => n < limit));
  for (const step of STEPS) {
    const first = (Math.floor(last / step) + 1) * step;
    if (first + (count - 1) * step < limit) return Array.from({ length: count }, (_, i) => first + i * step);
  }
  const free: number[] = [];
  for (let n = limit - 1; n >= 1 && free.length < count; n--) if (!used.has(n)) free.unshift(n);
  return free.length === count ? free : undefined;
}
