/** Verdicts of flows between known hosts against the naive interpreter: the remainder, the verdict and who decided it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeFlow } from '../../server/src/engine/coverage.ts';
import type { Decider, FlowVerdict } from '../../server/src/model/verdict.ts';
import { addresses, judge } from './build.ts';
import { type Expected, type FlowCase, INTERFACES, type Told, expectSame, expectedOf, flowCases, requests, tell } from './flowCase.ts';
import type { PathEnding } from './naive.ts';
import { always, holds, hostAt, HOSTS, show } from './random.ts';

function run(c: FlowCase): { verdict: FlowVerdict; told: readonly Told[]; wanted: Expected } | undefined {
  const of = (list: readonly number[]): string[] => list.flatMap((i) => [`10.0.0.${String(i)}`, `fd00::${String(i)}`]);
  const context = judge({ addresses: { a: of(c.from), b: of(c.to), o: ['10.0.0.1', 'fd00::2'] }, references: { o: ['owned'], a: ['bare'] }, interfaces: INTERFACES }, c.answers ? { answers: c.answers } : {});
  const told = requests(c).map((p) => tell(c, p, context.site));
  const verdict = judgeFlow(c.flow, c.path, context);
  if (!verdict) {
    if (told.length > 0) expect.fail('the flow was not judged');
    return undefined;
  }
  if (told.length === 0) expect.fail('nothing is asked, and the flow was judged');
  return { verdict, told, wanted: expectedOf(c.flow, told) };
}

function expectParts(c: FlowCase): void {
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

function expectDeciders(c: FlowCase): void {
  const done = run(c);
  if (!done) return;
  const { verdict, wanted } = done;
  const lacking = [...wanted.lacking];
  if (lacking.length > 0) {
    const denied = lacking.map((t) => ({ t, request: t.request.find((f) => !f.accepted), answer: t.answer.find((f) => !f.accepted) }));
    /** Deciders, and whether all that they decide here is decided by what stands for the default. */
    const laid = new Map<Decider, boolean>();
    for (const { t, request, answer } of denied) {
      const deciders = verdict.decidedBy.filter((d) => holds(d.set, t.packet));
      const [only] = deciders;
      const fate = request ?? answer;
      const step = fate?.steps.at(-1);
      if (deciders.length !== 1 || !only || !fate || !step) expect.fail(`${show(t.packet)} has ${String(deciders.length)} deciders`);
      expect([only.policy.name, only.entry?.at, only.answer]).toEqual([step.policy.name, step.ending.by?.at, !request]);
      laid.set(only, (laid.get(only) ?? true) && isDefault(fate));
    }
    for (const [decider, always] of laid) expect([decider.entry?.at, decider.standsForDefault]).toEqual([decider.entry?.at, decider.entry !== undefined && always]);
    const byRule = [...laid].some(([decider, always]) => decider.answer || !always);
    if (verdict.verdict !== 'partial') expect(verdict.verdict).toBe(byRule ? 'blocked' : 'missing');
  }
}

describe('flows between known hosts', () => {
  it('the remainder and the verdict are those of the packets', () => {
    always(fc.property(flowCases(true), expectParts), 300);
  });

  it('the same with unknown text', () => {
    always(fc.property(flowCases(false), expectParts), 200);
  });

  it('each part of the remainder has the one decider that it has', () => {
    always(fc.property(flowCases(true), expectDeciders), 300);
  });

  it('the universe is what the flows ask about', () => {
    expect(addresses('10.0.0.0-10.0.0.3')[4]).toEqual([hostAt(4, 0), (hostAt(4, HOSTS - 1) as number) + 1]);
  });
});
