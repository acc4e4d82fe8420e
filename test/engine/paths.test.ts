/** Which policies lie on one way, what the way is called, and where its answers go. */
import { describe, expect, it } from 'vitest';
import { answerPaths, pathsOf } from '../../server/src/engine/paths.ts';
import { type Policy, type Stage, headFor } from '../../server/src/model/policy.ts';
import { policy } from './build.ts';

function at(name: string, stages: readonly Stage[], words: Partial<Pick<Policy, 'families' | 'attachment'>> & { start?: number } = {}): Policy {
  const { start = 0, ...rest } = words;
  return { ...policy([], 'drop', { name, stages, ...rest }), header: { start, end: start + 1 } };
}

const stage = (direction: Stage['direction'], rank: number, names: Stage['names'] = 'first'): Stage => ({ direction, rank, names });
const show = (policies: readonly Policy[]): string[] => pathsOf(policies).map((p) => `${p.direction} ${p.name}: ${p.policies.map((x) => x.name).join(' ')}`);

describe('paths', () => {
  const raw = at('raw', [stage('in', -300, 'else'), stage('transit', -300, 'else')], { start: 1 });
  const early = at('early', [stage('in', -10)], { start: 2 });
  const input = at('input', [stage('in', 0)], { start: 3 });
  const forward = at('forward', [stage('transit', 0)], { start: 4 });
  const output = at('output', [stage('out', 0)], { start: 5 });
  const nat = at('nat', [stage('in', -100, 'never')], { start: 6 });

  it('hold every policy of the direction by rank, and are named after the filter chain of the highest rank', () => {
    expect(show([output, input, early, raw, forward, nat])).toEqual(['in input: raw nat early input', 'transit forward: raw forward', 'out output: output']);
  });

  it('are named after another filter chain where there is none of the way’s own hook, and never after nat', () => {
    expect(show([raw])).toEqual(['in raw: raw', 'transit raw: raw']);
    expect(show([nat])).toEqual([]);
    expect(show([nat, raw])).toEqual(['in raw: raw nat', 'transit raw: raw']);
  });

  it('join policies of one attachment only', () => {
    const other = at('other', [stage('in', 0)], { attachment: 'elsewhere', start: 9 });
    expect(show([input, other])).toEqual(['in input: input', 'in other: other']);
  });

  it('send answers the opposite way, forwarded ones the same way', () => {
    const paths = pathsOf([input, output, forward]);
    const answers = paths.map((p) => `${p.name} ${answerPaths(paths)(p)?.name ?? 'none'}`);
    expect(answers).toEqual(['input output', 'forward forward', 'output input']);
    const [alone] = pathsOf([input]);
    expect(alone && answerPaths([alone])(alone)).toBeUndefined();
  });

  it('each family is spoken for by a chain that filters it', () => {
    const four = at('four', [stage('in', 0)], { families: [4], start: 1 });
    const six = at('six', [stage('in', 0)], { families: [6], start: 2 });
    const path = pathsOf([raw, four, six]).find((p) => p.direction === 'in');
    expect(path && [path.name, headFor(path, 4).name, headFor(path, 6).name]).toEqual(['four', 'four', 'six']);
    const [only] = pathsOf([{ ...raw, stages: [stage('in', -300, 'else')] }, six]);
    expect(only && headFor(only, 4).name).toBe('raw');
  });
});
