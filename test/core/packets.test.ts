import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AddressIntervals, Family } from '../../server/src/core/addresses.ts';
import { type IntervalSet, contains } from '../../server/src/core/intervals.ts';
import {
  ALL_PORTS, type Box, type PacketSet, SYN, answerOf, boxCovers, boxesOverlap, coalesce, formatPorts, fullBox, intersectBoxes, intersectSets, portRange, requestOf, subtractBox, subtractSets, uniteSets,
} from '../../server/src/core/packets.ts';

/** How many values each dimension has in the small universe; boxes are made of any subset of them. */
const WIDTHS = { src: 3, dst: 3, protocol: 2, sport: 2, dport: 3, state: 2, flags: 2 } as const;
type Point = Record<keyof typeof WIDTHS, number> & { family: Family };

const UNIVERSE: readonly Point[] = ([4, 6] as const).flatMap((family) =>
  (Object.entries(WIDTHS) as [keyof typeof WIDTHS, number][]).reduce<Point[]>((points, [name, width]) => points.flatMap((p) => Array.from({ length: width }, (_, value) => ({ ...p, [name]: value }))), [{ family } as Point]),
);

const V6_BASE = 0xfd00n << 112n;

function dimension(width: number): fc.Arbitrary<IntervalSet> {
  return fc.integer({ min: 1, max: 2 ** width - 1 }).map((bits) => {
    const out: number[] = [];
    for (let v = 0; v <= width; v++) if ((v < width && ((bits >> v) & 1) === 1) !== (out.length % 2 === 1)) out.push(v);
    return out;
  });
}

const box: fc.Arbitrary<Box> = fc
  .record({ family: fc.constantFrom<Family>(4, 4, 6), src: dimension(WIDTHS.src), dst: dimension(WIDTHS.dst), protocol: dimension(WIDTHS.protocol), sport: dimension(WIDTHS.sport), dport: dimension(WIDTHS.dport), state: dimension(WIDTHS.state), flags: dimension(WIDTHS.flags) })
  .map((b) => (b.family === 4 ? b : { ...b, src: b.src.map((v) => V6_BASE + BigInt(v)), dst: b.dst.map((v) => V6_BASE + BigInt(v)) }));

function inBox(b: Box, p: Point): boolean {
  const address = (set: AddressIntervals, value: number): boolean => contains(set, p.family === 4 ? value : V6_BASE + BigInt(value));
  return (
    b.family === p.family && address(b.src, p.src) && address(b.dst, p.dst) && contains(b.protocol, p.protocol) && contains(b.sport, p.sport) &&
    contains(b.dport, p.dport) && contains(b.state, p.state) && contains(b.flags, p.flags)
  );
}

const holdsPoint = (set: PacketSet, p: Point): boolean => set.some((b) => inBox(b, p));

/** The set holds just the points for which `wanted` is true, and no point twice. */
function expectSet(set: PacketSet, wanted: (p: Point) => boolean): void {
  for (const p of UNIVERSE) {
    const count = set.filter((b) => inBox(b, p)).length;
    if (count !== (wanted(p) ? 1 : 0)) expect.fail(`${JSON.stringify(p)} is held ${String(count)} times`);
  }
  for (const b of set) for (const d of [b.src, b.dst, b.protocol, b.sport, b.dport, b.state, b.flags]) expect(d.length).toBeGreaterThan(0);
}

/** Disjoint boxes, made without the code under test. */
const disjoint = (boxes: readonly Box[]): PacketSet => {
  const out: Box[] = [];
  for (const b of boxes) if (!out.some((o) => UNIVERSE.some((p) => inBox(o, p) && inBox(b, p)))) out.push(b);
  return out;
};
const packets = fc.array(box, { maxLength: 4 }).map(disjoint);

describe('boxes against a universe of points', () => {
  it('two boxes', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const [both, aOnly] = [intersectBoxes(a, b), subtractBox(a, b)];
        expectSet(both ? [both] : [], (p) => inBox(a, p) && inBox(b, p));
        expectSet(aOnly, (p) => inBox(a, p) && !inBox(b, p));
        expect(boxesOverlap(a, b)).toBe(UNIVERSE.some((p) => inBox(a, p) && inBox(b, p)));
        expect(boxCovers(a, b)).toBe(UNIVERSE.every((p) => !inBox(b, p) || inBox(a, p)));
      }),
      { numRuns: 400 },
    );
  });

  it('sets of boxes', () => {
    fc.assert(
      fc.property(packets, packets, (a, b) => {
        expectSet(intersectSets(a, b), (p) => holdsPoint(a, p) && holdsPoint(b, p));
        expectSet(subtractSets(a, b), (p) => holdsPoint(a, p) && !holdsPoint(b, p));
        expectSet(uniteSets(a, b), (p) => holdsPoint(a, p) || holdsPoint(b, p));
      }),
      { numRuns: 300 },
    );
  });

  it('subtraction takes overlapping boxes too', () => {
    fc.assert(
      fc.property(packets, fc.array(box, { maxLength: 4 }), (a, b) => {
        expectSet(subtractSets(a, b), (p) => holdsPoint(a, p) && !holdsPoint(b, p));
      }),
      { numRuns: 200 },
    );
  });

  it('joining boxes changes nothing but their number', () => {
    fc.assert(
      fc.property(packets, packets, (a, b) => {
        const set = subtractSets(a, b);
        const joined = coalesce(set);
        expectSet(joined, (p) => holdsPoint(set, p));
        expect(joined.length).toBeLessThanOrEqual(set.length);
      }),
      { numRuns: 300 },
    );
  });

  it('what was cut from a box joins again to the box', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const both = intersectBoxes(a, b);
        if (both) expect(coalesce([...subtractBox(a, b), both])).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('single facts', () => {
  it('a full box holds every box of its family', () => {
    fc.assert(fc.property(box, (b) => { expect(boxCovers(fullBox(b.family), b)).toBe(true); }));
  });

  it('the answer to an answer is the request', () => {
    fc.assert(
      fc.property(box, (b) => {
        const request: Box = { ...b, state: [0, 1], flags: [SYN, SYN + 1] };
        expect(requestOf(answerOf(request))).toEqual(request);
        expect(answerOf(request)).toMatchObject({ src: b.dst, dst: b.src, sport: b.dport, dport: b.sport, state: [1, 2] });
      }),
    );
  });

  it('ports are written as in the contract', () => {
    expect(formatPorts([])).toEqual([]);
    expect(formatPorts([443, 444, 2500, 3301])).toEqual(['443', '2500-3300']);
    expect(formatPorts(ALL_PORTS)).toEqual(['0-65535']);
    expect(portRange(1, 1)).toEqual([1, 2]);
  });
});
