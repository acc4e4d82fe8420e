// One iptables match at a time: every form of the dialect's row, with the items it uses and the packets it is about.
import { type AddressRange, addressText, bits, type Family } from '../address.ts';
import { PROTOCOL } from '../packets.ts';
import type { Aim, NumberRange, Part } from '../ruleSet.ts';
import { disjoint, type Random, rangeText, SERVICES, type Side, type Universe } from './random.ts';

export type Table = 'raw' | 'mangle' | 'nat' | 'filter';
export type BuiltIn = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

export interface Place {
  readonly family: Family;
  readonly table: Table;
  /** Absent in a user chain. */
  readonly hook?: BuiltIn;
  readonly maybe: boolean;
}

/** A value that a script holds in a variable. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly holds: 'address4' | 'address6' | 'port' | 'ports';
  readonly aim: { readonly addresses?: readonly AddressRange[]; readonly ports?: readonly NumberRange[] };
}

/** A set that a script makes with ipset commands. */
export interface IpSet {
  readonly name: string;
  readonly family: Family;
  readonly flags: string;
  readonly commands: readonly string[];
  readonly ranges: readonly AddressRange[];
  readonly ports: readonly NumberRange[];
}

const PORT_PROTOCOL = [[6, 'tcp'], [4, 'udp'], [0.7, 'sctp']] as const;

const NAMED: Readonly<Record<string, readonly string[]>> = { tcp: ['ssh', 'domain', 'http', 'sunrpc', 'snmp', 'https', 'nfs'], udp: ['domain', 'sunrpc', 'ntp', 'snmp', 'nfs'] };

export class Matches {
  constructor(
    private readonly universe: Universe,
    private readonly random: Random,
    private readonly variables: readonly Variable[],
  ) {}

  private not(): [string, readonly string[]] {
    return this.random.chance(0.13) ? ['! ', ['!']] : ['', []];
  }

  /** `$NAME` or `${NAME}` for a variable of the kind, now and then. */
  private variable(holds: Variable['holds']): (Variable & { use: string }) | undefined {
    const fitting = this.variables.filter(v => v.holds === holds);
    if (fitting.length === 0 || !this.random.chance(0.35)) return undefined;
    const one = this.random.pick(fitting);
    return { ...one, use: this.random.pick([`$${one.name}`, `"$${one.name}"`, `\${${one.name}}`]) };
  }

  private side(place: Place, end: 'source' | 'destination'): Side {
    const { random } = this;
    const own = end === 'source' ? place.hook === 'OUTPUT' || place.hook === 'POSTROUTING' : place.hook === 'INPUT' || place.hook === 'PREROUTING';
    if (own && random.chance(0.8)) return 'own';
    return random.pick(['eth0', 'eth0', 'eth1', place.hook === undefined ? 'own' : 'eth1']);
  }

  private mask(range: AddressRange): string {
    const { random } = this;
    const text = rangeText(range);
    if (range.family === 6 || !random.chance(0.15)) return random.chance(0.3) && !text.includes('/') ? `${text}/${bits(range.family)}` : text;
    return `${addressText(4, range.first)}/${addressText(4, 0xffffffffn - (range.last - range.first))}`;
  }

  address(end: 'source' | 'destination', place: Place): Part {
    const { random, universe } = this;
    const [not, negation] = this.not();
    const option = random.weighted(end === 'source' ? ([[8, '-s'], [1, '--source'], [1, '--src']] as const) : ([[8, '-d'], [1, '--destination'], [1, '--dst']] as const));
    const key = end === 'source' ? 'from' : 'to';
    const items = [end === 'source' ? '-s' : '-d', ...negation];
    const variable = this.variable(`address${place.family}`);
    if (variable) return { text: `${not}${option} ${variable.use}`, items: [...items, 'variable'], aim: { family: place.family, [key]: variable.aim.addresses ?? [] } };
    const ranges = not === '' && random.chance(0.12) ? disjoint([0, 1, 2].map(() => universe.range(place.family, this.side(place, end), ['host', 'prefix']))) : [universe.range(place.family, this.side(place, end), ['host', 'prefix', 'prefix'])];
    const aim: Aim = { family: place.family, [key]: ranges };
    return ranges.length > 1
      ? { text: `${option} `, elements: ranges.map(r => this.mask(r)), separator: ',', items, aim }
      : { text: `${not}${option} ${ranges.map(r => this.mask(r)).join('')}`, items, aim };
  }

