/**
 * The match extensions: those with a definite meaning in the packet space, and those that hang on what no text tells.
 * Source: iptables-extensions(8), "MATCH EXTENSIONS"; the option lists are those of `iptables -m NAME -h`.
 */
import { t } from '@vscode/l10n';
import { ALL_V6, type Address, type AddressIntervals } from '../../core/addresses.ts';
import { type IntervalSet, intersect, subtract } from '../../core/intervals.ts';
import { ALL_FLAGS, ALL_PORTS, PROTOCOL } from '../../core/packets.ts';
import { iptablesIcmp } from '../../families/netfilter/icmp.ts';
import { TCP_FLAG, flagsWhere } from '../../families/netfilter/tcpFlags.ts';
import type { Atom, Term } from '../../model/rule.ts';
import { rangeOption } from './addresses.ts';
import { CONNTRACK, stateOption } from './conntrack.ts';
import { type Draft, items } from './draft.ts';
import { type Apply, type Option, type Options, optionsOf } from './options.ts';
import { multiportOption, portOption } from './ports.ts';
import type { Word } from './words.ts';

export interface Extension {
  readonly options: Options;
  /** Why the match cannot be told; absent for a match that is read in full. */
  readonly why?: () => string;
}

const definite = (options: readonly (readonly [string, Apply, number?])[], rest = ''): Extension => ({
  options: new Map<string, Option>([...optionsOf(rest), ...options.map(([name, apply, arity = 1]) => [name, { arity, apply }] as const)]),
});
const undecided = (why: () => string, options = ''): Extension => ({ why, options: optionsOf(options) });

const because =
  (why: () => string): Apply =>
  (draft, { option, values }) => {
    draft.unknown(option.start, Math.max(option.end, ...values.map((v) => v.end)), why());
  };

const PORTS = [
  ['sport', portOption('sport')], ['source-port', portOption('sport')],
  ['dport', portOption('dport')], ['destination-port', portOption('dport')],
] as const;

/** A comma list of flag names as a mask; `ALL` leaves ECN and CWR out, as iptables does. */
function flagMask(word: Word, draft: Draft): number | undefined {
  let mask = 0;
  for (const { text } of items(word)) {
    const name = text.toLowerCase();
    if (name === 'all') mask |= 0x3f;
    else if (name !== 'none' && Object.hasOwn(TCP_FLAG, name)) mask |= TCP_FLAG[name] as number;
    else if (name !== 'none') {
      draft.refuse(word, t('`{0}` is no TCP flag', text));
      return undefined;
    }
  }
  return mask;
}

const onlyIf = (set: IntervalSet, negated: boolean, all: IntervalSet): IntervalSet => (negated ? subtract(all, set) : set);

const flagsOption: Apply = (draft, { values, negated }) => {
  const [mask, value] = values.map((word) => flagMask(word, draft));
  if (mask === undefined || value === undefined) return;
  draft.restrict('flags', onlyIf(flagsWhere(mask, value), negated, ALL_FLAGS));
};

/** `--syn` is `--tcp-flags SYN,RST,ACK,FIN SYN`. */
const synOption: Apply = (draft, { negated }) => {
  draft.restrict('flags', onlyIf(flagsWhere(0x17, 0x02), negated, ALL_FLAGS));
};

const icmpOption: Apply = (draft, { option, values: [value], negated }) => {
  const { family } = draft.context;
  if (draft.protocol !== (family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6)) {
    draft.refuse(option, t('`{0}` needs `-p {1}` before it', option.text, family === 4 ? 'icmp' : 'icmpv6'));
    return;
  }
  const types = iptablesIcmp(value.text, family);
  draft.field('other', value);
  if (types) draft.restrict('dport', onlyIf(types, negated, ALL_PORTS));
  else draft.refuse(value, t('`{0}` is no ICMP type', value.text));
};

type End = 'src' | 'dst';
type AddressType = (Atom & { kind: 'address-type' })['type'];
const ADDRESS_TYPES: ReadonlySet<string> = new Set<AddressType>(['local', 'unicast', 'broadcast', 'multicast', 'anycast']);

function typeAtom({ text, start, end: stop }: Word, end: End, negated: boolean): Atom {
  const type = text.toLowerCase();
  const span = { start, end: stop };
  return ADDRESS_TYPES.has(type) ? { kind: 'address-type', end, type: type as AddressType, negated, span } : { kind: 'unknown', why: t('which addresses are of type {0} is not known here', text), span };
}

