// Random policies in capirca's language, and what they say of a packet: the first term that matches decides, as its policy format documents.
import { type AddressRange, addressValue, type Family } from '../address.ts';
import type { PacketQuery } from '../compare.ts';
import { Random, rangeText, type Side, Universe } from '../generate/random.ts';
import { PROTOCOL } from '../packets.ts';
import type { Aim, Direction, NumberRange } from '../ruleSet.ts';

/** What a format can say beyond addresses, protocols, ports, accept and deny. */
export interface Features {
  readonly reject?: true;
  readonly excluded?: true;
  /** `always`: every term must name its sources. `alone`: and neither destinations nor source ports. */
  readonly sources?: 'always' | 'alone';
  /** The policy says what becomes of packets that no term matches; if not, they are denied. */
  readonly choosesDefault?: true;
  readonly icmpTypes?: true;
  /** `states`: the connection is known. `flags`: answers are told by ACK or RST, and those of UDP by high ports alone. */
  readonly established?: 'states' | 'flags';
  readonly initial?: true;
}

type Protocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'gre' | 'esp';

export interface Term {
  readonly name: string;
  readonly accepts: boolean;
  readonly action: 'accept' | 'deny' | 'reject' | 'reject-with-tcp-rst';
  /** Any protocol if empty; so with the others. */
  readonly protocols: readonly Protocol[];
  readonly from: readonly AddressRange[];
  readonly notFrom: readonly AddressRange[];
  readonly to: readonly AddressRange[];
  readonly sourcePorts: readonly NumberRange[];
  readonly ports: readonly NumberRange[];
  readonly icmpTypes: readonly string[];
  /** `established`: answers only. `tcp-initial`: a SYN without ACK only. */
  readonly option?: 'established' | 'tcp-initial';
}

export interface CapircaPolicy {
  readonly family: Family;
  readonly direction: Direction;
  readonly acceptsByDefault: boolean;
  readonly established: Features['established'];
  readonly terms: readonly Term[];
}

const ICMP_TYPES: Readonly<Record<Family, Readonly<Record<string, number>>>> = {
  4: { 'echo-request': 8, 'echo-reply': 0, 'unreachable': 3, 'time-exceeded': 11, 'timestamp-request': 13 },
  6: { 'echo-request': 128, 'echo-reply': 129, 'destination-unreachable': 1, 'packet-too-big': 2 },
};
const HIGH_PORTS: NumberRange = { first: 1024, last: 65535 };
const SIDES: Readonly<Record<Direction, readonly [Side, Side]>> = { in: ['eth0', 'own'], out: ['own', 'eth0'], transit: ['eth0', 'eth1'] };

class Author {
  private readonly random: Random;
  private readonly universe: Universe;

  constructor(
    seed: number,
    private readonly family: Family,
    private readonly direction: Direction,
    private readonly features: Features,
  ) {
    this.random = new Random(seed ^ 0x63617069);
    this.universe = new Universe(this.random);
  }

  private some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.random.between(1, most) }, make);
  }

  private addresses(side: Side, always = false): AddressRange[] {
    return !always && this.random.chance(0.35) ? [] : this.some(3, () => this.universe.range(this.family, side, ['host', 'prefix']));
  }

  /** A part of one of the ranges: capirca keeps a source of which everything is excluded. */
  private within(ranges: readonly AddressRange[]): AddressRange[] {
    const { random } = this;
    const wide = ranges.filter(({ first, last }) => last - first >= 3n);
    if (!this.features.excluded || wide.length === 0 || random.chance(0.5)) return [];
    const { family, first, last } = random.pick(wide);
    const value = first + BigInt(random.below(Number(last - first > 400n ? 400n : last - first)));
    return [{ family, first: value, last: value }];
  }

  private protocols(): Protocol[] {
    return this.random.weighted<readonly Protocol[]>([[5, ['tcp']], [3, ['udp']], [2, ['tcp', 'udp']], [1, this.family === 4 ? ['icmp'] : ['icmpv6']], [0.5, ['gre']], [0.5, ['esp', 'gre']], [1, []]]).slice();
  }

  private option(protocols: readonly Protocol[], accepts: boolean): Term['option'] {
    const { features, random } = this;
    const [only] = protocols;
    if (protocols.length !== 1) return undefined;
    if (features.established !== undefined && accepts && (only === 'tcp' || only === 'udp') && random.chance(0.15)) return 'established';
    return features.initial && only === 'tcp' && random.chance(0.08) ? 'tcp-initial' : undefined;
  }

  term(number: number): Term {
    const { direction, features, family, random } = this;
    const accepts = random.chance(0.55);
    const protocols = this.protocols();
    const ported = protocols.length > 0 && protocols.every(p => p === 'tcp' || p === 'udp');
    const from = this.addresses(SIDES[direction][0], features.sources !== undefined);
    const option = this.option(protocols, accepts);
    const refusals: Term['action'][] = ['deny', ...(features.reject ? ['reject' as const, ...(protocols.join() === 'tcp' ? ['reject-with-tcp-rst' as const] : [])] : [])];
    const ports = (chance: number, most: number) => (ported && random.chance(chance) ? this.some(random.chance(0.1) ? 20 : most, () => this.universe.portRange()) : []);
    return {
      name: `t${number}`,
      accepts,
      action: accepts ? 'accept' : random.pick(refusals),
      protocols,
      from,
      notFrom: this.within(from),
      to: features.sources === 'alone' ? [] : this.addresses(SIDES[direction][1]),
      sourcePorts: features.sources === 'alone' ? [] : ports(0.15, 2),
      ports: ports(0.8, 4),
      icmpTypes: features.icmpTypes && (protocols[0] === 'icmp' || protocols[0] === 'icmpv6') && random.chance(0.6) ? random.some(Object.keys(ICMP_TYPES[family]), 2) : [],
      ...(option !== undefined && { option }),
    };
  }

  policy(): CapircaPolicy {
    const terms = Array.from({ length: this.random.between(2, 9) }, (_, i) => this.term(i));
    return { family: this.family, direction: this.direction, acceptsByDefault: this.features.choosesDefault === true && this.random.chance(0.25), established: this.features.established, terms };
  }
}

