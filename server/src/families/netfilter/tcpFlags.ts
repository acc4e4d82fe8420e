/** TCP flag tests over the packet space's flag dimension: the 14th byte of the TCP header (RFC 9293; linux/tcp.h). */
import type { IntervalSet } from '../../core/intervals.ts';

export const TCP_FLAG: Readonly<Record<string, number>> = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, urg: 0x20, ecn: 0x40, cwr: 0x80 };

const cache = new Map<number, IntervalSet>();

/** Every flag byte `f` for which `(f & mask) === value`. */
export function flagsWhere(mask: number, value: number): IntervalSet {
  const key = mask * 256 + value;
  let set = cache.get(key);
  if (!set) {
    const out: number[] = [];
    for (let f = 0, inside = false; f <= 256; f++) {
      const now = f < 256 && (f & mask) === value;
      if (now !== inside) out.push(f);
      inside = now;
    }
    cache.set(key, (set = out));
  }
  return set;
}
