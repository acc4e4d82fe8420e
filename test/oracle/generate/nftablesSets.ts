// Named sets, maps, concatenations and verdict maps of nftables, declared or written in the rule.
import type { AddressRange, Family } from '../address.ts';
import { PROTOCOL } from '../packets.ts';
import type { Aim, Block, NumberRange, Part } from '../ruleSet.ts';
import { type Named, type Place, portText, type TableFamily } from './nftablesMatches.ts';
import { disjoint, type Random, rangeText, type Universe } from './random.ts';

/** One element key of one to three fields, and the packets that have it. */
interface Key {
  readonly text: string;
  readonly addresses: readonly AddressRange[];
  readonly ports: readonly NumberRange[];
}

/** A verdict map of the table, used as `<selector> vmap @name`. */
export interface NamedMap {
  readonly selector: string;
  readonly use: string;
  readonly family?: Family;
  readonly aim: Aim;
  readonly items: readonly string[];
}

const overlaps = (a: { first: bigint | number; last: bigint | number }, b: { first: bigint | number; last: bigint | number }): boolean => a.first <= b.last && b.first <= a.last;

export class Sets {
  constructor(
    private readonly universe: Universe,
    private readonly random: Random,
  ) {}

  private addressKeys(family: Family, interval: boolean, count: number): Key[] {
    const shapes = interval ? (['host', 'prefix', 'range'] as const) : (['host'] as const);
    const ranges = Array.from({ length: count }, () => this.universe.range(family, this.random.pick(['eth0', 'eth0', 'eth1', 'own']), shapes));
    return disjoint(ranges.map(r => (interval ? r : { ...r, last: r.first }))).map(r => ({ text: rangeText(r, interval && 'shape' in r && r.shape === 'range' && r.first !== r.last), addresses: [r], ports: [] }));
  }

  private portKeys(interval: boolean, count: number): Key[] {
    const ranges = Array.from({ length: count }, () => this.universe.portRange()).map(r => (interval ? r : { first: r.first, last: r.first }));
    return disjoint(ranges).map(r => ({ text: portText(this.random, r), addresses: [], ports: [r] }));
  }

  /** Address . port; elements may share one field, never all. */
  private pairKeys(family: Family, interval: boolean, count: number): Key[] {
    const kept: Key[] = [];
    for (let i = 0; i < count; i++) {
      const [address] = this.addressKeys(family, interval, 1);
      const [port] = this.portKeys(interval, 1);
      if (!address?.addresses[0] || !port?.ports[0]) continue;
      const [a, p] = [address.addresses[0], port.ports[0]];
      if (kept.some(k => k.addresses.some(other => overlaps(other, a)) && k.ports.some(other => overlaps(other, p)))) continue;
      kept.push({ text: `${address.text} . ${port.text}`, addresses: [a], ports: [p] });
    }
    return kept;
  }

  private elements(keys: readonly Key[], data?: () => string): { elements: string[]; items: string[] } {
    const { random } = this;
    const comments = keys.map(() => (random.chance(0.15) ? ` comment "${random.pick(['jump host', 'see ticket 12', 'a, b; c'])}"` : ''));
    const elements = keys.map((key, i) => key.text + (comments[i] ?? '') + (data ? ` : ${data()}` : ''));
    return { elements, items: comments.some(comment => comment !== '') ? ['element comment'] : [] };
  }

  private declaration(head: string, type: string, interval: boolean, keys: readonly Key[], items: readonly string[], data?: () => string): Block {
    const { random } = this;
    const some = this.elements(keys, data);
    const rest = data !== undefined && /^inet_service : verdict|_addr : verdict/.test(type) && random.chance(0.2);
    const made = rest ? { elements: [...some.elements, `* : ${data()}`], items: [...some.items, 'catch-all'] } : some;
    const line = (text: string) => ({ kind: 'line' as const, parts: [{ text }], items: [] });
    return {
      kind: 'block',
      head: `${head} {`,
      tail: '}',
      items: [...items, ...made.items],
      children: [
        line(`type ${type}`),
        ...(interval ? [line('flags interval')] : []),
        { kind: 'line', items: [], parts: [{ text: 'elements = { ', elements: made.elements, separator: this.random.chance(0.3) ? ',\n\t\t\t' : ', ', tail: ' }' }] },
      ],
    };
  }

