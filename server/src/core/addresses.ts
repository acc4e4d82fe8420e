/**
 * IP addresses, networks and ranges, read strictly: four decimal octets without leading zeros, RFC 4291 forms for IPv6,
 * no zone ids. What other libraries let through (`/33`, octal octets) would become a wrong verdict here.
 */
import { type IntervalSet, EMPTY, intersect, overlaps, subtract, unionAll } from './intervals.ts';

export type Family = 4 | 6;
/** An IPv4 address as a number below 2^32, an IPv6 address as a bigint below 2^128. */
export type Address = number | bigint;
export type AddressIntervals = IntervalSet<Address>;

export const ALL_V4: AddressIntervals = [0, 2 ** 32];
export const ALL_V6: AddressIntervals = [0n, 1n << 128n];

export function allAddresses(family: Family): AddressIntervals {
  return family === 4 ? ALL_V4 : ALL_V6;
}

/** Addresses of both families. */
export interface AddressSet {
  readonly 4: AddressIntervals;
  readonly 6: AddressIntervals;
}

export const NO_ADDRESSES: AddressSet = { 4: EMPTY, 6: EMPTY };
export const ANY_ADDRESS: AddressSet = { 4: ALL_V4, 6: ALL_V6 };

export function addressUnion(sets: readonly AddressSet[]): AddressSet {
  return sets.length === 1 ? (sets[0] as AddressSet) : { 4: unionAll(sets.map((s) => s[4])), 6: unionAll(sets.map((s) => s[6])) };
}

export function addressSubtract(a: AddressSet, b: AddressSet): AddressSet {
  return { 4: subtract(a[4], b[4]), 6: subtract(a[6], b[6]) };
}

export function addressIntersect(a: AddressSet, b: AddressSet): AddressSet {
  return { 4: intersect(a[4], b[4]), 6: intersect(a[6], b[6]) };
}

export function addressOverlaps(a: AddressSet, b: AddressSet): boolean {
  return overlaps(a[4], b[4]) || overlaps(a[6], b[6]);
}

export function addressIsEmpty(a: AddressSet): boolean {
  return a[4].length === 0 && a[6].length === 0;
}

export function parseIPv4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 46;
    if (c === 46) {
      if (octet < 0 || ++octets > 4) return undefined;
      value = value * 256 + octet;
      octet = -1;
    } else if (c >= 48 && c <= 57) {
      if (octet === 0) return undefined;
      octet = (octet < 0 ? 0 : octet) * 10 + (c - 48);
      if (octet > 255) return undefined;
    } else return undefined;
  }
  return octets === 4 ? value : undefined;
}

export function parseIPv6(text: string): bigint | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string, last: boolean): number[] | undefined => {
    if (half === '') return [];
    const out: number[] = [];
    const parts = half.split(':');
    for (const [i, part] of parts.entries()) {
      if (last && i === parts.length - 1 && part.includes('.')) {
        const v4 = parseIPv4(part);
        if (v4 === undefined) return undefined;
        out.push(Math.floor(v4 / 65536), v4 % 65536);
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) out.push(Number.parseInt(part, 16));
      else return undefined;
    }
    return out;
  };
  const head = groups(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] as string, true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let value = 0n;
  for (const group of [...head, ...Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail]) value = (value << 16n) | BigInt(group);
  return value;
}

export interface ParsedAddress {
  readonly family: Family;
  readonly value: Address;
}

export function parseAddress(text: string): ParsedAddress | undefined {
  if (text.includes(':')) {
    const value = parseIPv6(text);
    return value === undefined ? undefined : { family: 6, value };
  }
  const value = parseIPv4(text);
  return value === undefined ? undefined : { family: 4, value };
}

/** The addresses that share the first `length` bits with `value`; host bits in `value` are ignored. */
export function network(family: Family, value: Address, length: number): AddressIntervals {
  if (family === 4) {
    const span = 2 ** (32 - length);
    const lo = Math.floor((value as number) / span) * span;
    return [lo, lo + span];
  }
  const bits = BigInt(128 - length);
  const lo = ((value as bigint) >> bits) << bits;
  return [lo, lo + (1n << bits)];
}

