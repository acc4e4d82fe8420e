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

function sizeOf(set: IntervalSet): number {
  let n = 0;
  for (let i = 0; i < set.length; i += 2) n += (set[i + 1] as number) - (set[i] as number);
  return n;
}

function push(lists: Map<number, number[]>, key: number, index: number): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [index]);
  else if (list.at(-1) !== index) list.push(index);
}

export class PortIndex {
  private readonly byPort = new Map<number, number[]>();
  private readonly byBlock = new Map<number, number[]>();
  private readonly others: number[] = [];
  private ports: readonly number[] | undefined;
  private readonly known = new Map<string, ArrayLike<number>>();

  constructor(items: readonly Indexed[]) {
    for (const [i, { boxes }] of items.entries()) {
      const dport = (boxes[4] ?? boxes[6])?.dport;
      if (!dport) continue;
      if (sizeOf(dport) <= FEW) {
        for (let k = 0; k < dport.length; k += 2) for (let port = dport[k] as number; port < (dport[k + 1] as number); port++) push(this.byPort, port, i);
        continue;
      }
      const blocks = new Set<number>();
      for (let k = 0; k < dport.length && blocks.size <= FEW_BLOCKS; k += 2) {
        for (let block = Math.floor((dport[k] as number) / BLOCK); block * BLOCK < (dport[k + 1] as number) && blocks.size <= FEW_BLOCKS; block++) blocks.add(block);
      }
      if (blocks.size > FEW_BLOCKS) this.others.push(i);
      else for (const block of blocks) push(this.byBlock, block, i);
    }
  }

  /** Lists of items, each ascending, that together hold all that could match the port. */
  listsFor(port: number): readonly (readonly number[])[] {
    return [this.byPort.get(port) ?? [], this.byBlock.get(Math.floor(port / BLOCK)) ?? [], this.others];
  }

  /** All items that could match a port of the set, ascending. */
  candidates(dports: IntervalSet): ArrayLike<number> {
    const key = dports.join();
    let list = this.known.get(key);
    if (!list) this.known.set(key, (list = this.collect(dports)));
    return list;
  }

  private collect(dports: IntervalSet): ArrayLike<number> {
    this.ports ??= [...this.byPort.keys()].sort((a, b) => a - b);
    const hits = new Set(this.others);
    for (let k = 0; k < dports.length; k += 2) {
      const lo = dports[k] as number;
      const hi = dports[k + 1] as number;
      for (let at = lowerBound(this.ports, lo); at < this.ports.length && (this.ports[at] as number) < hi; at++) for (const i of this.byPort.get(this.ports[at] as number) as number[]) hits.add(i);
      if (this.byBlock.size > 0) for (let block = Math.floor(lo / BLOCK); block * BLOCK < hi; block++) for (const i of this.byBlock.get(block) ?? []) hits.add(i);
    }
    return hits.size === this.others.length ? this.others : Uint32Array.from(hits).sort();
  }
}

function lowerBound(sorted: readonly number[], value: number): number {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if ((sorted[mid] as number) < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}
