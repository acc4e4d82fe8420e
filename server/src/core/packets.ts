/**
 * Sets of packets as unions of disjoint boxes. A box is a product of interval sets, one per dimension, within one IP family.
 * ICMP has no ports: its type and code live in the destination-port dimension as `type * 256 + code`.
 */
import { type Address, type AddressIntervals, type Family, allAddresses } from './addresses.ts';
import { type IntervalSet, closedRange, covers, equals, intersect, overlaps, single, subtract, union } from './intervals.ts';

export const ALL_PORTS: IntervalSet = [0, 65536];
export const ALL_PROTOCOLS: IntervalSet = [0, 256];
export const ALL_FLAGS: IntervalSet = [0, 256];

/** Connection-tracking states, as points of the state dimension. */
export const STATE = { new: 0, established: 1, related: 2, invalid: 3, untracked: 4 } as const;
export type State = keyof typeof STATE;
export const ALL_STATES: IntervalSet = [0, 5];

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, dccp: 33, icmpv6: 58, sctp: 132, udplite: 136 } as const;
/** The TCP flags of the packet that opens a connection, and of the one that answers it. */
export const SYN = 0x02;
export const SYN_ACK = 0x12;

export interface Box {
  readonly family: Family;
  readonly src: AddressIntervals;
  readonly dst: AddressIntervals;
  readonly protocol: IntervalSet;
  readonly sport: IntervalSet;
  readonly dport: IntervalSet;
  readonly state: IntervalSet;
  readonly flags: IntervalSet;
}

/** Disjoint boxes. */
export type PacketSet = readonly Box[];

const DIMENSIONS = ['dport', 'protocol', 'src', 'dst', 'sport', 'state', 'flags'] as const;

export function fullBox(family: Family): Box {
  const all = allAddresses(family);
  return { family, src: all, dst: all, protocol: ALL_PROTOCOLS, sport: ALL_PORTS, dport: ALL_PORTS, state: ALL_STATES, flags: ALL_FLAGS };
}

export function boxesOverlap(a: Box, b: Box): boolean {
  return (
    a.family === b.family && overlaps(a.dport, b.dport) && overlaps(a.protocol, b.protocol) && overlaps(a.src, b.src) &&
    overlaps(a.dst, b.dst) && overlaps(a.sport, b.sport) && overlaps(a.state, b.state) && overlaps(a.flags, b.flags)
  );
}

export function intersectBoxes(a: Box, b: Box): Box | undefined {
  if (!boxesOverlap(a, b)) return undefined;
  return {
    family: a.family,
    src: intersect(a.src, b.src),
    dst: intersect(a.dst, b.dst),
    protocol: intersect(a.protocol, b.protocol),
    sport: intersect(a.sport, b.sport),
    dport: intersect(a.dport, b.dport),
    state: intersect(a.state, b.state),
    flags: intersect(a.flags, b.flags),
  };
}

export function boxCovers(outer: Box, inner: Box): boolean {
  return outer.family === inner.family && DIMENSIONS.every((d) => covers(outer[d] as IntervalSet<Address>, inner[d] as IntervalSet<Address>));
}

/** `a` without `b`, as disjoint boxes. */
export function subtractBox(a: Box, b: Box): PacketSet {
  if (!boxesOverlap(a, b)) return [a];
  const out: Box[] = [];
  let rest = a;
  for (const d of DIMENSIONS) {
    const mine = rest[d] as IntervalSet<Address>;
    const theirs = b[d] as IntervalSet<Address>;
    if (covers(theirs, mine)) continue;
    out.push({ ...rest, [d]: subtract(mine, theirs) });
    rest = { ...rest, [d]: intersect(mine, theirs) };
  }
  return out;
}

export function intersectSets(a: PacketSet, b: PacketSet): PacketSet {
  const out: Box[] = [];
  for (const x of a) {
    for (const y of b) {
      const both = intersectBoxes(x, y);
      if (both) out.push(both);
    }
  }
  return out;
}

export function subtractSets(a: PacketSet, b: PacketSet): PacketSet {
  let rest = a;
  for (const y of b) {
    if (rest.length === 0) break;
    if (rest.some((x) => boxesOverlap(x, y))) rest = rest.flatMap((x) => subtractBox(x, y));
  }
  return rest;
}

export function uniteSets(a: PacketSet, b: PacketSet): PacketSet {
  return a.length === 0 ? b : [...a, ...subtractSets(b, a)];
}

/** Joins boxes that differ in one dimension only, until none do: the same set, shorter to say. */
export function coalesce(set: PacketSet): PacketSet {
  const boxes = [...set];
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < boxes.length; i++) {
      for (let j = boxes.length - 1; j > i; j--) {
        const joined = join(boxes[i] as Box, boxes[j] as Box);
        if (!joined) continue;
        boxes[i] = joined;
        boxes.splice(j, 1);
        changed = true;
      }
    }
  }
  return boxes;
}

function join(a: Box, b: Box): Box | undefined {
  if (a.family !== b.family) return undefined;
  const differing = DIMENSIONS.filter((d) => !equals(a[d] as IntervalSet<Address>, b[d] as IntervalSet<Address>));
  if (differing.length > 1) return undefined;
  const [d] = differing;
  return d === undefined ? a : { ...a, [d]: union(a[d] as IntervalSet<Address>, b[d] as IntervalSet<Address>) };
}

/** The answer to every packet of the box: ends and ports swapped, the given state, and for TCP the SYN-ACK. */
export function answerOf(box: Box): Box {
  return { ...box, src: box.dst, dst: box.src, sport: box.dport, dport: box.sport, state: single(STATE.established), flags: single(SYN_ACK) };
}

/** Inverse of {@link answerOf} for a request in state NEW. */
export function requestOf(answer: Box): Box {
  return { ...answer, src: answer.dst, dst: answer.src, sport: answer.dport, dport: answer.sport, state: single(STATE.new), flags: single(SYN) };
}

/** Ports as the contract writes them: "443", "2500-3300". */
export function formatPorts(set: IntervalSet): string[] {
  const out: string[] = [];
  for (let i = 0; i < set.length; i += 2) {
    const lo = set[i] as number;
    const hi = (set[i + 1] as number) - 1;
    out.push(lo === hi ? String(lo) : `${String(lo)}-${String(hi)}`);
  }
  return out;
}

export function portRange(first: number, last: number): IntervalSet {
  return closedRange(first, last);
}
