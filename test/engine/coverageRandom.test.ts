/** Verdicts of flows between known hosts against the naive interpreter: the remainder, the verdict and who decided it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address, Family } from '../../server/src/core/addresses.ts';
import { PROTOCOL, type PacketSet, STATE, SYN, SYN_ACK } from '../../server/src/core/packets.ts';
import { judgeFlow } from '../../server/src/engine/coverage.ts';
import type { Flow } from '../../server/src/model/flow.ts';
import type { Direction, Path, Policy } from '../../server/src/model/policy.ts';
import type { FlowVerdict } from '../../server/src/model/verdict.ts';
import { addresses, flow, judge, pathOf } from './build.ts';
import { type Packet, type PathEnding, type Setting, fates } from './naive.ts';
import { HOSTS, SPORTS, firstMatchPolicy, holds, hostAt, show } from './random.ts';

const INTERFACES = { eth1: ['10.0.0.0/31', 'fd00::/126'], eth2: '10.0.0.0/32' };

interface Case {
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

function cases(modelled: boolean): fc.Arbitrary<Case> {
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
interface Told {
  readonly packet: Packet;
  readonly may: boolean;
  readonly must: boolean;
  readonly request: readonly PathEnding[];
  readonly answer: readonly PathEnding[];
}

function tell(c: Case, packet: Packet, site: Setting['site']): Told {
  const request = fates(c.path.policies, packet, { direction: c.path.direction, reply: false, site, srcComponent: 'a', dstComponent: 'b' });
  const asked = c.path.head.stateful ? undefined : c.answers;
  const back: Packet = { ...packet, src: packet.dst, dst: packet.src, sport: packet.dport, dport: packet.sport, state: STATE.established, flags: SYN_ACK };
  const answer = asked ? fates(asked.policies, back, { direction: asked.direction, reply: true, site, srcComponent: 'b', dstComponent: 'a' }) : [];
  const [ok, all] = [(list: readonly PathEnding[]) => list.some((f) => f.accepted), (list: readonly PathEnding[]) => list.every((f) => f.accepted)];
  return { packet, may: ok(request) && (!asked || ok(answer)), must: all(request) && all(answer), request, answer };
}

function requests(c: Case): Packet[] {
  const families = ([4, 6] as const).filter((f) => c.path.policies.some((p) => p.families.includes(f)));
  const ports = [...new Set(c.flow.items.flatMap((i) => Array.from({ length: i.last - i.first + 1 }, (_, k) => i.first + k)))];
  return families.flatMap((family: Family) => c.from.flatMap((s) => c.to.filter((d) => d !== s).flatMap((d) => c.flow.transports.flatMap((t) => SPORTS.flatMap((sport) => ports.map((dport): Packet => ({ family, src: hostAt(family, s), dst: hostAt(family, d), protocol: PROTOCOL[t], sport, dport, state: STATE.new, flags: SYN })))))));
}

interface Expected {
  readonly required: ReadonlySet<Told>;
  readonly lacking: ReadonlySet<Told>;
  readonly undecided: ReadonlySet<Told>;
}

/** What the flow's mode asks for, over pairs of addresses and transports. */
function expected(c: Case, told: readonly Told[]): Expected {
  const { items, mode } = c.flow;
  if (mode === 'only' || mode === 'all') {
    const lacking = told.filter((t) => !t.may);
    return { required: new Set(told), lacking: new Set(lacking), undecided: new Set(lacking.length > 0 ? [] : told.filter((t) => !t.must)) };
  }
  const inItem = (t: Told, item: number): boolean => t.packet.dport >= (items[item]?.first ?? 0) && t.packet.dport <= (items[item]?.last ?? 0);
  const first = told.filter((t) => inItem(t, 0));
  const pairOf = ({ packet: p }: Told): string => [p.family, p.src, p.dst, p.protocol].join();
  const unserved = (serves: (t: Told) => boolean): Told[] =>
    first.filter((t) => !serves(t) && items.every((_, i) => told.some((o) => pairOf(o) === pairOf(t) && inItem(o, i) && !serves(o))));
  const lacking = unserved((t) => t.may);
  return { required: new Set(first), lacking: new Set(lacking), undecided: new Set(lacking.length > 0 ? [] : unserved((t) => t.must)) };
}