  /** A mask with a hole: every host of that number in networks alike. */
  holedMask(place: Place, end: 'source' | 'destination'): Part {
    const { random } = this;
    const [not, negation] = this.not();
    const first = this.universe.host(4, this.side(place, end));
    const mask = random.pick([0xffff00ffn, 0xffffff07n, 0xffff0fffn]);
    return { text: `${not}${end === 'source' ? '-s' : '-d'} ${addressText(4, first & mask)}/${addressText(4, mask)}`, items: ['holed mask', ...negation], aim: { family: 4, [end === 'source' ? 'from' : 'to']: [{ family: 4, first, last: first }] } };
  }

  /** `first:last`, an open end where it is the last port there is. A service has a name only for its own protocols. */
  private portText({ first, last }: NumberRange, protocol: string, closed = false): string {
    if (first === last) {
      const name = SERVICES[first];
      return name !== undefined && NAMED[protocol]?.includes(name) && this.random.chance(0.3) ? name : String(first);
    }
    const open = !closed && this.random.chance(0.5);
    return open && last === 65535 ? `${first}:` : open && first === 0 ? `:${last}` : `${first}:${last}`;
  }

  private range(): NumberRange {
    const { random, universe } = this;
    if (random.chance(0.08)) return { first: random.pick([1024, 49152]), last: 65535 };
    if (random.chance(0.04)) return { first: 0, last: 1023 };
    return universe.portRange();
  }

  /** Protocol and port, or ports; the protocol is a part of its own. */
  port(): Part[] {
    const { random } = this;
    const protocol = random.weighted(PORT_PROTOCOL);
    const aim: Aim = { protocols: [PROTOCOL[protocol]] };
    const name = random.chance(0.1) ? String(PROTOCOL[protocol]) : protocol;
    const said: Part = { text: `${random.weighted([[9, '-p'], [1, '--protocol']] as const)} ${name}`, items: ['-p'], aim };
    const source = random.chance(0.2);
    const [not, negation] = this.not();
    if (random.chance(0.35)) {
      const option = random.weighted([[5, '--dports'], [2, '--sports'], [2, '--ports'], [1, '--destination-ports']] as const);
      const variable = this.variable('ports');
      const ranges = variable?.aim.ports ?? disjoint(Array.from({ length: random.between(1, 5) }, () => this.range()));
      const at: Aim = option === '--sports' ? { sourcePorts: ranges } : option === '--ports' && random.chance(0.3) ? { sourcePorts: ranges } : { ports: ranges };
      const items = ['multiport', ...negation, ...(variable ? ['variable'] : []), ...(option === '--ports' ? ['multiport --ports'] : []), ...(option === '--sports' ? ['multiport --sports'] : [])];
      const text = `-m multiport ${not}${option} `;
      return [said, variable ? { text: text + variable.use, items, aim: at } : { text, elements: ranges.map(r => this.portText(r, protocol, true)), separator: ',', items, aim: at }];
    }
    const option = random.weighted(source ? ([[8, '--sport'], [1, '--source-port']] as const) : ([[8, '--dport'], [1, '--destination-port']] as const));
    const variable = this.variable('port');
    const range = variable?.aim.ports?.[0] ?? this.range();
    const module = random.chance(0.5) ? `-m ${protocol} ` : '';
    return [
      said,
      { text: `${module}${not}${option} ${variable ? variable.use : this.portText(range, protocol)}`, items: [source ? '--sport' : '--dport', ...negation, ...(variable ? ['variable'] : [])], aim: source ? { sourcePorts: [range] } : { ports: [range] } },
    ];
  }

  protocol(place: Place): Part {
    const { random } = this;
    const [not, negation] = this.not();
    const choices: readonly (readonly [string, number])[] = place.family === 4
      ? [['tcp', 6], ['udp', 17], ['icmp', 1], ['esp', 50], ['47', 47], ['89', 89], ['1', 1]]
      : [['tcp', 6], ['udp', 17], ['ipv6-icmp', 58], ['icmpv6', 58], ['esp', 50], ['47', 47], ['58', 58]];
    if (not === '' && random.chance(0.08)) return { text: `-p ${random.pick(['all', '0'])}`, items: ['-p'] };
    const [text, number] = random.pick(choices);
    return { text: `${not}-p ${text}`, items: ['-p', ...negation], aim: { protocols: [number] } };
  }

  iprange(place: Place): Part {
    const { random, universe } = this;
    const [not, negation] = this.not();
    const source = random.chance(0.6);
    const range = universe.range(place.family, this.side(place, source ? 'source' : 'destination'), ['range']);
    const text = `-m iprange ${not}${source ? '--src-range' : '--dst-range'} ${addressText(place.family, range.first)}-${addressText(place.family, range.last)}`;
    return { text, items: ['iprange', ...negation], aim: { family: place.family, [source ? 'from' : 'to']: [range] } };
  }

