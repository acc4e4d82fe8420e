/** Reads the protocol cells of Help Center tables into the notation of catalog files. */
import type { Read } from '../portSpec.ts';

export interface ProtocolCell {
  readonly protocol: string;
  /** What a person should look at. */
  readonly doubt?: string;
}

/**
 * Application protocols that pages print alone. Each of them runs over TCP: HTTP and HTTPS (RFC 9110, 4.2), SSH (RFC 4253, 4),
 * TLS (RFC 8446, 1; over UDP it is called DTLS), NDMP (its specification's "protocol overview").
 */
const OVER_TCP: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'SSH', 'TLS', 'NDMP']);
const OTHERS: ReadonlySet<string> = new Set(['TCP', 'UDP', 'ICMP', 'LDAP', 'LDAPS', 'SMB', 'NFS', 'ISCSI', 'SMTP', 'RPC', 'S', 'AND', 'OR']);

/** `TCP/HTTPS` stays; `TCP  UDP`, `UDP and TCP`, `TCP/UDP` and the like become `TCP, UDP`. */
export function readProtocolCell(cell: string): Read<ProtocolCell> {
  const text = oneLine(cell).replace(/ ?\/ ?/g, '/');
  const words = text.split(/\s+and\s+|[\s,;/]+/i).filter((word) => word !== '');
  const [first = ''] = words;
  const upper = new Set(words.map((word) => word.toUpperCase()));
  const rest = words.filter((word) => !/^(?:TCP|UDP)$/i.test(word));
  if (upper.has('TCP') && upper.has('UDP')) {
    if (rest.length === 0) return { value: { protocol: 'TCP, UDP' } };
    if (rest.length === 1 && !text.includes('/')) {
      return { value: { protocol: 'TCP, UDP', doubt: `"${text}" became "TCP, UDP", which has no place for an application protocol` } };
    }
  }
  if (/^(?:TCP|UDP)(?:\/[A-Z][A-Z0-9()+.-]*)?$/i.test(text)) return { value: { protocol: text.replace(/^\w+/, first.toUpperCase()) } };
  if (OVER_TCP.has(text.toUpperCase())) return { value: { protocol: `TCP/${text}`, doubt: `"${text}" is taken for TCP/${text}` } };
  if (isDash(text)) return { problem: 'the protocol is not said' };
  if (text.toUpperCase() === 'ICMP') return { problem: 'ICMP has no ports, and the catalog holds TCP and UDP' };
  return { problem: `the protocol "${shown(cell)}" does not say TCP or UDP` };
}

const LONGEST_PROTOCOL = 40;

/** Protocol names and what joins them; an application protocol alone too, whether it can be read or not. */
export function looksLikeProtocol(cell: string): boolean {
  if (cell.length > LONGEST_PROTOCOL) return false;
  if (/^(?:TCP|UDP)\b/i.test(cell)) return true;
  const words = cell.toUpperCase().split(/[\s,;/()]+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => OVER_TCP.has(word) || OTHERS.has(word));
}

/** Nothing, or a dash that says so. */
export function isDash(cell: string): boolean {
  return /^[-\u2010-\u2015]?$/.test(cell);
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const SHOWN = 160;

/** For messages: one line, not too long. */
export function shown(text: string): string {
  const line = oneLine(text.slice(0, 4 * SHOWN));
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line;
}
