// Rules made from others of their shape equal what the reader makes of them word by word.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Dialect } from '../../../server/src/dialects/dialect.ts';
import { iptables } from '../../../server/src/dialects/iptables/index.ts';
import { nftables } from '../../../server/src/dialects/nftables/index.ts';
import { type Likeness, Shapes } from '../../../server/src/families/netfilter/shapes.ts';
import type { Reading } from '../../../server/src/model/reading.ts';
import { casesOf } from '../../dialects/cases.ts';

interface Frame {
  readonly dialect: Dialect;
  readonly before: string;
  readonly after: string;
}

const NFT: readonly Frame[] = ['ip', 'ip6', 'inet'].map((family) => ({ dialect: nftables, before: `table ${family} t {\nchain far {\n}\nchain c {\ntype filter hook input priority 0;\n`, after: '}\n}\n' }));
const SAVE: readonly Frame[] = ['rules.v4', 'rules.v6'].map((name) => ({ dialect: { ...iptables, id: name }, before: '*filter\n:INPUT ACCEPT [0:0]\n:far - [0:0]\n', after: 'COMMIT\n' }));

const read = ({ dialect }: Frame, text: string): Reading => dialect.createReader().read(text, { uri: `file:///${dialect.id}` });

function expectSame(frame: Frame, text: string): void {
  const made = read(frame, text);
  const none = vi.spyOn(Shapes.prototype, 'get').mockReturnValue(undefined);
  try {
    expect(made).toEqual(read(frame, text));
  } finally {
    none.mockRestore();
  }
}

const framed = ({ before, after }: Frame, lines: readonly string[]): string => `${before}${lines.map((line) => `${line}\n`).join('')}${after}`;

/** Values where readers may have exceptions: the ends of ranges, privileged ports, networks' own addresses, forms that are no values. */
const PORTS = ['0', '1', '7', '22', '80', '443', '1023', '1024', '30011', '65535', '65536', '022', '0x16', 'ssh', '22-25', '99999999999'];
const ADDRESSES = ['0.0.0.0', '1.0.0.0', '10.0.0.1', '127.0.0.1', '120.151.180.201', '224.0.0.1', '255.255.255.255', '256.0.0.1', '10.0.0', '010.0.0.1', 'localhost', '::1', '1.2.3.4.5'];
const PREFIXES = ['', '', '', '/0', '/8', '/31', '/32', '/33', '/255.255.0.0', ' /24', '/024'];
const COMMENTS = ['""', '"a"', '"two words"', '"it { is; } # $x"', '"veeam 10.0.0.1"', '"a\\" -j DROP"', 'bare', '"open'];

const address = fc.tuple(fc.constantFrom(...ADDRESSES), fc.constantFrom(...PREFIXES)).map(([a, p]) => a + p);
const port = fc.oneof(fc.constantFrom(...PORTS), fc.nat(65535).map(String));
const comment = fc.constantFrom(...COMMENTS);
const value = fc.record({ A: address, B: address, P: port, Q: port, C: comment });