  /** Named sets for a table of the family, and how rules use them. */
  named(table: TableFamily): { blocks: Block[]; named: Named[] } {
    const { random } = this;
    const blocks: Block[] = [];
    const named: Named[] = [];
    const declared = () => blocks.at(-1)?.items ?? [];
    const families: readonly Family[] = table === 'inet' ? [4, 6] : table === 'ip' ? [4] : [6];
    for (const family of families) {
      if (random.chance(0.7)) {
        const interval = random.chance(0.6);
        const keys = this.addressKeys(family, interval, random.between(1, 5));
        blocks.push(this.declaration(`set hosts${family}`, `ipv${family}_addr`, interval, keys, ['named set', ...(interval ? ['interval'] : [])]));
        named.push({ use: `@hosts${family}`, items: declared(), holds: `address${family}`, aim: { addresses: keys.flatMap(k => k.addresses) } });
      }
      if (random.chance(0.5)) {
        const interval = random.chance(0.5);
        const keys = this.pairKeys(family, interval, random.between(1, 5));
        if (keys.length > 0) {
          blocks.push(this.declaration(`set pairs${family}`, `ipv${family}_addr . inet_service`, interval, keys, ['named set', 'concatenation']));
          named.push({ use: `@pairs${family}`, items: declared(), holds: `pair${family}`, aim: { addresses: keys.flatMap(k => k.addresses), ports: keys.flatMap(k => k.ports) } });
        }
      }
    }
    if (random.chance(0.6)) {
      const interval = random.chance(0.6);
      const keys = this.portKeys(interval, random.between(1, 6));
      blocks.push(this.declaration('set services', 'inet_service', interval, keys, ['named set', ...(interval ? ['interval'] : [])]));
      named.push({ use: '@services', items: declared(), holds: 'port', aim: { ports: keys.flatMap(k => k.ports) } });
    }
    if (random.chance(0.3)) {
      blocks.push(this.declaration('set carriers', 'inet_proto', false, [{ text: 'tcp', addresses: [], ports: [] }, { text: 'gre', addresses: [], ports: [] }], ['named set']));
      named.push({ use: '@carriers', items: declared(), holds: 'protocol', aim: {} });
    }
    if (random.chance(0.25)) {
      blocks.push(this.declaration('set uplinks', 'ifname', false, random.some(['"eth0"', '"eth1"', '"wan0"'], 2).map(text => ({ text, addresses: [], ports: [] })), ['named set']));
      named.push({ use: '@uplinks', items: declared(), holds: 'interface', aim: {} });
    }
    return { blocks, named };
  }

