import fc from 'fast-check';
import { Address4, Address6 } from 'ip-address';
import { describe, expect, it } from 'vitest';
import {
  ALL_V4, ALL_V6, ANY_ADDRESS, type Family, INTERNET, NO_ADDRESSES, addressIntersect, addressIsEmpty, addressOverlaps, addressSetToCidrs, addressSubtract, addressUnion, allAddresses,
  formatAddress, network, next, parseAddress, parseAddressSpec, parseIPv4, parseIPv6, previous, toCidrs,
} from '../../server/src/core/addresses.ts';
import { contains, covers, intersect, size, subtract, union, unionAll } from '../../server/src/core/intervals.ts';

const v4 = fc.nat({ max: 2 ** 32 - 1 });
/** Groups are often zero, so that runs of them are met. */
const v6 = fc.array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn })), { minLength: 8, maxLength: 8 }).map((groups) => groups.reduce((value, group) => (value << 16n) | group, 0n));

describe('addresses against the ip-address package', () => {
  it('IPv4 is read and written alike', () => {
    fc.assert(
      fc.property(v4, (value) => {
        const text = Address4.fromBigInt(BigInt(value)).correctForm();
        expect(formatAddress(value)).toBe(text);
        expect(parseIPv4(text)).toBe(value);
        expect(parseAddress(text)).toEqual({ family: 4, value });
      }),
    );
  });

  it('IPv6 is written in its canonical form and read in every form', () => {
    fc.assert(
      fc.property(v6, (value) => {
        const other = Address6.fromBigInt(value);
        expect(formatAddress(value)).toBe(other.correctForm());
        for (const text of [other.correctForm(), other.canonicalForm(), other.canonicalForm().toUpperCase(), other.to4in6()]) expect(parseIPv6(text)).toBe(value);
        expect(parseAddress(other.correctForm())).toEqual({ family: 6, value });
      }),
    );
  });

  it('networks have the same first and last address', () => {
    fc.assert(
      fc.property(v4, fc.integer({ min: 0, max: 32 }), (value, length) => {
        const other = new Address4(`${formatAddress(value)}/${length}`);
        const set = parseAddressSpec(`${formatAddress(value)}/${length}`);
        expect(set).toEqual({ 4: [Number(other.startAddress().bigInt()), Number(other.endAddress().bigInt()) + 1], 6: [] });
        expect(network(4, value, length)).toEqual(set?.[4]);
        const mask = formatAddress(length === 0 ? 0 : 2 ** 32 - 2 ** (32 - length));
        expect(parseAddressSpec(`${formatAddress(value)}/${mask}`)).toEqual(set);
      }),
    );
    fc.assert(
      fc.property(v6, fc.integer({ min: 0, max: 128 }), (value, length) => {
        const other = new Address6(`${formatAddress(value)}/${length}`);
        expect(parseAddressSpec(`${formatAddress(value)}/${length}`)).toEqual({ 4: [], 6: [other.startAddress().bigInt(), other.endAddress().bigInt() + 1n] });
      }),
    );
  });

  it('what one refuses the other accepts only in forms that we refuse on purpose', () => {
    const half = fc.constantFrom('0', '1', '9', '10', '127', '255', '256', '01', '', ' ', '0x1', '1e1', '-1', '+1', '1.', '٣');
    fc.assert(
      fc.property(fc.array(half, { minLength: 1, maxLength: 5 }), (octets) => {
        const text = octets.join('.');
        const strict = octets.length === 4 && octets.every((o) => /^(0|[1-9][0-9]{0,2})$/.test(o) && Number(o) <= 255);
        expect(parseIPv4(text) !== undefined).toBe(strict);
        if (strict) expect(Address4.isValid(text)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    const group = fc.constantFrom('0', 'f', 'ffff', '10000', '', 'g', '00001', '1.2.3.4', '1.2.3', ' ');
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 9 }), (groups) => {
        const text = groups.join(':');
        expect(parseIPv6(text) !== undefined).toBe(text.includes(':') && Address6.isValid(text) && !text.includes('/') && !text.includes('%'));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('strictness', () => {
  it.each([
    '', ' ', '1', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.04', '00.0.0.0', '0x7f.0.0.1', '1.2.3.4 ', ' 1.2.3.4', '1..3.4', '.1.2.3', '1.2.3.', '127.1', '2130706433', '-1.2.3.4', '1.2.3.4/',
    '1.2.3.4/33', '1.2.3.4/-1', '1.2.3.4/08', '1.2.3.4/ 8', '1.2.3.4/8/8', '1.2.3.4/255.0.255.0', '1.2.3.4/0.0.0.255', '1.2.3.4/256.0.0.0', '1.2.3.4/1e1', '/8', '10.0.0.9-10.0.0.1', '10.0.0.1-', '-10.0.0.1',
    '10.0.0.1-fd00::1', '10.0.0.1-10.0.0.2-10.0.0.3', '10.0.0.0/8-10.0.0.9', '10.0.0.1 - 10.0.0.2',
    ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1:2:3:4:5:6:7:8', '12345::', '::g', 'fe80::1%eth0', '[::1]', '::1/129', '::1/', '::1/ffff::', ':1:2:3:4:5:6:7', '1:2:3:4:5:6:7:',
    '::1.2.3', '::1.2.3.256', '::01.2.3.4', '1.2.3.4::', '::1.2.3.4:5', 'fd00::9-fd00::1', 'example.org', 'any', '0', '*',
  ])('%j is no address', (text) => {
    expect(parseAddressSpec(text)).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.0.0.0/255.255.255.252', '10.0.0.0/30'],
    ['10.0.0.1/255.255.255.255', '10.0.0.1'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['1.2.3.4/0.0.0.0', '0.0.0.0/0'],
    ['10.0.0.1-10.0.0.1', '10.0.0.1'],
    ['10.0.0.1-10.0.0.6', '10.0.0.1 10.0.0.2/31 10.0.0.4/31 10.0.0.6'],
    ['::', '::'],
    ['::/0', '::/0'],
    ['FD00::A', 'fd00::a'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['fd00::-fd00::ffff', 'fd00::/112'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('%s is %s', (text, cidrs) => {
    const set = parseAddressSpec(text);
    expect(set && addressSetToCidrs(set).join(' ')).toBe(cidrs);
  });
});

describe('sets as CIDR blocks', () => {
  const blocks = (family: Family, lo: number, hi: number, base: bigint): string[] => {
    const at = (v: number): number | bigint => (family === 4 ? Number(base) + v : base + BigInt(v));
    return toCidrs(family, [at(lo), at(hi)]);
  };

  it('the blocks hold exactly the set, in order, none could be joined with another, and there is no shorter list', () => {
    fc.assert(
      fc.property(fc.nat({ max: 64 }), fc.nat({ max: 64 }), fc.constantFrom<[Family, bigint]>([4, 0n], [4, 0xffffffbfn], [6, 0n], [6, (1n << 128n) - 65n]), (a, b, [family, base]) => {
        const [lo, hi] = a < b ? [a, b] : [b, a + 1];
        const texts = blocks(family, lo, hi, base);
        const sets = texts.map((t) => parseAddressSpec(t)?.[family] ?? []);
        for (const [i, set] of sets.entries()) for (const other of sets.slice(i + 1)) expect(intersect(set, other)).toEqual([]);
        expect(sets.reduce((sum, set) => sum + Number(size(set)), 0)).toBe(hi - lo);
        expect(unionAll(sets)).toHaveLength(2);
        expect(texts.length).toBe(fewest(Number(base % 128n) + lo, Number(base % 128n) + hi));
      }),
    );
  });

  it('many intervals give the blocks of each', () => {
    fc.assert(
      fc.property(fc.array(v4, { minLength: 1, maxLength: 6 }), (values) => {
        const set = addressUnion(values.map((value) => parseAddressSpec(formatAddress(value)) ?? NO_ADDRESSES));
        const back = addressUnion(addressSetToCidrs(set).map((t) => parseAddressSpec(t) ?? NO_ADDRESSES));
        expect(back).toEqual(set);
      }),
    );
  });

  it('all and nothing', () => {
    expect(toCidrs(4, ALL_V4)).toEqual(['0.0.0.0/0']);
    expect(toCidrs(6, ALL_V6)).toEqual(['::/0']);
    expect(addressSetToCidrs(NO_ADDRESSES)).toEqual([]);
    expect(addressSetToCidrs(ANY_ADDRESS)).toEqual(['0.0.0.0/0', '::/0']);
  });
});

/** The least number of aligned blocks that tile lo..hi, by trying. */
function fewest(lo: number, hi: number): number {
  const memo = new Map<number, number>([[hi, 0]]);
  const from = (at: number): number => {
    const known = memo.get(at);
    if (known !== undefined) return known;
    let best = Infinity;
    for (let width = 1; at % width === 0 && at + width <= hi && width <= 256; width *= 2) best = Math.min(best, 1 + from(at + width));
    memo.set(at, best);
    return best;
  };
  return from(lo);
}

describe('sets of both families', () => {
  const some = fc.array(fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '192.0.2.1', 'fd00::/8', 'fd00::1', '2001:db8::/32', '0.0.0.0/1', '8000::/1'), { maxLength: 4 }).map((texts) => addressUnion(texts.map((t) => parseAddressSpec(t) ?? NO_ADDRESSES)));

  it('each family is handled for itself', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        for (const family of [4, 6] as const) {
          expect(addressUnion([a, b])[family]).toEqual(union(a[family], b[family]));
          expect(addressIntersect(a, b)[family]).toEqual(intersect(a[family], b[family]));
          expect(addressSubtract(a, b)[family]).toEqual(subtract(a[family], b[family]));
        }
        expect(addressOverlaps(a, b)).toBe(!addressIsEmpty(addressIntersect(a, b)));
      }),
    );
  });

  it('the address after the one before is the address', () => {
    for (const value of [0, 5, 0n, 1n << 127n]) expect(previous(next(value))).toBe(value);
    expect(allAddresses(4)).toBe(ALL_V4);
    expect(allAddresses(6)).toBe(ALL_V6);
  });
});

describe('the internet', () => {
  it.each(['1.1.1.1', '8.8.8.8', '223.255.255.255', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '2606:4700::1111', '2001:4860:4860::8888', '2a00::1'])('holds %s', (text) => {
    const address = parseAddress(text);
    expect(address && contains(INTERNET[address.family], address.value)).toBe(true);
  });

  it.each([
    '0.0.0.0', '10.0.0.0', '100.64.0.0', '127.0.0.1', '169.254.0.1', '172.16.0.0', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.255.255', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.7', '224.0.0.1',
    '239.255.255.255', '240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:8.8.8.8', '64:ff9b::1', '64:ff9b:1::1', '100::1', '2001::1', '2001:10::1', '2001:db8::1', '2002::1', 'fc00::1', 'fdff::1', 'fe80::1', 'ff02::1',
  ])('does not hold %s', (text) => {
    const address = parseAddress(text);
    expect(address && contains(INTERNET[address.family], address.value)).toBe(false);
  });

  it('lies within the two families', () => {
    expect(covers(ALL_V4, INTERNET[4])).toBe(true);
    expect(covers(ALL_V6, INTERNET[6])).toBe(true);
  });
});