function expectSame(name: string, got: PacketSet, told: readonly Told[], wanted: ReadonlySet<Told>): void {
  for (const t of told) if (holds(got, t.packet) !== wanted.has(t)) expect.fail(`${show(t.packet)} ${wanted.has(t) ? 'is not' : 'is wrongly'} in ${name}`);
}

function run(c: Case): { verdict: FlowVerdict; told: readonly Told[]; wanted: Expected } | undefined {
  const of = (list: readonly number[]): string[] => list.flatMap((i) => [`10.0.0.${String(i)}`, `fd00::${String(i)}`]);
  const context = judge({ addresses: { a: of(c.from), b: of(c.to), o: ['10.0.0.1', 'fd00::2'] }, references: { o: ['owned'], a: ['bare'] }, interfaces: INTERFACES }, c.answers ? { answers: c.answers } : {});
  const told = requests(c).map((p) => tell(c, p, context.site));
  const verdict = judgeFlow(c.flow, c.path, context);
  if (!verdict) {
    if (told.length > 0) expect.fail('the flow was not judged');
    return undefined;
  }
  if (told.length === 0) expect.fail('nothing is asked, and the flow was judged');
  return { verdict, told, wanted: expected(c, told) };
}

function expectParts(c: Case): void {
  const done = run(c);
  if (!done) return;
  const { verdict, told, wanted } = done;
  expectSame('required', verdict.required, told, wanted.required);
  expectSame('lacking', verdict.lacking, told, wanted.lacking);
  expectSame('undecided', verdict.undecided, told, wanted.undecided);
  expectSame('open', verdict.open, told, new Set(told.filter((t) => (wanted.undecided.size > 0 ? t.must : t.may))));
  if (wanted.lacking.size === 0) expect(verdict.verdict).toBe(wanted.undecided.size === 0 ? 'open' : 'undecided');
  else if ([...wanted.required].some((t) => !wanted.lacking.has(t))) expect(verdict.verdict).toBe('partial');
  else expect(['missing', 'blocked']).toContain(verdict.verdict);
}

/** The policy's default, or a deny that matches everything of the packet's family, as every jump to it does. */
function isDefault(path: PathEnding): boolean {
  const last = path.steps.at(-1);
  if (!last || last.ending.byDefault) return true;
  return [...last.ending.jumps, ...(last.ending.by ? [last.ending.by] : [])].every((e) => e.rule.match.some((t) => Object.keys(t).every((k) => k === 'family') && (t.family ?? last.ending.packet.family) === last.ending.packet.family));
}

function expectDeciders(c: Case): void {
  const done = run(c);
  if (!done) return;
  const { verdict, wanted } = done;
  const lacking = [...wanted.lacking];
  if (lacking.length > 0) {
    const denied = lacking.map((t) => ({ t, request: t.request.find((f) => !f.accepted), answer: t.answer.find((f) => !f.accepted) }));
    for (const { t, request, answer } of denied) {
      const deciders = verdict.decidedBy.filter((d) => holds(d.set, t.packet));
      const [only] = deciders;
      const fate = request ?? answer;
      const step = fate?.steps.at(-1);
      if (deciders.length !== 1 || !only || !fate || !step) expect.fail(`${show(t.packet)} has ${String(deciders.length)} deciders`);
      expect([only.policy.name, only.entry?.at, only.answer]).toEqual([step.policy.name, step.ending.by?.at, !request]);
      expect(only.standsForDefault).toBe(only.entry !== undefined && isDefault(fate));
    }
    const byRule = denied.some(({ request, answer }) => (request ? !isDefault(request) : answer !== undefined));
    if (verdict.verdict !== 'partial') expect(verdict.verdict).toBe(byRule ? 'blocked' : 'missing');
  }
}

describe('flows between known hosts', () => {
  it('the remainder and the verdict are those of the packets', () => {
    fc.assert(fc.property(cases(true), expectParts), { numRuns: 300 });
  });

  it('the same with unknown text', () => {
    fc.assert(fc.property(cases(false), expectParts), { numRuns: 200 });
  });

  it('each part of the remainder has the one decider that it has', () => {
    fc.assert(fc.property(cases(true), expectDeciders), { numRuns: 300 });
  });

  it('the universe is what the flows ask about', () => {
    expect(addresses('10.0.0.0-10.0.0.3')[4]).toEqual([hostAt(4, 0), (hostAt(4, HOSTS - 1) as Address as number) + 1]);
  });
});
