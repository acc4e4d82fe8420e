/** judgeFlow, sentence by sentence of design/semantics.md, on hand-built policies with verdicts worked out by hand. */
import { describe, expect, it } from 'vitest';
import { addressSetToCidrs, ofFamily } from '../../server/src/core/addresses.ts';
import { unionAll } from '../../server/src/core/intervals.ts';
import { type PacketSet, PROTOCOL, formatPorts } from '../../server/src/core/packets.ts';
import { judgeFlow } from '../../server/src/engine/coverage.ts';
import type { Flow } from '../../server/src/model/flow.ts';
import type { Path, RankedEntry } from '../../server/src/model/policy.ts';
import type { FlowVerdict } from '../../server/src/model/verdict.ts';
import { type FlowWords, type SiteWords, component, flow, goTo, iface, jump, judge, pathOf, policy, reference, rule, unknown, unknownAction } from './build.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';
const KNOWN: SiteWords = { addresses: { a: A, b: B } };

function verdictOf(f: Flow, path: Path, site: SiteWords = KNOWN, words: Parameters<typeof judge>[1] = {}): FlowVerdict {
  const verdict = judgeFlow(f, path, judge(site, words));
  if (!verdict) throw new Error('the flow is not listed');
  return verdict;
}

/** `tcp 80,443 from 10.0.0.1`, addresses only where asked for. */
function parts(set: PacketSet, end?: 'src' | 'dst'): string[] {
  return Object.entries({ tcp: PROTOCOL.tcp, udp: PROTOCOL.udp }).flatMap(([name, protocol]) => {
    const mine = set.filter((b) => b.protocol.includes(protocol));
    if (mine.length === 0) return [];
    const ports = formatPorts(unionAll(mine.map((b) => b.dport))).join();
    const where = end ? ` ${addressSetToCidrs({ 4: unionAll(mine.filter((b) => b.family === 4).map((b) => b[end])), 6: unionAll(mine.filter((b) => b.family === 6).map((b) => b[end])) }).join(' ')}` : '';
    return [`${name} ${ports}${where}`];
  });
}

const list = (...entries: RankedEntry[]): Path => pathOf(policy(entries));
const deciders = (v: FlowVerdict): (RankedEntry | string)[] => v.decidedBy.map((d) => d.entry ?? `default of ${d.policy.name}`);

describe('the five verdicts', () => {
  const f = flow('443,80');
  it('open: nothing is lacking, the accepting rules decide', () => {
    const [web, plain] = [rule('accept', { dport: '443' }), rule('accept', { dport: '80' })];
    const v = verdictOf(f, list(web, plain));
    expect(v.verdict).toBe('open');
    expect(deciders(v)).toEqual([web, plain]);
    expect([parts(v.open), parts(v.lacking), parts(v.undecided)]).toEqual([['tcp 80,443'], [], []]);
  });

  it('missing: the default alone denies', () => {
    const v = verdictOf(f, list(rule('accept', { dport: '22' })));
    expect(v.verdict).toBe('missing');
    expect(deciders(v)).toEqual(['default of input']);
    expect([parts(v.open), parts(v.lacking)]).toEqual([[], ['tcp 80,443']]);
  });

  it('blocked: some part is denied by a rule, and every deciding part is listed, rules before the default', () => {
    const deny = rule('reject', { dport: '80' });
    const v = verdictOf(f, list(deny));
    expect(v.verdict).toBe('blocked');
    expect(deciders(v)).toEqual([deny, 'default of input']);
    expect(v.decidedBy.map((d) => [d.action, parts(d.set)])).toEqual([['reject', ['tcp 80']], ['default', ['tcp 443']]]);
  });

  it('partial: the exact remainder, and who keeps it out', () => {
    const [open, deny] = [rule('accept', { dport: '443', src: '10.0.0.0/31' }), rule('drop', { dport: '1-1000', src: '10.0.0.3' })];
    const v = verdictOf(f, list(open, deny), { addresses: { a: ['10.0.0.1', '10.0.0.3'], b: B } });
    expect(v.verdict).toBe('partial');
    expect(parts(v.open, 'src')).toEqual(['tcp 443 10.0.0.1']);
    expect(v.lacking.map((b) => [formatPorts(b.dport), addressSetToCidrs(ofFamily(4, b.src))])).toEqual([[['80'], ['10.0.0.1', '10.0.0.3']], [['443'], ['10.0.0.3']]]);
    expect(deciders(v)).toEqual([deny, 'default of input']);
    expect(v.openedBy.map((d) => d.entry)).toEqual([open]);
  });

  it('undecided: the upper bound holds all, the lower lacks some, and the doubtful rule is named', () => {
    const doubtful = rule('accept', { dport: '443', atoms: [unknown()] });
    const v = verdictOf(f, list(rule('accept', { dport: '80' }), doubtful));
    expect(v.verdict).toBe('undecided');
    expect([parts(v.open), parts(v.undecided), parts(v.lacking)]).toEqual([['tcp 80'], ['tcp 443'], []]);
    expect(v.doubts.map((d) => d.entry)).toEqual([doubtful]);
  });

  it('an unknown match of a deny leaves the flow undecided, a sure deny below it blocks', () => {
    const doubtful = rule('drop', { atoms: [unknown()] });
    expect(verdictOf(f, list(doubtful, rule('accept'))).verdict).toBe('undecided');
    const deny = rule('drop', { dport: '1-1023' });
    expect(verdictOf(f, list(doubtful, deny, rule('accept'))).verdict).toBe('blocked');
  });

  it('a known lack outweighs a doubt', () => {
    expect(verdictOf(f, list(rule('accept', { dport: '443', atoms: [unknown()] }))).verdict).toBe('partial');
  });

  it('under an unknown jump both ways are followed: both must accept', () => {
    const jumpMaybe = (target: RankedEntry[], after: RankedEntry[]): FlowVerdict => verdictOf(flow('443'), pathOf(policy([rule(jump('c'), { atoms: [unknown()] }), ...after], 'drop', { chains: { c: target } })));
    expect(jumpMaybe([rule('accept')], [rule('accept')]).verdict).toBe('open');
    expect(jumpMaybe([rule('drop')], [rule('accept')]).verdict).toBe('undecided');
    expect(jumpMaybe([rule('accept')], []).verdict).toBe('undecided');
    expect(jumpMaybe([rule('drop')], []).verdict).toBe('missing');
  });

  it('an unknown return or goto may or may not be taken', () => {
    expect(verdictOf(flow('443'), list(rule('return', { atoms: [unknown()] }), rule('accept'))).verdict).toBe('undecided');
    const away = policy([rule(goTo('c'), { atoms: [unknown()] }), rule('accept')], 'drop', { chains: { c: [] } });
    expect(verdictOf(flow('443'), pathOf(away)).verdict).toBe('undecided');
  });

  it('an unknown action may accept and may deny, also where the rest denies', () => {
    expect(verdictOf(flow('443'), list(rule(unknownAction()), rule('accept'))).verdict).toBe('undecided');
    expect(verdictOf(flow('443'), list(rule(unknownAction()))).verdict).toBe('undecided');
    expect(verdictOf(flow('443'), list(rule(unknownAction(), { dport: '80' }))).verdict).toBe('missing');
  });

  it('a jump to a chain that is not in sight may do anything; so may a chain that jumps to itself', () => {
    expect(verdictOf(flow('443'), list(rule(jump('gone')))).verdict).toBe('undecided');
    const loop = policy([rule(jump('c'))], 'drop', { chains: { c: [rule(jump('c'))] } });
    expect(verdictOf(flow('443'), pathOf(loop)).verdict).toBe('undecided');
  });
});

