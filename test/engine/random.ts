/** Random policies over a small universe of packets, for comparisons with the naive interpreter. */
import fc from 'fast-check';
import type { Address, AddressIntervals, Family } from '../../server/src/core/addresses.ts';
import { type IntervalSet, contains, single, unionAll } from '../../server/src/core/intervals.ts';
import { type Box, type PacketSet, STATE, SYN } from '../../server/src/core/packets.ts';
import type { EvaluationOrder, Policy, RankedEntry } from '../../server/src/model/policy.ts';
import type { Action, Atom, Match, Term } from '../../server/src/model/rule.ts';
import { iface, policy, reference, ruleOf, unknown } from './build.ts';
import type { Packet } from './naive.ts';

/** Checks a property; `RUNS=20` asks for twenty times as many cases. */
export function always<Ts>(property: fc.IProperty<Ts>, numRuns: number): void {
  fc.assert(property, { numRuns: numRuns * Number(process.env.RUNS ?? 1) });
}

const BASE = { 4: 0x0a000000, 6: 0xfd00n << 112n } as const;
export const HOSTS = 4;
export const PROTOCOLS = [6, 17];
export const SPORTS = [2000, 2001];
export const DPORTS = [80, 81, 443];

export function hostAt(family: Family, index: number): Address {
  return family === 4 ? BASE[4] + index : BASE[6] + BigInt(index);
}

/** Addresses of one family by their numbers in the universe. */
function hosts(family: Family, indexes: readonly number[]): AddressIntervals {
  return unionAll<Address>(indexes.map((i) => (family === 4 ? [BASE[4] + i, BASE[4] + i + 1] : [BASE[6] + BigInt(i), BASE[6] + BigInt(i) + 1n])));
}

const pick = <T>(values: readonly T[]): fc.Arbitrary<readonly T[]> => fc.subarray([...values], { minLength: 1 });
const set = (values: readonly number[]): fc.Arbitrary<IntervalSet> => pick(values).map((vs) => unionAll(vs.map((v) => single(v))));
const maybe = <T>(arb: fc.Arbitrary<T>, weight = 2): fc.Arbitrary<T | undefined> => fc.oneof({ weight, arbitrary: arb }, { weight: 4, arbitrary: fc.constant(undefined) });

const indexes = Array.from({ length: HOSTS }, (_, i) => i);
const family = fc.constantFrom<Family>(4, 4, 4, 6);

/** References: `owned` has an owner with addresses, `bare` one without, `lost` none. Interfaces: eth1 and eth2 are declared. */
const atom: fc.Arbitrary<Atom> = fc.oneof(
  fc.constant(unknown()),
  fc.record({ side: fc.constantFrom('in' as const, 'out' as const), names: pick(['eth1', 'eth2', 'eth9', 'lo', 'eth*', 'wg*', '*']), negated: fc.boolean() }).map(({ side, names, negated }) => iface(side, names.slice(0, 2), negated)),
  fc.record({ end: fc.constantFrom('src' as const, 'dst' as const), name: fc.constantFrom('owned', 'bare', 'lost'), negated: fc.boolean() }).map(({ end, name, negated }) => reference(end, name, negated)),
  fc.record({ end: fc.constantFrom('src' as const, 'dst' as const), type: fc.constantFrom('local' as const, 'unicast' as const, 'multicast' as const, 'broadcast' as const, 'anycast' as const), negated: fc.boolean() }).map((a): Atom => ({ kind: 'address-type', ...a, span: { start: 0, end: 0 } })),
  fc.boolean().map((reply): Atom => ({ kind: 'direction', reply, span: { start: 0, end: 0 } })),
);

