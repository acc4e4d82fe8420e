/** Which items of a chain could match a destination port, so that a flow meets only rules that could concern it. */
import type { Family } from '../core/addresses.ts';
import type { IntervalSet } from '../core/intervals.ts';
import type { Box } from '../core/packets.ts';

/** An item of at most this many ports is found by each of them. */
const FEW = 16;
/** A wider one by the blocks of 256 ports that it touches, if they are at most this many. */
const FEW_BLOCKS = 64;
const BLOCK = 256;

interface Indexed {
  readonly boxes: Readonly<Partial<Record<Family, Box>>>;
}

type Test = (item: number) => boolean;

const NONE: readonly number[] = [];

/** What could match a destination port; items are numbers, ascending in every list. */
export class PortIndex {
  /** Items of more than a few ports. */
  readonly wide: readonly number[];
  private readonly byPort: Pairs;
  private readonly byBlock: Pairs;
  private readonly others: readonly number[];
  private readonly known = new Map<string, ArrayLike<number>>();

  constructor(items: readonly Indexed[]) {
    const ports: number[] = [];
    const blocks: number[] = [];
    const wide: number[] = [];
    const others: number[] = [];
    for (let i = 0; i < items.length; i++) {
      const { boxes } = items[i] as Indexed;
      const dport = (boxes[4] ?? boxes[6])?.dport;
      if (!dport) continue;
      if (isFew(dport)) {
        for (let k = 0; k < dport.length; k += 2) for (let port = dport[k] as number; port < (dport[k + 1] as number); port++) ports.push(port * SPAN + i);
        continue;
      }
      wide.push(i);
      const touched = blocksOf(dport);
      if (touched.size > FEW_BLOCKS) others.push(i);
      else for (const block of touched) blocks.push(block * SPAN + i);
    }
    this.wide = wide;
    this.byPort = new Pairs(ports);
    this.byBlock = new Pairs(blocks);
    this.others = others;
  }

  /** Items of a few ports, the port among them. */
  at(port: number): readonly number[] {
    if (!this.byPort.has(port)) return NONE;
    const out: number[] = [];
    this.byPort.each(port, port + 1, (item) => out.push(item));
    return out;
  }

  /** Whether the test holds for an item that could match the port. What is `past` and later items are not tested. */
  some(port: number, past: Test, test: Test): boolean {
    if (this.byPort.some(port, past, test) || this.byBlock.some(Math.floor(port / BLOCK), past, test)) return true;
    for (const item of this.others) {
      if (past(item)) return false;
      if (test(item)) return true;
    }
    return false;
  }

  /** Items with a port of their few that no item before them matches which counts. */
  firstComers(counts: Test): number[] {
    const firstWide = this.others.find(counts) ?? Infinity;
    const out: number[] = [];
    this.byPort.eachFirst((item, port) => {
      if (item < firstWide && !this.byBlock.some(Math.floor(port / BLOCK), (other) => other > item, counts)) out.push(item);
    });
    return out;
  }

  /** All items that could match a port of the set. */
  candidates(dports: IntervalSet): ArrayLike<number> {
    const key = dports.join();
    let list = this.known.get(key);
    if (!list) this.known.set(key, (list = this.collect(dports)));
    return list;
  }

  private collect(dports: IntervalSet): ArrayLike<number> {
    const hits = new Set(this.others);
    const hit = (item: number): void => void hits.add(item);
    for (let k = 0; k < dports.length; k += 2) {
      const [lo, hi] = [dports[k] as number, dports[k + 1] as number];
      this.byPort.each(lo, hi, hit);
      this.byBlock.each(Math.floor(lo / BLOCK), Math.ceil(hi / BLOCK), hit);
    }
    return hits.size === this.others.length ? this.others : Uint32Array.from(hits).sort();
  }
}

/** A pair of a key (a port, a block) and an item is one number: the key times this, and the item. */
const SPAN = 2 ** 32;

/** Pairs of keys and items, sorted. */
class Pairs {
  private readonly sorted: Float64Array;

  constructor(pairs: readonly number[]) {
    this.sorted = new Float64Array(pairs).sort();
  }

  /** The items of all keys from `lo` to before `hi`; an item of several keys comes several times. */
  each(lo: number, hi: number, visit: (item: number) => void): void {
    const end = hi * SPAN;
    for (let i = this.from(lo); i < this.sorted.length && (this.sorted[i] as number) < end; i++) visit((this.sorted[i] as number) % SPAN);
  }

  has(key: number): boolean {
    const first = this.sorted[this.from(key)];
    return first !== undefined && first < (key + 1) * SPAN;
  }

  some(key: number, past: Test, test: Test): boolean {
    for (let i = this.from(key); i < this.sorted.length; i++) {
      const item = (this.sorted[i] as number) - key * SPAN;
      if (item >= SPAN || past(item)) return false;
      if (test(item)) return true;
    }
    return false;
  }

  /** The first item of every key. */
  eachFirst(visit: (item: number, key: number) => void): void {
    let end = 0;
    for (const pair of this.sorted) {
      if (pair < end) continue;
      const key = Math.floor(pair / SPAN);
      end = (key + 1) * SPAN;
      visit(pair - key * SPAN, key);
    }
  }

  private from(key: number): number {
    const { sorted } = this;
    let lo = 0;
    let hi = sorted.length;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if ((sorted[mid] as number) < key * SPAN) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }
}

function isFew(set: IntervalSet): boolean {
  let n = 0;
  for (let i = 0; i < set.length; i += 2) n += (set[i + 1] as number) - (set[i] as number);
  return n <= FEW;
}

/** The blocks that a set touches; looking ends once they are too many. */
function blocksOf(set: IntervalSet): Set<number> {
  const blocks = new Set<number>();
  for (let k = 0; k < set.length && blocks.size <= FEW_BLOCKS; k += 2) {
    for (let block = Math.floor((set[k] as number) / BLOCK); block * BLOCK < (set[k + 1] as number) && blocks.size <= FEW_BLOCKS; block++) blocks.add(block);
  }
  return blocks;
}
