/** Flows with hosts of unknown address against every address of a small universe: one of them must serve the whole flow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address, Family } from '../../server/src/core/addresses.ts';
import { contains } from '../../server/src/core/intervals.ts';
import { judgeFlow } from '../../server/src/engine/coverage.ts';
import { type FlowCase, INTERFACES, type Told, expectSame, expectedOf, flowCases, requestsBetween, tell } from './flowCase.ts';
import { flow, judge, pathOf, policy, rule, type SiteWords } from './build.ts';
import { always, hostAt, HOSTS } from './random.ts';

/** Numbers of the universe beyond its hosts: addresses that no rule names. */
const UNNAMED = [HOSTS + 5, HOSTS + 6];
const NUMBERS = [...Array.from({ length: HOSTS }, (_, i) => i), ...UNNAMED];

interface Case extends FlowCase {
  /** Whether an end is known, by what it was given to know. */
  readonly known: 'from' | 'to' | 'none';
  /** Whether the site declares the networks behind its interfaces. */
  readonly interfaces: boolean;
  /** Host numbers that another component has. */
  readonly taken: readonly number[];
}

const textOf = (i: number): string[] => [`10.0.0.${String(i)}`, `fd00::${String(i)}`];

function cases(modelled: boolean): fc.Arbitrary<Case> {
  return fc
    .record({ base: flowCases(modelled), known: fc.constantFrom<Case['known']>('from', 'to', 'none'), taken: fc.subarray([0, 1, 2, 3]), interfaces: fc.boolean() })
    .map(({ base, ...rest }) => ({ ...base, ...rest }));
}

interface Option {
  readonly src: Address | undefined;
  readonly dst: Address | undefined;
  readonly told: readonly Told[];
  readonly lacking: ReadonlySet<Told>;
  readonly undecided: ReadonlySet<Told>;
  /** No rule names the addresses that were put in. */
  readonly unnamed: boolean;
}

function siteOfCase(c: Case): SiteWords {
  return { interfaces: c.interfaces ? INTERFACES : {}, addresses: { other: c.taken.flatMap(textOf), ...(c.known === 'from' ? { a: c.from.flatMap(textOf) } : {}), ...(c.known === 'to' ? { b: c.to.flatMap(textOf) } : {}) } };
}

/** What each choice of addresses for the unknown ends comes to. */
function optionsOf(c: Case): Option[] {
  const site = judge(siteOfCase(c)).site;
  const families = ([4, 6] as const).filter((f) => c.path.policies.some((p) => p.families.includes(f)));
  const excluded = (i: number, mine: readonly number[]): boolean => c.taken.includes(i) || mine.includes(i);
  return families.flatMap((family: Family) => {
    const at = (list: readonly number[]): Address[] => list.map((i) => hostAt(family, i));
    const src = c.known === 'from' ? [undefined] : NUMBERS.filter((i) => !excluded(i, c.known === 'to' ? c.to : []));
    const dst = c.known === 'to' ? [undefined] : NUMBERS.filter((i) => !excluded(i, c.known === 'from' ? c.from : []));
    return src.flatMap((s) =>
      dst.filter((d) => d === undefined || d !== s).flatMap((d): Option[] => {
        const told = requestsBetween(c.flow, family, at(s === undefined ? c.from : [s]), at(d === undefined ? c.to : [d])).map((p) => tell(c, p, site));
        if (told.length === 0) return [];
        const { lacking, undecided } = expectedOf(c.flow, told);
        const name = (i: number | undefined): boolean => i === undefined || UNNAMED.includes(i);
        return [{ src: s === undefined ? undefined : hostAt(family, s), dst: d === undefined ? undefined : hostAt(family, d), told, lacking, undecided, unnamed: name(s) && name(d) }];
      }),
    );
  });
}

function expectBest(c: Case): void {
  const options = optionsOf(c);
  const verdict = judgeFlow(c.flow, c.path, judge(siteOfCase(c), c.answers ? { answers: c.answers } : {}));
  if (!verdict) {
    expect(options).toEqual([]);
    return;
  }
  const least = Math.min(...options.map((o) => o.lacking.size));
  const sure = options.filter((o) => o.lacking.size === 0 && o.undecided.size === 0);
  const assumed = verdict.assumptions.filter((a) => a.startsWith('if '));
  if (least === 0) expect(verdict.verdict).toBe(sure.length > 0 ? 'open' : 'undecided');
  else expect(['missing', 'blocked', 'partial']).toContain(verdict.verdict);
  if (sure.some((o) => o.unnamed)) expect(assumed).toEqual([]);
  // What was judged is a single address at each unknown end, and all of it is right for that address.
  const [box] = verdict.required;
  if (!box) expect.fail('nothing is required');
  for (const end of ['src', 'dst'] as const) {
    if ((end === 'src' ? c.known === 'from' : c.known === 'to')) continue;
    const value = box[end][0] as Address;
    for (const b of verdict.required) expect(b[end]).toEqual([value, typeof value === 'bigint' ? value + 1n : value + 1]);
    for (const i of c.taken) expect(value).not.toBe(hostAt(box.family, i));
  }
  if (c.known === 'none') expect(contains(box.dst, box.src[0] as Address)).toBe(false);
  const site = judge(siteOfCase(c)).site;
  const ends = (known: boolean, numbers: readonly number[], end: 'src' | 'dst'): Address[] => (known ? numbers.map((i) => hostAt(box.family, i)) : [box[end][0] as Address]);
  const told = requestsBetween(c.flow, box.family, ends(c.known === 'from', c.from, 'src'), ends(c.known === 'to', c.to, 'dst')).map((p) => tell(c, p, site));
  const { lacking, undecided, required } = expectedOf(c.flow, told);
  expectSame('required', verdict.required, told, required);
  expectSame('lacking', verdict.lacking, told, lacking);
  expectSame('undecided', verdict.undecided, told, undecided);
  if (lacking.size !== least) expect.fail(`the address judged lacks ${String(lacking.size)} packets, another one only ${String(least)}`);
}

describe('flows with unknown hosts', () => {
  it('the address that serves best is found, and judged rightly', () => {
    always(fc.property(cases(true), expectBest), 200);
  });

  it('the same with unknown text', () => {
    always(fc.property(cases(false), expectBest), 150);
  });

  it('the universe has addresses that no rule names', () => {
    const path = pathOf(policy([rule('accept', { src: '10.0.0.0/30' })]));
    expect(judgeFlow(flow('443'), path, judge({ addresses: { b: '10.0.0.9' } }))?.assumptions).toEqual(['if a is in 10.0.0.0/30']);
  });
});
