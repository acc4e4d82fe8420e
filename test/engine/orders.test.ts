/** Each evaluation order of design/semantics.md on a small policy of the product that has it, with its verdicts worked out by hand. */
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../server/src/core/addresses.ts';
import { PROTOCOL } from '../../server/src/core/packets.ts';
import { type PathTrace, tracePath } from '../../server/src/engine/trace.ts';
import type { Path, RankedEntry } from '../../server/src/model/policy.ts';
import { goTo, jump, pathOf, policy, rule, siteOf } from './build.ts';

interface Probe {
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
}

function trace(path: Path, { from = '10.0.0.1', to = '10.9.0.1', port = 443 }: Probe): PathTrace {
  const [src, dst] = [parseAddress(from), parseAddress(to)];
  if (!src || !dst) throw new Error('bad probe');
  return tracePath(path, { family: src.family, from: src.value, to: dst.value, protocol: PROTOCOL.tcp, sourcePort: 50000, port, state: 'new' }, siteOf());
}

/** Asks one packet after the other; `by` names the deciding rule of `rules`, or the default. */
function expectVerdicts(path: Path, rules: Readonly<Record<string, RankedEntry>>, rows: readonly (readonly [Probe, 'accept' | 'drop', string])[]): void {
  for (const [probe, verdict, by] of rows) {
    const { verdict: got, decidedBy } = trace(path, probe);
    const name = decidedBy.entry ? Object.entries(rules).find(([, r]) => r === decidedBy.entry)?.[0] : 'default';
    expect([probe, got, name]).toEqual([probe, verdict, by]);
  }
}

describe('first match: iptables, ACLs', () => {
  const rules = {
    web: rule('accept', { protocol: 'tcp', dport: '443', src: '10.0.0.0/24' }),
    user: rule(jump('user'), { dport: '1000-1999' }),
    aside: rule(goTo('aside'), { dport: '2000-2999' }),
    closed: rule('reject', { src: '10.0.0.0/24' }),
    late: rule('accept', { protocol: 'tcp', dport: '443' }),
    back: rule('return', { dport: '1500' }),
    inUser: rule('accept', { src: '10.0.0.0/30' }),
    inAside: rule('accept', { dport: '2500' }),
  };
  const path = pathOf(policy([rules.web, rules.user, rules.aside, rules.closed, rules.late], 'drop', { chains: { user: [rules.back, rules.inUser], aside: [rules.inAside] } }));

  it('the first match decides, RETURN goes back behind the jump, a goto does not come back', () => {
    expectVerdicts(path, rules, [
      [{}, 'accept', 'web'],
      [{ from: '10.1.0.1' }, 'accept', 'late'],
      [{ port: 80 }, 'drop', 'closed'],
      [{ port: 1400 }, 'accept', 'inUser'],
      [{ port: 1500 }, 'drop', 'closed'],
      [{ port: 1400, from: '10.0.0.9' }, 'drop', 'closed'],
      [{ port: 1400, from: '10.1.0.1' }, 'drop', 'default'],
      [{ port: 2500 }, 'accept', 'inAside'],
      [{ port: 2501 }, 'drop', 'default'],
      [{ port: 2501, from: '10.1.0.1' }, 'drop', 'default'],
    ]);
  });

  it('a goto from a called chain comes back to the caller of that chain', () => {
    const chains = { a: [rule(goTo('b')), rule('drop')], b: [rule('return')] };
    const after = rule('accept');
    expectVerdicts(pathOf(policy([rule(jump('a')), after], 'drop', { chains })), { after }, [[{}, 'accept', 'after']]);
  });

  it('RETURN in the list itself leads to the default', () => {
    const rules2 = { back: rule('return', { dport: '443' }), all: rule('accept') };
    expectVerdicts(pathOf(policy(Object.values(rules2), 'drop')), rules2, [[{}, 'drop', 'default'], [{ port: 80 }, 'accept', 'all']]);
  });
});

describe('nftables: accept ends only its base chain', () => {
  const early = { allow: rule('accept', { dport: '443' }), deny: rule('drop', { dport: '23' }) };
  const late = { deny: rule('drop', { src: '10.0.0.1' }), allow: rule('accept') };
  const first = policy(Object.values(early), 'accept', { name: 'early' });
  const second = policy(Object.values(late), 'drop', { name: 'late' });
  const rules = { ...early, lateDeny: late.deny, lateAllow: late.allow };

  it('every later base chain must accept too, and a drop is final', () => {
    expectVerdicts(pathOf([first, second]), rules, [
      [{}, 'drop', 'lateDeny'],
      [{ from: '10.0.0.2' }, 'accept', 'lateAllow'],
      [{ from: '10.0.0.2', port: 23 }, 'drop', 'deny'],
    ]);
  });

  it('a base chain of one family does not see the other', () => {
    const six = policy([], 'drop', { name: 'six', families: [6] });
    const v6 = { from: 'fd00::1', to: 'fd00::2' };
    expectVerdicts(pathOf([six, second]), rules, [[{ from: '10.0.0.2' }, 'accept', 'lateAllow'], [v6, 'drop', 'default']]);
    expect(trace(pathOf([policy([], 'drop', { families: [4] })]), v6).verdict).toBe('accept');
  });
});

