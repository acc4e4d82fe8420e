/**
 * One test of a rule as a match and its complement.
 * Sources: nft(8) "PRIMARY EXPRESSIONS", "PAYLOAD EXPRESSIONS", "CONNTRACK EXPRESSIONS"; what an operator compares was read off
 * `nft --debug=netlink` of nftables 1.0.6, and the test that nft puts before a header's field (its family, its protocol) too.
 */
import { t } from '@vscode/l10n';
import type { Address, Family } from '../../core/addresses.ts';
import { ALL_PROTOCOLS, PROTOCOL, STATE } from '../../core/packets.ts';
import { EMPTY, type IntervalSet, contains, intersect, single, subtract, unionAll } from '../../core/intervals.ts';
import { type Span, span } from '../../core/span.ts';
import { pointsWhere, statesWhere } from '../../families/netfilter/conntrack.ts';
import type { Alternative } from '../../families/netfilter/matches.ts';
import { PORT_PROTOCOLS } from '../../families/netfilter/protocols.ts';
import { type Atom, MATCH_ALL, MATCH_NONE, type Match, type Term } from '../../model/rule.ts';
import { type Environment, within } from './environment.ts';
import { namesTest } from './names.ts';
import { type Scale, scaleOf } from './scales.ts';
import type { Expr, Relation, Selector, Subject } from './syntax.ts';
import { type Doubt, type Numbers, type Values, constant, evaluate, everything, unmask } from './values.ts';

/** The family of the table that the rule is in; undefined for inet. */
export type TableFamily = Family | undefined;

const TRACKED: IntervalSet = unionAll([single(STATE.new), single(STATE.established), single(STATE.related)]);
const PORTS: IntervalSet = unionAll(PORT_PROTOCOLS.map(single));

const requirements = new WeakMap<Subject, Map<TableFamily, Match>>();

/** What nft tests before it reads the field, and what the field needs to be there. */
export function requirement(subject: Subject, table: TableFamily): Match {
  let byFamily = requirements.get(subject);
  if (!byFamily) requirements.set(subject, (byFamily = new Map<TableFamily, Match>()));
  let match = byFamily.get(table);
  if (!match) {
    const term = requiredTerm(subject, table);
    byFamily.set(table, (match = Object.keys(term).length === 0 ? MATCH_ALL : [term]));
  }
  return match;
}

function requiredTerm(subject: Subject, table: TableFamily): Term {
  switch (subject.kind) {
    case 'address':
      return { family: subject.family };
    case 'port':
      return subject.protocol === undefined ? {} : { protocol: single(subject.protocol) };
    case 'protocol':
      return subject.family ? { family: subject.family } : {};
    case 'icmp':
      return { protocol: single(subject.version === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6), ...(table ? {} : { family: subject.version }) };
    case 'flags':
      return { protocol: single(PROTOCOL.tcp) };
    case 'version4':
    case 'fragment':
      return { family: 4 };
    case 'version6':
      return { family: 6 };
    case 'direction':
    case 'status':
      return { state: TRACKED };
    case 'tuple':
      return { state: TRACKED, ...(subject.field.kind === 'address' ? { family: subject.field.family } : {}) };
    case 'opaque':
      return { ...(subject.family ? { family: subject.family } : {}), ...(subject.protocol === undefined ? {} : { protocol: single(subject.protocol) }) };
    default:
      return {};
  }
}

/** Tests a subject against the union of values. */
export function testValues(subject: Subject, values: readonly Expr[], where: Span, env: Environment): Alternative {
  const scale = scaleOf(subject);
  if (!scale) return namesTest(subject, values, where, env);
  const all = values.map((v) => evaluate(v, scale, env));
  const joined: Values = all.length === 1 ? (all[0] as Values) : { sure: unionAll(all.map((v) => v.sure)), doubts: all.flatMap((v) => v.doubts) };
  return { match: fromValues(subject, scale, joined, where, false), complement: fromValues(subject, scale, joined, where, true) };
}

