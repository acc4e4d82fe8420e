// One nftables match at a time: every form of the dialect's row, with the items it uses and the packets it is about.
import { type AddressRange, addressValue, type Family } from '../address.ts';
import { PROTOCOL } from '../packets.ts';
import type { Aim, NumberRange, Part } from '../ruleSet.ts';
import { disjoint, type Random, rangeText, SERVICES, type Side, type Universe } from './random.ts';

export type TableFamily = 'inet' | 'ip' | 'ip6';
export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** A named set of the table, or a `define` of the file. */
export interface Named {
  /** As written where it is used: `@admins`, `$WEB`. */
  readonly use: string;
  readonly holds: 'address4' | 'address6' | 'port' | 'protocol' | 'pair4' | 'pair6' | 'interface';
  readonly aim: { readonly addresses?: readonly AddressRange[]; readonly ports?: readonly NumberRange[] };
  /** Of its declaration. */
  readonly items: readonly string[];
}

export interface Place {
  readonly table: TableFamily;
  /** Absent in a regular chain. */
  readonly hook?: Hook;
  /** The chain runs before connection tracking: every packet is INVALID there. */
  readonly early: boolean;
  readonly named: readonly Named[];
  readonly maybe: boolean;
}

/** What the match compares with: one text or a list in braces. */
interface Value<T> {
  readonly operator: string;
  readonly text: string;
  readonly elements?: readonly string[];
  readonly edges: readonly T[];
  readonly items: readonly string[];
}

export const portText = (random: Random, { first, last }: NumberRange): string => {
  if (first !== last) return `${first}-${last}`;
  const name = SERVICES[first];
  return name !== undefined && random.chance(0.3) ? name : String(first);
};

function part<T>(key: string, value: Value<T>, aim: Aim, items: readonly string[]): Part {
  const all = [...items, ...value.items];
  const head = `${key} ${value.operator}`;
  return value.elements ? { text: `${head}{ `, elements: value.elements, tail: ' }', aim, items: all } : { text: head + value.text, aim, items: all };
}

const negated = (random: Random): [string, string[]] => (random.chance(0.12) ? ['!= ', ['negation']] : ['', []]);

export class Matches {
  constructor(
    private readonly universe: Universe,
    private readonly random: Random,
  ) {}

  side(place: Place, end: 'source' | 'destination'): Side {
    const { random } = this;
    const own = (end === 'source' && (place.hook === 'output' || place.hook === 'postrouting')) || (end === 'destination' && (place.hook === 'input' || place.hook === 'prerouting'));
    if (own && random.chance(0.8)) return 'own';
    return random.pick(['eth0', 'eth0', 'eth1', place.hook === undefined ? 'own' : 'eth1']);
  }

  private addresses(family: Family, side: Side, place: Place): Value<AddressRange> {
    const { random, universe } = this;
    const [operator, negation] = negated(random);
    const named = place.named.filter(n => n.holds === `address${family}`);
    if (named.length > 0 && random.chance(0.3)) {
      const one = random.pick(named);
      return { operator, text: one.use, edges: one.aim.addresses ?? [], items: [...one.items, ...negation] };
    }
    if (random.chance(0.08)) {
      const edge = universe.range(family, side, ['host']);
      return { operator: `${random.pick(['<', '<=', '>', '>=', 'lt', 'ge'])} `, text: rangeText(edge), edges: [edge], items: ['comparison'] };
    }
    if (random.chance(0.35)) {
      const ranges = disjoint(Array.from({ length: random.between(1, 4) }, () => universe.range(family, side, ['host', 'prefix', 'range'])));
      const items = ['anonymous set', ...negation, ...(ranges.some(r => r.first !== r.last) ? ['interval'] : [])];
      return { operator, text: '', elements: ranges.map(r => rangeText(r, r.shape === 'range')), edges: ranges, items };
    }
    const range = universe.range(family, side, ['host', 'prefix', 'prefix', 'range']);
    return { operator: operator || (random.chance(0.1) ? '== ' : ''), text: rangeText(range, range.shape === 'range'), edges: [range], items: [...negation, ...(range.shape === 'range' ? ['interval'] : [])] };
  }

  address(family: Family, end: 'source' | 'destination', place: Place): Part {
    const value = this.addresses(family, this.side(place, end), place);
    const key = `${family === 4 ? 'ip' : 'ip6'} ${end === 'source' ? 'saddr' : 'daddr'}`;
    return part(key, value, { family, [end === 'source' ? 'from' : 'to']: value.edges }, [key]);
  }