describe('the default written out', () => {
  const f = flow('443');
  it('an unconditional deny at the end is the default: missing, the line named', () => {
    const deny = rule('drop');
    const v = verdictOf(f, pathOf(policy([rule('accept', { dport: '22' }), deny], 'accept')));
    expect(v.verdict).toBe('missing');
    expect(v.decidedBy.map((d) => [d.entry, d.standsForDefault])).toEqual([[deny, true]]);
  });

  it('so it is where every jump that leads to it is unconditional', () => {
    const at = (words: Parameters<typeof rule>[1]): FlowVerdict => verdictOf(f, pathOf(policy([rule(jump('end'), words)], 'accept', { chains: { end: [rule('reject')] } })));
    expect(at({}).verdict).toBe('missing');
    expect(at({ protocol: 'tcp' }).verdict).toBe('blocked');
  });

  it('a deny of some ports, or of one protocol, or in one state is a rule', () => {
    for (const words of [{ dport: '1-65535' }, { protocol: 'tcp' }, { state: 'new' }, { src: '0.0.0.0/1' }] as const) expect(verdictOf(f, pathOf(policy([rule('drop', words)], 'accept'))).verdict).toBe('blocked');
  });

  it('a deny of all IPv4 is the default of IPv4', () => {
    expect(verdictOf(f, pathOf(policy([rule('drop', { src: '0.0.0.0/0' })], 'accept', { families: [4] }))).verdict).toBe('missing');
    expect(verdictOf(f, pathOf(policy([rule('drop', { family: 4 })], 'accept'))).verdict).toBe('missing');
  });

  it('a rule below it that denies the same is not the one that decides', () => {
    const deny = rule('drop');
    const v = verdictOf(f, list(rule('drop', { src: '10.0.0.9' }), deny, rule('drop', { src: A })));
    expect([v.verdict, deciders(v)]).toEqual(['missing', [deny]]);
  });

  it('a deny on the loopback interface closes nothing, one on any interface is the default', () => {
    expect(verdictOf(f, pathOf(policy([rule('drop', { atoms: [iface('in', 'lo')] })], 'accept'))).verdict).toBe('open');
    expect(verdictOf(f, pathOf(policy([rule('drop', { atoms: [iface('in', 'lo', true)] })], 'accept'))).verdict).toBe('missing');
    expect(verdictOf(f, pathOf(policy([rule('drop', { atoms: [iface('in', '*')] })], 'accept'))).verdict).toBe('missing');
  });
});

