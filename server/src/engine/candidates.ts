/**
 * Addresses that an unknown host could have, as far as the rules tell them apart: first one that no rule names, then the
 * cells into which the accepted traffic cuts the addresses, the widest (least assumed) first.
 */
import { type Address, type AddressIntervals, type Family, formatAddress, next, ofFamily, toCidrs } from '../core/addresses.ts';
import { type IntervalSet, intersect, overlaps, size, subtract, unionAll } from '../core/intervals.ts';
import { type Box, type PacketSet, fullBox } from '../core/packets.ts';
import type { Component } from '../model/flow.ts';
import type { Chain, Path } from '../model/policy.ts';
import type { Host } from '../model/verdict.ts';
import { compileChain } from './compile.ts';

export interface Candidate {
  /** Everything between the two ends, an unknown one with a single address. */
  readonly box: Box;
  readonly assumptions: readonly string[];
}

interface Choice {
  readonly set: AddressIntervals;
  readonly assumption?: string;
}

type End = 'src' | 'dst';

export function* candidatePairs(asked: PacketSet, served: readonly PacketSet[], from: Host, to: Host, path: Path, judge: { readonly components: ReadonlyMap<string, Component>; readonly answers?: Path }): Generator<Candidate> {
  for (const family of [4, 6] as const) {
    const mine = asked.filter((b) => b.family === family);
    if (mine.length === 0) continue;
    const boxes = served.flatMap((set) => set.filter((b) => b.family === family));
    const src = choices(from, 'src', family, mine, boxes, path, judge);
    const dst = choices(to, 'dst', family, mine, boxes, path, judge);
    for (const d of dst) {
      for (const s of src) {
        if ((s.assumption !== undefined || d.assumption !== undefined) && !boxes.some((b) => overlaps(b.src, s.set) && overlaps(b.dst, d.set))) continue;
        const other = from.kind === 'unknown' && to.kind === 'unknown' && Number(size(d.set)) === 1 ? subtract(s.set, d.set) : s.set;
        const single = from.kind === 'unknown' ? firstOf(family, other) : other;
        if (single.length === 0) continue;
        const end = to.kind === 'unknown' ? firstOf(family, subtract(d.set, from.kind === 'unknown' ? single : [])) : d.set;
        yield { box: { ...fullBox(family), src: single, dst: end }, assumptions: [s.assumption, d.assumption].filter((a) => a !== undefined) };
      }
    }
  }
}

function firstOf(family: Family, set: AddressIntervals): AddressIntervals {
  return set.length === 0 ? set : ofFamily(family, [set[0] as Address, next(set[0] as Address)])[family];
}

function choices(host: Host, end: End, family: Family, asked: PacketSet, served: PacketSet, path: Path, judge: { readonly components: ReadonlyMap<string, Component>; readonly answers?: Path }): Choice[] {
  const domain = unionAll(asked.map((b) => b[end]));
  if (host.kind === 'known') return [{ set: domain }];
  const name = judge.components.get(host.component)?.name ?? host.component;
  const named = unionAll([...namedAddresses(path, end, family), ...(judge.answers ? namedAddresses(judge.answers, end === 'src' ? 'dst' : 'src', family) : [])]);
  const unnamed = subtract(domain, named);
  const cells = cut(domain, served.map((b) => b[end])).map((cell) => ({ cell, width: size(cell) }));
  cells.sort((a, b) => (a.width > b.width ? -1 : a.width < b.width ? 1 : 0));
  const out: Choice[] = cells.map(({ cell }) => ({ set: cell, assumption: assumption(name, family, cell) }));
  return unnamed.length > 0 ? [{ set: unnamed }, ...out] : out;
}

/** The coarsest partition of the domain that every set respects. */
function cut(domain: AddressIntervals, sets: readonly AddressIntervals[]): AddressIntervals[] {
  let cells = [domain];
  const seen = new Set<string>();
  for (const set of sets) {
    const key = set.join();
    if (seen.has(key)) continue;
    seen.add(key);
    cells = cells.flatMap((cell) => [intersect(cell, set), subtract(cell, set)].filter((c) => c.length > 0));
  }
  return cells;
}

function assumption(name: string, family: Family, cell: AddressIntervals): string {
  const cidrs = toCidrs(family, cell.slice(0, 12));
  const [only] = cidrs;
  if (cidrs.length === 1 && only !== undefined && cell.length === 2) return only.includes('/') ? `if ${name} is in ${only}` : `if ${only} is ${name}`;
  if (cell.length === 2 && cidrs.length > 4) return `if ${name} is in ${formatAddress(cell[0] as Address)}-${formatAddress(typeof cell[1] === 'bigint' ? cell[1] - 1n : (cell[1] as number) - 1)}`;
  return `if ${name} is in ${cidrs.slice(0, 4).join(', ')}${cidrs.length > 4 || cell.length > 12 ? ', ...' : ''}`;
}

const namedSets = new WeakMap<Chain, Map<string, AddressIntervals>>();

/** Addresses that rules of the path name at one end. A set of more than half of all addresses names the rest by exception. */
function namedAddresses(path: Path, end: End, family: Family): AddressIntervals[] {
  return path.policies.filter((p) => p.families.includes(family)).flatMap((policy) => [policy.main, ...policy.chains.values()].map((chain) => namedIn(chain, end, family)));
}

function namedIn(chain: Chain, end: End, family: Family): AddressIntervals {
  const key = `${end} ${String(family)}`;
  const known = namedSets.get(chain)?.get(key);
  if (known) return known;
  const whole = fullBox(family)[end];
  const half = Number(size(whole)) / 2;
  const sets: IntervalSet<Address>[] = [];
  for (const item of compileChain(chain).items) {
    const set = item.boxes[family]?.[end];
    if (!set || set === whole) continue;
    sets.push(Number(size(set)) > half ? subtract(whole, set) : set);
  }
  const named = unionAll(sets);
  namedSets.set(chain, (namedSets.get(chain) ?? new Map<string, AddressIntervals>()).set(key, named));
  return named;
}
