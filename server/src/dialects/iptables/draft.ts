/** A rule while its options are read: the match so far, its fields, and what was not understood. */
import { t } from '@vscode/l10n';
import type { Address, AddressIntervals, Family } from '../../core/addresses.ts';
import { type IntervalSet, intersect, unionAll } from '../../core/intervals.ts';
import { type Span, span } from '../../core/span.ts';
import { conjoin } from '../../families/netfilter/matches.ts';
import { type Action, type Atom, type Field, type FieldRole, MATCH_NONE, type Match, type Rule, type Term, type Unmodelled } from '../../model/rule.ts';
import type { Problem } from '../../model/reading.ts';
import { UNKNOWN, type Word } from './words.ts';

export interface RuleContext {
  readonly family: Family;
  readonly table: string;
  /** Sets that the same text creates. */
  readonly sets?: SetLookup;
}

/** @returns what is (negated: is not) in the named set, its parts taken from the given ends of the packet; the reason why that cannot be told; or undefined for a set that the text does not create. */
type SetLookup = (name: string, ends: readonly ('src' | 'dst')[], family: Family, negated: boolean) => Match | string | undefined;

/** One of the address alternatives of a comma list; the kernel holds a rule for each. */
export interface Alternative {
  readonly set?: AddressIntervals;
  readonly atom?: Atom;
}

type Dimension = 'protocol' | 'sport' | 'dport' | 'state' | 'flags';
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Beyond this many combinations of addresses a list becomes one rule with all of them, which decides the same. */
const COPIES_LIMIT = 256;

export class Draft {
  readonly fields: Field[] = [];
  readonly problems: Problem[] = [];
  readonly unmodelled: Unmodelled[] = [];
  /** Words that tell one rule from another beside its match (targets' options, comments, unmodelled options). */
  readonly extras: string[] = [];
  /** The protocol that the rule is bound to, which port and type options need. */
  protocol: number | undefined;
  /** A `-p` whose value the text does not tell: it may be any. */
  anyProtocol = false;
  /** The protocol that `--ctproto` asks for. */
  trackedProtocol: number | undefined;
  src: readonly Alternative[] | undefined;
  dst: readonly Alternative[] | undefined;
  action: Action = { kind: 'continue' };
  private readonly term: Mutable<Term> = {};
  private readonly atoms: Atom[] = [];
  private readonly branches: Match[] = [];

  constructor(readonly context: RuleContext) {}

  restrict(dimension: Dimension, set: IntervalSet): void {
    const before = this.term[dimension];
    this.term[dimension] = before ? intersect(before, set) : set;
  }

  restrictAddress(end: 'src' | 'dst', set: AddressIntervals): void {
    const before = this.term[end];
    this.term[end] = before ? intersect<Address>(before, set) : set;
  }

  require(atom: Atom): void {
    this.atoms.push(atom);
  }

  /** The rule matches only where one of the terms does. */
  either(match: Match): void {
    if (match.length === 1 && match[0] && Object.keys(match[0]).every((k) => k === 'atoms')) this.atoms.push(...(match[0].atoms ?? []));
    else this.branches.push(match);
  }

  unknown(start: number, end: number, why: string): void {
    this.atoms.push({ kind: 'unknown', why, span: span(start, end) });
  }

  /** A value that the text does not tell. */
  unknownWord(word: Word): void {
    this.unknown(word.start, word.end, word.why ?? t('the value is not known here'));
  }

  /** What the tool refuses: nothing definite can come of the rule. */
  refuse(at: Span, message: string): void {
    this.problems.push({ span: span(at.start, at.end), message });
    this.unknown(at.start, at.end, message);
  }

  field(role: FieldRole, word: Span): void {
    this.fields.push({ role, span: span(word.start, word.end) });
  }

  /** The rules that the kernel would hold, all of the same text. */
  rules(whole: Span): Rule[] {
    const many = (this.src?.length ?? 1) * (this.dst?.length ?? 1) > COPIES_LIMIT;
    const sources = many ? together(this.src) : (this.src ?? ANYWHERE);
    const destinations = many ? together(this.dst) : (this.dst ?? ANYWHERE);
    // Lists that grew are longer in memory than what they hold; rules are kept, so theirs are cut to size.
    const fields = this.fields.slice();
    const matches: Match[] = [];
    for (const s of sources) for (const d of destinations) matches.push(this.match(s, d));
    return (many ? [matches.flat()] : matches).map((match) => {
      const rule = { span: whole, match, action: this.action, fields };
      return this.unmodelled.length > 0 ? { ...rule, unmodelled: this.unmodelled } : rule;
    });
  }

  private match(s: Alternative, d: Alternative): Match {
    const term = this.termWith(s, d);
    if (!possible(term)) return MATCH_NONE;
    let match: Match = [term];
    for (const branch of this.branches) match = conjoin(match, branch);
    return match;
  }

  private termWith(s: Alternative, d: Alternative): Term {
    const term: Mutable<Term> = {};
    for (const dimension of DIMENSIONS) if (this.term[dimension]) term[dimension] = this.term[dimension];
    const src = bothSets(this.term.src, s.set);
    const dst = bothSets(this.term.dst, d.set);
    if (src || dst) term.family = this.context.family;
    if (src) term.src = src;
    if (dst) term.dst = dst;
    if (s.atom || d.atom) term.atoms = [...(s.atom ? [s.atom] : []), ...(d.atom ? [d.atom] : []), ...this.atoms];
    else if (this.atoms.length > 0) term.atoms = this.atoms.slice();
    return term;
  }
}

const ANYWHERE: readonly Alternative[] = [{}];

/** The alternatives as two at most: all that are told, and one that is not. */
function together(list: readonly Alternative[] = ANYWHERE): readonly Alternative[] {
  const told = list.filter((a) => a.atom === undefined);
  const untold = list.find((a) => a.atom !== undefined);
  const everywhere = told.some((a) => a.set === undefined);
  return [...(told.length === 0 ? [] : everywhere ? ANYWHERE : [{ set: unionAll<Address>(told.map((a) => a.set ?? [])) }]), ...(untold ? [untold] : [])];
}

const DIMENSIONS = ['protocol', 'sport', 'dport', 'state', 'flags'] as const;

const bothSets = (a: AddressIntervals | undefined, b: AddressIntervals | undefined): AddressIntervals | undefined => (a && b ? intersect<Address>(a, b) : (a ?? b));

function possible(term: Term): boolean {
  for (const d of DIMENSIONS) if (term[d]?.length === 0) return false;
  return term.src?.length !== 0 && term.dst?.length !== 0;
}

/** The part of a word from `from` on, with its own place in the text if the word is written plainly. */
function part(word: Word, from: number, to: number): Word {
  const plain = word.end - word.start === word.text.length;
  const text = word.text.slice(from, to);
  return { text, start: plain ? word.start + from : word.start, end: plain ? word.start + to : word.end, ...(text.includes(UNKNOWN) ? { why: word.why } : {}) };
}

/** The items of a comma list. */
export function items(word: Word): readonly Word[] {
  if (!word.text.includes(',')) return [word];
  const out: Word[] = [];
  for (let from = 0; from <= word.text.length; ) {
    const comma = word.text.indexOf(',', from);
    const to = comma < 0 ? word.text.length : comma;
    out.push(part(word, from, to));
    from = to + 1;
  }
  return out;
}