const term = (atoms: boolean): fc.Arbitrary<Term> =>
  fc
    .record({
      family,
      bound: fc.boolean(),
      src: maybe(pick(indexes), 4),
      dst: maybe(pick(indexes)),
      protocol: maybe(set(PROTOCOLS)),
      sport: maybe(set(SPORTS), 1),
      dport: maybe(set(DPORTS), 4),
      state: maybe(set([STATE.new, STATE.established, STATE.untracked]), 1),
      atoms: atoms ? fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: fc.array(atom, { minLength: 1, maxLength: 2 }) }) : fc.constant([]),
    })
    .map(({ family: f, bound, src, dst, protocol, sport, dport, state, atoms: list }) => ({
      ...(bound ? { family: f } : {}),
      ...(src ? { src: hosts(f, src) } : {}),
      ...(dst ? { dst: hosts(f, dst) } : {}),
      ...(protocol ? { protocol } : {}),
      ...(sport ? { sport } : {}),
      ...(dport ? { dport } : {}),
      ...(state ? { state } : {}),
      ...(list.length > 0 ? { atoms: list } : {}),
    }));

const match = (atoms: boolean): fc.Arbitrary<Match> => fc.oneof({ weight: 6, arbitrary: term(atoms).map((t) => [t]) }, { weight: 1, arbitrary: fc.constant([{}]) }, { weight: 2, arbitrary: fc.array(term(atoms), { maxLength: 3 }) });

const verdict = fc.constantFrom<Action>({ kind: 'accept' }, { kind: 'accept' }, { kind: 'drop' }, { kind: 'reject' });

function action(jumps: readonly string[], modelled: boolean): fc.Arbitrary<Action> {
  const others: fc.Arbitrary<Action>[] = [fc.constant({ kind: 'continue' }), fc.constant({ kind: 'return' }), fc.constant({ kind: 'untrack' })];
  if (jumps.length > 0) others.push(fc.record({ kind: fc.constantFrom('jump' as const, 'jump' as const, 'goto' as const), chain: fc.constantFrom(...jumps) }), fc.record({ kind: fc.constant('jump' as const), chain: fc.constantFrom(...jumps) }));
  if (!modelled) others.push(fc.constant({ kind: 'unknown', why: 'not modelled' }), fc.constant({ kind: 'unknown', why: 'not modelled', rewrites: true }));
  return fc.oneof({ weight: 5, arbitrary: verdict }, { weight: 2, arbitrary: fc.oneof(...others) });
}

export interface Kind {
  /** Every match and action is one that the text tells. */
  readonly modelled: boolean;
  readonly rules?: number;
}

const entry = (jumps: readonly string[], { modelled }: Kind): fc.Arbitrary<RankedEntry> => fc.record({ match: match(!modelled), action: action(jumps, modelled) }).map((r) => ruleOf(r.match, r.action));

/** Long runs of rules of few shapes that differ in an address: what compiled chains join. */
export const listPolicy: fc.Arbitrary<Policy> = fc
  .array(
    fc.record({
      src: maybe(pick(indexes).map((list) => hosts(4, list)), 8),
      dst: maybe(pick(indexes).map((list) => hosts(4, list)), 2),
      dport: maybe(fc.constantFrom(80, 443).map((port) => single(port))),
      action: fc.oneof({ weight: 6, arbitrary: fc.constant<Action>({ kind: 'drop' }) }, { weight: 1, arbitrary: fc.constant<Action>({ kind: 'reject' }) }, { weight: 1, arbitrary: fc.constant<Action>({ kind: 'accept' }) }),
    }),
    { maxLength: 12 },
  )
  .map((rules) => policy(rules.map(({ src, dst, dport, action: a }) => ruleOf([{ ...(src ? { src } : {}), ...(dst ? { dst } : {}), ...(dport ? { dport } : {}) }], a)), 'accept'));

const LOST = { span: { start: 0, end: 0 }, why: 'lost' };

