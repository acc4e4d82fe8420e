/**
 * Addresses of `-s`, `-d` and `iprange`.
 * Source: iptables(8), `--source`; libxtables' xtables_ipparse_any, which completes short networks (`10/8`) with zeros and masks host bits off.
 */
import { t } from '@vscode/l10n';
import { type Address, type AddressIntervals, type Family, allAddresses, network, next, parseAddress, parseIPv4, parseIPv6 } from '../../core/addresses.ts';
import { subtract } from '../../core/intervals.ts';
import { type Alternative, type Draft, items } from './draft.ts';
import type { Apply } from './options.ts';
import type { Word } from './words.ts';

/** A mask with holes splits the space; finer than this it is left unmodelled. */
const PIECES_LIMIT = 1024;

function parse(text: string, family: Family): Address | undefined {
  if (family === 6) return text === 'localhost' ? 1n : parseIPv6(text);
  const value = parseIPv4(text);
  if (value !== undefined) return value;
  if (text === 'localhost') return 0x7f000001;
  const octets = text.split('.').length;
  return octets < 4 && /^\d/.test(text) ? parseIPv4(text + '.0'.repeat(4 - octets)) : undefined;
}

/** A prefix length in decimal digits; -1 for anything else. */
function prefixLength(text: string): number {
  return text.length <= 3 && /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : -1;
}

/** Undefined for a host name or a mistake, which `why` tells apart. */
function addressesOf(text: string, family: Family): AddressIntervals | { why: string; refused: boolean } {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const value = parse(host, family);
  if (value === undefined) {
    if (parseAddress(host)) return { why: t('`{0}` is no {1} address', host, family === 4 ? 'IPv4' : 'IPv6'), refused: true };
    if (/^[a-z0-9_-]*[a-z_-][a-z0-9_.-]*$/i.test(host) && !/^[\d.]+$/.test(host)) return { why: t('which addresses the name `{0}` stands for is not in this text', host), refused: false };
    return { why: t('`{0}` is no address', host), refused: true };
  }
  if (slash < 0) return [value, next(value)];
  const mask = text.slice(slash + 1);
  const length = prefixLength(mask);
  if (length >= 0 && length <= (family === 4 ? 32 : 128)) return network(family, value, length);
  const netmask = family === 4 ? parseIPv4(mask) : parseIPv6(mask);
  if (netmask === undefined) return { why: t('`{0}` is no network mask', mask), refused: true };
  return masked(family, BigInt(value), BigInt(netmask)) ?? { why: t('the mask `{0}` has too many holes', mask), refused: false };
}

/** Every address that agrees with `value` in the bits of the mask, which need not be contiguous. */
function masked(family: Family, value: bigint, mask: bigint): AddressIntervals | undefined {
  const bits = family === 4 ? 32n : 128n;
  let low = 0n;
  while (low < bits && ((mask >> low) & 1n) === 0n) low++;
  const step = 1n << low;
  let starts = [value & mask];
  for (let bit = low; bit < bits; bit++) {
    if ((mask >> bit) & 1n) continue;
    if (starts.length * 2 > PIECES_LIMIT) return undefined;
    starts = [...starts, ...starts.map((s) => s | (1n << bit))];
  }
  return starts.flatMap<Address>((s) => (family === 4 ? [Number(s), Number(s + step)] : [s, s + step]));
}

/** `-s`, `-d`: the kernel holds one rule per item of a comma list. */
export const addressOption =
  (end: 'src' | 'dst'): Apply =>
  (draft, { option, values: [value], negated }) => {
    if (draft[end]) {
      draft.refuse(option, t('`{0}` stands twice', option.text));
      return;
    }
    const words = items(value).filter((w) => w.text !== '');
    for (const word of words) draft.field(end, word);
    if (words.length === 0) draft.refuse(value, t('an address is missing'));
    else if (negated && words.length > 1) draft.refuse(value, t('`!` is not allowed before several addresses'));
    else draft[end] = words.map((word) => alternative(word, negated, draft));
  };

function alternative(word: Word, negated: boolean, draft: Draft): Alternative {
  const { family } = draft.context;
  if (word.why !== undefined) return { atom: { kind: 'unknown', why: word.why, span: { start: word.start, end: word.end } } };
  const set = addressesOf(word.text, family);
  if ('why' in set) {
    if (set.refused) draft.problems.push({ span: { start: word.start, end: word.end }, message: set.why });
    return { atom: { kind: 'unknown', why: set.why, span: { start: word.start, end: word.end } } };
  }
  if (!negated && isAll(set, family)) return {};
  return { set: negated ? subtract<Address>(allAddresses(family), set) : set };
}

const isAll = (set: AddressIntervals, family: Family): boolean => set[0] === allAddresses(family)[0] && set[1] === allAddresses(family)[1];

/** `--src-range`, `--dst-range`: `first-last`, or one address. */
export const rangeOption =
  (end: 'src' | 'dst'): Apply =>
  (draft, { values: [value], negated }) => {
    const { family } = draft.context;
    const [first, last = first] = value.text.split('-') as [string, string?];
    const lo = family === 4 ? parseIPv4(first) : parseIPv6(first);
    const hi = family === 4 ? parseIPv4(last) : parseIPv6(last);
    draft.field(end, value);
    if (lo === undefined || hi === undefined || lo > hi) {
      draft.refuse(value, t('`{0}` is no range of {1} addresses', value.text, family === 4 ? 'IPv4' : 'IPv6'));
      return;
    }
    const set: AddressIntervals = [lo, next(hi)];
    draft.restrictAddress(end, negated ? subtract<Address>(allAddresses(family), set) : set);
  };
