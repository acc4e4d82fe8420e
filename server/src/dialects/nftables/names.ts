/** Tests of things that have names instead of numbers: interfaces, address types, packet types, the direction of a connection. */
import type { Span } from '../../core/span.ts';
import type { Alternative } from '../../families/netfilter/matches.ts';
import { type Atom, MATCH_ALL, MATCH_NONE, type Match, type Term } from '../../model/rule.ts';
import type { Element, Expr, Subject } from './syntax.ts';
import type { Environment, NamedSet } from './environment.ts';
import { DYNAMIC, EXPIRES } from './values.ts';

/** Names that are surely meant, names that may be, and what else may be meant. */
interface Names {
  readonly sure: Set<string>;
  readonly maybe: Map<string, string>;
  readonly doubts: { readonly why: string; readonly span?: Span }[];
  all: boolean;
}

const MOST_DEPTH = 60;

function collect(expr: Expr, env: Environment, into: Names, limited: string | undefined, outside: boolean, depth = 0): void {
  const where = outside ? {} : { span: expr.span };
  if (depth > MOST_DEPTH) into.doubts.push({ why: 'this is nested too deeply', ...where });
  else if (expr.kind === 'symbol') {
    const name = expr.text.replaceAll('\\', '');
    if (limited === undefined) into.sure.add(name);
    else into.maybe.set(name, limited);
  } else if (expr.kind === 'set') collectElements(expr.elements, env, into, limited, outside, depth);
  else if (expr.kind === 'list') for (const part of expr.parts) collect(part, env, into, limited, outside, depth + 1);
  else if (expr.kind === 'any') into.all = true;
  else if (expr.kind === 'variable') {
    const bound = env.variables.get(expr.name);
    if (bound) collect(bound.value, { variables: bound.variables, set: (name) => env.set(name) }, into, limited, true, depth + 1);
    else into.doubts.push({ why: `the variable $${expr.name} has no value in this file`, ...where });
  } else if (expr.kind === 'reference') {
    const set = env.set(expr.name);
    if (!set) into.doubts.push({ why: `the set @${expr.name} is not in this file`, ...where });
    else if (set.dynamic) into.doubts.push({ why: DYNAMIC, ...where });
    else collectSet(set, env, into, depth);
  } else into.doubts.push({ why: 'this value does not fit the test', ...where });
}

function collectElements(elements: readonly Element[], env: Environment, into: Names, limited: string | undefined, outside: boolean, depth: number): void {
  for (const e of elements) collect(e.key, env, into, e.limited ? EXPIRES : limited, outside, depth + 1);
}

function collectSet(set: NamedSet, env: Environment, into: Names, depth: number): void {
  for (const change of set.changes) {
    const inner = { variables: change.variables, set: (name: string) => env.set(name) };
    if (!change.remove) {
      collectElements(change.elements, inner, into, set.expiring ? EXPIRES : undefined, true, depth);
      continue;
    }
    const removed: Names = { sure: new Set(), maybe: new Map(), doubts: [], all: false };
    collectElements(change.elements, inner, removed, undefined, true, depth);
    for (const name of removed.sure) {
      into.sure.delete(name);
      into.maybe.delete(name);
    }
    into.doubts.push(...removed.doubts);
  }
}

export function namesTest(subject: Subject, values: readonly Expr[], where: Span, env: Environment): Alternative {
  const names: Names = { sure: new Set(), maybe: new Map(), doubts: [], all: false };
  for (const value of values) collect(value, env, names, undefined, false);
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

function alternatives(subject: Subject, names: readonly string[], where: Span): Alternative {
  if (names.length === 0) return { match: MATCH_NONE, complement: MATCH_ALL };
  switch (subject.kind) {
    case 'interface': {
      if (names.some((n) => /^\d+$/.test(n))) return both('the number of an interface is not in sight', where);
      const atom = (negated: boolean): Term => ({ atoms: [{ kind: 'interface', side: subject.side, names, negated, span: where }] });
      return { match: [atom(false)], complement: [atom(true)] };
    }
    case 'address-type': {
      if (!names.every((n) => TYPES.includes(n))) return both('the routing type of the address is not in sight', where);
      const atom = (name: string, negated: boolean): Atom => ({ kind: 'address-type', end: subject.end, type: name as AddressType, negated, span: where });
      return { match: names.map((n) => ({ atoms: [atom(n, false)] })), complement: [{ atoms: names.map((n) => atom(n, true)) }] };
    }
    case 'pkttype':
      return packetTypes(names, where);
    case 'direction':
      return directions(names, where);
    default:
      return both('this is not in sight', where);
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
  if ([...known].some((n) => !Object.hasOwn(terms, n))) return both('this packet type is not known', where);
  const of = (wanted: readonly string[]): Match => wanted.flatMap((n) => terms[n] ?? []);
  return { match: of([...known]), complement: of(['host', 'broadcast', 'multicast'].filter((n) => !known.has(n))) };
}

/** Which side of the connection sent the packet (nft(8), "ct direction"). */
function directions(names: readonly string[], where: Span): Alternative {
  if (!names.every((n) => n === 'original' || n === 'reply')) return both('this direction is not known', where);
  const term = (reply: boolean): Match => [{ atoms: [{ kind: 'direction', reply, span: where }] }];
  const original = names.includes('original');
  const reply = names.includes('reply');
  const match = [...(original ? term(false) : []), ...(reply ? term(true) : [])];
  const complement = [...(original ? [] : term(false)), ...(reply ? [] : term(true))];
  return { match, complement };
}

