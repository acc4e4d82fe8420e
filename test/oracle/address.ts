// Addresses as numbers, written and read independently of the product so that the oracle shares no code with what it judges.
import { isIPv4, isIPv6 } from 'node:net';

export type Family = 4 | 6;

/** Inclusive on both ends; addresses as 32- or 128-bit numbers. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

export const bits = (family: Family): number => (family === 4 ? 32 : 128);

function familyOf(text: string): Family {
  if (isIPv4(text)) return 4;
  if (isIPv6(text)) return 6;
  throw new Error(`not an address: ${text}`);
}

export function addressValue(text: string): bigint {
  if (familyOf(text) === 4) return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].reduce((value, part) => value * 65536n + BigInt(`0x${part}`), 0n);
}

export function addressText(family: Family, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => String((value >> shift) & 255n)).join('.');
  const parts = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 65535n).toString(16));
  const zeros = [...parts.join(':').matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (!zeros) return parts.join(':');
  const text = parts.join(':');
  return `${text.slice(0, zeros.index).replace(/:$/, '')}::${text.slice(zeros.index + zeros[0].length).replace(/^:/, '')}`;
}

export function addressBytes(text: string): Buffer {
  const length = bits(familyOf(text)) / 4;
  return Buffer.from(addressValue(text).toString(16).padStart(length, '0'), 'hex');
}

export function prefixRange(family: Family, inside: bigint, length: number): AddressRange {
  const host = (1n << BigInt(bits(family) - length)) - 1n;
  return { family, first: inside & ~host, last: inside | host };
}

export function parsePrefix(text: string): AddressRange & { readonly length: number } {
  const [address = '', length] = text.split('/');
  const family = familyOf(address);
  const size = length === undefined ? bits(family) : Number(length);
  return { ...prefixRange(family, addressValue(address), size), length: size };
}