  /** Named verdict maps. `verdict` may jump. */
  namedMaps(table: TableFamily, verdict: () => string): { blocks: Block[]; maps: NamedMap[]; dataMaps: Part[] } {
    const { random } = this;
    const family: Family = table === 'ip6' || (table === 'inet' && random.chance(0.5)) ? 6 : 4;
    const ip = family === 4 ? 'ip' : 'ip6';
    const blocks: Block[] = [];
    const maps: NamedMap[] = [];
    if (random.chance(0.5)) {
      const keys = this.portKeys(random.chance(0.5), random.between(1, 5));
      const interval = keys.some(k => k.ports.some(p => p.first !== p.last));
      blocks.push(this.declaration('map by_port', 'inet_service : verdict', interval, keys, ['verdict map'], verdict));
      const protocol = random.pick(['tcp', 'udp'] as const);
      maps.push({ selector: `${protocol} dport`, use: '@by_port', aim: { protocols: [PROTOCOL[protocol]], ports: keys.flatMap(k => k.ports) }, items: blocks.at(-1)?.items ?? [] });
    }
    if (random.chance(0.5)) {
      const interval = random.chance(0.6);
      const keys = this.addressKeys(family, interval, random.between(1, 4));
      blocks.push(this.declaration('map by_host', `ipv${family}_addr : verdict`, interval, keys, ['verdict map'], verdict));
      maps.push({ selector: `${ip} saddr`, use: '@by_host', family, aim: { family, from: keys.flatMap(k => k.addresses) }, items: blocks.at(-1)?.items ?? [] });
    }
    if (random.chance(0.5)) {
      const interval = random.chance(0.5);
      const keys = this.pairKeys(family, interval, random.between(1, 4));
      if (keys.length > 0) {
        blocks.push(this.declaration('map by_pair', `ipv${family}_addr . inet_service : verdict`, interval, keys, ['verdict map', 'concatenation'], verdict));
        maps.push({ selector: `${ip} saddr . tcp dport`, use: '@by_pair', family, aim: { family, protocols: [PROTOCOL.tcp], from: keys.flatMap(k => k.addresses), ports: keys.flatMap(k => k.ports) }, items: blocks.at(-1)?.items ?? [] });
      }
    }
    if (!random.chance(0.3)) return { blocks, maps, dataMaps: [] };
    const keys = this.portKeys(false, random.between(1, 4));
    blocks.push(this.declaration('map marks', 'inet_service : mark', false, keys, ['map'], () => String(random.between(1, 9))));
    return { blocks, maps, dataMaps: [{ text: 'meta mark set tcp dport map @marks', items: blocks.at(-1)?.items ?? [], aim: { protocols: [PROTOCOL.tcp], ports: keys.flatMap(k => k.ports) } }] };
  }

  /** A match on several fields at once, against a named set or one written here. */
  concatenation(family: Family, place: Place): Part {
    const { random } = this;
    const ip = family === 4 ? 'ip' : 'ip6';
    const named = place.named.filter(n => n.holds === `pair${family}`);
    const protocol = random.pick(['tcp', 'udp'] as const);
    const aim = (addresses: readonly AddressRange[], ports: readonly NumberRange[]): Aim => ({ family, protocols: [PROTOCOL[protocol]], from: addresses, ports });
    const negation = random.chance(0.15);
    const items = ['concatenation', ...(negation ? ['negation'] : [])];
    const operator = negation ? '!= ' : '';
    if (named.length > 0 && random.chance(0.6)) {
      const one = random.pick(named);
      return { text: `${ip} saddr . ${protocol} dport ${operator}${one.use}`, items: [...items, ...one.items], aim: aim(one.aim.addresses ?? [], one.aim.ports ?? []) };
    }
    if (random.chance(0.2)) return { text: `meta l4proto . th dport ${operator}{ `, elements: ['tcp . 22', 'udp . 53', 'tcp . 443'], tail: ' }', items: [...items, 'anonymous set', 'th dport'], aim: { protocols: [PROTOCOL.tcp, PROTOCOL.udp], ports: [22, 53, 443].map(p => ({ first: p, last: p })) } };
    if (random.chance(0.2)) {
      const keys = this.addressKeys(family, false, 3);
      const others = this.addressKeys(family, false, 3);
      const elements = keys.map((k, i) => `${k.text} . ${others[i % others.length]?.text ?? k.text}`);
      return { text: `${ip} saddr . ${ip} daddr ${operator}{ `, elements, tail: ' }', items: [...items, 'anonymous set'], aim: { family, from: keys.flatMap(k => k.addresses), to: others.flatMap(k => k.addresses) } };
    }
    const keys = this.pairKeys(family, random.chance(0.4), random.between(1, 5));
    return { text: `${ip} saddr . ${protocol} dport ${operator}{ `, elements: keys.map(k => k.text), tail: ' }', items: [...items, 'anonymous set'], aim: aim(keys.flatMap(k => k.addresses), keys.flatMap(k => k.ports)) };
  }