const addressTypeOption =
  (end: End): Apply =>
  (draft, { values: [value], negated }) => {
    const words = items(value);
    draft.field('other', value);
    if (draft.context.family === 6) draft.either(addressTypes6(words, end, negated));
    else if (negated) draft.either([{ atoms: words.map((w) => typeAtom(w, end, true)) }]);
    else draft.either(words.map((w) => ({ atoms: [typeAtom(w, end, false)] })));
  };

const MULTICAST_6: AddressIntervals = [0xffn << 120n, 1n << 128n];
const UNICAST_6: AddressIntervals = [1n, 0xffn << 120n];
const UNSPECIFIED_6: AddressIntervals = [0n, 1n];

/**
 * For IPv6, classes that the address itself shows must all hold, of those that take a route one; a host's own address is
 * UNICAST as well as LOCAL (linux/net/netfilter/xt_addrtype.c, match_type6).
 */
function addressTypes6(words: readonly Word[], end: End, negated: boolean): readonly Term[] {
  let shown: AddressIntervals = ALL_V6;
  const routed: Word[] = [];
  for (const word of words) {
    const type = word.text.toLowerCase();
    const set = type === 'multicast' ? MULTICAST_6 : type === 'unicast' ? UNICAST_6 : type === 'unspec' ? UNSPECIFIED_6 : undefined;
    if (set) shown = intersect<Address>(shown, set);
    else routed.push(word);
  }
  const among: Term = { family: 6, [end]: shown };
  if (!negated) return routed.length === 0 ? [among] : routed.map((w) => ({ ...among, atoms: [typeAtom(w, end, false)] }));
  const others: Term = { family: 6, [end]: subtract<Address>(ALL_V6, shown) };
  return routed.length === 0 ? [others] : [others, { ...among, atoms: routed.map((w) => typeAtom(w, end, true)) }];
}

/** The link-layer class: what is neither broadcast nor multicast goes to one host. */
const packetTypeOption: Apply = (draft, { values: [value], negated }) => {
  const type = value.text.toLowerCase();
  const span = { start: value.start, end: value.end };
  const is = (wanted: 'broadcast' | 'multicast', not: boolean): Atom => ({ kind: 'address-type', end: 'dst', type: wanted, negated: not, span });
  draft.field('other', value);
  if (type === 'broadcast' || type === 'multicast') draft.require(is(type, negated));
  else if (type !== 'unicast' && type !== 'host') draft.refuse(value, t('`{0}` is no packet type', value.text));
  else if (negated) draft.either([{ atoms: [is('broadcast', false)] }, { atoms: [is('multicast', false)] }]);
  else draft.either([{ atoms: [is('broadcast', true), is('multicast', true)] }]);
};

/** `--match-set NAME src,dst`: a set of the same script is read, any other is a reference. */
const setOption: Apply = (draft, { option, values, negated }) => {
  const [name, flags] = values as unknown as [Word, Word];
  const ends = items(flags).map((w) => w.text.toLowerCase());
  const span = { start: name.start, end: name.end };
  draft.field('other', name);
  if (ends.some((e) => e !== 'src' && e !== 'dst')) {
    draft.refuse(flags, t('`{0}` is no list of src and dst', flags.text));
    return;
  }
  const match = draft.context.sets?.(name.text, ends as ('src' | 'dst')[], draft.context.family, negated);
  const [end] = ends;
  if (typeof match === 'string') draft.unknown(option.start, flags.end, match);
  else if (match) draft.either(match);
  else if (ends.length === 1 && end) draft.require({ kind: 'reference', end: end as 'src' | 'dst', name: name.text, negated, span });
  else draft.unknown(option.start, flags.end, t('the set `{0}` is not in this text', name.text));
};

/** `--set` enters the address into the list and always succeeds (linux/net/netfilter/xt_recent.c); the other commands ask what happened before. */
const recentSet: Apply = (draft, { option, negated }) => {
  if (negated) draft.unknown(option.start, option.end, t('a negated `--set` never matches'));
};

const seen = (): string => t('which addresses were seen lately is not known here');
const marks = (): string => t('marks are not known here');
const rate = (): string => t('it lets only some packets match');

