/** Functions on CIDR networks (Terraform language documentation, "IP Network Functions"). */
import { type Family, formatAddress, parseAddress } from '../../../core/addresses.ts';
import { type Value, asNumber, asString, list, string } from '../values.ts';
import type { Functions } from './function.ts';

interface Prefix {
  readonly family: Family;
  /** The first address. */
  readonly base: bigint;
  readonly length: number;
}

const BITS = { 4: 32, 6: 128 } as const;

function prefixOf(value: Value | undefined): Prefix | undefined {
  const found = /^([^/]+)\/(\d{1,3})$/.exec((value && asString(value)) ?? '');
  const address = found ? parseAddress(found[1] as string) : undefined;
  const length = Number(found?.[2]);
  if (!address || length > BITS[address.family]) return undefined;
  const host = BigInt(BITS[address.family] - length);
  return { family: address.family, base: (BigInt(address.value) >> host) << host, length };
}

const addressText = (family: Family, value: bigint): string => formatAddress(family === 4 ? Number(value) : value);
const prefixText = ({ family, base, length }: Prefix): string => `${addressText(family, base)}/${String(length)}`;

function subnet(prefix: Prefix, newBits: number, index: bigint): Prefix | undefined {
  const length = prefix.length + newBits;
  if (!Number.isInteger(newBits) || newBits < 0 || length > BITS[prefix.family] || index < 0n || index >= 1n << BigInt(newBits)) return undefined;
  return { family: prefix.family, length, base: prefix.base + (index << BigInt(BITS[prefix.family] - length)) };
}

const integer = (value: Value | undefined): number | undefined => {
  const n = value && asNumber(value);
  return n !== undefined && Number.isSafeInteger(n) ? n : undefined;
};

export const NETWORK_FUNCTIONS: Functions = {
  cidrsubnet: ([network, bits, index]) => {
    const prefix = prefixOf(network);
    const newBits = integer(bits);
    const at = integer(index);
    const made = prefix && newBits !== undefined && at !== undefined ? subnet(prefix, newBits, BigInt(at)) : undefined;
    return made && string(prefixText(made));
  },
  /** Each network begins where the one before ends, at a multiple of its own size. */
  cidrsubnets: ([network, ...sizes]) => {
    const prefix = prefixOf(network);
    if (!prefix) return undefined;
    const end = prefix.base + (1n << BigInt(BITS[prefix.family] - prefix.length));
    let at = prefix.base;
    const out: Value[] = [];
    for (const size of sizes) {
      const bits = integer(size);
      const length = prefix.length + (bits ?? -1);
      if (bits === undefined || bits < 1 || length > BITS[prefix.family]) return undefined;
      const span = 1n << BigInt(BITS[prefix.family] - length);
      const base = ((at + span - 1n) / span) * span;
      if (base + span > end) return undefined;
      out.push(string(prefixText({ family: prefix.family, base, length })));
      at = base + span;
    }
    return list(out);
  },
  /** A negative number counts from the end of the network. */
  cidrhost: ([network, host]) => {
    const prefix = prefixOf(network);
    const n = integer(host);
    if (!prefix || n === undefined) return undefined;
    const size = 1n << BigInt(BITS[prefix.family] - prefix.length);
    const at = n < 0 ? size + BigInt(n) : BigInt(n);
    return at < 0n || at >= size ? undefined : string(addressText(prefix.family, prefix.base + at));
  },
  cidrnetmask: ([network]) => {
    const prefix = prefixOf(network);
    if (prefix?.family !== 4) return undefined;
    return string(formatAddress(2 ** 32 - 2 ** (32 - prefix.length)));
  },
};
