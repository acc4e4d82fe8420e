/** Reads the packets that `trace` is asked about, from options or JSON lines; what is wrong is said in one sentence. */
import { t } from '@vscode/l10n';
import { type Family, parseAddress } from '../core/addresses.ts';
import { either } from '../core/lists.ts';
import { PROTOCOL } from '../core/packets.ts';
import type { PacketQuestion } from '../engine/trace.ts';
import { PORT_PROTOCOLS, protocolNumber } from '../families/netfilter/protocols.ts';
import type { Direction } from '../model/policy.ts';
import { RequestProblem } from './requestProblem.ts';

/** Keys of a packet line that are read; others are left alone. */
export const PACKET_KEYS = ['from', 'to', 'protocol', 'sourcePort', 'port', 'icmpType', 'icmpCode', 'direction', 'state', 'policy', 'inInterface', 'outInterface'] as const;
type Key = (typeof PACKET_KEYS)[number];

export interface PacketQuery {
  readonly question: PacketQuestion;
  readonly direction: Direction;
  /** Name of a policy of the path that is asked; all paths of the direction if absent. */
  readonly policy?: string;
}

/** What a packet cannot be read for, as a sentence for its author. */
export class PacketProblem extends RequestProblem {}

const ICMP_PROTOCOLS: readonly number[] = [PROTOCOL.icmp, PROTOCOL.icmpv6];

/** @throws {PacketProblem} */
export function readPacket(value: unknown): PacketQuery {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PacketProblem(t('a packet is a JSON object with from, to and protocol'));
  const fields = value as Partial<Record<Key, unknown>>;
  const from = address('from', fields.from);
  const to = address('to', fields.to);
  if (from.family !== to.family) throw new PacketProblem(t('from and to are of two address families'));
  const protocol = protocolOf(fields.protocol, from.family);
  const hasPorts = PORT_PROTOCOLS.includes(protocol);
  const isIcmp = ICMP_PROTOCOLS.includes(protocol);
  const sourcePort = hasPorts ? number('sourcePort', fields.sourcePort, 65535) : undefined;
  const port = hasPorts ? number('port', fields.port, 65535) : undefined;
  const icmpType = isIcmp ? number('icmpType', fields.icmpType, 255) : undefined;
  const icmpCode = isIcmp ? number('icmpCode', fields.icmpCode, 255) : undefined;
  const inInterface = text('inInterface', fields.inInterface);
  const outInterface = text('outInterface', fields.outInterface);
  const policy = text('policy', fields.policy);
  return {
    question: {
      family: from.family,
      from: from.value,
      to: to.value,
      protocol,
      state: oneOf('state', fields.state ?? 'new', ['new', 'established']),
      ...(sourcePort !== undefined && { sourcePort }),
      ...(port !== undefined && { port }),
      ...(icmpType !== undefined && { icmpType }),
      ...(icmpCode !== undefined && { icmpCode }),
      ...(inInterface !== undefined && { inInterface }),
      ...(outInterface !== undefined && { outInterface }),
    },
    direction: oneOf('direction', fields.direction ?? 'in', ['in', 'out', 'transit']),
    ...(policy !== undefined && { policy }),
  };
}

function address(key: Key, value: unknown): NonNullable<ReturnType<typeof parseAddress>> {
  const parsed = typeof value === 'string' ? parseAddress(value) : undefined;
  if (parsed) return parsed;
  throw new PacketProblem(value === undefined ? t('{0} is missing', key) : t('{0} “{1}” is not an IP address', key, shown(value)));
}

/** By name, ICMP is the one of the packet's family. */
function protocolOf(value: unknown, family: Family): number {
  if (value === undefined) throw new PacketProblem(t('{0} is missing', 'protocol'));
  const number = typeof value === 'string' || typeof value === 'number' ? protocolNumber(String(value)) : undefined;
  if (number === undefined) throw new PacketProblem(t('protocol “{0}” is neither a protocol\'s name nor a number from 0 to 255', shown(value)));
  if (typeof value === 'string' && value.toLowerCase() === 'icmp' && family === 6) return PROTOCOL.icmpv6;
  return number;
}

function number(key: Key, value: unknown, last: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  const read = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof read === 'number' && Number.isInteger(read) && read >= 0 && read <= last) return read;
  throw new PacketProblem(t('{0} “{1}” is not a number from 0 to {2}', key, shown(value), last));
}

function text(key: Key, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new PacketProblem(t('{0} “{1}” is not a name', key, shown(value)));
}

function oneOf<T extends string>(key: Key, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new PacketProblem(t('{0} “{1}” is not {2}', key, shown(value), either(choices)));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
