/**
 * What protocol and ports of a security group's permission or a network ACL's entry match.
 * Sources: Amazon EC2 API Reference, IpPermission and NetworkAclEntry; Amazon VPC User Guide, "Security group rules" and
 * "Network ACL rules"; the pages of the Terraform AWS provider for the names that it takes.
 */
import { t } from '@vscode/l10n';
import { type IntervalSet, closedRange, single } from '../../core/intervals.ts';
import { PROTOCOL } from '../../core/packets.ts';

/** A part of the packet space, or why it cannot be told. */
export type Told<T> = T | { readonly why: string };

export interface Traffic {
  readonly protocol?: IntervalSet;
  /** For ICMP: type * 256 + code. */
  readonly dport?: IntervalSet;
}

const ALL_TRAFFIC: Traffic = {};

const NAMES: Readonly<Record<string, number>> = {
  icmp: PROTOCOL.icmp, tcp: PROTOCOL.tcp, udp: PROTOCOL.udp, icmpv6: PROTOCOL.icmpv6, 'ipv6-icmp': PROTOCOL.icmpv6, gre: 47, esp: 50, ah: 51, vrrp: 112, sctp: PROTOCOL.sctp,
};

/** A protocol's number; `all` for `-1` and `all`, which ignore ports; undefined for what AWS does not know. */
export function awsProtocol(text: string): number | 'all' | undefined {
  const word = text.trim().toLowerCase();
  if (word === '-1' || word === 'all') return 'all';
  if (/^\d{1,3}$/.test(word)) return Number(word) <= 255 ? Number(word) : undefined;
  return Object.hasOwn(NAMES, word) ? NAMES[word] : undefined;
}

export const isIcmp = (protocol: number): boolean => protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
export const hasPorts = (protocol: number): boolean => protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp;

/** A port, or an ICMP type or code; null where it is not written. */
export type Bound = number | null;

/**
 * @param from first port; for ICMP the type
 * @param to last port; for ICMP the code
 * Protocols other than TCP, UDP and ICMP have all ports, whatever is written (IpPermission, IpProtocol). A range 0-0 is port 0.
 */
export function trafficOf(protocol: number | 'all', from: Bound, to: Bound): Told<Traffic> {
  if (protocol === 'all') return ALL_TRAFFIC;
  if (isIcmp(protocol)) return icmpTraffic(protocol, from, to);
  if (!hasPorts(protocol)) return { protocol: single(protocol) };
  if (from === null || to === null) return { why: t('TCP and UDP need a first and a last port') };
  if (!isPort(from) || !isPort(to)) return { why: t('ports go from 0 to 65535') };
  if (from > to) return { why: t('the first port is greater than the last') };
  return { protocol: single(protocol), dport: closedRange(from, to) };
}

/** -1 stands for every type, or every code of a type; types without a code are not told apart from all (IpPermission, FromPort and ToPort). */
export function icmpTraffic(protocol: number, type: Bound, code: Bound): Told<Traffic> {
  if (type === null || type === -1) return { protocol: single(protocol) };
  if (!isByte(type) || (code !== null && code !== -1 && !isByte(code))) return { why: t('ICMP types and codes go from 0 to 255') };
  return { protocol: single(protocol), dport: code === null || code === -1 ? closedRange(type * 256, type * 256 + 255) : single(type * 256 + code) };
}

const isPort = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 65535;
const isByte = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 255;
