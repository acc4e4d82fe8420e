/**
 * Names of ICMP and ICMPv6 types and codes.
 * Sources: the tables "ICMP Type", "ICMP Code", "ICMPv6 Type" and "ICMPv6 Code" of nft(8); `iptables -p icmp -h` and
 * `ip6tables -p ipv6-icmp -h` for the names that iptables-extensions(8) refers to.
 */
import { type IntervalSet, closedRange, single } from '../../core/intervals.ts';

export const NFT_ICMP_TYPES: Readonly<Record<string, number>> = {
  'echo-reply': 0, 'destination-unreachable': 3, 'source-quench': 4, redirect: 5, 'echo-request': 8, 'router-advertisement': 9,
  'router-solicitation': 10, 'time-exceeded': 11, 'parameter-problem': 12, 'timestamp-request': 13, 'timestamp-reply': 14,
  'info-request': 15, 'info-reply': 16, 'address-mask-request': 17, 'address-mask-reply': 18,
};

export const NFT_ICMPV6_TYPES: Readonly<Record<string, number>> = {
  'destination-unreachable': 1, 'packet-too-big': 2, 'time-exceeded': 3, 'parameter-problem': 4, 'echo-request': 128, 'echo-reply': 129,
  'mld-listener-query': 130, 'mld-listener-report': 131, 'mld-listener-done': 132, 'mld-listener-reduction': 132, 'nd-router-solicit': 133,
  'nd-router-advert': 134, 'nd-neighbor-solicit': 135, 'nd-neighbor-advert': 136, 'nd-redirect': 137, 'router-renumbering': 138,
  'ind-neighbor-solicit': 141, 'ind-neighbor-advert': 142, 'mld2-listener-report': 143,
};

export const NFT_ICMP_CODES: Readonly<Record<string, number>> = {
  'net-unreachable': 0, 'host-unreachable': 1, 'prot-unreachable': 2, 'port-unreachable': 3, 'frag-needed': 4, 'net-prohibited': 9,
  'host-prohibited': 10, 'admin-prohibited': 13,
};

export const NFT_ICMPV6_CODES: Readonly<Record<string, number>> = {
  'no-route': 0, 'admin-prohibited': 1, 'addr-unreachable': 3, 'port-unreachable': 4, 'policy-fail': 5, 'reject-route': 6,
};

/** iptables' names: a type alone, or a type with the code of it. */
type TypeAndCode = readonly [type: number, code?: number];

const IPTABLES_ICMP: Readonly<Record<string, TypeAndCode>> = {
  'echo-reply': [0], pong: [0], 'destination-unreachable': [3], 'network-unreachable': [3, 0], 'host-unreachable': [3, 1], 'protocol-unreachable': [3, 2],
  'port-unreachable': [3, 3], 'fragmentation-needed': [3, 4], 'source-route-failed': [3, 5], 'network-unknown': [3, 6], 'host-unknown': [3, 7],
  'network-prohibited': [3, 9], 'host-prohibited': [3, 10], 'TOS-network-unreachable': [3, 11], 'TOS-host-unreachable': [3, 12],
  'communication-prohibited': [3, 13], 'host-precedence-violation': [3, 14], 'precedence-cutoff': [3, 15], 'source-quench': [4], redirect: [5],
  'network-redirect': [5, 0], 'host-redirect': [5, 1], 'TOS-network-redirect': [5, 2], 'TOS-host-redirect': [5, 3], 'echo-request': [8], ping: [8],
  'router-advertisement': [9], 'router-solicitation': [10], 'time-exceeded': [11], 'ttl-exceeded': [11], 'ttl-zero-during-transit': [11, 0],
  'ttl-zero-during-reassembly': [11, 1], 'parameter-problem': [12], 'ip-header-bad': [12, 0], 'required-option-missing': [12, 1],
  'timestamp-request': [13], 'timestamp-reply': [14], 'address-mask-request': [17], 'address-mask-reply': [18],
};

const IPTABLES_ICMPV6: Readonly<Record<string, TypeAndCode>> = {
  'destination-unreachable': [1], 'no-route': [1, 0], 'communication-prohibited': [1, 1], 'beyond-scope': [1, 2], 'address-unreachable': [1, 3],
  'port-unreachable': [1, 4], 'failed-policy': [1, 5], 'reject-route': [1, 6], 'packet-too-big': [2], 'time-exceeded': [3], 'ttl-exceeded': [3],
  'ttl-zero-during-transit': [3, 0], 'ttl-zero-during-reassembly': [3, 1], 'parameter-problem': [4], 'bad-header': [4, 0], 'unknown-header-type': [4, 1],
  'unknown-option': [4, 2], 'echo-request': [128], ping: [128], 'echo-reply': [129], pong: [129], 'router-solicitation': [133], 'router-advertisement': [134],
  'neighbour-solicitation': [135], 'neighbor-solicitation': [135], 'neighbour-advertisement': [136], 'neighbor-advertisement': [136], redirect: [137],
};

/** Every code of a type, in the dimension that holds type * 256 + code. */
function icmpType(type: number): IntervalSet {
  return closedRange(type * 256, type * 256 + 255);
}

function icmpTypeCode(type: number, code: number): IntervalSet {
  return single(type * 256 + code);
}

/**
 * What iptables' `--icmp-type` or `--icmpv6-type` takes: a name in any case or the beginning of a single one, `type` or
 * `type/code`. For IPv4 `any` and type 255 stand for all (linux/net/ipv4/netfilter/ip_tables.c, icmp_type_code_match).
 */
export function iptablesIcmp(text: string, version: 4 | 6): IntervalSet | undefined {
  const numbers = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text);
  const found: TypeAndCode | undefined = numbers ? [Number(numbers[1]), numbers[2] === undefined ? undefined : Number(numbers[2])] : iptablesIcmpName(text.toLowerCase(), version);
  if (!found) return undefined;
  const [type, code] = found;
  if (type > 255 || (code ?? 0) > 255) return undefined;
  if (type === 255 && version === 4) return closedRange(0, 65535);
  return code === undefined ? icmpType(type) : icmpTypeCode(type, code);
}

function iptablesIcmpName(text: string, version: 4 | 6): TypeAndCode | undefined {
  if (text === 'any' && version === 4) return [255];
  const names = Object.entries(version === 4 ? IPTABLES_ICMP : IPTABLES_ICMPV6);
  const exact = names.find(([name]) => name.toLowerCase() === text);
  if (exact) return exact[1];
  const begun = new Set(names.filter(([name]) => text !== '' && name.toLowerCase().startsWith(text)).map(([, found]) => found.join('/')));
  return begun.size === 1 ? names.find(([name]) => name.toLowerCase().startsWith(text))?.[1] : undefined;
}