describe('port requirements', () => {
  const opening = (...dports: string[]): Path => list(...dports.map((dport) => rule('accept', { protocol: 'tcp', dport })));
  const both = (...dports: string[]): Path => list(...dports.flatMap((dport) => [rule('accept', { protocol: 'tcp', dport }), rule('accept', { protocol: 'udp', dport })]));

  it.each<[string, FlowWords, Path, string, string[]]>([
    ['443', {}, opening('443'), 'open', []],
    ['2500-2503', {}, opening('2500-2502'), 'partial', ['tcp 2503']],
    ['2500-2503', {}, opening('2501'), 'partial', ['tcp 2500,2502-2503']],
    ['135,445', { mode: 'all' }, opening('445'), 'partial', ['tcp 135']],
    ['135,445', { mode: 'all', transports: ['tcp', 'udp'] }, opening('135', '445'), 'partial', ['udp 135,445']],
    ['443,80', { mode: 'any' }, opening('80'), 'open', []],
    ['443,80', { mode: 'any' }, opening('8080'), 'missing', ['tcp 443']],
    ['443,80', { mode: 'any', transports: ['tcp', 'udp'] }, list(rule('accept', { protocol: 'tcp', dport: '80' }), rule('accept', { protocol: 'udp', dport: '443' })), 'open', []],
    ['443,80', { mode: 'any', transports: ['tcp', 'udp'] }, opening('80'), 'partial', ['udp 443']],
    ['80-81,90-91', { mode: 'any' }, opening('80', '91'), 'partial', ['tcp 81']],
    ['80-81,90-91', { mode: 'any' }, opening('90', '91'), 'open', []],
    ['6162,2500-2502', { mode: 'prefer' }, opening('6162'), 'open', []],
    ['6162,2500-2502', { mode: 'prefer' }, opening('2500-2502'), 'open', []],
    ['6162,2500-2502', { mode: 'prefer' }, opening('2500-2501'), 'missing', ['tcp 6162']],
    ['6162,2500-2502', { mode: 'prefer', transports: ['tcp', 'udp'] }, both('6162'), 'open', []],
    ['1058+', {}, opening('1058'), 'open', []],
    ['1058+', {}, opening('1059-1100'), 'missing', ['tcp 1058']],
    ['1058+,1063+', { mode: 'any' }, opening('1063'), 'open', []],
  ])('%s as %j', (items, words, path, verdict, lacking) => {
    const v = verdictOf(flow(items, words), path);
    expect([v.verdict, parts(v.lacking)]).toEqual([verdict, lacking]);
  });

  it('any and prefer are judged for each pair of addresses', () => {
    const site: SiteWords = { addresses: { a: ['10.0.0.1', '10.0.0.3'], b: B } };
    const path = list(rule('accept', { src: '10.0.0.1', dport: '443' }), rule('accept', { src: '10.0.0.3', dport: '80' }));
    expect(verdictOf(flow('443,80', { mode: 'any' }), path, site).verdict).toBe('open');
    expect(verdictOf(flow('443,80', { mode: 'all' }), path, site).verdict).toBe('partial');
    const v = verdictOf(flow('443,80', { mode: 'any' }), list(rule('accept', { src: '10.0.0.3', dport: '80' })), site);
    expect([v.verdict, parts(v.lacking, 'src'), parts(v.open, 'src')]).toEqual(['partial', ['tcp 443 10.0.0.1'], ['tcp 80 10.0.0.3']]);
  });

  it('only the fallback open is open, and marked', () => {
    const prefer = flow('6162,2500-2502', { mode: 'prefer' });
    expect(verdictOf(prefer, opening('2500-2502')).fallbackOnly).toBe(true);
    expect(verdictOf(prefer, opening('2500-2502', '6162')).fallbackOnly).toBe(false);
    expect(verdictOf(prefer, opening('6162')).fallbackOnly).toBe(false);
    expect(verdictOf(prefer, opening('80')).fallbackOnly).toBe(false);
    expect(verdictOf(flow('443,80', { mode: 'any' }), opening('80')).fallbackOnly).toBe(false);
  });

  it('clients send from the flow’s source ports: all of them must pass', () => {
    const path = list(rule('accept', { dport: '443', sport: '1024-65535' }));
    expect(verdictOf(flow('443'), path).verdict).toBe('open');
    const v = verdictOf(flow('443', { sourcePorts: { first: 1, last: 65535 } }), path);
    expect([v.verdict, v.lacking.map((b) => formatPorts(b.sport))]).toEqual(['partial', [['1-1023']]]);
  });
});