/** The packets whose subject is, or with `negated` is not, one of the values. */
function fromValues(subject: Subject, scale: Scale, values: Values, where: Span, negated: boolean): Match {
  if (values.doubts.length === 0) return termsOf(subject, negated ? subtract(everything(scale), values.sure) : values.sure, where);
  const doubts = values.doubts.map((d) => ({ ...d, region: subtract(d.region, values.sure) })).filter((d) => d.region.length > 0);
  const sure = negated ? subtract(everything(scale), unionAll([values.sure, ...doubts.map((d) => d.region)])) : values.sure;
  const unsure = doubts.flatMap((d) => termsOf(subject, d.region, where).map((t) => ({ ...t, atoms: [...(t.atoms ?? []), atomOf(subject, d, negated, where)] })));
  return [...termsOf(subject, sure, where), ...unsure];
}

function atomOf(subject: Subject, doubt: Doubt, negated: boolean, where: Span): Atom {
  const at = doubt.span ?? where;
  if (doubt.reference !== undefined && subject.kind === 'address') return { kind: 'reference', end: subject.end, name: doubt.reference, negated, span: at };
  return { kind: 'unknown', why: doubt.why, span: at };
}

/** The packets whose subject has one of the numbers, what the subject requires left aside. */
function termsOf(subject: Subject, set: Numbers, where: Span): Match {
  if (set.length === 0) return MATCH_NONE;
  const numbers = set as IntervalSet;
  const has = (value: number): boolean => contains(numbers, value);
  switch (subject.kind) {
    case 'address':
      return [{ family: subject.family, [subject.end]: set }];
    case 'port':
      return subject.protocol === undefined ? transportTerms(subject.end, numbers, where) : [{ [subject.end]: numbers }];
    case 'protocol':
      return [{ protocol: numbers }];
    case 'icmp':
      return [{ dport: subject.what === 'type' ? numbers.map((n) => n * 256) : everyType(numbers) }];
    case 'state':
      return nonEmpty('state', statesWhere(has));
    case 'flags':
      return nonEmpty('flags', numbers);
    case 'nfproto':
      return families(has(2), has(10));
    case 'ethertype':
      return families(has(0x800), has(0x86dd));
    case 'version4':
      return has(4) ? MATCH_ALL : MATCH_NONE;
    case 'version6':
      return has(6) ? MATCH_ALL : MATCH_NONE;
    case 'fragment':
      return has(0) ? MATCH_ALL : MATCH_NONE;
    case 'tuple':
      return tupleTerms(subject, set, where);
    default:
      return MATCH_NONE;
  }
}

/**
 * Without translation, which makes a query unmodelled or comes after filtering, the source of the packet that opened the connection is
 * the source of every packet that goes the same way, and the destination of those that come back (nft(8), "CONNTRACK EXPRESSIONS").
 */
function tupleTerms({ field, original }: Subject & { readonly kind: 'tuple' }, set: Numbers, where: Span): Match {
  if (field.kind === 'protocol') return termsOf(field, set, where);
  const mirrored: Subject = field.kind === 'address' ? { ...field, end: field.end === 'src' ? 'dst' : 'src' } : { ...field, end: field.end === 'sport' ? 'dport' : 'sport' };
  const sent = (reply: boolean, terms: Match): Match => terms.map((t) => ({ ...t, atoms: [...(t.atoms ?? []), { kind: 'direction', reply, span: where }] }));
  return [...sent(!original, termsOf(field, set, where)), ...sent(original, termsOf(mirrored, set, where))];
}

/** `th` reads the transport header of any protocol; where that has no ports, what stands there is not known. */
function transportTerms(end: 'sport' | 'dport', numbers: IntervalSet, where: Span): Match {
  const other = subtract(ALL_PROTOCOLS, PORTS);
  return [{ protocol: PORTS, [end]: numbers }, { protocol: other, atoms: [{ kind: 'unknown', why: t('this protocol has no ports'), span: where }] }];
}