  addressType(place: Place): Part {
    const { random } = this;
    const types = ['LOCAL', 'LOCAL', 'UNICAST', 'MULTICAST', ...(place.family === 4 ? ['BROADCAST', 'LOCAL,BROADCAST'] : ['LOCAL,MULTICAST'])];
    const [not, negation] = this.not();
    const end = random.pick(['--src-type', '--dst-type']);
    return { text: `-m addrtype ${not}${end} ${random.pick(types)}`, items: ['addrtype', ...negation] };
  }

  state(): Part {
    const { random } = this;
    const [not, negation] = this.not();
    const states = random.weighted([[4, 'NEW'], [4, 'RELATED,ESTABLISHED'], [2, 'NEW,ESTABLISHED'], [1, 'INVALID'], [1, 'ESTABLISHED'], [1, 'NEW,RELATED,ESTABLISHED,UNTRACKED'], [0.5, 'INVALID,UNTRACKED']] as const);
    return random.chance(0.6)
      ? { text: `-m conntrack ${not}--ctstate ${states}`, items: ['conntrack', ...negation] }
      : { text: `-m state ${not}--state ${states}`, items: ['state', ...negation] };
  }

  /** What connection tracking knows beside the state. */
  tuple(place: Place): Part {
    const { random, universe } = this;
    const [not, negation] = this.not();
    if (random.chance(0.4)) return { text: `-m conntrack --ctdir ${random.pick(['ORIGINAL', 'ORIGINAL', 'REPLY'])}`, items: ['conntrack tuple'] };
    if (random.chance(0.4)) {
      const { first } = universe.portRange();
      const protocol = random.pick(['tcp', 'udp'] as const);
      return { text: `-m conntrack --ctproto ${protocol} ${not}--ctorigdstport ${first}`, items: ['conntrack tuple', ...negation], aim: { protocols: [PROTOCOL[protocol]], ports: [{ first, last: first }] } };
    }
    const end = random.pick(['source', 'destination'] as const);
    const range = universe.range(place.family, this.side(place, end), ['host', 'prefix']);
    return { text: `-m conntrack ${not}--ctorig${end === 'source' ? 'src' : 'dst'} ${rangeText(range)}`, items: ['conntrack tuple', ...negation], aim: { family: place.family, [end === 'source' ? 'from' : 'to']: [range] } };
  }

  packetType(): Part {
    const [not, negation] = this.not();
    return { text: `-m pkttype ${not}--pkt-type ${this.random.pick(['unicast', 'broadcast', 'multicast'])}`, items: ['pkttype', ...negation] };
  }

  /** No probe is one: the match never holds, its negation always does. */
  fragment(): Part {
    return { text: this.random.pick(['! -f', '-f', '! --fragment']), items: ['fragment'] };
  }

  /** A set that the script made. */
  ipset(set: IpSet): Part {
    const [not, negation] = this.not();
    const source = set.flags === 'src';
    return { text: `-m set ${not}--match-set ${set.name} ${set.flags}`, items: ['ipset script', ...negation], aim: { family: set.family, ...(set.ranges.length > 0 && { [source ? 'from' : 'to']: set.ranges }), ...(set.ports.length > 0 && { protocols: [PROTOCOL.tcp, PROTOCOL.udp], ports: set.ports }) } };
  }

  /** The commands that make a set, and how rules ask it. */
  makeIpset(family: Family, number: number): IpSet {
    const { random, universe } = this;
    const name = `made${family}_${number}`;
    const kind = random.pick(['hash:net', 'hash:ip', 'hash:ip,port', 'hash:net,port', 'bitmap:port'] as const);
    const inet = family === 6 ? ' family inet6' : '';
    const hosts = disjoint([0, 1, 2].map(() => universe.range(family, random.pick(['eth0', 'eth1', 'own']), kind.includes('net') ? ['host', 'prefix'] : ['host'])).map(range => ({ ...range, last: kind.includes('net') ? range.last : range.first })));
    const ports = disjoint([0, 1].map(() => universe.portRange()));
    const elements = kind === 'bitmap:port' ? ports.map(p => `${p.first}-${p.last}`) : kind.endsWith(',port') ? hosts.map((host, i) => `${rangeText(host)},${random.pick(['tcp', 'udp'])}:${ports[i % ports.length]?.first ?? 80}`) : hosts.map(host => rangeText(host));
    const made = kind === 'bitmap:port' ? `ipset create ${name} bitmap:port range 0-65535` : `ipset create ${name} ${kind}${inet}`;
    const source = random.chance(0.6);
    const flags = kind === 'bitmap:port' ? 'dst' : kind.endsWith(',port') ? (source ? 'src,dst' : 'dst,dst') : source ? 'src' : 'dst';
    return { name, family, flags, commands: [made, ...elements.map(element => `ipset add ${name} ${element}`)], ranges: kind === 'bitmap:port' ? [] : hosts, ports: kind.includes('port') ? ports : [] };
  }

