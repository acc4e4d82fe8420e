/** Bits that rules name: TCP flags (RFC 9293, nft(8) "TCP flags") and the connection states as nft numbers them (nft(8), "ct_state"). */
import { type IntervalSet } from '../../core/intervals.ts';
import { STATE } from '../../core/packets.ts';

export const TCP_FLAGS: Readonly<Record<string, number>> = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, urg: 0x20, ecn: 0x40, cwr: 0x80 };

/** nft's bit of each state, in the order of the state dimension's points. */
export const CT_STATE_BITS: Readonly<Record<string, number>> = { new: 8, established: 2, related: 4, invalid: 1, untracked: 64 };

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

/** The states whose nft bit passes a test. */
export function statesWhere(test: (bit: number) => boolean): IntervalSet {
  const bits: number[] = [];
  for (const [name, point] of Object.entries(STATE)) bits[point] = CT_STATE_BITS[name] as number;
  return pointsWhere(bits.length, (point) => test(bits[point] as number));
}

/** iptables' `--tcp-flags MASK COMP`: of the flags in the mask, exactly those of `set` are set (iptables-extensions(8), "tcp"). */
export function tcpFlagsMatch(mask: number, set: number): IntervalSet {
  return pointsWhere(256, (flags) => (flags & mask) === set);
}
