/** The engine against the naive interpreter, packet by packet. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATE } from '../../server/src/core/packets.ts';
import type { Circumstances } from '../../server/src/engine/context.ts';
import { attribute, evaluate } from '../../server/src/engine/evaluate.ts';
import { disjointInterfaces, referenceOwners } from '../../server/src/engine/site.ts';
import type { Direction, Path, Policy, RankedEntry } from '../../server/src/model/policy.ts';
import { pathOf, siteOf } from './build.ts';
import { type Packet, type PathEnding, type Setting, fates } from './naive.ts';
import { always, firstMatchPolicy, holds, listPolicy, type Question, question, rankedPolicy, show } from './random.ts';

const SITE = siteOf({
  addresses: { o: ['10.0.0.1', 'fd00::2'] },
  references: { o: ['owned'], a: ['bare'] },
  interfaces: { eth1: ['10.0.0.0/31', 'fd00::/126'], eth2: '10.0.0.0/32' },
});
const QUESTIONS = { new: question(STATE.new), established: question(STATE.established) };

interface Case {
  readonly path: Path;
  readonly setting: Setting;
  readonly about: Circumstances;
  readonly asked: Question;
}

function caseOf(policies: readonly Policy[], direction: Direction, reply: boolean): Case {
  const ends = { srcComponent: 'a', dstComponent: 'b' };
  const setting: Setting = { direction, reply, site: SITE, ...ends };
  const about: Circumstances = { direction, reply, interfaces: disjointInterfaces(SITE.interfaces), references: referenceOwners(SITE), ...ends };
  return { path: pathOf(policies, direction), setting, about, asked: reply ? QUESTIONS.established : QUESTIONS.new };
}

const direction = fc.constantFrom<Direction>('in', 'out', 'transit');

function cases(policies: fc.Arbitrary<readonly Policy[]>): fc.Arbitrary<Case> {
  return fc.tuple(policies, direction, fc.boolean()).map(([list, d, reply]) => caseOf(list, d, reply));
}

function eachPacket(c: Case, check: (packet: Packet, fates: readonly PathEnding[]) => string | undefined): void {
  for (const packet of c.asked.packets) {
    const problem = check(packet, fates(c.path.policies, packet, c.setting));
    if (problem !== undefined) expect.fail(`${show(packet)}: ${problem}`);
  }
}

/** `upper` holds what some way accepts, `lower` what every way accepts. */
function expectBounds(c: Case): void {
  const { upper, lower } = evaluate(c.path, c.asked.set, c.about);
  eachPacket(c, (packet, all) => {
    const [may, must] = [all.some((f) => f.accepted), all.every((f) => f.accepted)];
    if (holds(upper, packet) !== may) return may ? 'may be accepted, upper lacks it' : 'is never accepted, upper holds it';
    if (holds(lower, packet) !== must) return must ? 'is always accepted, lower lacks it' : 'may be denied, lower holds it';
    return undefined;
  });
}

type By = { readonly policy: Policy; readonly entry: RankedEntry | undefined };
const name = (by: readonly By[]): string => by.map((b) => `${b.policy.name} ${b.entry ? `rule at ${String(b.entry.at)}` : 'default'}`).join(', ') || 'nothing';
const sameBy = (a: By, b: By): boolean => a.policy === b.policy && a.entry === b.entry;

