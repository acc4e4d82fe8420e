/** The unified diff against its definition: applying the hunks to the old text gives the new one, and nothing shorter would do. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unifiedDiff } from '../../server/src/cli/unifiedDiff.ts';
import { apply, lines } from './patch.ts';

function commonLength(a: readonly string[], b: readonly string[]): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      row[j] = x === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1] ?? 0);
      diagonal = above;
    }
  }
  return row[b.length] ?? 0;
}

const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd\r\n'), { maxLength: 30 }).chain((all) => fc.constantFrom('', 'e').map((end) => all.join('') + end));

it('turns the old text into the new one with as few lines as possible', () => {
  fc.assert(fc.property(text, text, (before, after) => {
    const diff = unifiedDiff(before, after, 'x');
    if (before === after) return diff === '';
    expect(apply(before, diff)).toBe(after);
    const changed = lines(diff).slice(2).filter((line) => /^[+-]/.test(line)).length;
    return changed === lines(before).length + lines(after).length - 2 * commonLength(lines(before), lines(after));
  }), { numRuns: 400, seed: 4 });
});
