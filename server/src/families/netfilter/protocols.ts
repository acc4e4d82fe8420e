/**
 * Numbers of IP protocols by the names that nft and iptables take: both ask getprotobyname(3), so these are the names and
 * aliases of netbase's /etc/protocols, compared without regard to case, and nft's own `icmpv6`.
 */
import { PROTOCOL } from '../../core/packets.ts';

const NUMBERS: Readonly<Record<string, number>> = {
  ip: 0, hopopt: 0, igmp: 2, ggp: 3, ipencap: 4, 'ip-encap': 4, st: 5, egp: 8, igp: 9, pup: 12, hmp: 20, 'xns-idp': 22, rdp: 27, 'iso-tp4': 29,
  xtp: 36, ddp: 37, 'idpr-cmtp': 38, ipv6: 41, 'ipv6-route': 43, 'ipv6-frag': 44, idrp: 45, rsvp: 46, gre: 47, esp: 50, 'ipsec-esp': 50, ah: 51, 'ipsec-ah': 51,
  skip: 57, 'ipv6-icmp': 58, icmpv6: 58, 'ipv6-nonxt': 59, 'ipv6-opts': 60, rspf: 73, vmtp: 81, eigrp: 88, ospf: 89, ospfigp: 89, 'ax.25': 93, ipip: 94,
  etherip: 97, encap: 98, pim: 103, ipcomp: 108, comp: 108, vrrp: 112, l2tp: 115, isis: 124, fc: 133, 'mobility-header': 135, 'mpls-in-ip': 137,
  manet: 138, hip: 139, shim6: 140, wesp: 141, rohc: 142, ethernet: 143,
  icmp: PROTOCOL.icmp, tcp: PROTOCOL.tcp, udp: PROTOCOL.udp, dccp: PROTOCOL.dccp, sctp: PROTOCOL.sctp, udplite: PROTOCOL.udplite,
};

/** The number of a protocol's name, or of a decimal or hexadecimal number up to 255. */
export function protocolNumber(name: string): number | undefined {
  if (/^(\d+|0x[0-9a-f]+)$/i.test(name)) {
    const value = Number(name);
    return value <= 255 ? value : undefined;
  }
  const known = name.toLowerCase();
  return Object.hasOwn(NUMBERS, known) ? NUMBERS[known] : undefined;
}

/** Protocols whose header begins with a source and a destination port. */
export const PORT_PROTOCOLS: readonly number[] = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.dccp, PROTOCOL.sctp, PROTOCOL.udplite];
