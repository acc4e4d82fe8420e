/** Random flows over the small universe, and what the naive interpreter makes of each of their packets. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Address, Family } from '../../server/src/core/addresses.ts';
import { PROTOCOL, type PacketSet, STATE, SYN, SYN_ACK } from '../../server/src/core/packets.ts';
import type { Flow } from '../../server/src/model/flow.ts';
import type { Direction, Path, Policy } from '../../server/src/model/policy.ts';
import { flow, pathOf } from './build.ts';
import { type Packet, type PathEnding, type Setting, fates } from './naive.ts';
import { HOSTS, SPORTS, firstMatchPolicy, holds, hostAt, show } from './random.ts';

/** Networks behind interfaces that the site may declare. */
export const INTERFACES = { eth1: ['10.0.0.0/31', 'fd00::/126'], eth2: '10.0.0.0/32' };

/** A flow from `a` to `b`, where it must pass, and hosts of the universe that its ends may be. */
export interface FlowCase {
  readonly flow: Flow;
  readonly path: Path;
  readonly answers: Path | undefined;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The same rules for traffic that runs the other way: source and destination ports change places. */
function answering(policy: Policy): Policy {
  const swap = (entries: Policy['main']['entries']): Policy['main']['entries'] =>
    entries.map((e) => ({ ...e, rule: { ...e.rule, match: e.rule.match.map(({ sport, dport, ...t }) => ({ ...t, ...(sport ? { dport: sport } : {}), ...(dport ? { sport: dport } : {}) })) } }));
  return { ...policy, name: 'answers', main: { ...policy.main, entries: swap(policy.main.entries) }, chains: new Map([...policy.chains].map(([name, chain]) => [name, { ...chain, entries: swap(chain.entries) }])) };
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { in: 'out', out: 'in', transit: 'transit' };

export function flowCases(modelled: boolean): fc.Arbitrary<FlowCase> {
  const some = fc.subarray(Array.from({ length: HOSTS }, (_, i) => i), { minLength: 1 });
  return fc
    .record({
      items: fc.constantFrom<[string, Flow['mode']]>(['80', 'only'], ['80-81', 'only'], ['80,443', 'all'], ['80,443', 'any'], ['80-81,443', 'any'], ['443,80-81', 'prefer'], ['80+', 'only']),
      transports: fc.constantFrom<Flow['transports']>(['tcp'], ['udp'], ['tcp', 'udp']),
      policies: fc.oneof(fc.tuple(firstMatchPolicy({ modelled, rules: 5 })), fc.tuple(firstMatchPolicy({ modelled, rules: 2 }, 'raw'), firstMatchPolicy({ modelled, rules: 3 }))),
      answers: fc.oneof(fc.constant(undefined), firstMatchPolicy({ modelled, rules: 4 }).map(answering)),
      stateful: fc.boolean(),
      direction: fc.constantFrom<Direction>('in', 'out', 'transit'),
      from: some,
      to: some,
    })
    .map(({ items: [items, mode], transports, policies, answers, stateful, direction, from, to }) => ({
      flow: { ...flow(items, { mode, transports, sourcePorts: { first: Math.min(...SPORTS), last: Math.max(...SPORTS) } }), from: 'a', to: 'b' },
      path: pathOf(policies.map((p) => ({ ...p, stateful })), direction),
      answers: answers ? pathOf([answers], OPPOSITE[direction]) : undefined,
      from,
      to,
    }));
}

/** What the interpreter says of one request and, if it must, of its answer. */
export interface Told {
  readonly packet: Packet;
  readonly may: boolean;
  readonly must: boolean;
  readonly request: readonly PathEnding[];
  readonly answer: readonly PathEnding[];
}

export function tell(c: FlowCase, packet: Packet, site: Setting['site']): Told {
  const request = fates(c.path.policies, packet, { direction: c.path.direction, reply: false, site, srcComponent: 'a', dstComponent: 'b' });
  const asked = c.path.head.stateful ? undefined : c.answers;
  const back: Packet = { ...packet, src: packet.dst, dst: packet.src, sport: packet.dport, dport: packet.sport, state: STATE.established, flags: SYN_ACK };
  const answer = asked ? fates(asked.policies, back, { direction: asked.direction, reply: true, site, srcComponent: 'b', dstComponent: 'a' }) : [];
  const [ok, all] = [(list: readonly PathEnding[]) => list.some((f) => f.accepted), (list: readonly PathEnding[]) => list.every((f) => f.accepted)];
  return { packet, may: ok(request) && (!asked || ok(answer)), must: all(request) && all(answer), request, answer };
}

/** The opening packets of a flow between any two of these addresses. */
export function requestsBetween({ items, transports }: Flow, family: Family, from: readonly Address[], to: readonly Address[]): Packet[] {
  const ports = [...new Set(items.flatMap((i) => Array.from({ length: i.last - i.first + 1 }, (_, k) => i.first + k)))];
  return from.flatMap((src) => to.filter((d) => d !== src).flatMap((dst) => transports.flatMap((t) => SPORTS.flatMap((sport) => ports.map((dport): Packet => ({ family, src, dst, protocol: PROTOCOL[t], sport, dport, state: STATE.new, flags: SYN }))))));
}

export function requests(c: FlowCase): Packet[] {
  const families = ([4, 6] as const).filter((f) => c.path.policies.some((p) => p.families.includes(f)));
  return families.flatMap((family: Family) => requestsBetween(c.flow, family, c.from.map((i) => hostAt(family, i)), c.to.map((i) => hostAt(family, i))));
}

export interface Expected {
  readonly required: ReadonlySet<Told>;
  readonly lacking: ReadonlySet<Told>;
  readonly undecided: ReadonlySet<Told>;
}

/** What the flow's mode asks for, over pairs of addresses and transports. */
export function expectedOf({ items, mode }: Flow, told: readonly Told[]): Expected {
  if (mode === 'only' || mode === 'all') {
    const lacking = told.filter((t) => !t.may);
    return { required: new Set(told), lacking: new Set(lacking), undecided: new Set(told.filter((t) => !t.must && !lacking.includes(t))) };
  }
  const inItem = (t: Told, item: number): boolean => t.packet.dport >= (items[item]?.first ?? 0) && t.packet.dport <= (items[item]?.last ?? 0);
  const first = told.filter((t) => inItem(t, 0));
  const pairOf = ({ packet: p }: Told): string => [p.family, p.src, p.dst, p.protocol].join();
  const unserved = (serves: (t: Told) => boolean): Told[] =>
    first.filter((t) => !serves(t) && items.every((_, i) => told.some((o) => pairOf(o) === pairOf(t) && inItem(o, i) && !serves(o))));
  const lacking = unserved((t) => t.may);
  return { required: new Set(first), lacking: new Set(lacking), undecided: new Set(unserved((t) => t.must).filter((t) => !lacking.includes(t))) };
}

export function expectSame(name: string, got: PacketSet, told: readonly Told[], wanted: ReadonlySet<Told>): void {
  for (const t of told) if (holds(got, t.packet) !== wanted.has(t)) expect.fail(`${show(t.packet)} ${wanted.has(t) ? 'is not' : 'is wrongly'} in ${name}`);
}