function everyType(codes: IntervalSet): IntervalSet {
  return unionAll(Array.from({ length: 256 }, (_, type) => codes.map((code) => type * 256 + code)));
}

function nonEmpty(dimension: 'state' | 'flags', set: IntervalSet): Match {
  return set.length === 0 ? MATCH_NONE : [{ [dimension]: set }];
}

function families(v4: boolean, v6: boolean): Match {
  if (v4 && v6) return MATCH_ALL;
  return v4 ? [{ family: 4 }] : v6 ? [{ family: 6 }] : MATCH_NONE;
}

/** Follows variables to what they stand for, with the variables that hold there. */
export function resolve(expr: Expr, env: Environment): { readonly expr: Expr; readonly env: Environment } {
  let at = { expr, env };
  for (let depth = 0; at.expr.kind === 'variable' && depth < 60; depth++) {
    const bound = at.env.variables.get(at.expr.name);
    if (!bound) break;
    at = { expr: bound.value, env: within(bound.variables) };
  }
  return at;
}

function unknown(why: string, where: Span): Match {
  return [{ atoms: [{ kind: 'unknown', why, span: where }] }];
}

/** A test of a single subject, what it requires left aside. */
export function relate(selector: Selector, mask: Expr | undefined, relation: Relation, right: Expr, env: Environment): Match {
  const { subject } = selector;
  const where = right.span;
  if (subject.kind === 'opaque') return unknown(subject.why, span(selector.span.start, where.end));
  if (subject.kind === 'status') return relateStatus(mask, relation, right, env);
  const scale = scaleOf(subject);
  if (scale && (subject.kind === 'state' || subject.kind === 'flags')) return relateBits(subject, scale, mask, relation, right, env);
  if (!scale) {
    if (mask || (relation !== 'is' && relation !== '==' && relation !== '!=')) return unknown(t('this comparison is not understood'), where);
    const test = testValues(subject, [right], where, env);
    return relation === '!=' ? test.complement : test.match;
  }
  let values = evaluate(right, scale, env);
  if (mask) {
    const bits = constant(mask, scale, env);
    const numbers = bits === undefined || values.doubts.length > 0 ? undefined : subject.kind === 'fragment' ? maskedOffset(values.sure, bits) : unmask(values.sure, bits, scale);
    if (!numbers) return unknown(t('this mask is not understood'), where);
    values = { sure: numbers, doubts: [] };
  } else if (subject.kind === 'fragment') return unknown(t('whether the packet may be fragmented is not in sight'), where);
  if (relation !== 'is' && relation !== '==' && relation !== '!=') {
    const beyond = mask ? undefined : compare(values, relation, scale);
    if (!beyond) return unknown(t('this comparison is not understood'), where);
    values = { sure: beyond, doubts: [] };
  }
  return fromValues(subject, scale, values, where, relation === '!=');
}

/** A packet that a DNAT rule of the text could change is not judged beyond that rule, so of no other has the connection that bit. */
function relateStatus(mask: Expr | undefined, relation: Relation, right: Expr, env: Environment): Match {
  const { expr } = resolve(right, env);
  const translated = !mask && expr.kind === 'symbol' && expr.text === 'dnat';
  if (translated && (relation === 'is' || relation === '==')) return MATCH_NONE;
  if (translated && (relation === '!=' || relation === 'not')) return MATCH_ALL;
  return unknown(t('the status of the connection is not in sight'), right.span);
}

/** The bit that forbids fragmentation; the others are zero in a whole packet (RFC 791), and connection tracking puts fragments together before any rule sees them. */
const DONT_FRAGMENT = 0x4000;

function maskedOffset(values: Numbers, mask: Address): Numbers | undefined {
  if ((Number(mask) & DONT_FRAGMENT) !== 0) return undefined;
  return contains(values as IntervalSet, 0) ? [0, 1] : EMPTY;
}

