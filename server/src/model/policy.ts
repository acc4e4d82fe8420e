/** Policies: rules with one evaluation order and default, and the ways (paths) that packets take through them. */
import type { Family } from '../core/addresses.ts';
import type { Span } from '../core/span.ts';
import type { Entry, Unmodelled } from './rule.ts';

export type Direction = 'in' | 'out' | 'transit';

/**
 * How a policy's rules decide. All of them reduce to a first match over a rearranged list (engine/order.ts):
 * - `first-match`: in text order.
 * - `last-match`: the last match wins unless a quick rule matched before (pf).
 * - `priority`: lowest {@link RankedEntry.priority} first; on a tie denies first (GCP) or in text order.
 * - `union`: any allow allows; a deny, where the language has one, beats every allow (security groups, Cilium).
 * - `deny-overrides`: allows that override blocks, then blocks, then allows (Windows).
 * - `tiers`: chains in order, each of which may pass to the next; `return` is Pass (AdminNetworkPolicy, Calico).
 */
export type EvaluationOrder =
  | { readonly kind: 'first-match' }
  | { readonly kind: 'last-match' }
  | { readonly kind: 'priority'; readonly ties: 'deny-first' | 'text' }
  | { readonly kind: 'union' }
  | { readonly kind: 'deny-overrides' }
  | { readonly kind: 'tiers' };

/** What orders other than first-match need to know of a rule, beside its place. */
export interface RankedEntry extends Entry {
  readonly priority?: number;
  readonly quick?: boolean;
  readonly overridesBlocks?: boolean;
}

/** A list of rules that a policy or a jump enters. `unmodelled` is lost text that may have held any rules, at absolute spans. */
export interface Chain {
  readonly name: string;
  readonly entries: readonly RankedEntry[];
  readonly unmodelled?: readonly (Unmodelled & { readonly uri?: string })[];
}

/** A place on a way: packets of `direction` pass the policies of one attachment by ascending rank, and each must accept. */
export interface Stage {
  readonly direction: Direction;
  readonly rank: number;
  /** Whether the path is named after this policy: the filter chain of the way's own hook, another filter chain if there is none, never (nat). */
  readonly names: 'first' | 'else' | 'never';
}

export interface Policy {
  /** Unique in the workspace scope of the dialect; the same for every edit of the text that keeps the policy. */
  readonly key: string;
  /** As the contract names policies: `inet filter input`, `filter INPUT`. */
  readonly name: string;
  readonly dialect: string;
  readonly uri: string;
  /** Where the policy is named; policy-wide diagnostics stand here. */
  readonly header: Span;
  /** The whole block. */
  readonly span: Span;
  readonly families: readonly Family[];
  readonly order: EvaluationOrder;
  readonly default: 'accept' | 'drop' | 'reject';
  /** Where the default is written, if it is. */
  readonly defaultSpan?: Span;
  /** Whether answers to accepted requests pass without a rule. */
  readonly stateful: boolean;
  /** Only packets of state NEW enter (nat chains). */
  readonly onlyNew?: boolean;
  /** Which interfaces a packet has where this policy stands; both if absent. A match on the other one sees an empty name. */
  readonly interfaces?: 'in' | 'out';
  readonly main: Chain;
  /** Chains that jumps name. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** Policies of one attachment lie on the same ways. */
  readonly attachment: string;
  /** How rules of other policies name the hosts behind this one (the addresses of security groups). */
  readonly references?: readonly string[];
  readonly stages: readonly Stage[];
  /** Text of the policy that was lost (a syntax error, an include not in sight), at absolute spans: it may hold any rule. */
  readonly unmodelled: readonly Unmodelled[];
  /** What the reader took for granted, in words (a fresh state of an additive file). */
  readonly assumptions: readonly string[];
}

/** All policies that a packet of one direction must pass, in order. Named after its naming policy of the highest rank. */
export interface Path {
  readonly name: string;
  readonly direction: Direction;
  readonly policies: readonly Policy[];
  /** The policy that gives the name, the header and the guard. */
  readonly head: Policy;
}

/** The policy that speaks for a path's traffic of one family: its head, or where that filters the other family alone the last one that could have given the name. */
export function headFor(path: Path, family: Family): Policy {
  if (path.head.families.includes(family)) return path.head;
  const seeing = path.policies.filter((p) => p.families.includes(family) && !p.onlyNew);
  return seeing.filter((p) => p.stages.some((s) => s.direction === path.direction && s.names === 'first')).at(-1) ?? seeing.at(-1) ?? path.head;
}

/** Every chain that belongs to a policy, its main chain first, once. */
export function chainsOf(policy: Policy): readonly Chain[] {
  return [policy.main, ...[...policy.chains.values()].filter((c) => c !== policy.main && c.entries !== policy.main.entries)];
}

const reachable = new WeakMap<Policy, readonly Chain[]>();

/** The chains that packets of a policy can come to: its main chain, and those that jumps lead to. */
export function reachableChains(policy: Policy): readonly Chain[] {
  const known = reachable.get(policy);
  if (known) return known;
  const found = new Set([policy.main]);
  for (const chain of found) {
    for (const { rule } of chain.entries) {
      const target = rule.action.kind === 'jump' || rule.action.kind === 'goto' ? policy.chains.get(rule.action.chain) : undefined;
      if (target) found.add(target);
    }
  }
  const chains = [...found];
  reachable.set(policy, chains);
  return chains;
}