  ports(place: Place): Value<NumberRange> {
    const { random, universe } = this;
    const [operator, negation] = negated(random);
    const named = place.named.filter(n => n.holds === 'port');
    if (named.length > 0 && random.chance(0.25)) {
      const one = random.pick(named);
      return { operator, text: one.use, edges: one.aim.ports ?? [], items: [...one.items, ...negation] };
    }
    if (random.chance(0.12)) {
      const port = universe.port();
      return { operator: `${random.pick(['<', '<=', '>', '>=', 'lt', 'le', 'gt', 'ge', 'ne', '==', 'eq'])} `, text: String(port), edges: [{ first: port, last: port }], items: ['comparison'] };
    }
    if (random.chance(0.35)) {
      const ranges = disjoint(Array.from({ length: random.between(1, 5) }, () => universe.portRange()));
      const items = ['anonymous set', ...negation, ...(ranges.some(r => r.first !== r.last) ? ['interval'] : [])];
      const elements = ranges.map(r => portText(random, r));
      const [constant] = place.named.filter(n => n.holds === 'port' && n.use.startsWith('$'));
      if (constant && random.chance(0.2)) {
        const apart = ranges.filter(r => !(constant.aim.ports ?? []).some(other => other.first <= r.last && r.first <= other.last));
        return { operator, text: '', elements: [constant.use, ...apart.map(r => portText(random, r))], edges: [...(constant.aim.ports ?? []), ...apart], items: [...items, ...constant.items] };
      }
      return { operator, text: '', elements, edges: ranges, items };
    }
    const range = universe.portRange();
    return { operator, text: portText(random, range), edges: [range], items: [...negation, ...(range.first !== range.last ? ['interval'] : [])] };
  }

  /** Bits of an address or a port, compared on their own. */
  mask(family: Family, end: 'source' | 'destination', place: Place): Part {
    const { random, universe } = this;
    if (random.chance(0.25)) {
      const protocol = random.pick(['tcp', 'udp'] as const);
      const { first } = universe.portRange();
      return { text: random.pick([`${protocol} dport & 1 == ${first & 1}`, `${protocol} dport & 0xff00 == ${first & 0xff00}`, `${protocol} dport & 3 != ${first & 3}`]), items: ['mask'], aim: { protocols: [PROTOCOL[protocol]], ports: [{ first, last: first }] } };
    }
    const address = universe.range(family, this.side(place, end), ['host']);
    const mask = random.pick(family === 4 ? ['255.255.0.0', '255.255.255.240', '255.255.0.255'] : ['ffff:ffff:ffff::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:0']);
    const kept = { family, first: address.first & addressValue(mask), last: address.first & addressValue(mask) };
    const key = `${family === 4 ? 'ip' : 'ip6'} ${end === 'source' ? 'saddr' : 'daddr'}`;
    return { text: `${key} & ${mask} ${random.pick(['==', '==', '!='])} ${rangeText(kept)}`, items: ['mask', key], aim: { family, [end === 'source' ? 'from' : 'to']: [address] } };
  }

  /** A port as the bytes where it stands. */
  rawPort(): Part[] {
    const { random, universe } = this;
    const { first } = universe.portRange();
    const protocol = random.pick(['tcp', 'udp'] as const);
    return [this.protocolIs([protocol]), { text: `@th,16,16 ${random.chance(0.2) ? '!= ' : ''}${first}`, items: ['raw payload'], aim: { ports: [{ first, last: first }] } }];
  }

  connection(family: Family, place: Place): Part {
    const { random, universe } = this;
    if (random.chance(0.5)) {
      const end = random.pick(['source', 'destination'] as const);
      const range = universe.range(family, this.side(place, end), ['host', 'prefix']);
      const original = random.chance(0.7);
      const key = `${family === 4 ? 'ip' : 'ip6'} ${(end === 'source') === original ? 'saddr' : 'daddr'}`;
      const not = random.chance(0.2);
      return { text: `ct ${original ? 'original' : 'reply'} ${key} ${not ? '!= ' : ''}${rangeText(range)}`, items: ['ct tuple', ...(not ? ['negation'] : [])], aim: { family, [end === 'source' ? 'from' : 'to']: [range] } };
    }
    const [text, item] = random.pick([['ct direction original', 'ct direction'], ['ct direction reply', 'ct direction'], ['ct direction != reply', 'ct direction']] as const);
    return { text, items: [item] };
  }

  packetType(): Part {
    return { text: this.random.pick(['meta pkttype host', 'meta pkttype broadcast', 'meta pkttype != multicast', 'meta pkttype { broadcast, multicast }']), items: ['pkttype'] };
  }

