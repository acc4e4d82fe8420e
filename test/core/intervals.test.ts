import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY, type IntervalSet, closedRange, contains, covers, equals, intersect, isEmpty, overlaps, single, size, subtract, union, unionAll } from '../../server/src/core/intervals.ts';

/** Sets of the numbers 0 to 15 as bit masks are the model; a boundary list is what is tested. */
const WIDTH = 16;
const mask = fc.integer({ min: 0, max: 2 ** WIDTH - 1 });
const has = (bits: number, value: number): boolean => ((bits >> value) & 1) === 1;

/** The boundary list of a mask, with every value scaled: bigints far beyond 2^64 follow the same rules. */
function boundaries<T extends number | bigint>(bits: number, at: (value: number) => T): IntervalSet<T> {
  const out: T[] = [];
  for (let value = 0; value <= WIDTH; value++) {
    const inside = value < WIDTH && has(bits, value);
    if (inside !== (out.length % 2 === 1)) out.push(at(value));
  }
  return out;
}

function maskOf<T extends number | bigint>(set: IntervalSet<T>, at: (value: number) => T): number {
  let bits = 0;
  for (let value = 0; value < WIDTH; value++) if (contains(set, at(value))) bits |= 1 << value;
  return bits;
}

const KINDS: [string, (value: number) => number | bigint][] = [
  ['numbers', (v) => v],
  ['bigints', (v) => (1n << 100n) + BigInt(v)],
];

describe.each(KINDS)('intervals of %s', (_, at) => {
  const of = (bits: number): IntervalSet<number | bigint> => boundaries(bits, at);
  const same = (set: IntervalSet<number | bigint>, bits: number): void => {
    expect(set).toEqual(of(bits));
  };

  it('the operations are those of sets, and every result is a strictly increasing list of pairs', () => {
    fc.assert(
      fc.property(mask, mask, (a, b) => {
        same(union(of(a), of(b)), a | b);
        same(intersect(of(a), of(b)), a & b);
        same(subtract(of(a), of(b)), a & ~b);
        expect(overlaps(of(a), of(b))).toBe((a & b) !== 0);
        expect(covers(of(a), of(b))).toBe((b & ~a) === 0);
        expect(equals(of(a), of(b))).toBe(a === b);
        expect(maskOf(of(a), at)).toBe(a);
        expect(isEmpty(of(a))).toBe(a === 0);
      }),
      { numRuns: 3000 },
    );
  });

  it('a set meets itself', () => {
    fc.assert(
      fc.property(mask, (a) => {
        const set = of(a);
        same(union(set, set), a);
        same(intersect(set, set), a);
        same(subtract(set, set), 0);
        expect(overlaps(set, set)).toBe(a !== 0);
        expect(covers(set, set)).toBe(true);
      }),
    );
  });

  it('the union of many is the union one by one', () => {
    fc.assert(fc.property(fc.array(mask, { maxLength: 8 }), (masks) => { same(unionAll(masks.map(of)), masks.reduce((all, m) => all | m, 0)); }), { numRuns: 1000 });
  });

  it('size counts the values', () => {
    fc.assert(
      fc.property(mask, (a) => {
        const count = Array.from({ length: WIDTH }, (_v, value) => Number(has(a, value))).reduce((x, y) => x + y, 0);
        expect(Number(size(of(a)))).toBe(count);
      }),
    );
  });

  it('the operations leave their operands as they were', () => {
    fc.assert(
      fc.property(mask, mask, (a, b) => {
        const [x, y] = [of(a), of(b)];
        union(x, y);
        intersect(x, y);
        subtract(x, y);
        unionAll([x, y, x]);
        same(x, a);
        same(y, b);
      }),
    );
  });
});

describe('how intervals are written', () => {
  it('a closed range holds both ends', () => {
    expect(closedRange(1, 3)).toEqual([1, 4]);
    expect(single(7)).toEqual([7, 8]);
    expect(contains(closedRange(0, 65535), 65535)).toBe(true);
    expect(contains(closedRange(0, 65534), 65535)).toBe(false);
  });

  it('neighbouring ranges are one', () => {
    expect(union(closedRange(1, 3), closedRange(4, 5))).toEqual([1, 6]);
    expect(unionAll([single(3), single(1), single(2)])).toEqual([1, 4]);
  });

  it('the union of nothing is empty', () => {
    expect(unionAll([])).toEqual([]);
    expect(unionAll([EMPTY, EMPTY, EMPTY])).toEqual([]);
    expect(size(EMPTY)).toBe(0);
  });
});
