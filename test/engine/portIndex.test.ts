/** The index of a chain by port against looking at every item. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IntervalSet, contains, overlaps, unionAll } from '../../server/src/core/intervals.ts';
import { fullBox } from '../../server/src/core/packets.ts';
import { PortIndex } from '../../server/src/engine/portIndex.ts';
import { always } from './random.ts';

/** Single ports, short and long ranges, and lists that touch many blocks; few values, so that items share ports. */
const ports: fc.Arbitrary<IntervalSet> = fc
  .array(fc.tuple(fc.constantFrom(0, 22, 80, 255, 256, 443, 500, 4000, 65_519), fc.constantFrom(1, 2, 16, 17, 300, 30_000)), { minLength: 1, maxLength: 3 })
  .map((ranges) => unionAll(ranges.map(([first, length]) => [first, Math.min(first + length, 65_536)])));
const scattered: fc.Arbitrary<IntervalSet> = fc.constant(Array.from({ length: 70 }, (_, i) => [i * 600, i * 600 + 1]).flat());
const chains = fc.array(fc.oneof({ weight: 9, arbitrary: ports }, scattered), { maxLength: 8 });

const indexOf = (chain: readonly IntervalSet[]): PortIndex => new PortIndex(chain.map((dport) => ({ boxes: { 4: { ...fullBox(4), dport } } })));
const countOf = (set: IntervalSet): number => set.reduce((n, bound, i) => n + (i % 2 === 0 ? -bound : bound), 0);
const PORTS = [0, 1, 21, 22, 80, 81, 255, 256, 271, 443, 600, 4000, 30_000, 65_535];

describe('the port index', () => {
  it('misses no item that could match a port, and gives each once, in order', () => {
    always(
      fc.property(chains, ports, (chain, asked) => {
        const found = Array.from(indexOf(chain).candidates(asked));
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        expect(found).toEqual(expect.arrayContaining(chain.flatMap((set, i) => (overlaps(set, asked) ? [i] : []))));
      }),
      300,
    );
  });

  it('tells items of a few ports from wide ones', () => {
    always(
      fc.property(chains, (chain) => {
        const index = indexOf(chain);
        expect(index.wide).toEqual(chain.flatMap((set, i) => (countOf(set) > 16 ? [i] : [])));
        for (const port of PORTS) expect(index.at(port)).toEqual(chain.flatMap((set, i) => (countOf(set) <= 16 && contains(set, port) ? [i] : [])));
      }),
      300,
    );
  });

  it('tests what could match a port, as far as asked', () => {
    always(
      fc.property(chains, fc.constantFrom(...PORTS), fc.nat(8), (chain, port, end) => {
        const tested: number[] = [];
        indexOf(chain).some(port, (item) => item >= end, (item) => {
          tested.push(item);
          return false;
        });
        expect(tested).toEqual(expect.arrayContaining(chain.flatMap((set, i) => (i < end && contains(set, port) ? [i] : []))));
        expect(tested.filter((i) => i >= end)).toEqual([]);
      }),
      300,
    );
  });

  it('knows items with a port that no item before them matches which counts', () => {
    always(
      fc.property(chains, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (chain, counts) => {
        const first = indexOf(chain).firstComers((item) => counts[item] === true);
        for (const item of first) {
          const taken = unionAll(chain.slice(0, item).filter((_, i) => counts[i]));
          expect(eachOf(chain[item] ?? []).some((port) => !contains(taken, port))).toBe(true);
        }
        if (chain.some((set) => countOf(set) > 16)) return;
        expect(new Set(first)).toEqual(new Set(chain.flatMap((set, i) => (eachOf(set).some((port) => !contains(unionAll(chain.slice(0, i)), port)) ? [i] : []))));
      }),
      300,
    );
  });
});

function eachOf(set: IntervalSet): number[] {
  return set.flatMap((lo, i) => (i % 2 === 0 ? Array.from({ length: (set[i + 1] ?? lo) - lo }, (_, k) => lo + k) : []));
}
