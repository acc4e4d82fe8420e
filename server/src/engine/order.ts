/** Every evaluation order as a first match over a rearranged list. Each case names the product whose documented order it is. */
import type { Chain, Policy, RankedEntry } from '../model/policy.ts';

/** Where denies beat allows: a deny first, then what may be one, then the rest. Below 1. */
function strictness({ rule: { action } }: RankedEntry): number {
  return action.kind === 'drop' || action.kind === 'reject' ? 0 : action.kind === 'unknown' ? 0.25 : 0.5;
}

/** Stable, lowest rank first. */
function sortedBy(entries: readonly RankedEntry[], rank: (e: RankedEntry) => number): readonly RankedEntry[] {
  return entries.map((e, i) => ({ e, i, r: rank(e) })).sort((a, b) => a.r - b.r || a.i - b.i).map(({ e }) => e);
}

const arranged = new WeakMap<Policy, Chain>();

/** The policy's main chain such that the first matching rule decides. Text that the policy lost stands before all of it. */
export function firstMatchChain(policy: Policy): Chain {
  const { order, main, unmodelled } = policy;
  if ((order.kind === 'first-match' || order.kind === 'tiers') && unmodelled.length === 0) return main;
  const known = arranged.get(policy);
  if (known) return known;
  const chain = { ...main, entries: arrange(main.entries, order), unmodelled: [...(main.unmodelled ?? []), ...unmodelled] };
  arranged.set(policy, chain);
  return chain;
}

function arrange(entries: readonly RankedEntry[], order: Policy['order']): readonly RankedEntry[] {
  switch (order.kind) {
    case 'first-match':
    case 'tiers':
      return entries;
    case 'priority':
      // Azure NSG, PAN-OS and FortiGate order by number or place; Google VPC firewall rules let a deny win a tie.
      return sortedBy(entries, (e) => (e.priority ?? 0) + (order.ties === 'deny-first' ? strictness(e) : 0));
    case 'union':
      // AWS security groups and Kubernetes NetworkPolicy only allow; Cilium's denies beat every allow.
      return sortedBy(entries, strictness);
    case 'deny-overrides':
      // Windows Defender Firewall: authenticated bypass rules, then block rules, then allow rules.
      return sortedBy(entries, (e) => (e.overridesBlocks ? 0 : 1 + strictness(e)));
    case 'last-match':
      // pf.conf(5): the last matching rule wins; `quick` ends the evaluation at once, whatever matched before.
      return [...entries.filter((e) => e.quick), ...entries.filter((e) => !e.quick).reverse()];
  }
}