/** Without unknown text each packet has one fate, and the trace names the rule that settles it. */
function expectTrace(c: Case): void {
  const { denials, accepts } = evaluate(c.path, c.asked.set, c.about);
  const decided = (parts: typeof denials): { by: By; jumps: readonly RankedEntry[]; set: ReturnType<typeof attribute>[number]['set'] }[] =>
    parts.flatMap((part) => attribute(part, part.set).map(({ entry, set }) => ({ by: { policy: part.policy, entry }, jumps: part.jumps, set })));
  const [denied, accepted] = [decided(denials), decided(accepts)];
  eachPacket(c, (packet, all) => {
    const [fate, ...more] = all;
    if (!fate || more.length > 0) return 'has several fates';
    const last = fate.steps.at(-1);
    const mine = (list: typeof denied): typeof denied => list.filter((d) => holds(d.set, packet));
    const wanted = (step: PathEnding['steps'][number]): By => ({ policy: step.policy, entry: step.ending.by });
    if (!fate.accepted && last) {
      const got = mine(denied);
      const [only] = got;
      if (got.length !== 1 || !only || !sameBy(only.by, wanted(last))) return `denied by ${name([wanted(last)])}, the trace says ${name(got.map((g) => g.by))}`;
      if (only.jumps.length !== last.ending.jumps.length || only.jumps.some((j, i) => j !== last.ending.jumps[i])) return 'was led there by other jumps';
      return undefined;
    }
    if (mine(denied).length > 0) return `is accepted, the trace says denied by ${name(mine(denied).map((g) => g.by))}`;
    // Where the head filters the other family only, the last policy that saw the packet speaks for the path.
    const head = c.path.head.families.includes(packet.family) ? fate.steps.find((s) => s.policy === c.path.head) : fate.steps.filter((s) => !s.policy.onlyNew).at(-1);
    const got = mine(accepted);
    if (head && (got.length !== 1 || !got[0] || !sameBy(got[0].by, wanted(head)))) return `accepted by ${name([wanted(head)])}, the trace says ${name(got.map((g) => g.by))}`;
    return undefined;
  });
}

/** With unknown text every part that is surely denied is laid to a rule or default that may deny it when the unknown does not match. */
function expectDenials(c: Case): void {
  const { upper, denials } = evaluate(c.path, c.asked.set, c.about);
  const denied = denials.flatMap((part) => attribute(part, part.set).map(({ entry, set }) => ({ by: { policy: part.policy, entry }, set })));
  eachPacket(c, (packet, all) => {
    const got = denied.filter((d) => holds(d.set, packet));
    if (holds(upper, packet)) return got.length === 0 ? undefined : `may be accepted, and ${name(got.map((g) => g.by))} denies it`;
    if (got.length === 0) return 'is denied by nothing';
    const possible = all.flatMap((f) => f.steps.slice(-1)).map((s): By => ({ policy: s.policy, entry: s.ending.by }));
    const wrong = got.filter((g) => !possible.some((p) => sameBy(p, g.by)));
    return wrong.length === 0 ? undefined : `cannot be denied by ${name(wrong.map((w) => w.by))}`;
  });
}

const one = (p: fc.Arbitrary<Policy>): fc.Arbitrary<readonly Policy[]> => p.map((x) => [x]);
const several = (modelled: boolean): fc.Arbitrary<readonly Policy[]> => fc.tuple(firstMatchPolicy({ modelled, rules: 3 }, 'raw'), firstMatchPolicy({ modelled, rules: 3 }, 'filter'), firstMatchPolicy({ modelled, rules: 2 }, 'later')).map(([a, b, c]) => [a, b, c]);

const RUNS = 150;

describe.each<[string, fc.Arbitrary<readonly Policy[]>]>([
  ['long lists of like rules', one(listPolicy)],
  ['chains, jumps, returns, untracking', one(firstMatchPolicy({ modelled: true }))],
  ['several base chains in one path', several(true)],
  ['orders that look at all matching rules', one(rankedPolicy(true))],
])('%s', (_, policies) => {
  it('upper and lower are what is accepted', () => {
    always(fc.property(cases(policies), expectBounds), RUNS);
  });

  it('the trace names the deciding rule', () => {
    always(fc.property(cases(policies), expectTrace), RUNS);
  });
});

describe.each<[string, fc.Arbitrary<readonly Policy[]>]>([
  ['one list with unknown text', one(firstMatchPolicy({ modelled: false }))],
  ['several base chains with unknown text', several(false)],
  ['orders that look at all matching rules, with unknown matches', one(rankedPolicy(false))],
])('%s', (_, policies) => {
  it('upper and lower bound every way in which it may turn out', () => {
    always(fc.property(cases(policies), expectBounds), RUNS);
  });

  it('what is surely denied is laid to a rule that may deny it', () => {
    always(fc.property(cases(policies), expectDenials), RUNS);
  });
});