const NFT_TESTS = [
  'ip saddr A', 'ip daddr B', 'ip daddr != B', 'ip daddr == B', 'ip6 saddr A', 'tcp dport P', 'tcp dport != Q', 'tcp dport >= Q', 'tcp dport 22', 'tcp dport 20-30000', 'tcp sport Q', 'udp dport P', 'th dport P', 'ip protocol P', 'ip version P', 'meta l4proto tcp',
  'meta l4proto P', 'icmp type P', 'ct state new', 'ct state P', 'ct mark P', 'meta mark P', 'meta mark set P', 'ct bytes P', 'counter packets P bytes Q', 'counter', 'log prefix C', 'log group P', 'limit rate P/second', 'limit rate 5/second burst P packets',
  'iifname "eth0"', 'iifname C', 'ip saddr . tcp dport { A . P }', 'tcp dport { P, Q }', 'ip dscp P', 'ip daddr set A', 'tcp dport set P', 'queue num P', 'ct original ip saddr A', 'reject with tcp reset', 'meta protocol P', 'ip frag-off P', 'tcp flags P', '@th,16,16 P', 'meta nfproto P',
];
const NFT_ENDS = ['accept', 'drop', 'jump far', 'jump P', 'accept comment C', 'counter accept comment C', 'comment C', '', 'dnat to A', 'snat to A', 'accept; accept', 'accept # P', 'reject', 'accept  ', 'accept \\'];
const SAVE_TESTS = [
  '-s A', '-d B', '! -d B', '-s A,B', '-p tcp', '-p udp', '-p P', '-p tcp -m tcp --dport P', '--dport P', '! --dport P', '--sport Q', '--dport 1:30000', '-m multiport --dports P,Q', '-m multiport --dports P', '-m conntrack --ctstate NEW', '-m conntrack --ctorigdst A', '-m conntrack --ctorigdstport P',
  '-i eth0', '-m iprange --src-range A-B', '-m comment --comment C', '-m mark --mark P', '-m limit --limit P/min', '-m limit --limit-burst P', '-m length --length P', '-m set --match-set s src', '-p icmp --icmp-type P', '-m statistic --mode nth --every P --packet 0', '-m addrtype --dst-type LOCAL', '-f', '-c P Q', '-4', '-m ttl --ttl-eq P',
];
const SAVE_ENDS = ['-j ACCEPT', '-j DROP', '-j far', '-j P', '-j LOG --log-prefix C', '-j DNAT --to-destination A', '-j REJECT', '', '-g far', '-j MARK --set-mark P', '-j ACCEPT # P', '-j NFQUEUE --queue-num P'];

const filled = (shape: string, values: Readonly<Record<string, string>>): string => shape.replace(/\b[ABPQC]\b/g, (letter) => values[letter] ?? letter);

function lines(start: string, tests: readonly string[], ends: readonly string[]): fc.Arbitrary<string[]> {
  const shape = fc.tuple(fc.array(fc.constantFrom(...tests), { maxLength: 4 }), fc.constantFrom(...ends)).map(([t, e]) => [start, ...t, e].filter((word) => word !== '').join(' '));
  return fc.tuple(fc.array(shape, { minLength: 1, maxLength: 2 }), fc.array(value, { minLength: 3, maxLength: 6 })).map(([shapes, values]) => values.flatMap((v) => shapes.map((s) => filled(s, v))));
}