describe('lists by number, default deny: ASA, IOS, NACL, Junos', () => {
  const rules = { b: rule('accept', { dport: '443' }, { priority: 20 }), a: rule('drop', { src: '10.0.0.1' }, { priority: 10 }), all: rule('drop', {}, { priority: 32767 }) };
  it('the lowest number decides wherever it is written', () => {
    expectVerdicts(pathOf(policy(Object.values(rules), 'drop', { order: { kind: 'priority', ties: 'text' } })), rules, [
      [{}, 'drop', 'a'],
      [{ from: '10.0.0.2' }, 'accept', 'b'],
      [{ from: '10.0.0.2', port: 80 }, 'drop', 'all'],
    ]);
  });
});

describe('priorities with ties', () => {
  const rules = { allow: rule('accept', { dport: '443' }, { priority: 1000 }), deny: rule('drop', { dport: '400-500' }, { priority: 1000 }), before: rule('accept', { src: '10.0.0.5' }, { priority: 999 }) };
  const list = [rules.allow, rules.deny, rules.before];

  it('Google VPC: a deny wins a tie, a lower number wins over both', () => {
    expectVerdicts(pathOf(policy(list, 'drop', { order: { kind: 'priority', ties: 'deny-first' } })), rules, [[{}, 'drop', 'deny'], [{ from: '10.0.0.5' }, 'accept', 'before'], [{ port: 80 }, 'drop', 'default']]);
  });

  it('Azure, PAN-OS, FortiGate: the text decides a tie', () => {
    expectVerdicts(pathOf(policy(list, 'drop', { order: { kind: 'priority', ties: 'text' } })), rules, [[{}, 'accept', 'allow'], [{ port: 450 }, 'drop', 'deny'], [{ from: '10.0.0.5', port: 450 }, 'accept', 'before']]);
  });
});

describe('Azure: the groups of subnet and network card must both accept', () => {
  const subnet = { allow: rule('accept', { dport: '443' }, { priority: 100 }), deny: rule('drop', {}, { priority: 65500 }) };
  const card = { deny: rule('drop', { src: '10.0.0.1' }, { priority: 100 }), allow: rule('accept', {}, { priority: 200 }) };
  const order = { kind: 'priority', ties: 'text' } as const;
  const path = pathOf([policy(Object.values(subnet), 'drop', { name: 'subnet', order }), policy(Object.values(card), 'drop', { name: 'card', order })]);

  it('each may deny', () => {
    expectVerdicts(path, { subnetAllow: subnet.allow, subnetDeny: subnet.deny, cardDeny: card.deny, cardAllow: card.allow }, [
      [{}, 'drop', 'cardDeny'],
      [{ from: '10.0.0.2' }, 'accept', 'cardAllow'],
      [{ from: '10.0.0.2', port: 80 }, 'drop', 'subnetDeny'],
    ]);
  });
});

describe('union of allows', () => {
  const rules = { a: rule('accept', { dport: '443', src: '10.0.0.1' }), deny: rule('drop', { src: '10.0.0.2' }), b: rule('accept', { dport: '443', src: '10.0.0.2' }), c: rule('accept', { dport: '80' }) };
  const order = { kind: 'union' } as const;

  it('security groups, NetworkPolicy: any rule of any group allows', () => {
    expectVerdicts(pathOf(policy([rules.c, rules.a, rules.b], 'drop', { order })), rules, [[{}, 'accept', 'a'], [{ from: '10.0.0.2' }, 'accept', 'b'], [{ port: 80 }, 'accept', 'c'], [{ port: 81 }, 'drop', 'default']]);
  });

  it('Cilium: a deny beats every allow', () => {
    expectVerdicts(pathOf(policy([rules.a, rules.b, rules.c, rules.deny], 'drop', { order })), rules, [[{}, 'accept', 'a'], [{ from: '10.0.0.2' }, 'drop', 'deny'], [{ from: '10.0.0.2', port: 80 }, 'drop', 'deny'], [{ port: 80 }, 'accept', 'c']]);
  });
});