  flags(): Part[] {
    const { random } = this;
    const [not, negation] = this.not();
    const text = random.weighted([
      [4, '--syn'], [2, '--tcp-flags FIN,SYN,RST,ACK SYN'], [1, '--tcp-flags SYN,ACK SYN'], [1, '--tcp-flags ALL NONE'], [1, '--tcp-flags ALL SYN'], [1, '--tcp-flags SYN,FIN SYN,FIN'], [1, '--tcp-flags ACK ACK'], [1, '--tcp-flags SYN,RST SYN'], [1, '--tcp-flags SYN,ACK SYN,ACK'],
    ] as const);
    const said: Part = { text: '-p tcp', items: ['-p'], aim: { protocols: [PROTOCOL.tcp] } };
    return [said, { text: `${random.chance(0.5) ? '-m tcp ' : ''}${not}${text}`, items: [text === '--syn' ? '--syn' : '--tcp-flags', ...negation] }];
  }

  icmp(place: Place): Part[] {
    const { random } = this;
    const [not, negation] = this.not();
    if (place.family === 4) {
      const [text, types] = random.pick<readonly [string, number[]]>([['echo-request', [8]], ['8', [8]], ['8/0', [8]], ['any', [8, 13]], ['echo-reply', [0]], ['timestamp-request', [13]], ['13', [13]], ['destination-unreachable', [3]], ['3/4', [3]], ['fragmentation-needed', [3]], ['11', [11]], ['ping', [8]]]);
      const said: Part = { text: `-p ${random.pick(['icmp', 'icmp', '1'])}`, items: ['-p'], aim: { family: 4, protocols: [PROTOCOL.icmp] } };
      return [said, { text: `${random.chance(0.6) ? '-m icmp ' : ''}${text === 'any' ? '' : not}--icmp-type ${text}`, items: ['icmp', ...(text === 'any' ? [] : negation)], aim: { icmpTypes: types } }];
    }
    const [text, types] = random.pick<readonly [string, number[]]>([['echo-request', [128]], ['128', [128]], ['128/0', [128]], ['echo-reply', [129]], ['destination-unreachable', [1]], ['packet-too-big', [2]], ['neighbour-solicitation', [135]], ['1/4', [1]], ['port-unreachable', [1]]]);
    const said: Part = { text: `-p ${random.pick(['ipv6-icmp', 'icmpv6', '58'])}`, items: ['-p'], aim: { family: 6, protocols: [PROTOCOL.icmpv6] } };
    return [said, { text: `${random.chance(0.6) ? '-m icmp6 ' : ''}${not}--icmpv6-type ${text}`, items: ['icmp', ...negation], aim: { icmpTypes: types } }];
  }

  interface(place: Place): Part {
    const { random } = this;
    const [not, negation] = this.not();
    const both = place.hook === 'FORWARD' || place.hook === undefined;
    const incoming = both ? random.chance(0.5) : place.hook === 'INPUT' || place.hook === 'PREROUTING';
    const name = random.weighted([[4, 'eth0'], [4, 'eth1'], [2, 'eth+'], [1, 'wan+'], [1, 'lo'], [0.5, '+']] as const);
    const option = incoming ? random.weighted([[6, '-i'], [1, '--in-interface']] as const) : random.weighted([[6, '-o'], [1, '--out-interface']] as const);
    const real = name === 'eth0' || name === 'eth1' ? name : random.pick(['eth0', 'eth1']);
    // `! -i +` matches nothing and iptables refuses it
    return { text: `${name === '+' ? '' : not}${option} ${name}`, items: [incoming ? '-i' : '-o', ...(name === '+' ? [] : negation), ...(name.endsWith('+') ? ['interface wildcard'] : [])], aim: incoming ? { inInterface: real } : { outInterface: real } };
  }

  /** What no text can decide. */
  unknowable(place: Place): Part {
    const choices: (readonly [string, string])[] = [
      ['-m mark --mark 0x1', 'mark'], ['-m mark ! --mark 0x2/0xff', 'mark'], ['-m limit --limit 5/min', 'limit'], ['-m limit --limit 10/sec --limit-burst 3', 'limit'], ['-m recent --name scan --rcheck --seconds 60', 'recent'], ['-m recent --set --name scan', 'recent'],
      [`-m set --match-set known${place.family} src`, 'set'], [`-m set ! --match-set known${place.family} src`, 'set'],
    ];
    if (place.hook === 'OUTPUT' && this.random.chance(0.5)) return { text: this.random.pick(['-m owner --uid-owner 0', '-m owner ! --uid-owner 1000']), items: ['owner'] };
    const [text, item] = this.random.pick(choices);
    return { text, items: [item] };
  }
}