describe('statements of one shape', () => {
  const RUNS = { numRuns: Number(process.env['RUNS'] ?? 400) };

  it('of nftables are made as they are read', () => {
    fc.assert(fc.property(fc.constantFrom(...NFT), lines('', NFT_TESTS, NFT_ENDS), (frame, all) => { expectSame(frame, framed(frame, all)); }), RUNS);
  });

  it('of iptables-save are made as they are read', () => {
    fc.assert(fc.property(fc.constantFrom(...SAVE), lines('-A INPUT', SAVE_TESTS, SAVE_ENDS), (frame, all) => { expectSame(frame, framed(frame, all)); }), RUNS);
  });

  it('are read if two tests bear on one end of the packet', () => {
    const ports = ['1000', '2000', '443', '30011', '65535'];
    const addresses = ['10.9.0.1', '10.8.0.1', '10.0.0.1', '192.0.2.1'];
    const nft = [...ports.map((p) => `tcp dport ${p} tcp dport != 400-500 accept`), ...ports.map((p) => `tcp dport ${p} tcp dport >= 0x200 accept`), ...addresses.map((a) => `ip daddr ${a} ip daddr != 10.0.0.0-10.0.0.9 accept`)];
    const saved = [...ports.map((p) => `-A INPUT -p tcp --dport ${p} -m multiport ! --dports 400:500 -j ACCEPT`), ...addresses.map((a) => `-A INPUT -d ${a} -m iprange ! --dst-range 10.0.0.0-10.0.0.9 -j ACCEPT`)];
    for (const frame of NFT) expectSame(frame, framed(frame, nft));
    for (const frame of SAVE) expectSame(frame, framed(frame, saved));
  });

  it('are made, not read, from the third on', () => {
    const read: string[] = [];
    const rule = (text: string): Likeness<undefined> => {
      read.push(text);
      const [, a = 0, b = 0, c = 0, d = 0, port = 0] = (/^to (\d+)\.(\d+)\.(\d+)\.(\d+) at (\d+)/.exec(text) ?? []).map(Number);
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      const at = text.indexOf(' at ');
      return { rest: undefined, rule: { span: { start: 0, end: text.length }, match: [{ dst: [number, number + 1], dport: [port, port + 1] }], action: { kind: 'accept' }, fields: [{ role: 'dst', span: { start: 3, end: at } }, { role: 'dport', span: { start: at + 4, end: text.length } }] } };
    };
    const shapes = new Shapes(rule);
    const get = (text: string): Likeness<undefined> | undefined => shapes.get(`:: ${text} ::`, 3, 3 + text.length);
    expect(get('to 10.0.0.1 at 22')).toBeUndefined();
    expect(get('to 10.0.0.2 at 443')).toEqual(rule('to 10.0.0.2 at 443'));
    read.length = 0;
    expect(get('to 192.168.0.100 at 8443')).toBeDefined();
    expect(read).toEqual([]);
    expect(get('to 192.168.0.100 at 8443')).toEqual(rule('to 192.168.0.100 at 8443'));
  });

  it('are read if a value does more than be one end of the packet', () => {
    const exceptional = (text: string): Likeness<undefined> => {
      const port = Number(/\d+/.exec(text)?.[0]);
      return { rest: undefined, rule: { span: { start: 0, end: text.length }, match: [{ dport: [port, port + 1] }], action: { kind: port < 1024 ? 'drop' : 'accept' }, fields: [{ role: 'dport', span: { start: 3, end: text.length } }] } };
    };
    const shapes = new Shapes(exceptional);
    for (const port of [1, 2, 3, 2000, 3000]) expect(shapes.get(`at ${port}`, 0, `at ${port}`.length)).toBeUndefined();
  });
});

const shared = process.env['VEEAM_PORTS_SHARED'];
const filesIn = (path: string): string[] => readdirSync(path, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? filesIn(join(path, e.name)) : [join(path, e.name)]));

/** The text with other values in the places of addresses and ports, again and again. */
function variants(text: string): string {
  const swap = (by: number): string =>
    text.replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, (a) => a.split('.').map((n) => (Number(n) + by) % 256).join('.')).replace(/(?<=(?:dport|sport) )\d+\b/g, (n) => String((Number(n) + by) % 65536));
  return [0, 1, 5, 1000].map(swap).join('\n');
}

describe('statements of the dialects’ cases', () => {
  it('are read alike with and without shapes', () => {
    for (const { text } of casesOf('nftables')) expectSame(NFT[0] as Frame, variants(text));
    for (const { text } of casesOf('iptables')) expectSame(SAVE[0] as Frame, variants(text));
  });
});

describe.skipIf(shared === undefined)('statements of the corpus', () => {
  const texts = (...names: string[]): string[] => names.flatMap((name) => filesIn(join(shared ?? '', 'corpus', name))).map((file) => readFileSync(file, 'utf8')).filter((text) => text.length < 30_000);

  it('of nftables are read alike with and without shapes', () => {
    for (const text of texts('nftables')) expectSame(NFT[0] as Frame, variants(text));
  });

  it('of iptables are read alike with and without shapes', () => {
    for (const text of texts('iptables-save')) expectSame(SAVE[0] as Frame, variants(text));
  });
});
