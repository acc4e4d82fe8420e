// Seeded chance, and the small universe of addresses and ports in which rules and probes meet.
import { type AddressRange, addressText, addressValue, bits, type Family, prefixRange } from '../address.ts';
import type { NumberRange } from '../ruleSet.ts';

/** The same seed gives the same sequence everywhere (mulberry32). */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635) >>> 0;
  }
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** 0 to below - 1. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to pick from');
    return list[this.below(list.length)] as T;
  }
  shuffled<T>(list: readonly T[]): T[] {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
    }
    return copy;
  }
  some<T>(list: readonly T[], count: number): T[] {
    return this.shuffled(list).slice(0, count);
  }
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) if ((left -= weight) < 0) return value;
    return (choices.at(-1) as readonly [number, T])[1];
  }
}

export type Side = 'eth0' | 'eth1' | 'own';

export const OWN: Readonly<Record<Family, readonly string[]>> = { 4: ['10.0.0.1', '192.168.1.1'], 6: ['fd00::1', 'fd00:1::1'] };

const CENTRES: Readonly<Record<Family, Readonly<Record<'eth0' | 'eth1', readonly string[]>>>> = {
  4: { eth0: ['10.1.0.0', '10.2.4.0', '10.9.255.0', '172.16.8.0', '198.51.100.0', '11.0.0.0'], eth1: ['192.168.20.0', '192.168.30.128', '192.168.255.0', '192.168.64.0'] },
  6: { eth0: ['fd0a:1::', 'fd0a:2:0:4::', '2001:db8:9:ff00::', 'fd0b::'], eth1: ['fd00:1:20::', 'fd00:1:30:8000::', 'fd00:1:ffff::'] },
};

const PORTS = [22, 53, 80, 111, 123, 161, 443, 445, 902, 1023, 1024, 2049, 2500, 3260, 5985, 6160, 6184, 8543, 9440, 10006, 33060, 49152, 65535, 1];

/** Names that Debian's /etc/services and IANA's registry share. */
export const SERVICES: Readonly<Record<number, string>> = { 22: 'ssh', 53: 'domain', 80: 'http', 111: 'sunrpc', 123: 'ntp', 161: 'snmp', 443: 'https', 2049: 'nfs' };

const PREFIXES: Readonly<Record<Family, readonly number[]>> = { 4: [32, 31, 30, 29, 28, 26, 25, 24, 23, 16, 8], 6: [128, 127, 126, 124, 120, 112, 64, 48, 32] };

/** `prefix`: one CIDR block (a host included); `range`: any first and last. */
export type Shape = 'host' | 'prefix' | 'range';

export class Universe {
  private readonly centres: Record<Family, Record<'eth0' | 'eth1', bigint[]>>;
  private readonly ports: readonly number[];

  constructor(readonly random: Random) {
    const choose = (family: Family, side: 'eth0' | 'eth1') => random.some(CENTRES[family][side], 2).map(addressValue);
    this.centres = {
      4: { eth0: choose(4, 'eth0'), eth1: choose(4, 'eth1') },
      6: { eth0: choose(6, 'eth0'), eth1: choose(6, 'eth1') },
    };
    this.ports = random.some(PORTS, 9);
  }

  host(family: Family, side: Side): bigint {
    if (side === 'own') return addressValue(this.random.pick(OWN[family]));
    return this.random.pick(this.centres[family][side]) + BigInt(this.random.below(20));
  }

  range(family: Family, side: Side, shapes: readonly Shape[]): AddressRange & { readonly shape: Shape } {
    const { random } = this;
    const first = this.host(family, side);
    const shape = side === 'own' && random.chance(0.6) ? 'host' : random.pick(shapes);
    if (shape === 'host') return { shape, family, first, last: first };
    if (shape === 'prefix') return { shape, ...prefixRange(family, first, random.pick(PREFIXES[family])) };
    return { shape, family, first, last: first + BigInt(random.pick([1, 2, 5, 14, 200])) };
  }

  port(): number {
    return this.random.pick(this.ports);
  }

  portRange(): NumberRange {
    const { random } = this;
    const first = this.port();
    const wide = random.weighted<number>([[5, 0], [3, random.between(1, 12)], [1, 900], [1, 60000]]);
    return { first, last: Math.min(65535, first + wide) };
  }
}

/** As a host, a prefix if it is one, or `first-last`. */
export function rangeText({ family, first, last }: AddressRange, asRange = false): string {
  if (first === last) return addressText(family, first);
  const size = last - first + 1n;
  const length = bits(family) - (size.toString(2).length - 1);
  const isPrefix = (size & (size - 1n)) === 0n && first % size === 0n;
  return isPrefix && !asRange ? `${addressText(family, first)}/${length}` : `${addressText(family, first)}-${addressText(family, last)}`;
}

interface Interval<T> {
  readonly first: T;
  readonly last: T;
}

/** Those of the list that overlap none before them. */
export function disjoint<T extends Interval<bigint> | Interval<number>>(list: readonly T[]): T[] {
  const kept: T[] = [];
  for (const one of list) if (!kept.some(other => one.first <= other.last && other.first <= one.last)) kept.push(one);
  return kept;
}
