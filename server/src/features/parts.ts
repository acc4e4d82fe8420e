/** Sets of packets as the JSON outputs and messages state them: per transport and range of ports, with addresses where they matter. */
import { type AddressIntervals, type Family, toCidrs } from '../core/addresses.ts';
import { type IntervalSet, contains, covers, union, unionAll } from '../core/intervals.ts';
import { PROTOCOL, type PacketSet, formatPorts } from '../core/packets.ts';
import type { Transport } from '../model/flow.ts';

export interface PartJson {
  readonly transport: Transport;
  /** `443` or `2500-3300`. */
  readonly ports: string;
  /** Absent where the part holds for all addresses of that end. */
  readonly from?: readonly string[];
  readonly to?: readonly string[];
}

/** One product of addresses and ports. */
interface Share {
  readonly family: Family;
  readonly src: AddressIntervals;
  readonly dst: AddressIntervals;
  ports: IntervalSet;
}

/** A share of each family; together they are one statement, since packets pair addresses within a family. */
type Statement = Partial<Record<Family, Share>>;

const TRANSPORTS: readonly Transport[] = ['tcp', 'udp'];
const FAMILIES: readonly Family[] = [4, 6];

/** @param required what was asked: the addresses that `from` and `to` are held against. */
export function partsOf(set: PacketSet, required: PacketSet): PartJson[] {
  return TRANSPORTS.flatMap((transport) => {
    const mine = ofTransport(set, transport);
    return mine.length === 0 ? [] : transportParts(transport, mine, ofTransport(required, transport));
  });
}

function ofTransport(set: PacketSet, transport: Transport): PacketSet {
  return set.filter((box) => contains(box.protocol, PROTOCOL[transport]));
}

function transportParts(transport: Transport, set: PacketSet, required: PacketSet): PartJson[] {
  const families = FAMILIES.filter((f) => required.some((b) => b.family === f));
  const wholes = new Map(families.map((f) => {
    const mine = required.filter((b) => b.family === f);
    return [f, { src: unionAll(mine.map((b) => b.src)), dst: unionAll(mine.map((b) => b.dst)) }] as const;
  }));
  const isWhole = (share: Share | undefined, end: 'src' | 'dst'): boolean => share !== undefined && covers(share[end], wholes.get(share.family)?.[end] ?? []);

  const statements: Statement[] = [];
  for (const share of sharesOf(set)) {
    const other = share.family === 4 ? 6 : 4;
    const twin = statements.find((s) => {
      const theirs = s[other];
      return theirs && !s[share.family] && theirs.ports.join() === share.ports.join() && isWhole(theirs, 'src') === isWhole(share, 'src') && isWhole(theirs, 'dst') === isWhole(share, 'dst');
    });
    if (twin) twin[share.family] = share;
    else statements.push({ [share.family]: share });
  }

  const ends = (statement: Statement, end: 'src' | 'dst'): readonly string[] | undefined =>
    families.every((f) => isWhole(statement[f], end)) ? undefined : FAMILIES.flatMap((f) => toCidrs(f, statement[f]?.[end] ?? []));
  return statements
    .flatMap((statement) => {
      const from = ends(statement, 'src');
      const to = ends(statement, 'dst');
      const ports = (statement[4] ?? statement[6])?.ports ?? [];
      return formatPorts(ports).map((range): PartJson => ({ transport, ports: range, ...(from && { from }), ...(to && { to }) }));
    })
    .sort((a, b) => Number.parseInt(a.ports, 10) - Number.parseInt(b.ports, 10));
}

/** Boxes of like addresses, their ports joined. */
function sharesOf(set: PacketSet): Share[] {
  const shares = new Map<string, Share>();
  for (const { family, src, dst, dport } of set) {
    const key = `${family} ${src.join()} ${dst.join()}`;
    const known = shares.get(key);
    if (known) known.ports = union(known.ports, dport);
    else shares.set(key, { family, src, dst, ports: dport });
  }
  return [...shares.values()];
}