  /** One or two parts: `th` stands alone (only where every probe has ports) or behind `meta l4proto`. */
  port(place: Place, bareTh: boolean): Part[] {
    const { random } = this;
    const source = random.chance(0.2);
    const value = this.ports(place);
    const at = source ? { sourcePorts: value.edges } : { ports: value.edges };
    const direction = source ? 'sport' : 'dport';
    if (random.chance(0.2)) {
      const th = part(`th ${direction}`, value, at, [`th ${direction}`]);
      if (bareTh && random.chance(0.4)) return [th];
      const protocols = random.pick([['tcp'], ['udp'], ['tcp', 'udp']] as const);
      return [this.protocolIs(protocols), th];
    }
    const protocol = random.weighted([[6, 'tcp'], [4, 'udp'], [1.4, 'sctp']] as const);
    return [part(`${protocol} ${direction}`, value, { protocols: [PROTOCOL[protocol]], ...at }, [`${protocol} ${direction}`])];
  }

  private protocolIs(names: readonly ('tcp' | 'udp')[]): Part {
    const aim = { protocols: names.map(name => PROTOCOL[name]) };
    if (names.length === 1) return { text: `meta l4proto ${names[0] ?? ''}`, items: ['meta l4proto'], aim };
    return { text: 'meta l4proto { ', elements: names, tail: ' }', items: ['meta l4proto', 'anonymous set'], aim };
  }

  /** `family` 0: neither family is fixed yet. */
  protocol(family: Family | 0, place: Place): Part {
    const { random } = this;
    const names = family === 6 ? (['tcp', 'udp', 'icmpv6', 'esp', 'gre', '47', '6'] as const) : (['tcp', 'udp', 'icmp', 'esp', 'gre', '89', '17'] as const);
    const numbers: Readonly<Record<string, number>> = { ...PROTOCOL, 47: 47, 6: 6, 89: 89, 17: 17 };
    const chosen = random.some(names, random.chance(0.4) ? 2 : 1).filter((name, i, all) => all.findIndex(other => numbers[other] === numbers[name]) === i);
    const [operator, negation] = negated(random);
    const protocols = chosen.map(name => numbers[name] ?? 0);
    const named = place.named.filter(n => n.holds === 'protocol');
    const keys: readonly ('ip protocol' | 'ip6 nexthdr' | 'meta l4proto')[] = family === 4 ? ['ip protocol', 'meta l4proto'] : family === 6 ? ['ip6 nexthdr', 'meta l4proto'] : ['meta l4proto'];
    const key = random.pick(keys);
    const aim: Aim = { ...(key === 'ip protocol' && { family: 4 as const }), ...(key === 'ip6 nexthdr' && { family: 6 as const }), protocols };
    if (named.length > 0 && random.chance(0.4)) return { text: `${key} ${operator}${random.pick(named).use}`, items: [key, 'named set', ...negation], aim: { ...aim, protocols: [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.gre] } };
    const value: Value<never> = { operator, text: chosen[0] ?? 'tcp', ...(chosen.length > 1 && { elements: chosen }), edges: [], items: [...negation, ...(chosen.length > 1 ? ['anonymous set'] : [])] };
    return part(key, value, aim, [key]);
  }

  nfproto(family: Family): Part {
    const { random } = this;
    const name = `ipv${family}`;
    const text = random.weighted([[4, `meta nfproto ${name}`], [1, `meta nfproto != ${family === 4 ? 'ipv6' : 'ipv4'}`], [1, `meta protocol ${family === 4 ? 'ip' : 'ip6'}`]] as const);
    return { text, items: [text.startsWith('meta nfproto') ? 'meta nfproto' : 'meta protocol', ...(text.includes('!=') ? ['negation'] : [])], aim: { family } };
  }

  state(): Part {
    const text = this.random.weighted([
      [4, 'ct state new'], [3, 'ct state established,related'], [2, 'ct state { established, related }'], [2, 'ct state new,established'], [1, 'ct state { new }'],
      [1, 'ct state != new'], [1, 'ct state != established'], [1, 'ct state != { established, related }'], [1, 'ct state invalid'], [1, 'ct state { invalid, untracked }'],
      [1, 'ct state & (established | related) != 0'], [1, 'ct state == new'], [1, 'ct state ! established'],
    ] as const);
    return { text, items: ['ct state', ...(/!/.test(text) ? ['negation'] : []), ...(text.includes('{') ? ['anonymous set'] : [])] };
  }