  /** A verdict map written in the rule. */
  anonymousMap(family: Family, place: Place, verdict: () => string): Part {
    const { random } = this;
    const made = (selector: string, keys: readonly Key[], aim: Aim, items: readonly string[] = []): Part => {
      const elements = keys.map(k => `${k.text} : ${verdict()}`);
      return { text: `${selector} vmap { `, elements, tail: ' }', items: ['verdict map', ...items], aim };
    };
    const plain = (texts: readonly string[]): Key[] => texts.map(text => ({ text, addresses: [], ports: [] }));
    const ip = family === 4 ? 'ip' : 'ip6';
    const incoming = place.hook !== 'output' && place.hook !== 'postrouting';
    const protocol = random.pick(['tcp', 'udp'] as const);
    switch (random.below(place.early ? 8 : 9)) {
      case 0: {
        const keys = this.portKeys(true, random.between(1, 5));
        return made(`${protocol} dport`, keys, { protocols: [PROTOCOL[protocol]], ports: keys.flatMap(k => k.ports) }, ['interval']);
      }
      case 1: {
        const keys = this.addressKeys(family, true, random.between(1, 4));
        return made(`${ip} saddr`, keys, { family, from: keys.flatMap(k => k.addresses) }, ['interval']);
      }
      case 2: {
        const keys = this.pairKeys(family, random.chance(0.5), random.between(1, 4));
        return made(`${ip} daddr . ${protocol} dport`, keys, { family, protocols: [PROTOCOL[protocol]], to: keys.flatMap(k => k.addresses), ports: keys.flatMap(k => k.ports) }, ['concatenation']);
      }
      case 3:
        return made('meta l4proto', plain(random.some(['tcp', 'udp', 'gre', 'esp'], 2)), { protocols: [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.gre, PROTOCOL.esp] }, ['meta l4proto']);
      case 4:
        return made(incoming ? 'iifname' : 'oifname', plain(random.some(['"eth0"', '"eth1"', '"lo"'], 2)), { [incoming ? 'inInterface' : 'outInterface']: random.pick(['eth0', 'eth1']) }, [incoming ? 'iifname' : 'oifname']);
      case 5: {
        const types = family === 4 ? ['echo-request', 'echo-reply', 'timestamp-request'] : ['echo-request', 'echo-reply', 'packet-too-big'];
        const key = family === 4 ? 'icmp' : 'icmpv6';
        return made(`${key} type`, plain(random.some(types, 2)), { family, protocols: [PROTOCOL[key]], icmpTypes: family === 4 ? [8, 13] : [128] }, [key]);
      }
      case 6: {
        const ports = this.portKeys(false, 3);
        const keys = ports.map(k => ({ ...k, text: `${random.pick(['tcp', 'udp'])} . ${k.text}` }));
        return made('meta l4proto . th dport', keys, { protocols: [PROTOCOL.tcp, PROTOCOL.udp], ports: keys.flatMap(k => k.ports) }, ['concatenation', 'meta l4proto', 'th dport']);
      }
      case 7: {
        const [ports, hosts] = [this.portKeys(false, 2), this.addressKeys(family, false, 2)];
        const keys = hosts.flatMap(h => ports.map(p => ({ text: `${random.pick(['"eth0"', '"eth1"'])} . ${h.text} . ${p.text}`, addresses: h.addresses, ports: p.ports })));
        return made(`${incoming ? 'iifname' : 'oifname'} . ${ip} ${incoming ? 'saddr' : 'daddr'} . ${protocol} dport`, keys, { family, protocols: [PROTOCOL[protocol]], [incoming ? 'from' : 'to']: hosts.flatMap(h => h.addresses), ports: ports.flatMap(p => p.ports) }, ['concatenation', incoming ? 'iifname' : 'oifname']);
      }
      default:
        return made('ct state', plain(random.some(['established', 'related', 'invalid', 'new'], 3)), {}, ['ct state', 'ct state vmap']);
    }
  }

  /** Setting a mark from a map ends the rule where the map has no such key: the map decides though it gives no verdict. */
  dataMap(): Part {
    const keys = this.portKeys(false, this.random.between(1, 4));
    const protocol = this.random.pick(['tcp', 'udp'] as const);
    return { text: `meta mark set ${protocol} dport map { `, elements: keys.map((k, i) => `${k.text} : ${i + 1}`), tail: ' }', items: ['map'], aim: { protocols: [PROTOCOL[protocol]], ports: keys.flatMap(k => k.ports) } };
  }
}
