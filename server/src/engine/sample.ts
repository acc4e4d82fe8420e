/** Single packets against the rules of one chain: the quick way to see that a rule has something to decide. */
import { type Address, type Family, allAddresses, next, previous } from '../core/addresses.ts';
import { type IntervalSet, contains, covers } from '../core/intervals.ts';
import type { Box } from '../core/packets.ts';
import type { Chain, Policy } from '../model/policy.ts';
import { type CompiledChain, type Item, type Member, clashes, compileChain, memberAt } from './compile.ts';
import { type Circumstances, holding } from './context.ts';

/** A value of every dimension of a box. */
export interface Packet {
  readonly family: Family;
  readonly src: Address;
  readonly dst: Address;
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
  readonly state: number;
  readonly flags: number;
}

/** The packet of the least values. */
export function lowest({ family, src, dst, protocol, sport, dport, state, flags }: Box): Packet {
  const least = (set: IntervalSet): number => set[0] as number;
  return { family, src: src[0] as Address, dst: dst[0] as Address, protocol: least(protocol), sport: least(sport), dport: least(dport), state: least(state), flags: least(flags) };
}

/** The packet of the greatest values. */
export function highest({ family, src, dst, protocol, sport, dport, state, flags }: Box): Packet {
  const most = (set: IntervalSet): number => (set.at(-1) as number) - 1;
  return { family, src: previous(src.at(-1) as Address), dst: previous(dst.at(-1) as Address), protocol: most(protocol), sport: most(sport), dport: most(dport), state: most(state), flags: most(flags) };
}

/** The box of one packet. */
export function boxAround({ family, src, dst, protocol, sport, dport, state, flags }: Packet): Box {
  const only = (value: number): IntervalSet => [value, value + 1];
  return { family, src: [src, next(src)], dst: [dst, next(dst)], protocol: only(protocol), sport: only(sport), dport: only(dport), state: only(state), flags: only(flags) };
}

function matches(box: Box | undefined, packet: Packet): boolean {
  return (
    box !== undefined && contains(box.dport, packet.dport) && contains(box.protocol, packet.protocol) && contains(box.src, packet.src) &&
    contains(box.dst, packet.dst) && contains(box.sport, packet.sport) && contains(box.state, packet.state) && contains(box.flags, packet.flags)
  );
}

const DECIDES = new Set(['accept', 'drop', 'reject', 'return', 'goto']);

/** Whether packets that the item matches may go no further in its chain, or go on changed. */
export function mayStop({ action: { kind }, atoms }: Item): boolean {
  return kind === 'jump' || kind === 'untrack' || (DECIDES.has(kind) && atoms.every((a) => a.kind !== 'unknown'));
}

/** Tests packets against the earlier rules of a chain, without following jumps. */
export class Sample {
  /** Rule tests so far. */
  work = 0;
  private readonly compiled: CompiledChain;

  constructor(
    private readonly policy: Policy,
    chain: Chain,
  ) {
    this.compiled = compileChain(chain);
  }

  /** False if a rule before the place decides the packet, or a jump might. */
  reaches(place: number, packet: Packet, around: Circumstances): boolean {
    const { byPort, items } = this.compiled;
    const comesLater = (index: number): boolean => ((items[index] as Item).members[0] as Member).place >= place;
    return !byPort.some(packet.dport, comesLater, (index) => {
      const item = items[index] as Item;
      this.work++;
      return matches(item.boxes[packet.family], packet) && this.stops(item, place, packet, around);
    });
  }

  private stops(item: Item, place: number, packet: Packet, around: Circumstances): boolean {
    const { kind } = item.action;
    if (kind === 'jump' || kind === 'untrack') return true;
    if (!DECIDES.has(kind)) return false;
    if (item.atoms.length > 0 && !item.atoms.every((a) => covers(holding(a, this.policy, around).sure[packet.family], allAddresses(packet.family)))) return false;
    if ((item.members.at(-1) as Member).place < place) return true;
    if (item.members.length > 1 && !clashes(item).has(place) && memberAt(item, place)) return false;
    this.work += item.members.length;
    return item.members.some((m) => m.place < place && matches(m.boxes[packet.family], packet));
  }
}
