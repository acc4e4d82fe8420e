/** What statements of the nftables language say, as trees. Every span is relative to the start of its statement. */
import type { Family } from '../../core/addresses.ts';
import type { Span } from '../../core/span.ts';
import type { Field } from '../../model/rule.ts';

/** The right side of a test, an element, or a variable's value. */
export type Expr =
  | { readonly kind: 'symbol'; readonly text: string; readonly quoted: boolean; readonly span: Span }
  | { readonly kind: 'variable' | 'reference'; readonly name: string; readonly span: Span }
  | { readonly kind: 'any'; readonly span: Span }
  | { readonly kind: 'set'; readonly elements: readonly Element[]; readonly span: Span }
  /** Alternatives without braces: `established,related`. */
  | { readonly kind: 'list' | 'concat'; readonly parts: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'range'; readonly from: Expr; readonly to: Expr; readonly span: Span }
  | { readonly kind: 'prefix'; readonly base: Expr; readonly length: number; readonly span: Span }
  /** `value / mask` of flag tests. */
  | { readonly kind: 'masked'; readonly value: Expr; readonly mask: Expr; readonly span: Span }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr; readonly span: Span };

export type BinaryOperator = '|' | '&' | '^' | '<<' | '>>';

/** `limited`: the element has a timeout, a limit or a quota, so it holds for some time or some packets only. */
export interface Element {
  readonly key: Expr;
  readonly limited: boolean;
  readonly verdict?: Verdict;
  readonly span: Span;
}

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'continue' | 'return'; readonly span: Span }
  | { readonly kind: 'jump' | 'goto'; readonly chain: Expr; readonly span: Span }
  /** `jump { ... }`: the statements of an anonymous chain. */
  | { readonly kind: 'jump' | 'goto'; readonly block: readonly Nested[]; readonly span: Span }
  | { readonly kind: 'unknown'; readonly why: string; readonly rewrites?: true; readonly span: Span };

/** A rule inside an anonymous chain: its text, and where it starts in the statement around it. */
export interface Nested {
  readonly at: number;
  readonly rule: RuleSyntax;
}

/**
 * What a test looks at.
 * - `opaque`: a thing that the packet space does not have (a mark, a time, a header field).
 * - `fragment`: bits of the fragment offset; the packets asked about are whole.
 */
export type Subject =
  | { readonly kind: 'address'; readonly end: 'src' | 'dst'; readonly family: Family }
  | { readonly kind: 'port'; readonly end: 'sport' | 'dport'; readonly protocol?: number }
  | { readonly kind: 'protocol'; readonly family?: Family }
  | { readonly kind: 'icmp'; readonly what: 'type' | 'code'; readonly version: Family }
  | { readonly kind: 'flags' }
  | { readonly kind: 'state' }
  /** conntrack's status bits of the connection. */
  | { readonly kind: 'status' }
  | { readonly kind: 'nfproto' | 'ethertype' | 'version4' | 'version6' | 'pkttype' | 'direction' | 'fragment' }
  /** A field of the packet that opened the connection, or of its answer. */
  | { readonly kind: 'tuple'; readonly original: boolean; readonly field: Subject & { readonly kind: 'address' | 'port' | 'protocol' } }
  | { readonly kind: 'interface'; readonly side: 'in' | 'out' }
  | { readonly kind: 'address-type'; readonly end: 'src' | 'dst' }
  | { readonly kind: 'opaque'; readonly why: string; readonly family?: Family; readonly protocol?: number };

/** `head` is the word that names a protocol (`tcp` of `tcp dport`), for messages about it. */
export interface Selector {
  readonly subject: Subject;
  readonly head?: Span;
  readonly span: Span;
}

/** `tcp dport map { ... }`: the rule goes on only for packets whose key is in the map. */
export interface Lookup {
  readonly left: readonly Selector[];
  readonly right: Expr;
}

/** What a computed value reads of the packet. */
export interface Computed {
  readonly uses: readonly Selector[];
  readonly lookups: readonly Lookup[];
}

/** `is`: no operator written. `not`: the `!` of flag tests. */
export type Relation = 'is' | '==' | '!=' | '<' | '>' | '<=' | '>=' | 'not';

export type Statement =
  | { readonly kind: 'match'; readonly left: readonly Selector[]; readonly mask?: Expr; readonly relation: Relation; readonly right: Expr; readonly span: Span }
  | { readonly kind: 'vmap'; readonly left: readonly Selector[]; readonly mask?: Expr; readonly right: Expr; readonly span: Span }
  /** Lets only some packets go on. */
  | { readonly kind: 'maybe'; readonly why: string; readonly span: Span; readonly computed?: Computed }
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly family?: Family; readonly protocol?: number; readonly computed?: Computed }
  | { readonly kind: 'untrack' }
  /** Changes the source address on the way out and accepts. */
  | { readonly kind: 'translate'; readonly family?: Family; readonly span: Span; readonly computed: Computed }
  /** No effect on the verdict; what it reads must be there. */
  | { readonly kind: 'effect'; readonly computed?: Computed; readonly updates?: string }
  /** From here on the statement was not understood. */
  | { readonly kind: 'error'; readonly message: string; readonly span: Span };

/** One rule. `variables` and `sets` are the names that it refers to. */
export interface RuleSyntax {
  readonly length: number;
  readonly start: number;
  readonly statements: readonly Statement[];
  readonly variables: readonly string[];
  readonly sets: readonly string[];
  /** Sets that the rule itself adds to or deletes from. */
  readonly updates: readonly string[];
  readonly nested: boolean;
  /** What ended the reading of the rule before its end. */
  readonly error?: { readonly message: string; readonly span: Span };
  readonly fields: readonly Field[];
}