  icmp(family: Family): Part {
    const { random } = this;
    const names: Readonly<Record<string, number>> = family === 4
      ? { 'echo-request': 8, 'echo-reply': 0, 'destination-unreachable': 3, 'time-exceeded': 11, 'timestamp-request': 13, '8': 8, '3': 3 }
      : { 'echo-request': 128, 'echo-reply': 129, 'packet-too-big': 2, 'destination-unreachable': 1, 'nd-neighbor-solicit': 135, '128': 128 };
    const key = family === 4 ? 'icmp' : 'icmpv6';
    const aim = (types: readonly number[]): Aim => ({ family, protocols: [PROTOCOL[key]], icmpTypes: types });
    if (random.chance(0.1)) return { text: `${key} code ${random.pick(['0', '!= 0', '{ 0, 1 }', '1-3'])}`, items: [key], aim: aim([]) };
    const list = random.some(Object.keys(names), random.between(1, 3)).concat(random.chance(0.5) ? ['echo-request'] : []);
    const chosen = list.filter((name, i) => list.findIndex(other => names[other] === names[name]) === i);
    const [operator, negation] = negated(random);
    const value: Value<never> = { operator, text: chosen[0] ?? '8', ...(chosen.length > 1 && { elements: chosen }), edges: [], items: negation };
    return part(`${key} type`, value, aim(chosen.map(name => names[name] ?? 0)), [key]);
  }

  flags(): Part {
    const text = this.random.pick([
      'tcp flags syn', 'tcp flags == syn', 'tcp flags & (syn | ack) == syn', 'tcp flags & (fin | syn | rst | ack) == syn', 'tcp flags syn / syn,rst,ack', 'tcp flags != syn',
      'tcp flags & syn != 0', 'tcp flags & (syn | ack) == (syn | ack)', 'tcp flags { syn, ack }', 'tcp flags ack', 'tcp flags & ack == 0', 'tcp flags & (fin | syn) == fin | syn', 'tcp flags syn,ack', 'tcp flags ! ack',
    ]);
    return { text, items: ['tcp flags', ...(text.includes('!') ? ['negation'] : [])], aim: { protocols: [PROTOCOL.tcp] } };
  }

  interface(place: Place): Part {
    const { random } = this;
    const both = place.hook === 'forward' || place.hook === undefined;
    const incoming = both ? random.chance(0.5) : place.hook === 'input' || place.hook === 'prerouting';
    const name = random.pick(['eth0', 'eth1'] as const);
    const aim: Aim = incoming ? { inInterface: name } : { outInterface: name };
    const key = incoming ? 'iifname' : 'oifname';
    const index = incoming ? 'iif' : 'oif';
    const named = place.named.filter(n => n.holds === 'interface');
    if (named.length > 0 && random.chance(0.3)) {
      const one = random.pick(named);
      return { text: `${key} ${one.use}`, items: [key, ...one.items], aim };
    }
    const form = random.weighted([
      [1, `meta ${key} "${name}"`], [5, `${key} "${name}"`], [2, `${key} ${name}`], [2, `${key} != "${name}"`], [2, `${key} "eth*"`], [1, `${key} "wan*"`], [1, `${key} != "eth*"`], [1, `${key} { "${name}", "lo" }`],
      [1, `${key} != { "${name}", "wan0" }`], [2, `${index} "${name}"`], [1, `${index} lo`], [1, `${index} != lo`], [1, `${index} != ${name}`],
    ] as const);
    return { text: form, items: [key, ...(form.includes('*') ? ['interface wildcard'] : []), ...(form.includes('!=') ? ['negation'] : []), ...(form.includes('{') ? ['anonymous set'] : [])], aim };
  }

  addressType(): Part {
    const text = this.random.pick(['fib daddr type local', 'fib saddr type local', 'fib daddr type != local', 'fib daddr type { local, broadcast }', 'fib daddr type unicast', 'fib daddr type broadcast', 'fib daddr type multicast']);
    return { text, items: ['fib type'] };
  }

  /** What no text can decide. */
  unknowable(): Part {
    const [text, item] = this.random.pick([
      ['limit rate 5/second', 'limit'], ['limit rate over 10/minute burst 5 packets', 'limit'], ['limit rate 1 mbytes/second', 'limit'], ['quota 10 mbytes', 'quota'], ['quota over 25 bytes', 'quota'],
      ['meta mark 0x1', 'mark'], ['meta skuid 1000', 'owner'],
    ] as const);
    return { text, items: [item] };
  }
}