/** First-match policies; chains A and B may be jumped to, A may jump on to B and, with unknowns, in a circle. */
export function firstMatchPolicy(kind: Kind, name = 'input'): fc.Arbitrary<Policy> {
  const maxLength = kind.rules ?? 6;
  return fc
    .record({
      main: fc.array(entry(kind.modelled ? ['A', 'B'] : ['A', 'B', 'gone'], kind), { maxLength }),
      a: fc.array(entry(['B'], kind), { maxLength: 4 }),
      b: fc.array(entry(kind.modelled ? [] : ['A'], kind), { maxLength: 3 }),
      fallback: fc.constantFrom('accept' as const, 'drop' as const, 'reject' as const),
      families: fc.constantFrom<readonly Family[]>([4, 6], [4, 6], [4], [6]),
      onlyNew: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      interfaces: fc.constantFrom<'in' | 'out' | undefined>(undefined, undefined, 'in', 'out'),
      lost: kind.modelled ? fc.constant(9) : fc.nat({ max: 9 }),
    })
    .map(({ main, a, b, fallback, families, onlyNew, interfaces, lost }) => {
      const p = policy(main, fallback, { name, families, chains: { A: a, B: b }, ...(onlyNew ? { onlyNew } : {}), ...(interfaces ? { interfaces } : {}) });
      if (lost === 0) return { ...p, unmodelled: [LOST] };
      return lost === 1 ? { ...p, chains: new Map([...p.chains].map(([key, chain]) => [key, { ...chain, unmodelled: [LOST] }])) } : p;
    });
}

/** Policies of the orders that look at all matching rules. */
export function rankedPolicy(modelled: boolean): fc.Arbitrary<Policy> {
  const order = fc.constantFrom<EvaluationOrder>({ kind: 'last-match' }, { kind: 'union' }, { kind: 'deny-overrides' }, { kind: 'priority', ties: 'deny-first' }, { kind: 'priority', ties: 'text' });
  const ranked = fc.record({ match: match(!modelled), action: modelled ? verdict : fc.oneof({ weight: 6, arbitrary: verdict }, { weight: 1, arbitrary: fc.constant<Action>({ kind: 'unknown', why: 'not modelled' }) }), priority: fc.nat({ max: 2 }), quick: fc.boolean(), overridesBlocks: fc.boolean() }).map(({ match: m, action: a, priority, quick, overridesBlocks }) =>
    ruleOf(m, a, { priority, ...(quick ? { quick } : {}), ...(overridesBlocks && a.kind === 'accept' ? { overridesBlocks } : {}) }),
  );
  return fc.record({ order, main: fc.array(ranked, { maxLength: 6 }), fallback: fc.constantFrom('accept' as const, 'drop' as const) }).map(({ order: o, main, fallback }) => policy(main, fallback, { order: o }));
}

/** What is asked: a product over the universe, in one state. */
export interface Question {
  readonly packets: readonly Packet[];
  readonly set: PacketSet;
}

export function question(state: number): Question {
  const set: Box[] = ([4, 6] as const).map((f) => ({ family: f, src: hosts(f, indexes), dst: hosts(f, indexes), protocol: unionAll(PROTOCOLS.map((p) => single(p))), sport: unionAll(SPORTS.map((p) => single(p))), dport: unionAll(DPORTS.map((p) => single(p))), state: single(state), flags: single(SYN) }));
  const packets = ([4, 6] as const).flatMap((f) => indexes.flatMap((s) => indexes.flatMap((d) => PROTOCOLS.flatMap((protocol) => SPORTS.flatMap((sport) => DPORTS.map((dport): Packet => ({ family: f, src: hostAt(f, s), dst: hostAt(f, d), protocol, sport, dport, state, flags: SYN })))))));
  return { packets, set };
}

export function holds(packets: PacketSet, p: Packet): boolean {
  return packets.some(
    (b) =>
      b.family === p.family && contains(b.src, p.src) && contains(b.dst, p.dst) && contains(b.protocol, p.protocol) && contains(b.sport, p.sport) && contains(b.dport, p.dport) && contains(b.state, p.state) &&
      contains(b.flags, p.flags),
  );
}

export function show(p: Packet): string {
  const host = (a: Address): string => `${String(p.family)}:${String(BigInt(a) - BigInt(BASE[p.family]))}`;
  return `${host(p.src)} > ${host(p.dst)} protocol ${String(p.protocol)} ${String(p.sport)} > ${String(p.dport)} state ${String(p.state)}`;
}