export function ofFamily(family: Family, set: AddressIntervals): AddressSet {
  return family === 4 ? { 4: set, 6: EMPTY } : { 4: EMPTY, 6: set };
}

const bitsOf = (family: Family): number => (family === 4 ? 32 : 128);

/** An address (`10.0.0.1`), a network (`10.0.0.0/8`, `10.0.0.0/255.0.0.0`) or a range (`10.0.0.1-10.0.0.9`); undefined if it is none of them. */
export function parseAddressSpec(text: string): AddressSet | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const lo = parseAddress(text.slice(0, dash));
    const hi = parseAddress(text.slice(dash + 1));
    if (!lo || !hi || lo.family !== hi.family || lo.value > hi.value) return undefined;
    return ofFamily(lo.family, [lo.value, next(hi.value)]);
  }
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  if (slash < 0) return ofFamily(address.family, [address.value, next(address.value)]);
  const length = prefixLength(text.slice(slash + 1), address.family);
  return length === undefined ? undefined : ofFamily(address.family, network(address.family, address.value, length));
}

/** A prefix length, or a contiguous IPv4 netmask, as a number of bits. */
function prefixLength(text: string, family: Family): number | undefined {
  if (/^(0|[1-9]\d{0,2})$/.test(text)) {
    const length = Number(text);
    return length <= bitsOf(family) ? length : undefined;
  }
  const mask = family === 4 ? parseIPv4(text) : undefined;
  if (mask === undefined) return undefined;
  const inverted = 2 ** 32 - 1 - mask;
  return Number.isInteger(Math.log2(inverted + 1)) ? 32 - Math.log2(inverted + 1) : undefined;
}

export function next(value: Address): Address {
  return typeof value === 'bigint' ? value + 1n : value + 1;
}

export function previous(value: Address): Address {
  return typeof value === 'bigint' ? value - 1n : value - 1;
}

export function formatAddress(value: Address): string {
  return typeof value === 'bigint' ? formatIPv6(value) : [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** RFC 5952: lower case, the longest run of zero groups shortened. */
function formatIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  let best = 0;
  let bestAt = -1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === '0') run++;
    if (run > best) [best, bestAt] = [run, i];
  }
  if (best < 2) return groups.join(':');
  return `${groups.slice(0, bestAt).join(':')}::${groups.slice(bestAt + best).join(':')}`;
}

/** The set as the fewest CIDR blocks, in order; single addresses without a prefix length. */
export function toCidrs(family: Family, set: AddressIntervals): string[] {
  const bits = bitsOf(family);
  const out: string[] = [];
  for (let i = 0; i < set.length; i += 2) {
    let lo = BigInt(set[i] as Address);
    const hi = BigInt(set[i + 1] as Address);
    while (lo < hi) {
      let length = bits;
      while (length > 0 && (lo & (1n << BigInt(bits - length))) === 0n && lo + (1n << BigInt(bits - length + 1)) <= hi) length--;
      const text = formatAddress(family === 4 ? Number(lo) : lo);
      out.push(length === bits ? text : `${text}/${String(length)}`);
      lo += 1n << BigInt(bits - length);
    }
  }
  return out;
}

export function addressSetToCidrs(set: AddressSet): string[] {
  return [...toCidrs(4, set[4]), ...toCidrs(6, set[6])];
}

const SPECIAL_V4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24',
  '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const spec = (text: string): AddressSet => parseAddressSpec(text) ?? NO_ADDRESSES;

/** Every globally routable unicast address: RFC 6890's special-purpose ranges taken out; for IPv6 global unicast is 2000::/3 (RFC 4291). */
export const INTERNET: AddressSet = {
  4: subtract(ALL_V4, unionAll(SPECIAL_V4.map((t) => spec(t)[4]))),
  6: subtract(spec('2000::/3')[6], unionAll(SPECIAL_V6.map((t) => spec(t)[6]))),
};
