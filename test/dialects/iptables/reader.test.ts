// The reader as a program: what its memory gives equals a fresh read, and no text makes it throw or hang.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '../../../server/src/dialects/dialect.ts';
import { iptables } from '../../../server/src/dialects/iptables/index.ts';
import type { Reading } from '../../../server/src/model/reading.ts';
import { casesOf } from '../cases.ts';

const context: ReadContext = { uri: 'file:///a.sh' };
const fresh = (text: string): Reading => iptables.createReader().read(text, context);

const TEXTS = casesOf('iptables').map((c) => c.text);
const BITS = [
  '\n', '"', "'", '#', ' ', ';', '&&', '||', '(', ')', '{', '}', '`', '$', '\\', '\\\n', '\r', '\u0000', '\ud800', '$X', '${X:-', 'X=1\n', 'for i in 1 2; do\n', 'done\n', 'if [ -f x ]; then\n', 'fi\n', 'case $1 in\n', 'esac\n', 'f() {\n', '<<EOF\n', 'EOF\n',
  'iptables -A INPUT -j DROP\n', 'iptables -F\n', '-A INPUT -p tcp --dport 1 -j ACCEPT\n', '*filter\n', ':INPUT DROP [0:0]\n', 'COMMIT\n', '-A', '-j', '!', '--dport ', ',', '10.0.0.0/8', 'ipset create s hash:ip\n',
];

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: fc.constantFrom('', ...BITS) });

function applied(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + insert + text.slice(start + remove);
}

describe('the iptables reader', () => {
  it('remembers nothing that a fresh read would not find', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { minLength: 1, maxLength: 8 }), (text, edits) => {
        const reader = iptables.createReader();
        reader.read(text, context);
        let now = text;
        for (const e of edits) {
          now = applied(now, e);
          expect(reader.read(now, context)).toEqual(fresh(now));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keeps spans inside the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { maxLength: 4 }), (text, edits) => {
        const now = edits.reduce(applied, text);
        const { problems, comments, blocks, fragments, unmodelled } = fresh(now);
        const spans = [...problems, ...comments, ...blocks, ...unmodelled].map((x) => x.span).concat(fragments.flatMap(({ policy: p }) => [
          p.header, p.span, ...(p.defaultSpan ? [p.defaultSpan] : []), ...[p.main, ...p.chains.values()].flatMap((chain) => chain.entries.flatMap(({ at, rule }) =>
            [rule.span, ...rule.fields.map((f) => f.span), ...rule.match.flatMap((t) => t.atoms ?? []).map((a) => a.span)].map((s) => ({ start: at + s.start, end: at + s.end })))),
        ]));
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(now.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never invents a definite accept of more than the finished rule while it is being typed', () => {
    const line = '-A INPUT -s 10.1.0.0/16 -p tcp -m conntrack --ctstate NEW -m multiport --dports 22,80:90 -j ACCEPT';
    for (const [head, tail] of [['*filter\n:INPUT DROP [0:0]\n', '\nCOMMIT\n'], ['iptables -P INPUT DROP\niptables ', '\n']] as const) {
      for (let end = 1; end < line.length; end++) {
        const { policy } = fresh(`${head}${line.slice(0, end)}${tail}`).fragments[0] ?? {};
        const accepts = policy?.main.entries.filter(({ rule }) => rule.action.kind === 'accept' && rule.match.some((t) => (t.atoms ?? []).length === 0)) ?? [];
        expect(accepts, line.slice(0, end)).toEqual([]);
      }
    }
  });

  const N = 50_000;
  it.each([
    ['nested parentheses', '('.repeat(N)],
    ['nested braces', '{ '.repeat(N)],
    ['nested ifs', 'if '.repeat(N)],
    ['nested functions', 'f()'.repeat(N)],
    ['nested substitutions', `iptables -A INPUT -s ${'$('.repeat(N)}`],
    ['nested expansions', `iptables -A INPUT -s ${'${a:-'.repeat(N)}`],
    ['open quotes', "echo 'a\n".repeat(N)],
    ['backquotes', '`\n'.repeat(N)],
    ['open here-documents', 'cat <<A\n'.repeat(N / 10)],
    ['a megabyte on one line', `*filter\n-A INPUT ${'-s 10.0.0.1 '.repeat(N * 2)}`],
    ['a long comma list', `*filter\n-A INPUT -s ${'10.0.0.1,'.repeat(N)} -d ${'10.0.0.1,'.repeat(N)}`],
    ['inserted rules', `*filter\n${'-I INPUT -p tcp -j ACCEPT\n'.repeat(N)}COMMIT`],
    ['deleted rules', `*filter\n${'-A INPUT -p tcp -j ACCEPT\n'.repeat(N / 10)}${'-D INPUT -p udp -j ACCEPT\n'.repeat(N / 10)}COMMIT`],
    ['loops in loops', `${Array.from({ length: 8 }, (_, i) => `for v${i} in 1 2 3 4 5 6 7 8 9; do `).join('')} iptables -A INPUT -j DROP; ${'done; '.repeat(8)}`],
    ['a function that calls itself', 'f() {\n f\n f\n f\n iptables -A INPUT -j DROP\n}\nf\n'],
    ['a set negated', `iptables -A INPUT -m set ! --match-set s src,dst -j DROP\nipset create s hash:ip,port\n${Array.from({ length: 2000 }, (_, i) => `ipset add s 10.0.${i % 250}.1,${i}\n`).join('')}`],
    ['values that double', `a=x\n${'a="$a $a"\n'.repeat(60)}iptables -A INPUT -s $a -j DROP\n`],
    ['many conditions', `iptables -A INPUT -j DROP\n${'if [ -f x ]; then iptables -F; fi\n'.repeat(5000)}`],
    ['many branches', `if [ -f a ]; then :\n${'elif [ -f x ]; then iptables -A INPUT -j DROP\n'.repeat(3000)}fi\n`],
    ['odd characters', '*filter\n\u0000\ud800-A INPUT\u0000 -s \udfff -j ACCEPT\r-A INPUT -j DROP\r\n\ufeffCOMMIT'],
  ])('stays quick and whole on %s', (_, text) => {
    const before = performance.now();
    fresh(text);
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});

describe('detection', () => {
  const detects = (uri: string, text: string, languageId?: string): boolean => iptables.detect({ uri: `file:///${uri}`, text, ...(languageId ? { languageId } : {}) });

  it.each([
    ['rules.v4', ''], ['etc/iptables/rules.v6', ''], ['a.iptables', ''], ['iptables-save.txt', ''], ['my.rules', '# x\n\n*filter\n'], ['anything', '*nat\n'], ['fw.sh', 'IPT=iptables\n$IPT -A INPUT -j DROP\n'], ['fw', '#!/bin/bash\n/sbin/ip6tables -P INPUT DROP\n'],
    ['x.sh', 'iptables-restore <<EOF\n*filter\nCOMMIT\nEOF\n'],
  ])('takes %s', (uri, text) => {
    expect(detects(uri, text)).toBe(true);
  });

  it.each([['notes.md', 'iptables -A INPUT'], ['a.sh', 'echo hello\n# iptables -A INPUT -j DROP\n'], ['x.nft', 'table ip filter {}'], ['a.txt', '*bold* text']])('leaves %s', (uri, text) => {
    expect(detects(uri, text)).toBe(false);
  });

  it('obeys the language', () => {
    expect(detects('untitled', '', 'iptables')).toBe(true);
    expect(detects('untitled', 'iptables -A INPUT -j DROP', 'shellscript')).toBe(true);
  });
});
