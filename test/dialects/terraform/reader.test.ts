// The reader as a program: what its memory gives equals a fresh read, and no text makes it throw or hang.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '../../../server/src/dialects/dialect.ts';
import { terraform } from '../../../server/src/dialects/terraform/index.ts';
import type { Reading } from '../../../server/src/model/reading.ts';
import { casesOf } from '../cases.ts';

const context: ReadContext = { uri: 'untitled:Untitled-1' };
const fresh = (text: string): Reading => terraform.createReader().read(text, context);

const TEXTS = casesOf('terraform').map((c) => c.text);
const BITS = ['{', '}', '[', ']', '(', '"', '${', '#', '\n', '=', ',', 'null', '...', '"ingress"', 'for_each = ', 'count = ', 'var.x', 'locals {', 'dynamic "ingress" {', '<<EOT\n', '\r', '\u0000', '\ud800', '10.0.0.0/8'];

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: fc.constantFrom('', ...BITS) });

function applied(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + insert + text.slice(start + remove);
}

describe('the Terraform reader', () => {
  it('remembers nothing that a fresh read would not find', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
        const reader = terraform.createReader();
        reader.read(text, context);
        let now = text;
        for (const e of edits) {
          now = applied(now, e);
          expect(reader.read(now, context)).toEqual(fresh(now));
        }
      }),
      { numRuns: 80 },
    );
  });

  it('keeps spans inside the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { maxLength: 4 }), (text, edits) => {
        const now = edits.reduce(applied, text);
        const { problems, comments, blocks, fragments, unmodelled } = fresh(now);
        const spans = [...problems.map((p) => p.span), ...comments.map((c) => c.span), ...blocks.map((b) => b.span), ...unmodelled.map((u) => u.span), ...fragments.flatMap(({ policy: p }) => [
          p.header, p.span, ...(p.main.unmodelled ?? []).map((u) => u.span), ...p.main.entries.flatMap(({ at, rule }) =>
            [rule.span, ...rule.fields.map((f) => f.span), ...rule.match.flatMap((t) => t.atoms ?? []).map((a) => a.span)].map((s) => ({ start: at + s.start, end: at + s.end }))),
        ])];
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(now.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('never invents a definite rule while one is being typed', () => {
    const body = '  ingress {\n    protocol = "tcp"\n    from_port = 443\n    to_port = 443\n    cidr_blocks = ["10.1.0.0/24", "10.2.0.0/24"]\n  }\n';
    const full = fresh(`resource "aws_security_group" "w" {\n${body}}\n`).fragments[0]?.policy.main.entries[0]?.rule.match;
    for (let end = 1; end < body.length - 5; end++) {
      const entries = fresh(`resource "aws_security_group" "w" {\n${body.slice(0, end)}\n}\n`).fragments[0]?.policy.main.entries ?? [];
      for (const { rule } of entries) for (const term of rule.match) if ((term.atoms ?? []).length === 0) expect(full, body.slice(0, end)).toContainEqual({ ...term, src: full?.[0]?.src });
    }
  });
});

const group = (body: string): string => `resource "aws_security_group" "w" {\n${body}\n}\n`;
const rule = (cidrs: string): string => group(`ingress {\nprotocol = "tcp"\nfrom_port = 1\nto_port = 1\ncidr_blocks = ${cidrs}\n}`);
const N = 50_000;
const HOSTILE: Readonly<Record<string, string>> = {
  'open brackets': rule('['.repeat(N)),
  'open braces': '{'.repeat(N),
  'nested blocks': 'a {\n'.repeat(N),
  'nested calls': rule(`${'concat('.repeat(N)}${')'.repeat(N)}`),
  'many blocks': group('ingress {}\n').repeat(5_000),
  'a list of a megabyte': rule(`[${'"10.0.0.0/8", '.repeat(80_000)}]`),
  'locals in a chain': `locals {\na0 = "10.0.0.0/8"\n${Array.from({ length: 20_000 }, (_, i) => `a${i + 1} = local.a${i}\n`).join('')}}\n${rule('[local.a20000]')}`,
  'locals that double': `locals {\na0 = ["10.0.0.0/8"]\n${Array.from({ length: 60 }, (_, i) => `a${i + 1} = concat(local.a${i}, local.a${i})\n`).join('')}}\n${rule('local.a60')}`,
  'texts that double': `locals {\na0 = "10.0.0.0/8"\n${Array.from({ length: 60 }, (_, i) => `a${i + 1} = "\${local.a${i}}\${local.a${i}}"\n`).join('')}}\n${rule('[local.a60]')}`,
  'lists in lists that double': `locals {\na0 = ["x"]\n${Array.from({ length: 60 }, (_, i) => `a${i + 1} = [local.a${i}, local.a${i}]\n`).join('')}}\n${rule('flatten(local.a60)')}${rule('toset(local.a60)').replace('"w"', '"v"')}`,
  'options that double': `locals {\na0 = "10.0.0.0/8"\n${Array.from({ length: 60 }, (_, i) => `a${i + 1} = var.x ? [local.a${i}] : [local.a${i}, 1]\n`).join('')}}\n${rule('local.a60')}`,
  'a local that refers to itself': `locals {\na = local.b\nb = [local.a]\n}\n${rule('local.a')}`,
  'a resource that refers to itself': 'resource "aws_security_group" "w" {\nfor_each = aws_security_group.w\nname = aws_security_group.w.name\n}\n',
  'loops in loops': rule('[for a in range(9999) : [for b in range(9999) : [for c in range(9999) : c]]]'),
  'a huge count': 'resource "aws_security_group" "w" {\ncount = 1000000000\n}\n',
  'a product': rule('setproduct(range(9999), range(9999), range(9999))'),
  'many instances and rules': `resource "aws_security_group" "w" {\ncount = 100\n}\n${Array.from({ length: 50 }, (_, i) => `resource "aws_security_group_rule" "r${i}" {\ncount = 50\nsecurity_group_id = aws_security_group.w[count.index].id\n}\n`).join('')}`,
  'NUL and lone surrogates': group('\u0000\ud800 ingress {}\n'.repeat(1000)),
  'an open heredoc': rule(`<<EOT\n${'x\n'.repeat(N)}`),
  'many groups and rules of unknown groups': `${Array.from({ length: 500 }, (_, i) => `resource "aws_security_group" "g${i}" {}\n`).join('')}${Array.from({ length: 500 }, (_, i) => `resource "aws_security_group_rule" "r${i}" {\ntype = "ingress"\nsecurity_group_id = element([aws_security_group.g${i}.id, aws_security_group.g0.id], var.n)\n}\n`).join('')}`,
};

describe('hostile texts', () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(name, () => {
      const reader = terraform.createReader();
      reader.read(text, context);
      expect(reader.read(`${text}\n`, context).fragments.length).toBeGreaterThanOrEqual(0);
    });
  }
});