describe('families', () => {
  const two: SiteWords = { addresses: { a: [A, 'fd00::1'], b: [B, 'fd00::2'] } };
  it('addresses are paired within one family', () => {
    const v = verdictOf(flow('443'), list(rule('accept', { family: 4 })), two);
    expect([v.verdict, parts(v.lacking, 'src')]).toEqual(['partial', ['tcp 443 fd00::1']]);
  });

  it('a policy is asked only in the families that it filters', () => {
    const path = pathOf(policy([rule('accept')], 'drop', { families: [4] }));
    const v = verdictOf(flow('443'), path, two);
    expect([v.verdict, v.required.map((b) => b.family)]).toEqual(['open', [4]]);
    expect(judgeFlow(flow('443'), path, judge({ addresses: { a: 'fd00::1', b: 'fd00::2' } }))).toBeUndefined();
    expect(judgeFlow(flow('443'), path, judge({ addresses: { a: A, b: 'fd00::2' } }))).toBeUndefined();
  });

  it('a family that only one end has is not asked', () => {
    const v = verdictOf(flow('443'), list(rule('accept', { family: 4 })), { addresses: { a: [A, 'fd00::1'], b: B } });
    expect(v.verdict).toBe('open');
  });

  it('a path of policies of two families asks each in its own', () => {
    const path = pathOf([policy([rule('accept')], 'drop', { name: 'six', families: [6] }), policy([], 'drop', { families: [4] })]);
    const v = verdictOf(flow('443'), path, two);
    expect([v.verdict, parts(v.lacking, 'src')]).toEqual(['partial', ['tcp 443 10.0.0.1']]);
  });

  it('traffic outside the family is no evidence for an unknown host', () => {
    const path = pathOf(policy([], 'drop', { families: [4] }));
    expect(verdictOf(flow('443'), path, { addresses: { b: [B, 'fd00::2'] } }).verdict).toBe('missing');
  });
});

describe('the same address on both ends', () => {
  it('such a pair needs no rule', () => {
    expect(judgeFlow(flow('443'), list(), judge({ addresses: { a: A, b: A } }))).toBeUndefined();
    expect(judgeFlow(flow('443'), list(), judge({ addresses: { a: [A, B], b: [A, B] } }))?.required.map((b) => [addressSetToCidrs(ofFamily(4, b.src)), addressSetToCidrs(ofFamily(4, b.dst))])).toEqual([[[A], [B]], [[B], [A]]]);
  });

  it('a flow from a component to itself is not listed', () => {
    expect(judgeFlow(flow('443', { from: 'a', to: 'a' }), list(), judge(KNOWN))).toBeUndefined();
  });
});

describe('answers', () => {
  const stateless = (...entries: RankedEntry[]): Path => pathOf(policy(entries, 'drop', { stateful: false }));
  const back = (...entries: RankedEntry[]): Path => pathOf(policy(entries, 'drop', { name: 'output', stateful: false }), 'out');
  const request = stateless(rule('accept', { dport: '443' }));

  it('pass where the opposite policy lets them pass', () => {
    const established = back(rule('accept', { state: ['established', 'related'] }));
    expect(verdictOf(flow('443'), request, KNOWN, { answers: established }).verdict).toBe('open');
    expect(verdictOf(flow('443'), request, KNOWN, { answers: back(rule('accept', { protocol: 'tcp', src: B, dst: A, sport: '443', dport: '1024-65535' })) }).verdict).toBe('open');
  });

  it('dropped by a rule or the default: blocked, the part marked', () => {
    const v = verdictOf(flow('443'), request, KNOWN, { answers: back() });
    expect([v.verdict, v.decidedBy.map((d) => [d.policy.name, d.action, d.answer, parts(d.set)])]).toEqual(['blocked', [['output', 'default', true, ['tcp 443']]]]);
    expect(parts(v.lacking)).toEqual(['tcp 443']);
    const deny = rule('drop', { sport: '443' });
    const w = verdictOf(flow('443'), request, KNOWN, { answers: back(deny, rule('accept')) });
    expect([w.verdict, w.decidedBy.map((d) => [d.entry, d.answer])]).toEqual(['blocked', [[deny, true]]]);
  });

  it('for part of the client ports: partial', () => {
    const v = verdictOf(flow('443'), request, KNOWN, { answers: back(rule('accept', { dport: '32768-60999' })) });
    expect([v.verdict, v.lacking.map((b) => formatPorts(b.sport))]).toEqual(['partial', [['1024-32767', '61000-65535']]]);
  });

  it('for part of the ports: partial', () => {
    const v = verdictOf(flow('80,443'), stateless(rule('accept', { dport: '80,443' })), KNOWN, { answers: back(rule('accept', { sport: '443' })) });
    expect([v.verdict, parts(v.lacking), v.decidedBy.map((d) => d.answer)]).toEqual(['partial', ['tcp 80'], [true]]);
  });

  it('a request that does not pass is missing, whatever its answers meet', () => {
    const v = verdictOf(flow('443'), stateless(), KNOWN, { answers: back() });
    expect([v.verdict, v.decidedBy.map((d) => d.answer)]).toEqual(['missing', [false]]);
  });

  it('of UDP have the same transport', () => {
    const udp = flow('161', { transports: ['udp'] });
    const path = stateless(rule('accept', { protocol: 'udp', dport: '161' }));
    expect(verdictOf(udp, path, KNOWN, { answers: back(rule('accept', { protocol: 'tcp' })) }).verdict).toBe('blocked');
    expect(verdictOf(udp, path, KNOWN, { answers: back(rule('accept', { protocol: 'udp' })) }).verdict).toBe('open');
  });

  it('are not asked of a stateful policy', () => {
    expect(verdictOf(flow('443'), list(rule('accept')), KNOWN, { answers: back() }).verdict).toBe('open');
  });

  it('are taken for granted, and that is said, where no opposite policy is in sight', () => {
    const v = verdictOf(flow('443'), request);
    expect(v.verdict).toBe('open');
    expect(v.assumptions).toHaveLength(1);
    expect(v.assumptions[0]).toMatch(/answers/);
    expect(verdictOf(flow('443'), list(rule('accept'))).assumptions).toEqual([]);
  });

  it('that may or may not pass leave the flow undecided', () => {
    const doubtful = rule('accept', { atoms: [unknown()] });
    const v = verdictOf(flow('443'), request, KNOWN, { answers: back(doubtful) });
    expect([v.verdict, v.doubts.map((d) => d.entry)]).toEqual(['undecided', [doubtful]]);
  });

  it('pass a transit policy the other way', () => {
    const forward = policy([rule('accept', { dport: '443', src: A }), rule('accept', { state: 'established' })], 'drop', { stateful: false });
    const path = pathOf(forward, 'transit');
    expect(verdictOf(flow('443'), path, KNOWN, { answers: path }).verdict).toBe('open');
    const oneWay = pathOf(policy([rule('accept', { dport: '443', src: A })], 'drop', { stateful: false }), 'transit');
    expect(verdictOf(flow('443'), oneWay, KNOWN, { answers: oneWay }).verdict).toBe('blocked');
  });

  it('must reach the unknown host that sent the request', () => {
    const path = stateless(rule('accept', { dport: '443', src: '10.1.0.0/24' }));
    const answers = back(rule('accept', { sport: '443', dst: '10.1.0.128/25' }));
    const v = verdictOf(flow('443'), path, { addresses: { b: B } }, { answers });
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if a is in 10.1.0.128/25']]);
  });
});

