/**
 * What connection tracking has to do with where a chain stands. It hooks in at priority -200 of prerouting and output (nf_conntrack_proto.c,
 * NF_IP_PRI_CONNTRACK). A packet that it has not seen is INVALID to every test of its state, or UNTRACKED after `notrack`
 * (net/netfilter/nft_ct.c, net/netfilter/xt_conntrack.c); a packet that it has seen stays tracked (nft_ct.c, nft_notrack_eval).
 */
import { type IntervalSet, contains, union } from '../../core/intervals.ts';
import { STATE } from '../../core/packets.ts';
import type { Chain } from '../../model/policy.ts';
import type { Match, Rule, Term } from '../../model/rule.ts';
import type { Hook } from './hooks.ts';

const TRACKING = -200;
const ALL_BUT_UNTRACKED: IntervalSet = [STATE.new, STATE.invalid + 1];
const UNTRACKED: IntervalSet = [STATE.untracked, STATE.untracked + 1];

/** Chains with the rules that they are to packets of one kind; the same for the same chain. */
class View {
  private readonly rules = new WeakMap<Rule, Rule>();
  private readonly chains = new WeakMap<Chain, Chain>();

  /** @param matchOf the match of a rule to such packets; undefined if it is the one that is written */
  constructor(private readonly matchOf: (rule: Rule) => Match | undefined) {}

  chain(chain: Chain): Chain {
    let seen = this.chains.get(chain);
    if (!seen) this.chains.set(chain, (seen = this.seen(chain)));
    return seen;
  }

  private seen(chain: Chain): Chain {
    if (!chain.entries.some(({ rule }) => this.matchOf(rule))) return chain;
    return { ...chain, entries: chain.entries.map((entry) => ({ ...entry, rule: this.rule(entry.rule) })) };
  }

  private rule(rule: Rule): Rule {
    const match = this.matchOf(rule);
    if (!match) return rule;
    let variant = this.rules.get(rule);
    if (!variant) this.rules.set(rule, (variant = { ...rule, match }));
    return variant;
  }
}

const untouched = new View(({ match }) => (match.some((t) => t.state) ? match.flatMap(withoutState) : undefined));
const tracked = new View((rule) => rule.tracked);

/** How packets that come to a hook at a priority see its chains. */
export function viewAt(hook: Hook, priority: number): Pick<View, 'chain'> {
  return (hook === 'prerouting' || hook === 'output') && priority < TRACKING ? untouched : tracked;
}

function withoutState(term: Term): Term[] {
  if (!term.state) return [term];
  const state = union(contains(term.state, STATE.invalid) ? ALL_BUT_UNTRACKED : [], contains(term.state, STATE.untracked) ? UNTRACKED : []);
  return state.length === 0 ? [] : [{ ...term, state }];
}
