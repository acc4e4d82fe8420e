// Builds the packets that the oracle injects: whole IP packets with true checksums, numbered so that the kernel's sets can name them.
import { addressBytes } from './address.ts';

export const PROTOCOL = { icmp: 1, igmp: 2, tcp: 6, udp: 17, gre: 47, esp: 50, icmpv6: 58, ospf: 89, sctp: 132, udplite: 136 } as const;

/** Protocols whose header starts with a source and a destination port. */
export const PORT_PROTOCOLS: ReadonlySet<number> = new Set([PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp, PROTOCOL.udplite]);

/** A packet to inject, by its request's ends. */
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  /** Source port; the identifier of an ICMP echo. */
  readonly sourcePort: number;
  readonly port?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

const SYN = 0x02;
const SYN_ACK = 0x12;

function sum(bytes: Buffer, start = 0): number {
  let total = start;
  for (let i = 0; i < bytes.length; i += 2) total += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  return total;
}

function fold(total: number): number {
  let left = total;
  while (left > 0xffff) left = (left & 0xffff) + (left >>> 16);
  return ~left & 0xffff;
}

function tcp(sourcePort: number, port: number, answer: boolean): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt32BE(answer ? 5000 : 1000, 4);
  header.writeUInt32BE(answer ? 1001 : 0, 8);
  header[12] = 0x50;
  header[13] = answer ? SYN_ACK : SYN;
  header.writeUInt16BE(64240, 14);
  return header;
}

function udp(sourcePort: number, port: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(12, 4);
  return header;
}

function echo(packet: Packet, answer: boolean): Buffer {
  const [request, reply] = packet.protocol === PROTOCOL.icmp ? [8, 0] : [128, 129];
  const header = Buffer.alloc(16);
  header[0] = answer ? reply : (packet.icmpType ?? request);
  header[1] = packet.icmpCode ?? 0;
  header.writeUInt16BE(packet.sourcePort, 4);
  header.writeUInt16BE(1, 6);
  return header;
}

/** An INIT chunk, or with `answer` an INIT ACK: other chunks are invalid to connection tracking. */
function sctp(sourcePort: number, port: number, answer: boolean): Buffer {
  const header = Buffer.alloc(32);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt32BE(answer ? 0x1234 : 0, 4);
  header[12] = answer ? 2 : 1;
  header.writeUInt16BE(20, 14);
  header.writeUInt32BE(answer ? 0x5678 : 0x1234, 16);
  header.writeUInt32BE(65535, 20);
  header.writeUInt16BE(1, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt32BE(1, 28);
  header.writeUInt32LE(crc32c(header), 8);
  return header;
}

function payload(packet: Packet, answer: boolean): Buffer {
  const ports: [number, number] = [packet.sourcePort, packet.port ?? 0];
  const [sourcePort, port] = answer ? [ports[1], ports[0]] : ports;
  switch (packet.protocol) {
    case PROTOCOL.tcp:
      return tcp(sourcePort, port, answer);
    case PROTOCOL.udp:
    case PROTOCOL.udplite:
      return udp(sourcePort, port);
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return echo(packet, answer);
    case PROTOCOL.sctp:
      return sctp(sourcePort, port, answer);
    default:
      return Buffer.alloc(16);
  }
}

/** CRC-32C of RFC 9260, over the packet with a zero checksum, least significant byte first. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

const CHECKSUM_AT: Readonly<Record<number, number>> = { [PROTOCOL.tcp]: 16, [PROTOCOL.udp]: 6, [PROTOCOL.udplite]: 6, [PROTOCOL.icmp]: 2, [PROTOCOL.icmpv6]: 2 };

/** The whole IP packet, numbered `number` (1-65535). `answer` swaps the ends: SYN-ACK, UDP answer, echo reply. */
export function packetBytes(packet: Packet, number: number, answer = false): Buffer {
  const ends: [Buffer, Buffer] = [addressBytes(packet.from), addressBytes(packet.to)];
  const [from, to] = answer ? [ends[1], ends[0]] : ends;
  if (from.length !== to.length) throw new Error('the ends are of two families');
  const body = payload(packet, answer);
  const at = CHECKSUM_AT[packet.protocol];
  if (at !== undefined) {
    const pseudo = packet.protocol === PROTOCOL.icmp ? 0 : sum(from) + sum(to) + packet.protocol + body.length;
    body.writeUInt16BE(fold(sum(body, pseudo)) || 0xffff, at);
  }
  if (from.length === 4) {
    const header = Buffer.alloc(20);
    header[0] = 0x45;
    header.writeUInt16BE(20 + body.length, 2);
    header.writeUInt16BE(number, 4);
    header[8] = 64;
    header[9] = packet.protocol;
    from.copy(header, 12);
    to.copy(header, 16);
    header.writeUInt16BE(fold(sum(header)), 10);
    return Buffer.concat([header, body]);
  }
  const header = Buffer.alloc(40);
  header.writeUInt32BE((0x60000000 | number) >>> 0, 0);
  header.writeUInt16BE(body.length, 4);
  header[6] = packet.protocol;
  header[7] = 64;
  from.copy(header, 8);
  to.copy(header, 24);
  return Buffer.concat([header, body]);
}
