/** What `trace` says of one packet, against hand-worked answers and the naive interpreter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../server/src/core/addresses.ts';
import { PROTOCOL, STATE, SYN, SYN_ACK } from '../../server/src/core/packets.ts';
import { type PacketQuestion, type PathTrace, packetsOf, tracePath } from '../../server/src/engine/trace.ts';
import type { Direction, Path } from '../../server/src/model/policy.ts';
import { type SiteWords, iface, jump, pathOf, policy, reference, rule, siteOf, unknown, unknownAction } from './build.ts';
import { type Packet, type Setting, fates } from './naive.ts';
import { always, DPORTS, firstMatchPolicy, hostAt, HOSTS, PROTOCOLS, SPORTS } from './random.ts';

function question(words: Partial<Omit<PacketQuestion, 'from' | 'to' | 'family'>> & { from?: string; to?: string } = {}): PacketQuestion {
  const { from = '10.0.0.1', to = '10.0.0.2', ...rest } = words;
  const [src, dst] = [parseAddress(from), parseAddress(to)];
  if (!src || !dst) throw new Error('bad address');
  return { family: src.family, from: src.value, to: dst.value, protocol: PROTOCOL.tcp, sourcePort: 50000, port: 443, state: 'new', ...rest };
}

const ask = (path: Path, words: Parameters<typeof question>[0] = {}, site: SiteWords = {}): PathTrace => tracePath(path, question(words), siteOf(site));
const steps = (t: PathTrace): unknown[] => t.steps.map((s) => [s.policy.name, s.entry, s.action]);

describe('the packet that is asked about', () => {
  it('what is left out of the ports is all of them', () => {
    const all = { family: 4, from: 1, to: 2, protocol: PROTOCOL.udp, state: 'new' } as const;
    expect(packetsOf(all)[0]).toMatchObject({ sport: [0, 65536], dport: [0, 65536] });
    expect(packetsOf({ ...all, port: 53, sourcePort: 0 })[0]).toMatchObject({ sport: [0, 1], dport: [53, 54] });
  });

  it.each<[string, Partial<PacketQuestion>, number]>([
    ['icmp is an echo request', { protocol: PROTOCOL.icmp }, 8 * 256],
    ['icmpv6 is an echo request', { protocol: PROTOCOL.icmpv6 }, 128 * 256],
    ['an icmp type of one’s own', { protocol: PROTOCOL.icmp, icmpType: 3, icmpCode: 4 }, 3 * 256 + 4],
    ['a type without a code has code 0', { protocol: PROTOCOL.icmp, icmpType: 0 }, 0],
  ])('%s', (_, words, dport) => {
    expect(packetsOf({ ...question(), port: 443, ...words })[0]?.dport).toEqual([dport, dport + 1]);
  });

  it('tcp in state new is a SYN, its answer a SYN-ACK', () => {
    expect(packetsOf(question())[0]).toMatchObject({ state: [STATE.new, STATE.new + 1], flags: [SYN, SYN + 1] });
    expect(packetsOf(question({ state: 'established' }))[0]).toMatchObject({ state: [STATE.established, STATE.established + 1], flags: [SYN_ACK, SYN_ACK + 1] });
  });
});

describe('verdicts', () => {
  const [web, ssh, last] = [rule('accept', { dport: '443' }), rule('reject', { dport: '22' }), rule('drop', { src: '10.0.0.0/8' })];
  const path = pathOf(policy([web, ssh, last]));

  it('accept and drop name the rule or the default', () => {
    expect(ask(path)).toMatchObject({ verdict: 'accept', decidedBy: { entry: web, action: 'accept' } });
    expect(ask(path, { port: 22 })).toMatchObject({ verdict: 'drop', decidedBy: { entry: ssh, action: 'reject' } });
    expect(ask(path, { port: 80 })).toMatchObject({ verdict: 'drop', decidedBy: { entry: last, action: 'drop' } });
    const byDefault = ask(path, { port: 80, from: '192.0.2.1', to: '192.0.2.2' });
    expect([byDefault.verdict, byDefault.decidedBy.entry, byDefault.decidedBy.action]).toEqual(['drop', undefined, 'default']);
  });

  it('mixed where the ports that were left out fare differently', () => {
    const q = question();
    expect(tracePath(path, { family: q.family, from: q.from, to: q.to, protocol: PROTOCOL.tcp, state: 'new' }, siteOf())).toMatchObject({ verdict: 'mixed' });
    expect(tracePath(pathOf(policy([rule('accept', { protocol: 'tcp' })])), { family: q.family, from: q.from, to: q.to, protocol: PROTOCOL.tcp, state: 'new' }, siteOf())).toMatchObject({ verdict: 'accept' });
  });

  it('undecided by text that is not modelled, which is named', () => {
    const doubtful = rule('accept', { atoms: [unknown()] });
    expect(ask(pathOf(policy([doubtful])))).toMatchObject({ verdict: 'undecided', decidedBy: { entry: doubtful, action: 'undecided' } });
    expect(ask(pathOf(policy([rule('drop', { dport: '22' }), rule(unknownAction()), rule('accept')])))).toMatchObject({ verdict: 'undecided' });
    expect(ask(pathOf(policy([rule('drop', { atoms: [unknown()] }), rule('drop', { atoms: [unknown()] })]))).verdict).toBe('drop');
    expect(ask(pathOf(policy([rule('accept', { atoms: [unknown()] })], 'accept'))).verdict).toBe('accept');
  });

  it('the jumps are steps', () => {
    const [there, inside] = [rule(jump('web')), rule('accept', { dport: '443' })];
    expect(steps(ask(pathOf(policy([there], 'drop', { chains: { web: [inside] } }))))).toEqual([['input', there, 'jump'], ['input', inside, 'accept']]);
  });

  it('every policy on the way accepts, and the one that names the path is said to decide', () => {
    const [early, late] = [rule('accept'), rule('accept', { dport: '443' })];
    const first = policy([early], 'drop', { name: 'raw' });
    const second = policy([late], 'drop', { name: 'filter' });
    const third = policy([], 'accept', { name: 'mangle' });
    const on = pathOf([first, second, third], 'in', second);
    expect(ask(on).decidedBy.entry).toBe(late);
    expect(ask(pathOf([third, first, second], 'in', third)).decidedBy).toMatchObject({ policy: third, action: 'default' });
    const deny = ask(pathOf([policy([rule('drop')], 'accept', { name: 'raw' }), second]));
    expect([deny.verdict, deny.decidedBy.policy.name]).toEqual(['drop', 'raw']);
  });

  it('a family that no policy filters passes', () => {
    expect(ask(pathOf(policy([], 'drop', { families: [4] })), { from: 'fd00::1', to: 'fd00::2' }).verdict).toBe('accept');
  });

  it('an untracked packet is in no other state', () => {
    const away = rule('untrack', { protocol: 'udp' });
    const path2 = pathOf(policy([away, rule('accept', { state: 'untracked' }), rule('drop')]));
    expect([ask(path2).verdict, ask(path2, { protocol: PROTOCOL.udp }).verdict]).toEqual(['drop', 'accept']);
  });

  it('nat chains see new packets only', () => {
    const nat = pathOf(policy([rule('drop')], 'accept', { onlyNew: true }));
    expect([ask(nat).verdict, ask(nat, { state: 'established' }).verdict]).toEqual(['drop', 'accept']);
  });
});

describe('interfaces', () => {
  const path = pathOf(policy([rule('accept', { atoms: [iface('in', ['eth0', 'wg*'])] })]));
  it('given with the packet', () => {
    expect([ask(path).verdict, ask(path, { inInterface: 'eth0' }).verdict, ask(path, { inInterface: 'wg12' }).verdict, ask(path, { inInterface: 'eth01' }).verdict]).toEqual(['undecided', 'accept', 'accept', 'drop']);
  });

  it('declared for the site', () => {
    expect([ask(path, {}, { interfaces: { eth0: '10.0.0.0/24' } }).verdict, ask(path, {}, { interfaces: { lan: '10.0.0.0/24' } }).verdict]).toEqual(['accept', 'drop']);
    expect(ask(path, { inInterface: 'lan' }, { interfaces: { eth0: '10.0.0.0/24' } }).verdict).toBe('drop');
  });

  it('a packet is never on the loopback interface', () => {
    expect(ask(pathOf(policy([rule('accept', { atoms: [iface('in', 'lo')] })]))).verdict).toBe('drop');
  });
});

describe('references', () => {
  const path = pathOf(policy([rule('accept', { atoms: [reference('src', 'group')] })]));
  it('by the addresses of the component that lists them; without addresses the packet may be its own', () => {
    expect(ask(path, {}, { addresses: { a: '10.0.0.1' }, references: { a: ['group'] } }).verdict).toBe('accept');
    expect(ask(path, {}, { addresses: { a: '10.0.0.9' }, references: { a: ['group'] } }).verdict).toBe('drop');
    expect(ask(path, {}, { references: { a: ['group'] } }).verdict).toBe('undecided');
    expect(ask(path).verdict).toBe('undecided');
  });
});

describe('against the naive interpreter', () => {
  const site: SiteWords = { addresses: { o: ['10.0.0.1', 'fd00::2'] }, references: { o: ['owned'], a: ['bare'] }, interfaces: { eth1: ['10.0.0.0/31', 'fd00::/126'] } };

  it('single packets and packets with open ports', () => {
    always(
      fc.property(
        fc.tuple(firstMatchPolicy({ modelled: false, rules: 4 }, 'raw'), firstMatchPolicy({ modelled: false, rules: 4 })),
        fc.record({
          family: fc.constantFrom<4 | 6>(4, 6),
          from: fc.nat({ max: HOSTS - 1 }),
          to: fc.nat({ max: HOSTS - 1 }),
          protocol: fc.constantFrom(...PROTOCOLS),
          port: fc.option(fc.constantFrom(...DPORTS), { nil: undefined }),
          direction: fc.constantFrom<Direction>('in', 'out', 'transit'),
          state: fc.constantFrom<'new' | 'established'>('new', 'established'),
          inInterface: fc.option(fc.constantFrom('eth1', 'eth9', 'wg0'), { nil: undefined }),
          outInterface: fc.option(fc.constantFrom('eth1', 'eth2'), { nil: undefined }),
        }),
        (policies, { from, to, port, direction, inInterface, outInterface, ...rest }) => {
          const [sport = 0] = SPORTS;
          const named = { ...(inInterface === undefined ? {} : { inInterface }), ...(outInterface === undefined ? {} : { outInterface }) };
          const base = { ...rest, src: hostAt(rest.family, from), dst: hostAt(rest.family, to), sport, state: STATE[rest.state], flags: rest.state === 'new' ? SYN : SYN_ACK };
          const setting: Setting = { direction, reply: rest.state === 'established', site: siteOf(site), ...named };
          // Ports beside those that rules name stand for all the others.
          const packets = (port === undefined ? [...DPORTS, 9999] : [port]).map((dport): Packet => ({ ...base, dport }));
          const all = packets.map((p) => fates(policies, p, setting));
          const kinds = new Set(all.map((list) => (list.every((f) => f.accepted) ? 'accept' : list.some((f) => f.accepted) ? 'undecided' : 'drop')));
          const got = tracePath(pathOf(policies, direction), { ...rest, from: base.src, to: base.dst, sourcePort: sport, ...(port === undefined ? {} : { port }), ...named }, siteOf(site));
          expect(got.verdict).toBe(kinds.size > 1 ? 'mixed' : [...kinds][0]);
          const [only] = all.length === 1 ? (all[0] ?? []) : [];
          if (only && all[0]?.length === 1) {
            const step = only.accepted ? only.steps.find((s) => s.policy === policies[1]) : only.steps.at(-1);
            if (step) expect([got.decidedBy.policy.name, got.decidedBy.entry?.at]).toEqual([step.policy.name, step.ending.by?.at]);
          }
          if (got.verdict === 'undecided') expect(got.decidedBy.action).toBe('undecided');
        },
      ),
      1000,
    );
  });
});
