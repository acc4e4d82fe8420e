/** Tests of things that have names instead of numbers: interfaces, address types, packet types, the direction of a connection. */
import { t } from '@vscode/l10n';
import type { Span } from '../../core/span.ts';
import type { Alternative } from '../../families/netfilter/matches.ts';
import { type Atom, MATCH_ALL, MATCH_NONE, type Match, type Term } from '../../model/rule.ts';
import type { Element, Expr, Subject } from './syntax.ts';
import { type Environment, type NamedSet, within } from './environment.ts';
import { parseInteger } from './scales.ts';
import { dynamic, expires } from './values.ts';

/** Names that are surely meant, names that may be, and what else may be meant. */
interface Names {
  readonly sure: Set<string>;
  readonly maybe: Map<string, string>;
  readonly doubts: { readonly why: string; readonly span?: Span }[];
  all: boolean;
}

const nothing = (): Names => ({ sure: new Set(), maybe: new Map(), doubts: [], all: false });

/** `limited`: why the names may not hold. `outside`: the text is not the rule's own, so it has no place in it. */
interface Manner {
  readonly limited?: string;
  readonly outside: boolean;
}

function collect(expr: Expr, env: Environment, into: Names, manner: Manner): void {
  const where = manner.outside ? {} : { span: expr.span };
  switch (expr.kind) {
    case 'symbol': {
      const name = expr.text.replaceAll('\\', '');
      if (manner.limited === undefined) into.sure.add(name);
      else into.maybe.set(name, manner.limited);
      return;
    }
    case 'set':
      collectElements(expr.elements, env, into, manner);
      return;
    case 'list':
      for (const part of expr.parts) collect(part, env, into, manner);
      return;
    case 'any':
      into.all = true;
      return;
    case 'variable': {
      const bound = env.variables.get(expr.name);
      if (!bound) into.doubts.push({ why: t('the variable ${0} has no value in this file', expr.name), ...where });
      else merge(remembered(bound.memo, (names) => { collect(bound.value, within(bound.variables), names, { outside: true }); }), into, manner);
      return;
    }
    case 'reference': {
      const set = env.set(expr.name);
      if (!set) into.doubts.push({ why: t('the set @{0} is not in this file', expr.name), ...where });
      else if (set.dynamic) into.doubts.push({ why: dynamic(), ...where });
      else merge(remembered(set.memo, (names) => { collectSet(set, names); }), into, manner);
      return;
    }
    default:
      into.doubts.push({ why: t('this value does not fit the test'), ...where });
  }
}

/** Read once, however often it is referred to; while it is read, a reference to it is in doubt. */
function remembered(memo: Map<string, unknown>, fill: (names: Names) => void): Names {
  const known = memo.get('names') as Names | undefined;
  if (known) return known;
  const names = nothing();
  memo.set('names', { ...nothing(), doubts: [{ why: t('the value refers to itself') }] });
  fill(names);
  memo.set('names', names);
  return names;
}

function merge(from: Names, into: Names, { limited }: Manner): void {
  for (const name of from.sure) {
    if (limited === undefined) into.sure.add(name);
    else into.maybe.set(name, limited);
  }
  for (const [name, why] of from.maybe) into.maybe.set(name, why);
  for (const doubt of from.doubts) if (!into.doubts.includes(doubt)) into.doubts.push(doubt);
  into.all ||= from.all;
}

function collectElements(elements: readonly Element[], env: Environment, into: Names, manner: Manner): void {
  for (const e of elements) collect(e.key, env, into, e.limited ? { ...manner, limited: expires() } : manner);
}

function collectSet(set: NamedSet, into: Names): void {
  for (const change of set.changes) {
    const inner = within(change.variables);
    if (!change.remove) {
      collectElements(change.elements, inner, into, { outside: true, ...(set.expiring ? { limited: expires() } : {}) });
      continue;
    }
    const removed = nothing();
    collectElements(change.elements, inner, removed, { outside: true });
    for (const name of removed.sure) {
      into.sure.delete(name);
      into.maybe.delete(name);
    }
    into.doubts.push(...removed.doubts);
  }
}

export function namesTest(subject: Subject, values: readonly Expr[], where: Span, env: Environment): Alternative {
  const names = nothing();
  for (const value of values) collect(value, env, names, { outside: false });
  if (names.all) return { match: MATCH_ALL, complement: MATCH_NONE };
  const doubts = names.doubts.map((d): Atom => ({ kind: 'unknown', why: d.why, span: d.span ?? where }));
  const sure = alternatives(subject, [...names.sure], where);
  const maybe = [...names.maybe].filter(([name]) => !names.sure.has(name));
  const maybeTerms: Term[] = maybe.flatMap(([name, why]) =>
    alternatives(subject, [name], where).match.map((t) => ({ ...t, atoms: [...(t.atoms ?? []), { kind: 'unknown' as const, why, span: where }] })));
  const neither = alternatives(subject, [...names.sure, ...maybe.map(([name]) => name)], where).complement;
  return {
    match: [...sure.match, ...maybeTerms, ...doubts.map((atom): Term => ({ atoms: [atom] }))],
    complement: [...neither.map((t) => withAtoms(t, doubts)), ...maybeTerms],
  };
}