describe('a host without a declared address', () => {
  const toB: SiteWords = { addresses: { b: B } };
  const names = { components: [component('a', { name: 'The manager' }), component('b')] };

  it('an address that no rule names comes first, and needs no assumption', () => {
    const v = verdictOf(flow('443'), list(rule('accept', { dport: '443' })), toB, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', []]);
  });

  it('else the address that is served, and the assumption is stated', () => {
    const single = verdictOf(flow('443'), list(rule('accept', { src: '10.5.5.5', dport: '443' })), toB, names);
    expect([single.verdict, single.assumptions]).toEqual(['open', ['if 10.5.5.5 is The manager']]);
    const network = verdictOf(flow('443'), list(rule('accept', { src: '10.5.0.0/16', dport: '443' })), toB, names);
    expect([network.verdict, network.assumptions]).toEqual(['open', ['if The manager is in 10.5.0.0/16']]);
  });

  it('the least assumption: the wider network', () => {
    const v = verdictOf(flow('443'), list(rule('accept', { src: '10.5.5.5', dport: '443' }), rule('accept', { src: '10.6.0.0/16', dport: '443-444' })), toB, names);
    expect(v.assumptions).toEqual(['if The manager is in 10.6.0.0/16']);
  });

  it('of equals the rule that comes first', () => {
    const v = verdictOf(flow('443'), list(rule('accept', { src: '10.6.0.9', dport: '443' }), rule('accept', { src: '10.5.0.9', dport: '443-444' })), toB, names);
    expect(v.assumptions).toEqual(['if 10.6.0.9 is The manager']);
  });

  it('one single address must serve the whole requirement', () => {
    const v = verdictOf(flow('135,445'), list(rule('accept', { src: '10.5.5.5', dport: '135' }), rule('accept', { src: '10.5.5.6', dport: '445' })), toB, names);
    expect(v.verdict).toBe('partial');
  });

  it('if none is served, the remainder of the one served best', () => {
    const v = verdictOf(flow('135,445,5000-5009'), list(rule('accept', { src: '10.5.5.5', dport: '135' }), rule('accept', { src: '10.5.5.6', dport: '135,5000-5009' })), toB, names);
    expect([v.verdict, parts(v.lacking, 'src')]).toEqual(['partial', ['tcp 445 10.5.5.6']]);
  });

  it('denies of other addresses do not count against it', () => {
    const v = verdictOf(flow('443'), list(rule('drop', { src: '10.9.9.9' }), rule('accept', { dport: '443' })), toB, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', []]);
    const missing = verdictOf(flow('443'), list(rule('drop', { src: '10.9.9.9' }), rule('accept', { dport: '80' })), toB, names);
    expect(missing.verdict).toBe('missing');
  });

  it('a deny that spares one network leaves that one', () => {
    const v = verdictOf(flow('443'), list(rule('drop', { src: ['0.0.0.0-10.4.255.255', '10.6.0.0-255.255.255.255'] }), rule('accept')), toB, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if The manager is in 10.5.0.0/16']]);
  });

  it('is not an address declared for another component, unless both may be one machine', () => {
    const path = list(rule('accept', { src: '10.5.5.5', dport: '443' }));
    const declared: SiteWords = { addresses: { b: B, c: '10.5.5.5' } };
    expect(verdictOf(flow('443'), path, declared, names).verdict).toBe('missing');
    const shared = { components: [component('a', { sameMachineAs: ['c'] }), component('b'), component('c')] };
    expect(verdictOf(flow('443'), path, declared, shared).verdict).toBe('open');
  });

  it('is never the address at the other end', () => {
    const path = list(rule('accept', { src: B, dport: '443' }));
    const shared = { components: [component('a', { sameMachineAs: ['b'] }), component('b')] };
    expect(verdictOf(flow('443'), path, toB, shared).verdict).toBe('missing');
  });

  it('is no loopback, multicast or network-less address', () => {
    for (const src of ['127.0.0.1', '224.0.0.1', '0.0.0.0/8', '255.255.255.255']) expect(verdictOf(flow('443'), list(rule('accept', { src })), toB).verdict).toBe('missing');
  });

  it('may be a doubtful one only where none is sure', () => {
    const doubtful = rule('accept', { src: '10.5.0.0/16', dport: '443', atoms: [unknown()] });
    expect(verdictOf(flow('443'), list(doubtful), toB).verdict).toBe('undecided');
    expect(verdictOf(flow('443'), list(doubtful, rule('accept', { src: '10.6.0.1', dport: '443' })), toB).verdict).toBe('open');
  });

  it('serves every address of the known end', () => {
    const path = list(rule('accept', { src: '10.5.0.0/24', dst: '10.0.0.2', dport: '443' }), rule('accept', { src: '10.5.1.1', dport: '443' }));
    const v = verdictOf(flow('443'), path, { addresses: { b: ['10.0.0.2', '10.0.0.3', '10.0.0.4'] } }, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if 10.5.1.1 is The manager']]);
  });

  it('serves best among networks of several addresses of the known end', () => {
    const known = Array.from({ length: 12 }, (_, i) => `10.0.0.${String(i + 2)}`);
    const path = list(rule('accept', { src: '10.5.0.0/24', dst: '10.0.0.2-10.0.0.10', dport: '443' }), rule('accept', { src: '10.5.1.1', dst: '10.0.0.2-10.0.0.13', dport: '443' }));
    const v = verdictOf(flow('443'), path, { addresses: { b: known } }, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if 10.5.1.1 is The manager']]);
  });

  it('may be of either family', () => {
    const v = verdictOf(flow('443'), list(rule('accept', { src: 'fd00:5::/64', dport: '443' })), { addresses: { b: [B, 'fd00::2'] } }, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if The manager is in fd00:5::/64']]);
  });

  it('may stand behind a declared interface', () => {
    const site: SiteWords = { addresses: { b: B }, interfaces: { eth1: '10.20.0.0/24' } };
    const v = verdictOf(flow('443'), list(rule('accept', { dport: '443', atoms: [iface('in', 'eth1')] })), site, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if The manager is in 10.20.0.0/24']]);
  });

  it('may be the host of a reference that has addresses', () => {
    const site: SiteWords = { addresses: { b: B, c: '10.7.0.7' }, references: { c: ['group'] } };
    const words = { components: [component('a', { name: 'The manager', sameMachineAs: ['c'] }), component('b'), component('c')] };
    const v = verdictOf(flow('443'), list(rule('accept', { dport: '443', atoms: [reference('src', 'group')] })), site, words);
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if 10.7.0.7 is The manager']]);
  });

  it('served by another rule than its neighbours, through chains', () => {
    const chains = { c: [rule('return', { src: '10.5.0.128/25' }), rule('accept', { dport: '443' })] };
    const v = verdictOf(flow('443'), pathOf(policy([rule(jump('c'), { src: '10.5.0.0/24' })], 'drop', { chains })), toB, names);
    expect([v.verdict, v.assumptions]).toEqual(['open', ['if The manager is in 10.5.0.0/25']]);
  });

  it('served where a chain is not in sight', () => {
    const v = verdictOf(flow('443'), list(rule(jump('gone'), { src: '10.5.5.5' })), toB, names);
    expect(v.verdict).toBe('undecided');
  });

  it('served by text that was lost', () => {
    const lost = policy([], 'drop', { name: 'four', families: [4], unmodelled: [{ span: { start: 0, end: 0 }, why: 'lost' }] });
    const path = pathOf([lost, policy([], 'drop', { families: [6], onlyNew: true })]);
    expect(verdictOf(flow('443'), path, { addresses: { b: [B, 'fd00::2'] } }, names).verdict).toBe('undecided');
  });

  it('the remainder is the smallest where denies cut the addresses', () => {
    const path = pathOf(policy([rule('drop', { src: '0.0.0.0/1', dport: '5000-5009' }), rule('drop', { src: '128.0.0.0/1', dport: '443' })], 'accept', { families: [4] }));
    const v = verdictOf(flow('443,5000-5009'), path, toB, names);
    expect([v.verdict, parts(v.lacking)]).toEqual(['partial', ['tcp 443']]);
  });
});

describe('two hosts without declared addresses', () => {
  it('any two addresses, where the rules name none', () => {
    const v = verdictOf(flow('443'), list(rule('accept', { dport: '443' })), {});
    expect([v.verdict, v.assumptions]).toEqual(['open', []]);
    expect(verdictOf(flow('443'), list(), {}).verdict).toBe('missing');
  });

  it('the named one is assumed, the other is not', () => {
    expect(verdictOf(flow('443'), list(rule('accept', { src: '10.5.5.5', dport: '443' })), {}).assumptions).toEqual(['if 10.5.5.5 is a']);
    expect(verdictOf(flow('443'), list(rule('accept', { src: '10.5.5.5', dst: '10.5.5.6', dport: '443' })), {}).assumptions).toEqual(['if 10.5.5.5 is a', 'if 10.5.5.6 is b']);
  });

  it('they are never the same address', () => {
    expect(verdictOf(flow('443'), list(rule('accept', { src: '10.5.5.5', dst: '10.5.5.5', dport: '443' })), {}).verdict).toBe('missing');
    const v = verdictOf(flow('443'), list(rule('accept', { src: '10.5.5.4/31', dst: '10.5.5.4/31', dport: '443' })), {});
    expect([v.verdict, v.required.map((b) => [b.src, b.dst])]).toEqual(['open', [[[0x0a050504, 0x0a050505], [0x0a050505, 0x0a050506]]]]);
    const w = verdictOf(flow('443'), list(rule('accept', { src: '10.5.5.4/31', dst: '10.5.5.4', dport: '443' })), {});
    expect([w.verdict, w.required.map((b) => [b.src, b.dst])]).toEqual(['open', [[[0x0a050505, 0x0a050506], [0x0a050504, 0x0a050505]]]]);
  });
});

describe('the internet', () => {
  const mirror = component('m', { kind: 'external', hostNames: ['updates.example.org'] });
  const out = (...entries: RankedEntry[]): Path => pathOf(policy(entries, 'drop', { families: [4, 6] }), 'out');
  const toMirror = flow('443', { from: 'a', to: 'm' });

  it('is the address of external components with public names', () => {
    expect(verdictOf(toMirror, out(rule('accept', { dport: '443' })), { addresses: { a: A } }, { components: [mirror] }).verdict).toBe('open');
    const v = verdictOf(toMirror, out(rule('accept', { dport: '443', dst: '0.0.0.0/1' })), { addresses: { a: A } }, { components: [mirror] });
    expect(v.verdict).toBe('partial');
    expect(v.to.kind).toBe('known');
  });

  it('special-purpose addresses may be denied', () => {
    const path = out(rule('drop', { dst: ['10.0.0.0/8', '192.168.0.0/16', '172.16.0.0/12', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4'] }), rule('accept', { dport: '443' }));
    expect(verdictOf(toMirror, path, { addresses: { a: A } }, { components: [mirror] }).verdict).toBe('open');
  });

  it('has IPv6 only where the source has it', () => {
    const four = out(rule('accept', { family: 4, dport: '443' }));
    expect(verdictOf(toMirror, four, { addresses: { a: A } }, { components: [mirror] }).verdict).toBe('open');
    expect(verdictOf(toMirror, four, { addresses: { a: [A, 'fd00::1'] } }, { components: [mirror] }).verdict).toBe('partial');
  });

  it('an external component without public names is an unknown host', () => {
    const bare = component('m', { kind: 'external' });
    expect(verdictOf(toMirror, out(rule('accept', { dst: '192.0.2.7' })), { addresses: { a: A } }, { components: [bare] }).assumptions).toEqual(['if 192.0.2.7 is M']);
  });

  it('from an unknown host whose rule opens it', () => {
    expect(verdictOf(toMirror, out(rule('accept', { dport: '443' })), {}, { components: [mirror] }).verdict).toBe('open');
  });
});

describe('references', () => {
  const group = list(rule('accept', { dport: '443', atoms: [reference('src', 'group')] }));
  it.each<[string, SiteWords, string]>([
    ['one that nobody lists is unknown', KNOWN, 'undecided'],
    ['one that the source lists matches it', { ...KNOWN, references: { a: ['group'] } }, 'open'],
    ['one that another component lists does not match', { addresses: { a: A, b: B, c: '10.0.0.3' }, references: { c: ['group'] } }, 'missing'],
    ['nor where that component has no address', { ...KNOWN, references: { c: ['group'] } }, 'missing'],
    ['the addresses of the lister decide', { addresses: { a: ['10.0.0.1', '10.0.0.4'], b: B, c: '10.0.0.4' }, references: { c: ['group'] } }, 'partial'],
    ['the source needs no address to be meant', { addresses: { b: B }, references: { a: ['group'] } }, 'open'],
    ['of two listers either', { ...KNOWN, references: { a: ['group'], c: ['group'] } }, 'open'],
  ])('%s', (_, site, verdict) => {
    expect(verdictOf(flow('443'), group, site).verdict).toBe(verdict);
  });

  it('negated it is the rest', () => {
    const others = list(rule('accept', { dport: '443', atoms: [reference('src', 'group', true)] }));
    expect(verdictOf(flow('443'), others, { ...KNOWN, references: { a: ['group'] } }).verdict).toBe('missing');
    expect(verdictOf(flow('443'), others, { ...KNOWN, references: { c: ['group'] } }).verdict).toBe('open');
    expect(verdictOf(flow('443'), others).verdict).toBe('undecided');
  });

  it('at the destination too', () => {
    const path = list(rule('accept', { atoms: [reference('dst', 'group')] }));
    expect(verdictOf(flow('443'), path, { ...KNOWN, references: { b: ['group'] } }).verdict).toBe('open');
    expect(verdictOf(flow('443'), path, { ...KNOWN, references: { a: ['group'] } }).verdict).toBe('missing');
  });
});

describe('interfaces', () => {
  const on = (names: string | string[], negated = false): Path => list(rule('accept', { dport: '443', atoms: [iface('in', names, negated)] }));
  const declared = (interfaces: NonNullable<SiteWords['interfaces']>): SiteWords => ({ ...KNOWN, interfaces });

  it.each<[string, Path, SiteWords, string]>([
    ['undeclared: maybe', on('eth1'), KNOWN, 'undecided'],
    ['negated undeclared: maybe', on('eth1', true), KNOWN, 'undecided'],
    ['declared with the source behind it', on('eth1'), declared({ eth1: '10.0.0.0/24' }), 'open'],
    ['declared with the source elsewhere', on('eth1'), declared({ eth1: '10.1.0.0/24' }), 'missing'],
    ['undeclared, the source behind a declared one', on('eth2'), declared({ eth1: '10.0.0.0/24' }), 'missing'],
    ['undeclared, the source elsewhere', on('eth2'), declared({ eth1: '10.1.0.0/24' }), 'undecided'],
    ['negated, the source behind it', on('eth1', true), declared({ eth1: '10.0.0.0/24' }), 'missing'],
    ['negated, the source elsewhere', on('eth1', true), declared({ eth1: '10.1.0.0/24' }), 'open'],
    ['a pattern of a declared one', on('eth*'), declared({ eth1: '10.0.0.0/24' }), 'open'],
    ['a pattern of others', on('wg*'), declared({ eth1: '10.0.0.0/24' }), 'missing'],
    ['every name', on('*'), KNOWN, 'open'],
    ['the loopback interface', on('lo'), KNOWN, 'missing'],
    ['not the loopback interface', on('lo', true), KNOWN, 'open'],
    ['one of two declared', on(['eth1', 'eth2']), declared({ eth1: '10.0.0.0/31', eth2: '10.1.0.0/24' }), 'open'],
    ['overlapping: the longest prefix has the address', on('eth0'), declared({ eth0: '0.0.0.0/0', eth1: '10.0.0.0/24' }), 'missing'],
    ['overlapping: the rest belongs to the shorter', on('eth0'), declared({ eth0: '0.0.0.0/0', eth1: '10.1.0.0/24' }), 'open'],
    ['overlapping: the longer one', on('eth1'), declared({ eth0: '0.0.0.0/0', eth1: '10.0.0.0/24' }), 'open'],
    ['the same network behind two: either', on('eth0'), declared({ eth0: '10.0.0.0/24', eth1: '10.0.0.0/24' }), 'undecided'],
    ['the same network behind two, both named', on(['eth0', 'eth1']), declared({ eth0: '10.0.0.0/24', eth1: '10.0.0.0/24' }), 'open'],
    ['the same network behind two, neither named', on('eth2'), declared({ eth0: '10.0.0.0/24', eth1: '10.0.0.0/24' }), 'missing'],
    ['partly behind it', on('eth1'), { addresses: { a: ['10.0.0.1', '10.1.0.1'], b: B }, interfaces: { eth1: '10.0.0.0/24' } }, 'partial'],
  ])('%s', (_, path, site, verdict) => {
    expect(verdictOf(flow('443'), path, site).verdict).toBe(verdict);
  });

  it('the other side has no name where the packet stands', () => {
    const leaving = (direction: 'in' | 'out' | 'transit', names: string, negated = false): string => verdictOf(flow('443'), pathOf(policy([rule('accept', { atoms: [iface('out', names, negated)] })]), direction)).verdict;
    expect([leaving('in', 'eth1'), leaving('in', 'eth1', true), leaving('in', '*')]).toEqual(['missing', 'open', 'open']);
    expect([leaving('out', 'eth1'), leaving('transit', 'eth1')]).toEqual(['undecided', 'undecided']);
    const early = policy([rule('accept', { atoms: [iface('out', 'eth1')] })], 'drop', { interfaces: 'in' });
    expect(verdictOf(flow('443'), pathOf(early, 'transit')).verdict).toBe('missing');
  });

  it('the way out is where the destination is', () => {
    const path = pathOf(policy([rule('accept', { atoms: [iface('out', 'eth1')] })]), 'out');
    expect(verdictOf(flow('443'), path, declared({ eth1: '10.0.0.2' })).verdict).toBe('open');
    expect(verdictOf(flow('443'), path, declared({ eth1: '10.0.0.1' })).verdict).toBe('missing');
  });
});

describe('what the reader took for granted', () => {
  it('is an assumption of the verdict', () => {
    expect(verdictOf(flow('443'), pathOf(policy([], 'accept', { assumptions: ['the tables were empty before'] }))).assumptions).toEqual(['the tables were empty before']);
  });
});