describe('Windows: block beats allow', () => {
  const rules = { allow: rule('accept', { dport: '443' }), block: rule('drop', { src: '10.0.0.0/24' }), bypass: rule('accept', { src: '10.0.0.9' }, { overridesBlocks: true }) };
  const order = { kind: 'deny-overrides' } as const;

  it.each([[Object.values(rules)], [Object.values(rules).reverse()]])('in any order; an authenticated bypass beats the block', (list) => {
    expectVerdicts(pathOf(policy(list, 'drop', { order })), rules, [[{}, 'drop', 'block'], [{ from: '10.1.0.1' }, 'accept', 'allow'], [{ from: '10.0.0.9' }, 'accept', 'bypass'], [{ from: '10.1.0.1', port: 80 }, 'drop', 'default']]);
  });

  it('outbound is allowed by default', () => {
    expectVerdicts(pathOf(policy([rules.block], 'accept', { order }), 'out'), rules, [[{}, 'drop', 'block'], [{ from: '10.1.0.1' }, 'accept', 'default']]);
  });
});

describe('firewalld: priorities below zero, then log, deny, allow, then above zero, then the target', () => {
  const rules = { first: rule('accept', { src: '10.0.0.5' }, { priority: -10 }), allow: rule('accept', { dport: '443' }, { priority: 0 }), deny: rule('reject', { src: '10.0.0.0/24' }, { priority: 0 }), last: rule('accept', { dport: '22' }, { priority: 10 }) };
  it('denies before allows at zero', () => {
    expectVerdicts(pathOf(policy([rules.last, rules.allow, rules.deny, rules.first], 'reject', { order: { kind: 'priority', ties: 'deny-first' } })), rules, [
      [{ from: '10.0.0.5' }, 'accept', 'first'],
      [{}, 'drop', 'deny'],
      [{ from: '10.1.0.1' }, 'accept', 'allow'],
      [{ from: '10.1.0.1', port: 22 }, 'accept', 'last'],
      [{ from: '10.1.0.1', port: 80 }, 'drop', 'default'],
    ]);
  });
});

describe('tiers: AdminNetworkPolicy, then NetworkPolicies, then Baseline', () => {
  const rules = {
    admin: rule(jump('admin')),
    deny: rule('drop', { src: '10.0.0.66' }),
    pass: rule('return', { src: '10.0.0.1' }),
    allow: rule('accept', { src: '10.0.0.0/24', dport: '443' }),
    network: rule(jump('network'), { dst: '10.9.0.0/24' }),
    selected: rule('accept', { dport: '80' }),
    isolated: rule('drop'),
    baseline: rule(jump('baseline')),
    closed: rule('drop', { dport: '23' }),
  };
  const chains = { admin: [rules.deny, rules.pass, rules.allow], network: [rules.selected, rules.isolated], baseline: [rules.closed] };
  const path = pathOf(policy([rules.admin, rules.network, rules.baseline], 'accept', { order: { kind: 'tiers' }, chains }));

  it('a verdict ends all tiers, Pass goes to the next, what no tier decides is the default', () => {
    expectVerdicts(path, rules, [
      [{ from: '10.0.0.66' }, 'drop', 'deny'],
      [{ from: '10.0.0.2' }, 'accept', 'allow'],
      [{ from: '10.0.0.1' }, 'drop', 'isolated'],
      [{ from: '10.0.0.1', port: 80 }, 'accept', 'selected'],
      [{ to: '10.8.0.1' }, 'accept', 'default'],
      [{ to: '10.8.0.1', port: 23 }, 'drop', 'closed'],
    ]);
  });
});

describe('pf: the last match wins, quick ends at once', () => {
  const rules = { block: rule('drop'), web: rule('accept', { dport: '443' }), quick: rule('drop', { src: '10.0.0.66' }, { quick: true }), again: rule('drop', { src: '10.0.0.7' }), all: rule('accept', { src: '10.0.0.66' }) };
  const path = pathOf(policy(Object.values(rules), 'accept', { order: { kind: 'last-match' } }));

  it('later rules override earlier ones, but not a quick one', () => {
    expectVerdicts(path, rules, [
      [{}, 'accept', 'web'],
      [{ port: 80 }, 'drop', 'block'],
      [{ from: '10.0.0.7' }, 'drop', 'again'],
      [{ from: '10.0.0.66' }, 'drop', 'quick'],
    ]);
    expectVerdicts(pathOf(policy([rules.web], 'accept', { order: { kind: 'last-match' } })), rules, [[{ port: 80 }, 'accept', 'default']]);
  });
});