function withAtoms(term: Term, atoms: readonly Atom[]): Term {
  return atoms.length === 0 ? term : { ...term, atoms: [...(term.atoms ?? []), ...atoms] };
}

const TYPES: readonly string[] = ['local', 'unicast', 'broadcast', 'multicast', 'anycast'];
type AddressType = 'local' | 'unicast' | 'broadcast' | 'multicast' | 'anycast';

/** What `nft -n` prints in place of the names (RTN_* of linux/rtnetlink.h, PACKET_* of linux/if_packet.h, IP_CT_DIR_* of nf_conntrack_tuple_common.h). */
const BY_NUMBER: Partial<Record<Subject['kind'], readonly string[]>> = {
  'address-type': ['unspec', 'unicast', 'local', 'broadcast', 'anycast', 'multicast'],
  pkttype: ['host', 'broadcast', 'multicast', 'other'],
  direction: ['original', 'reply'],
};

function alternatives(subject: Subject, written: readonly string[], where: Span): Alternative {
  const numbered = BY_NUMBER[subject.kind];
  const names = numbered ? written.map((name) => numbered[parseInteger(name) ?? -1] ?? name) : written;
  if (names.length === 0) return { match: MATCH_NONE, complement: MATCH_ALL };
  switch (subject.kind) {
    case 'interface': {
      if (names.some((n) => /^\d+$/.test(n))) return both(t('the number of an interface is not in sight'), where);
      const atom = (negated: boolean): Term => ({ atoms: [{ kind: 'interface', side: subject.side, names, negated, span: where }] });
      return { match: [atom(false)], complement: [atom(true)] };
    }
    case 'address-type': {
      if (!names.every((n) => TYPES.includes(n))) return both(t('the routing type of the address is not in sight'), where);
      const atom = (name: string, negated: boolean): Atom => ({ kind: 'address-type', end: subject.end, type: name as AddressType, negated, span: where });
      return { match: names.map((n) => ({ atoms: [atom(n, false)] })), complement: [{ atoms: names.map((n) => atom(n, true)) }] };
    }
    case 'pkttype':
      return packetTypes(names, where);
    case 'direction':
      return directions(names, where);
    default:
      return both(t('this is not in sight'), where);
  }
}

function both(why: string, where: Span): Alternative {
  const match: Match = [{ atoms: [{ kind: 'unknown', why, span: where }] }];
  return { match, complement: match };
}

/**
 * Packet types as addresses tell them (nft(8), "pkt_type"; net/netfilter/nft_meta.c derives the type of looped packets the same
 * way): broadcast and multicast by destination, everything else that reaches the IP layer is for this host.
 */
function packetTypes(names: readonly string[], where: Span): Alternative {
  const is = (type: AddressType, negated: boolean): Atom => ({ kind: 'address-type', end: 'dst', type, negated, span: where });
  const terms: Readonly<Record<string, Match>> = {
    host: [{ atoms: [is('broadcast', true), is('multicast', true)] }], unicast: [{ atoms: [is('broadcast', true), is('multicast', true)] }],
    broadcast: [{ atoms: [is('broadcast', false)] }], multicast: [{ atoms: [is('multicast', false)] }], other: MATCH_NONE,
  };
  const known = new Set(names.map((n) => (n === 'unicast' ? 'host' : n)));
  if ([...known].some((n) => !Object.hasOwn(terms, n))) return both(t('this packet type is not known'), where);
  const of = (wanted: readonly string[]): Match => wanted.flatMap((n) => terms[n] ?? []);
  return { match: of([...known]), complement: of(['host', 'broadcast', 'multicast'].filter((n) => !known.has(n))) };
}

/** Which side of the connection sent the packet (nft(8), "ct direction"). */
function directions(names: readonly string[], where: Span): Alternative {
  if (!names.every((n) => n === 'original' || n === 'reply')) return both(t('this direction is not known'), where);
  const term = (reply: boolean): Match => [{ atoms: [{ kind: 'direction', reply, span: where }] }];
  const original = names.includes('original');
  const reply = names.includes('reply');
  const match = [...(original ? term(false) : []), ...(reply ? term(true) : [])];
  const complement = [...(original ? [] : term(false)), ...(reply ? [] : term(true))];
  return { match, complement };
}

