/** Connection states by nft's bits (nft(8), "ct_state"), over the packet space's state dimension. */
import type { IntervalSet } from '../../core/intervals.ts';
import { STATE } from '../../core/packets.ts';

export const CT_STATE_BITS: Readonly<Record<string, number>> = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 };

/** The points below `limit` that a test holds for. */
export function pointsWhere(limit: number, test: (point: number) => boolean): IntervalSet {
  const out: number[] = [];
  let inside = false;
  for (let point = 0; point <= limit; point++) {
    const now = point < limit && test(point);
    if (now !== inside) out.push(point);
    inside = now;
  }
  return out;
}

/** The states whose nft bit passes a test; a packet has exactly one. */
export function statesWhere(test: (bit: number) => boolean): IntervalSet {
  const bits: number[] = [];
  for (const [name, point] of Object.entries(STATE)) bits[point] = CT_STATE_BITS[name] as number;
  return pointsWhere(bits.length, (point) => test(bits[point] as number));
}