const MATCHES: ReadonlyMap<string, Extension> = new Map(Object.entries<Extension>({
  tcp: definite([...PORTS, ['tcp-flags', flagsOption, 2], ['syn', synOption, 0], ['tcp-option', because(() => t('the options of a TCP header are not known here'))]]),
  udp: definite(PORTS),
  sctp: definite([...PORTS, ['chunk-types', because(() => t('the chunks of an SCTP packet are not known here')), 2]]),
  dccp: definite([...PORTS, ['dccp-types', because(() => t('the type of a DCCP packet is not known here'))], ['dccp-option', because(() => t('the options of a DCCP packet are not known here'))]]),
  multiport: definite([
    ['sports', multiportOption('sport')], ['source-ports', multiportOption('sport')], ['source-port', multiportOption('sport')],
    ['dports', multiportOption('dport')], ['destination-ports', multiportOption('dport')], ['destination-port', multiportOption('dport')],
    ['ports', multiportOption('both')], ['port', multiportOption('both')],
  ]),
  icmp: definite([['icmp-type', icmpOption]]),
  icmp6: definite([['icmpv6-type', icmpOption]]),
  iprange: definite([['src-range', rangeOption('src')], ['dst-range', rangeOption('dst')]]),
  conntrack: { options: CONNTRACK },
  state: definite([['state', stateOption]]),
  comment: definite([], 'comment'),
  nfacct: definite([], 'nfacct-name'),
  addrtype: definite([
    ['src-type', addressTypeOption('src')], ['dst-type', addressTypeOption('dst')],
    ['limit-iface-in', because(() => t('the class is asked of one interface alone')), 0], ['limit-iface-out', because(() => t('the class is asked of one interface alone')), 0],
  ]),
  pkttype: definite([['pkt-type', packetTypeOption]]),
  set: definite(
    [['match-set', setOption, 2], ['set', setOption, 2], ...['packets-eq', 'packets-lt', 'packets-gt', 'bytes-eq', 'bytes-lt', 'bytes-gt'].map((name) => [name, because(() => t("a set's counters are not known here"))] as const),
      ['return-nomatch', because(() => t('it asks for elements that do not match')), 0]],
    'update-counters/0 update-subcounters/0',
  ),
  recent: {
    options: new Map<string, Option>([
      ...optionsOf('seconds hitcount rttl/0 reap/0 name rsource/0 rdest/0 mask'),
      ['set', { arity: 0, apply: recentSet }],
      ...['rcheck', 'update', 'remove'].map((name): [string, Option] => [name, { arity: 0, apply: because(seen) }]),
    ]),
  },
  mac: undecided(() => t("the sender's hardware address is not known here"), 'mac-source'),
  mark: undecided(marks, 'mark'),
  connmark: undecided(marks, 'mark'),
  connlabel: undecided(marks, 'label set/0'),
  owner: undecided(() => t('which program sends the packet is not known here'), 'uid-owner gid-owner socket-exists/0 suppl-groups/0 pid-owner sid-owner cmd-owner'),
  limit: undecided(rate, 'limit limit-burst'),
  hashlimit: undecided(rate, 'hashlimit hashlimit-upto hashlimit-above hashlimit-mode hashlimit-srcmask hashlimit-dstmask hashlimit-name hashlimit-burst hashlimit-htable-size hashlimit-htable-max hashlimit-htable-gcinterval hashlimit-htable-expire hashlimit-rate-match/0 hashlimit-rate-interval'),
  connlimit: undecided(() => t('how many connections there are is not known here'), 'connlimit-upto connlimit-above connlimit-mask connlimit-saddr/0 connlimit-daddr/0'),
  connbytes: undecided(() => t('how much a connection carried is not known here'), 'connbytes connbytes-dir connbytes-mode'),
  quota: undecided(() => t('how much of the quota is left is not known here'), 'quota'),
  statistic: undecided(rate, 'mode probability every packet'),
  random: undecided(rate, 'average'),
  nth: undecided(rate, 'every counter start packet'),
  time: undecided(() => t('it depends on the time of day'), 'datestart datestop timestart timestop monthdays weekdays days kerneltz/0 utc/0 localtz/0 contiguous/0'),
  string: undecided(() => t("it depends on the packet's content"), 'from to algo icase/0 string hex-string'),
  length: undecided(() => t("the packet's length is not known here"), 'length'),
  ttl: undecided(() => t("the packet's time to live is not known here"), 'ttl-eq ttl-lt ttl-gt ttl'),
  hl: undecided(() => t("the packet's hop limit is not known here"), 'hl-eq hl-lt hl-gt'),
  dscp: undecided(() => t("the packet's service class is not known here"), 'dscp dscp-class'),
  tos: undecided(() => t("the packet's service class is not known here"), 'tos'),
  ecn: undecided(() => t("the packet's congestion bits are not known here"), 'ecn-tcp-cwr/0 ecn-tcp-ece/0 ecn-ip-ect'),
  u32: undecided(() => t("it depends on the packet's content"), 'u32'),
  bpf: undecided(() => t("it depends on the packet's content"), 'bytecode object-pinned'),
  layer7: undecided(() => t("it depends on the packet's content"), 'l7proto l7dir'),
  tcpmss: undecided(() => t("the options of a TCP header are not known here"), 'mss'),
  osf: undecided(() => t("the sender's operating system is not known here"), 'genre ttl log'),
  helper: undecided(() => t('which helper follows the connection is not known here'), 'helper'),
  physdev: undecided(() => t('the port of a bridge is not known here'), 'physdev-in physdev-out physdev-is-in/0 physdev-is-out/0 physdev-is-bridged/0'),
  policy: undecided(() => t('whether the packet goes through IPsec is not known here'), 'dir pol strict/0 reqid spi proto mode tunnel-src tunnel-dst next/0'),
  rpfilter: undecided(() => t("the host's routes are not known here"), 'loose/0 validmark/0 accept-local/0 invert/0'),
  realm: undecided(() => t("the host's routes are not known here"), 'realm'),
  socket: undecided(() => t('which sockets are open is not known here'), 'nowildcard/0 transparent/0 restore-skmark/0'),
  cgroup: undecided(() => t('which program sends the packet is not known here'), 'cgroup path'),
  cpu: undecided(() => t('which processor handles the packet is not known here'), 'cpu'),
  devgroup: undecided(() => t('the groups of interfaces are not known here'), 'src-group dst-group'),
  cluster: undecided(() => t('which node of a cluster this is, is not known here'), 'cluster-total-nodes cluster-local-node cluster-local-nodemask cluster-hash-seed'),
  ipvs: undecided(() => t('whether the packet belongs to a virtual service is not known here'), 'ipvs/0 vproto vaddr vport vdir vmethod vportctl'),
  rateest: undecided(rate, 'rateest1 rateest2 rateest-delta/0 rateest-bps rateest-pps rateest-bps1 rateest-pps1 rateest-bps2 rateest-pps2 rateest-lt/0 rateest-gt/0 rateest-eq/0'),
  esp: undecided(() => t("the packet's security index is not known here"), 'espspi'),
  ah: undecided(() => t("the packet's security index is not known here"), 'ahspi ahlen ahres/0'),
  ipcomp: undecided(() => t("the packet's compression index is not known here"), 'ipcompspi compres/0'),
  geoip: undecided(() => t('which country an address lies in is not known here'), 'src-cc source-country dst-cc destination-country'),
  condition: undecided(() => t('it is switched from outside'), 'condition'),
  psd: undecided(() => t('whether ports are being scanned is not known here'), 'psd-weight-threshold psd-delay-threshold psd-lo-ports-weight psd-hi-ports-weight'),
  ...Object.fromEntries(
    Object.entries({
      dst: 'dst-len dst-opts', hbh: 'hbh-len hbh-opts', frag: 'fragid fraglen fragres/0 fragfirst/0 fragmore/0 fraglast/0', ipv6header: 'header soft/0', eui64: '',
      rt: 'rt-type rt-segsleft rt-len rt-0-res/0 rt-0-addrs rt-0-not-strict/0', mh: 'mh-type', ipv4options: 'flags any/0', srh: 'srh-next-hdr srh-hdr-len-eq srh-hdr-len-gt srh-hdr-len-lt srh-segs-left-eq srh-segs-left-gt srh-segs-left-lt srh-last-entry-eq srh-last-entry-gt srh-last-entry-lt srh-tag',
    }).map(([name, options]) => [name, undecided(() => t("the packet's extension headers are not known here"), options)]),
  ),
}));

export const extensionOf = (name: string): Extension | undefined => MATCHES.get(name);

/** The extensions that protocols bring along without `-m`, by protocol number. */
const OF_PROTOCOL: ReadonlyMap<number, Extension | undefined> = new Map(
  ([[PROTOCOL.tcp, 'tcp'], [PROTOCOL.udp, 'udp'], [PROTOCOL.sctp, 'sctp'], [PROTOCOL.dccp, 'dccp'], [PROTOCOL.icmp, 'icmp'], [PROTOCOL.icmpv6, 'icmp6'], [50, 'esp'], [51, 'ah'], [108, 'ipcomp'], [135, 'mh']] as const)
    .map(([number, name]) => [number, MATCHES.get(name)]),
);

export const extensionOfProtocol = (protocol: number): Extension | undefined => OF_PROTOCOL.get(protocol);
