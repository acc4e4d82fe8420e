/** What a rule of any dialect says, after lowering: a match over the packet space and an action. */
import type { AddressIntervals, Family } from '../core/addresses.ts';
import type { IntervalSet } from '../core/intervals.ts';
import type { Span } from '../core/span.ts';

/**
 * A part of a match that only the site or nobody can decide. An atom that nothing decides makes its term a maybe-match.
 * Spans are relative to the rule's statement, like those of {@link Rule}.
 */
export type Atom =
  /** Text that is read and not modelled (a variable without a value, `limit`, `owner`, an unknown extension). */
  | { readonly kind: 'unknown'; readonly why: string; readonly span: Span }
  /** Name patterns as the kernel compares them: a trailing `*` matches any rest. `negated` as a whole. */
  | { readonly kind: 'interface'; readonly side: 'in' | 'out'; readonly names: readonly string[]; readonly negated: boolean; readonly span: Span }
  /** A named address set that this text does not define, at one end of the packet. */
  | { readonly kind: 'reference'; readonly end: 'src' | 'dst'; readonly name: string; readonly negated: boolean; readonly span: Span }
  /** The routing class of an address as the firewall host sees it. */
  | { readonly kind: 'address-type'; readonly end: 'src' | 'dst'; readonly type: 'local' | 'unicast' | 'broadcast' | 'multicast' | 'anycast'; readonly negated: boolean; readonly span: Span }
  /** conntrack's direction of the packet: the side that opened the connection, or the answering one. */
  | { readonly kind: 'direction'; readonly reply: boolean; readonly span: Span };

/** A conjunction. An absent dimension is unrestricted. */
export interface Term {
  /** Only packets of this family; both if absent. `src`/`dst` are then of that family. */
  readonly family?: Family;
  readonly src?: AddressIntervals;
  readonly dst?: AddressIntervals;
  readonly protocol?: IntervalSet;
  readonly sport?: IntervalSet;
  /** For ICMP: type * 256 + code. */
  readonly dport?: IntervalSet;
  readonly state?: IntervalSet;
  readonly flags?: IntervalSet;
  readonly atoms?: readonly Atom[];
}

/** A disjunction of terms: none matches nothing, one empty term matches everything. */
export type Match = readonly Term[];

export const MATCH_ALL: Match = [{}];
export const MATCH_NONE: Match = [];

export type Action =
  | { readonly kind: 'accept' | 'drop' | 'reject' }
  /** No effect on the verdict (log, counter, mark, ...). */
  | { readonly kind: 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'return' }
  /** Takes the packet out of connection tracking; evaluation goes on with state UNTRACKED. */
  | { readonly kind: 'untrack' }
  /**
   * Ends the evaluation of the policy in a way that the text does not tell (queue, DNAT, an unknown target).
   * `rewrites`: the packet goes on as another one (DNAT), so what later policies of the way say of it is not known either.
   */
  | { readonly kind: 'unknown'; readonly why: string; readonly rewrites?: true };

export type FieldRole = 'src' | 'dst' | 'sport' | 'dport' | 'protocol' | 'state' | 'interface' | 'action' | 'other';

/** Where a rule's text says one thing, for messages that point at a field. */
export interface Field {
  readonly role: FieldRole;
  readonly span: Span;
}

/**
 * A rule. `span` and every span inside are relative to the start of the statement that holds the rule, so that one
 * object serves wherever the same statement stands; {@link Entry.at} places it.
 */
export interface Rule {
  readonly span: Span;
  readonly match: Match;
  readonly action: Action;
  readonly fields: readonly Field[];
  /** The match for packets that are tracked already, which an untracking statement of the rule leaves as they are; the same if absent. */
  readonly tracked?: Match;
  /** Unmodelled text inside the rule that does not restrict the match (an unknown statement after it). */
  readonly unmodelled?: readonly Unmodelled[];
}

/** Text that was read and is not modelled; it may accept and may deny. */
export interface Unmodelled {
  readonly span: Span;
  readonly why: string;
}

/** A rule at its place: `at` is the statement's offset in the document `uri`, the one that was read if absent. */
export interface Entry {
  readonly rule: Rule;
  readonly at: number;
  readonly uri?: string;
}
