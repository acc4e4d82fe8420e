/** Dead rules against every packet of a small universe: one that is reported decides none of them, and none is overlooked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_STATES, SYN } from '../../server/src/core/packets.ts';
import { deadEntries } from '../../server/src/engine/dead.ts';
import type { Direction, Policy, RankedEntry } from '../../server/src/model/policy.ts';
import { goTo, iface, jump, policy, rule, siteOf, unknown, unknownAction } from './build.ts';
import { type Packet, type Setting, endings } from './naive.ts';
import { always, DPORTS, firstMatchPolicy, hostAt, HOSTS, listPolicy, PROTOCOLS, rankedPolicy, SPORTS } from './random.ts';

/** The values that rules name, and one that none names. */
function universe(sports: readonly number[], hosts: number): Packet[] {
  const states = Array.from({ length: ALL_STATES[1] ?? 0 }, (_, i) => i);
  const numbers = Array.from({ length: hosts }, (_, i) => i);
  return ([4, 6] as const).flatMap((family) =>
    numbers.flatMap((s) => numbers.flatMap((d) => [...PROTOCOLS, 1].flatMap((protocol) => sports.flatMap((sport) => [...DPORTS, 9999].flatMap((dport) => states.map((state): Packet => ({ family, src: hostAt(family, s), dst: hostAt(family, d), protocol, sport, dport, state, flags: SYN }))))))),
  );
}

const WHOLE = universe([...SPORTS, 9999], HOSTS + 1);
const SOME = universe([2000], HOSTS);

/** Every rule that decides a packet, or leads one away, in some circumstances. */
function deciding(p: Policy, packets: readonly Packet[], settings: readonly Setting[]): Set<RankedEntry> {
  const seen = new Set<RankedEntry>();
  for (const setting of settings) for (const packet of packets) if (p.families.includes(packet.family)) endings(p, packet, setting, (entry) => seen.add(entry));
  return seen;
}

const site = siteOf();
const plain: Setting = { direction: 'in', reply: false, site, everything: true };
const INTERFACES = ['eth1', 'eth2', 'eth9', 'wg0', 'lo', 'ppp0'];
const settings = (direction: Direction): Setting[] => INTERFACES.flatMap((inInterface) => (direction === 'transit' ? INTERFACES : ['eth1', 'lo']).map((outInterface): Setting => ({ direction, reply: false, site, everything: true, inInterface, outInterface })));

const entriesOf = (p: Policy): RankedEntry[] => [p.main, ...p.chains.values()].flatMap((c) => [...c.entries]);
const at = (entries: Iterable<RankedEntry>): number[] => [...entries].map((e) => e.at).sort((a, b) => a - b);

describe('dead rules', () => {
  it.each<[string, fc.Arbitrary<Policy>]>([
    ['in lists', listPolicy],
    ['with chains', firstMatchPolicy({ modelled: true }).map((p) => ({ ...p, onlyNew: false }))],
    ['in orders that look at all matching rules', rankedPolicy(true)],
  ])('are just those that decide no packet: %s', (_, policies) => {
    always(
      fc.property(policies, (p) => {
        const dead = deadEntries(p, 'in');
        const alive = deciding(p, WHOLE, [plain]);
        expect(at(dead.filter((e) => alive.has(e)))).toEqual([]);
        // Elsewhere a rule may also decide nothing because no jump brings it what it matches, or an untracked packet.
        const proven = entriesOf(p).some((e) => e.rule.action.kind === 'untrack') ? [] : p.main.entries;
        const matching = proven.filter((e) => e.rule.action.kind !== 'continue' && couldMatch(e, p));
        expect(at(dead)).toEqual(expect.arrayContaining(at(matching.filter((e) => !alive.has(e)))));
      }),
      60,
    );
  });

  it('decide no packet where matches are unknown or hang on interfaces', () => {
    always(
      fc.property(firstMatchPolicy({ modelled: false, rules: 5 }), fc.constantFrom<Direction>('in', 'out', 'transit'), (p, direction) => {
        const dead = deadEntries(p, direction);
        if (dead.length === 0) return;
        const alive = deciding(p, SOME, settings(direction));
        expect(at(dead.filter((e) => alive.has(e)))).toEqual([]);
      }),
      150,
    );
  });
});

/** A rule that can match nothing has nothing that an earlier rule could take from it. */
function couldMatch(entry: RankedEntry, p: Policy): boolean {
  return entry.rule.match.some((t) => p.families.some((f) => WHOLE.some((packet) => packet.family === f && endings(policy([{ ...entry, rule: { ...entry.rule, match: [t], action: { kind: 'accept' } } }]), packet, plain).some((e) => e.accepted))));
}