/** The numbers that stand in the relation to the one of `values`. */
function compare(values: Values, relation: Relation, scale: Scale): Numbers | undefined {
  const [lo, hi] = values.sure;
  if (values.doubts.length > 0 || values.sure.length !== 2 || lo === undefined || hi === undefined || BigInt(hi) - BigInt(lo) !== 1n) return undefined;
  const below = intersect(everything(scale), [scale.zero, lo === scale.zero ? scale.end : lo]);
  switch (relation) {
    case '<':
      return lo === scale.zero ? EMPTY : below;
    case '<=':
      return [scale.zero, hi];
    case '>':
      return hi === scale.end ? EMPTY : [hi, scale.end];
    case '>=':
      return [lo, scale.end];
    default:
      return undefined;
  }
}

/**
 * Tests of bit fields. Without an operator a value is met if any of its bits is set; `==` and `!=`, and every test behind a
 * mask, compare the whole; `!` is met if none of the bits is set; `value / mask` compares what the mask leaves.
 */
function relateBits(subject: Subject & { readonly kind: 'state' | 'flags' }, scale: Scale, mask: Expr | undefined, relation: Relation, right: Expr, env: Environment): Match {
  const where = right.span;
  const target = resolve(right, env);
  const through = mask ? constant(mask, scale, env) : 0xff;
  if (through === undefined) return unknown(t('this mask is not understood'), where);
  const m = Number(through);
  const select = (test: (bits: number) => boolean): Match =>
    subject.kind === 'state' ? nonEmpty('state', statesWhere(test)) : nonEmpty('flags', pointsWhere(256, test));
  if (target.expr.kind === 'set' || target.expr.kind === 'reference' || target.expr.kind === 'range' || target.expr.kind === 'any') {
    const values = evaluate(target.expr, scale, target.env);
    const negated = relation === '!=';
    const test = (numbers: Numbers) => (bits: number): boolean => contains(numbers as IntervalSet, bits & m);
    const sure = select(negated ? (bits) => !test(values.sure)(bits) && !values.doubts.some((d) => test(d.region)(bits)) : test(values.sure));
    const doubts = values.doubts.flatMap((d) => select((bits) => test(d.region)(bits) && !test(values.sure)(bits)).map((t): Term => ({ ...t, atoms: [atomOf(subject, d, negated, where)] })));
    return [...sure, ...doubts];
  }
  if (target.expr.kind === 'masked') {
    const value = constant(target.expr.value, scale, target.env);
    const kept = constant(target.expr.mask, scale, target.env);
    if (value === undefined || kept === undefined) return unknown(t('these flags are not understood'), where);
    const equal = (bits: number): boolean => (bits & Number(kept)) === Number(value);
    return relation === '!=' ? select((bits) => !equal(bits)) : select(equal);
  }
  const value = constant(target.expr, scale, target.env);
  if (value === undefined) {
    const [doubt] = evaluate(right, scale, env).doubts;
    return unknown(doubt?.why ?? t('this value is not understood'), doubt?.span ?? where);
  }
  const key = `${subject.kind} ${mask ? String(m) : ''} ${relation} ${String(value)}`;
  let match = bitTests.get(key);
  if (!match) bitTests.set(key, (match = select(bitTest(mask === undefined, m, relation, Number(value)))));
  return match;
}

/** There are few different tests of bits, however many rules. */
const bitTests = new Map<string, Match>();

function bitTest(whole: boolean, mask: number, relation: Relation, value: number): (bits: number) => boolean {
  switch (relation) {
    case 'is':
      return whole ? (bits) => (bits & value) !== 0 : (bits) => (bits & mask) === value;
    case '==':
      return (bits) => (bits & mask) === value;
    case '!=':
      return (bits) => (bits & mask) !== value;
    case 'not':
      return (bits) => (bits & mask & value) === 0;
    case '<':
      return (bits) => (bits & mask) < value;
    case '<=':
      return (bits) => (bits & mask) <= value;
    case '>':
      return (bits) => (bits & mask) > value;
    case '>=':
      return (bits) => (bits & mask) >= value;
  }
}

