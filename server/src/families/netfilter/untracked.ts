/**
 * Chains that packets meet before connection tracking. It hooks in at priority -200 of prerouting and output (nf_conntrack_proto.c,
 * NF_IP_PRI_CONNTRACK); a packet that it has not seen is INVALID to every test of its state, or UNTRACKED after `notrack`
 * (net/netfilter/nft_ct.c, net/netfilter/xt_conntrack.c).
 */
import { type IntervalSet, contains, union } from '../../core/intervals.ts';
import { STATE } from '../../core/packets.ts';
import type { Chain } from '../../model/policy.ts';
import type { Rule, Term } from '../../model/rule.ts';
import type { Hook } from './hooks.ts';

const TRACKING = -200;
const ALL_BUT_UNTRACKED: IntervalSet = [STATE.new, STATE.invalid + 1];
const UNTRACKED: IntervalSet = [STATE.untracked, STATE.untracked + 1];

export function isBeforeTracking(hook: Hook, priority: number): boolean {
  return (hook === 'prerouting' || hook === 'output') && priority < TRACKING;
}

const variants = new WeakMap<Rule, Rule>();

const chains = new WeakMap<Chain, Chain>();

/** The chain as packets without a state see it; the same for the same chain. */
export function beforeTracking(chain: Chain): Chain {
  let early = chains.get(chain);
  if (!early) chains.set(chain, (early = withoutStates(chain)));
  return early;
}

function withoutStates(chain: Chain): Chain {
  return { ...chain, entries: chain.entries.map((entry) => (entry.rule.match.some((t) => t.state) ? { ...entry, rule: variantOf(entry.rule) } : entry)) };
}

function variantOf(rule: Rule): Rule {
  let variant = variants.get(rule);
  if (!variant) variants.set(rule, (variant = { ...rule, match: rule.match.flatMap(withoutState) }));
  return variant;
}

function withoutState(term: Term): Term[] {
  if (!term.state) return [term];
  const state = union(contains(term.state, STATE.invalid) ? ALL_BUT_UNTRACKED : [], contains(term.state, STATE.untracked) ? UNTRACKED : []);
  return state.length === 0 ? [] : [{ ...term, state }];
}