function deadOf(entries: readonly RankedEntry[], words: Parameters<typeof policy>[2] = {}, direction: Direction = 'in'): number[] {
  const dead = new Set(deadEntries(policy(entries, 'drop', words), direction));
  return entries.flatMap((e, i) => (dead.has(e) ? [i] : []));
}

describe('single policies', () => {
  it.each<[string, RankedEntry[], number[]]>([
    ['the same twice', [rule('accept', { dport: '443' }), rule('accept', { dport: '443' })], [1]],
    ['behind a wider one', [rule('accept', { dport: '400-500' }), rule('drop', { dport: '443', src: '10.0.0.1' })], [1]],
    ['behind two together', [rule('accept', { dport: '400-450' }), rule('drop', { dport: '451-500' }), rule('accept', { dport: '443-460' })], [2]],
    ['one port is left', [rule('accept', { dport: '400-449' }), rule('drop', { dport: '451-500' }), rule('accept', { dport: '443-460' })], []],
    ['one state is left', [rule('accept', { state: ['new', 'established'] }), rule('accept', { dport: '443' })], []],
    ['all states are taken', [rule('accept', { state: ['new', 'established', 'related'] }), rule('drop', { state: ['invalid', 'untracked'] }), rule('accept', { dport: '443' })], [2]],
    ['an unknown match takes nothing', [rule('accept', { atoms: [unknown()] }), rule('accept', { atoms: [unknown()] }), rule('accept')], []],
    ['an unknown action takes nothing', [rule(unknownAction()), rule('accept')], []],
    ['a rule of unknown match is dead behind a sure one', [rule('accept', { dport: '443' }), rule('accept', { dport: '443', atoms: [unknown()] })], [1]],
    ['the same interface twice', [rule('accept', { atoms: [iface('in', 'eth1')] }), rule('drop', { dport: '22', atoms: [iface('in', 'eth1')] })], [1]],
    ['another interface', [rule('accept', { atoms: [iface('in', 'eth1')] }), rule('drop', { dport: '22', atoms: [iface('in', 'eth2')] })], []],
    ['a pattern of interfaces', [rule('accept', { atoms: [iface('in', 'eth*')] }), rule('drop', { dport: '22', atoms: [iface('in', 'eth2')] })], [1]],
    ['all but one interface', [rule('accept', { atoms: [iface('in', 'lo', true)] }), rule('drop', { dport: '22', atoms: [iface('in', 'eth2')] })], [1]],
    ['the loopback interface is not forgotten', [rule('accept', { atoms: [iface('in', 'lo', true)] }), rule('drop', { dport: '22' })], []],
    ['continue decides nothing', [rule('continue'), rule('accept')], []],
    ['a rule that can match nothing', [rule('accept', { family: 6, src: '10.0.0.1' })], []],
  ])('%s', (_, entries, dead) => {
    expect(deadOf(entries)).toEqual(dead);
  });

  it('a jump takes what its chain surely decides', () => {
    const chains = { web: [rule('accept', { dport: '443' }), rule('return', { dport: '444' }), rule('drop')] };
    expect(deadOf([rule(jump('web')), rule('accept', { dport: '443' }), rule('accept', { dport: '444' }), rule('drop', { dport: '445' })], { chains })).toEqual([1, 3]);
    expect(deadOf([rule(jump('web'), { src: '10.0.0.1' }), rule('accept', { dport: '443' })], { chains })).toEqual([]);
    expect(deadOf([rule(goTo('web')), rule('accept', { dport: '444' })], { chains })).toEqual([1]);
  });

  it('a called chain is dead where nothing arrives at its calls', () => {
    const inside = rule('accept', { dport: '443' });
    const dead = deadEntries(policy([rule('drop', { dport: '400-500' }), rule(jump('web'))], 'drop', { chains: { web: [inside] } }), 'in');
    expect(dead).toEqual([inside]);
    const alive = deadEntries(policy([rule(jump('web'), { src: '10.0.0.1' }), rule('drop', { dport: '400-500' }), rule(jump('web'))], 'drop', { chains: { web: [inside] } }), 'in');
    expect(alive).toEqual([]);
  });

  it('a chain that nothing jumps to is not said to be dead', () => {
    expect(deadEntries(policy([rule('drop')], 'drop', { chains: { web: [rule('accept'), rule('accept')] } }), 'in')).toEqual([]);
  });

  it('a packet that an earlier rule took out of tracking comes with another state', () => {
    expect(deadOf([rule('drop', { state: 'untracked' }), rule('untrack'), rule('accept', { state: 'untracked' })])).toEqual([]);
  });
});