export const generatePolicy = (seed: number, family: Family, direction: Direction, features: Features): CapircaPolicy => new Author(seed, family, direction, features).policy();

/** The policy and the definitions that it names, as `render.py` takes them. */
export function written({ terms }: CapircaPolicy, target: string): { policy: string; networks: string[]; services: string[] } {
  const networks: string[] = [];
  const services: string[] = [];
  const define = (into: string[], name: string, values: readonly string[]): string => {
    into.push(...values.map((value, i) => (i === 0 ? `${name} = ${value}` : `  ${value}`)));
    return name;
  };
  const body = terms.map((term) => {
    const lines = [`  action:: ${term.action}`];
    const nets = (keyword: string, ranges: readonly AddressRange[]): void => {
      if (ranges.length > 0) lines.push(`  ${keyword}:: ${define(networks, `N${networks.length}`, ranges.map(range => rangeText(range)))}`);
    };
    const ports = (keyword: string, ranges: readonly NumberRange[]): void => {
      if (ranges.length > 0) lines.push(`  ${keyword}:: ${define(services, `S${services.length}`, ranges.flatMap(({ first, last }) => term.protocols.map(p => `${first === last ? first : `${first}-${last}`}/${p}`)))}`);
    };
    nets('source-address', term.from);
    nets('source-exclude', term.notFrom);
    nets('destination-address', term.to);
    if (term.protocols.length > 0) lines.push(`  protocol:: ${term.protocols.join(' ')}`);
    ports('source-port', term.sourcePorts);
    ports('destination-port', term.ports);
    if (term.icmpTypes.length > 0) lines.push(`  icmp-type:: ${term.icmpTypes.join(' ')}`);
    if (term.option !== undefined) lines.push(`  option:: ${term.option}`);
    return `term ${term.name} {\n${lines.join('\n')}\n}\n`;
  });
  return { policy: `header {\n  target:: ${target}\n}\n${body.join('')}`, networks, services };
}

const holdsAddress = (ranges: readonly AddressRange[], address: string): boolean => ranges.some(({ first, last }) => first <= addressValue(address) && addressValue(address) <= last);
const holdsPort = (ranges: readonly NumberRange[], port: number | undefined): boolean => ranges.length === 0 || (port !== undefined && ranges.some(({ first, last }) => first <= port && port <= last));

function matches(term: Term, { family, established }: CapircaPolicy, packet: PacketQuery): boolean {
  if (term.from.length > 0 && !holdsAddress(term.from, packet.from)) return false;
  if (holdsAddress(term.notFrom, packet.from)) return false;
  if (term.to.length > 0 && !holdsAddress(term.to, packet.to)) return false;
  if (term.protocols.length > 0 && !term.protocols.some(p => PROTOCOL[p] === packet.protocol)) return false;
  if (!holdsPort(term.sourcePorts, packet.sourcePort)) return false;
  const toHigh = term.option === 'established' && established === 'flags';
  if (!holdsPort(toHigh ? [...term.ports, HIGH_PORTS] : term.ports, packet.port)) return false;
  if (term.icmpTypes.length > 0 && !term.icmpTypes.some(name => ICMP_TYPES[family][name] === packet.icmpType)) return false;
  if (term.option === 'tcp-initial') return packet.state === 'new';
  return term.option !== 'established' || packet.state === 'established' || (toHigh && packet.protocol === PROTOCOL.udp);
}

export function verdictOf(policy: CapircaPolicy, packet: PacketQuery): 'accept' | 'drop' {
  const accepts = policy.terms.find(term => matches(term, policy, packet))?.accepts ?? policy.acceptsByDefault;
  return accepts ? 'accept' : 'drop';
}

/** Where packets come near the term's edges. */
export function aimAt({ protocols, from, notFrom, to, sourcePorts, ports, icmpTypes }: Term, { family, direction }: CapircaPolicy): Aim {
  return {
    family,
    directions: [direction],
    ...(from.length > 0 && { from: [...from, ...notFrom] }),
    ...(to.length > 0 && { to }),
    ...(protocols.length > 0 && { protocols: protocols.map(p => PROTOCOL[p]) }),
    ...(sourcePorts.length > 0 && { sourcePorts }),
    ...(ports.length > 0 && { ports }),
    ...(icmpTypes.length > 0 && { icmpTypes: icmpTypes.flatMap(name => ICMP_TYPES[family][name] ?? []) }),
  };
}
