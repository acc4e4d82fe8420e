// The reader as a program: what its memory gives equals a fresh read, and no text makes it throw or hang.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '../../../server/src/dialects/dialect.ts';
import { nftables } from '../../../server/src/dialects/nftables/index.ts';
import type { Reading } from '../../../server/src/model/reading.ts';
import { casesOf } from '../cases.ts';

const context: ReadContext = { uri: 'file:///a.nft' };
const fresh = (text: string): Reading => nftables.createReader().read(text, context);

const TEXTS = casesOf('nftables').map((c) => c.text);
const BITS = ['{', '}', ';', '\n', '"', '#', ' ', ',', 'tcp dport 22 accept\n', 'define x = 1\n', '$x', '@s', 'chain c {\n', 'table ip t {\n', 'jump {', 'elements = { 1 }\n', '\\\n', '\r', '\u0000', '\ud800', 'drop', '10.0.0.0/8'];

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: fc.constantFrom('', ...BITS) });

function applied(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + insert + text.slice(start + remove);
}

describe('the nftables reader', () => {
  it('remembers nothing that a fresh read would not find', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { minLength: 1, maxLength: 8 }), (text, edits) => {
        const reader = nftables.createReader();
        reader.read(text, context);
        let now = text;
        for (const e of edits) {
          now = applied(now, e);
          expect(reader.read(now, context)).toEqual(fresh(now));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('remembers the comments inside of braces that a line does not close', () => {
    const reader = nftables.createReader();
    const text = 'jump { # why\ntable inet filter {\n}\n';
    reader.read(text, context);
    expect(reader.read(text, context)).toEqual(fresh(text));
  });

  it('keeps spans inside the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { maxLength: 4 }), (text, edits) => {
        const now = edits.reduce(applied, text);
        const { problems, comments, blocks, fragments } = fresh(now);
        const spans = [...problems.map((p) => p.span), ...comments.map((c) => c.span), ...blocks.map((b) => b.span), ...fragments.flatMap(({ policy: p }) => [
          p.header, p.span, ...(p.defaultSpan ? [p.defaultSpan] : []), ...[p.main, ...p.chains.values()].flatMap((chain) => chain.entries.flatMap(({ at, rule }) =>
            [rule.span, ...rule.fields.map((f) => f.span), ...rule.match.flatMap((t) => t.atoms ?? []).map((a) => a.span)].map((s) => ({ start: at + s.start, end: at + s.end })))),
        ])];
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(now.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never invents a definite rule while one is being typed', () => {
    const line = 'ip saddr 10.1.0.0/16 tcp dport { 22, 80-90 } ct state new accept';
    for (let end = 1; end < line.length; end++) {
      const reading = fresh(`table ip f {\n chain c {\n  type filter hook input priority 0; policy drop;\n  ${line.slice(0, end)}\n }\n}`);
      const decided = reading.fragments[0]?.policy.main.entries.filter(({ rule }) => rule.action.kind === 'accept' || rule.action.kind === 'drop') ?? [];
      expect(decided, line.slice(0, end)).toEqual([]);
    }
  });

  it('shares the rules of unchanged lines', () => {
    const text = 'table ip f {\n chain c {\n  type filter hook input priority 0;\n  tcp dport 1 accept # one\n  tcp dport 2 accept\n }\n}';
    const reader = nftables.createReader();
    const [one] = reader.read(text, context).fragments[0]?.policy.main.entries ?? [];
    const [again, other] = reader.read(text.replace('dport 2', 'dport 3'), context).fragments[0]?.policy.main.entries ?? [];
    expect(again?.rule).toBe(one?.rule);
    expect(other?.rule.match[0]?.dport).toEqual([3, 4]);
  });
});

const chain = (body: string): string => `table inet f {\n chain c {\n  type filter hook input priority 0; policy drop;\n${body}\n }\n}\n`;
const N = 50_000;
const HOSTILE: Readonly<Record<string, string>> = {
  'open braces': '{'.repeat(N),
  'open braces in a chain': chain(`tcp dport ${'{'.repeat(N)}`),
  'nested anonymous chains': chain('jump { '.repeat(N)),
  'nested parentheses': chain(`tcp flags & ${'('.repeat(N)}`),
  'nested tables': 'table ip t {\n'.repeat(N),
  'nested chains': `table ip t {\n${'chain c {\n'.repeat(N)}`,
  'closing braces': '}'.repeat(N),
  'semicolons': ';'.repeat(1_000_000),
  'a line of a megabyte': chain(`tcp dport { ${'1, '.repeat(300_000)} } accept`),
  'a line of many statements': chain('tcp dport 22 accept; '.repeat(N)),
  'an open string': chain(`log prefix "${'x'.repeat(1_000_000)}`),
  'open strings': chain('log prefix "\n'.repeat(N)),
  'a word of a megabyte': 'a'.repeat(1_000_000),
  'colons': chain(`ip6 saddr ${':'.repeat(N)}`),
  'backslashes': chain('\\\n'.repeat(N)),
  'newlines in an open set': chain(`tcp dport {${'\n'.repeat(N)}`),
  'comments in an open set': chain(`tcp dport { 1\n${'# x\n'.repeat(N)}`),
  'NUL and lone surrogates': chain('\u0000\ud800 tcp dport \udc00 accept\n'.repeat(1000)),
  'a chain of variables': `define a0 = 1\n${Array.from({ length: 20_000 }, (_, i) => `define a${i + 1} = { $a${i} }\n`).join('')}${chain('tcp dport $a20000 accept')}`,
  'variables that double': `define a0 = { 1, 3 }\n${Array.from({ length: 48 }, (_, i) => `define a${i + 1} = { $a${i}, $a${i} }\n`).join('')}${chain('tcp dport $a48 accept\niifname $a48 accept\nip saddr . tcp dport $a48 accept\ntcp dport vmap $a48')}`,
  'a set that refers to itself': 'table ip f {\n set s { type ipv4_addr; elements = { @s }; }\n chain c {\n type filter hook input priority 0;\n ip saddr @s accept\n iifname @s accept\n ip saddr . tcp dport @s accept\n }\n}',
  'many concatenations, negated': chain(`ip saddr . tcp dport != { ${Array.from({ length: 3000 }, (_, i) => `10.0.${i >> 8}.${i & 255} . ${i}`).join(', ')} } accept`),
  'a product of sets': chain(`iifname { "a", "b" } ${'ip saddr . tcp dport { 10.0.0.1 . 1, 10.0.0.2 . 2 } '.repeat(16)} accept`),
  'commands': 'add rule ip f c accept\n'.repeat(N),
  'inserted commands': `add table ip f\nadd chain ip f c { type filter hook input priority 0; }\n${'insert rule ip f c tcp dport 22 accept\n'.repeat(20_000)}`,
};

describe('hostile texts', () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(name, () => {
      const reader = nftables.createReader();
      reader.read(text, context);
      expect(reader.read(`${text}\n`, context).fragments.length).toBeGreaterThanOrEqual(0);
    });
  }

  it('includes that go round in circles', () => {
    const include = (path: string): { uri: string; text: string }[] => [{ uri: `file:///${path}`, text: 'include "a"\ntable ip f {\n include "b"\n}\ninclude "c"\n' }];
    const reading = nftables.createReader().read('table ip f {\n chain c {\n type filter hook input priority 0;\n}\n}\ninclude "a"', { uri: 'file:///main', include });
    expect(reading.fragments[0]?.policy.main.entries[0]?.rule.action.kind).toBe('unknown');
  });
});
