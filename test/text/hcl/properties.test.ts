// What holds for any text: a tree whose places nest, the same tree after edits as from a fresh reading, work in proportion to length.
import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../../server/src/core/span.ts';
import { applyChanges } from '../../../server/src/text/changes.ts';
import { parseHclJson } from '../../../server/src/text/hcl/json.ts';
import { HclParser, parseHcl } from '../../../server/src/text/hcl/parse.ts';
import type { HclFile } from '../../../server/src/text/hcl/tree.ts';

const folder = fileURLToPath(new URL('cases/', import.meta.url));
const textsOf = (ending: string): string[] => readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => readFileSync(folder + name, 'utf8'));
const native = textsOf('.tf');
const json = textsOf('.json');

const scraps = [
  'a', 'resource "a" "b" {\n', '  ingress {\n', '}\n', '{', '}', '[', ']', '(', ')', '"', '\\', '${', '%{', '~}', '$', '%', '<<EOT\n', '<<-EOT\n', 'EOT\n', '\n', '\r\n', '\r', ' ', '  ', '\t',
  '=', ' = ', ',', '.', '...', '?', ':', '::', '#', '//', '/*', '*/', '*', '!', '-', '0', '1.5e3', 'for ', ' in ', 'if ', 'endif', 'é', '\ufeff', '\0', '\ud800', '\u2028', 'x = [\n', '  y = "z"\n', "'",
];
const soup = fc.array(fc.constantFrom(...scraps), { maxLength: 60 }).map((all) => all.join(''));
const insertion = fc.oneof(soup, fc.constantFrom(...scraps), fc.constant(''));
/** Where, as a share of the text, what share is replaced, and by what. */
const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), size: fc.oneof(fc.constant(0), fc.nat({ max: 3 }), fc.nat({ max: 200 })), newText: insertion });
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function edited(text: string, { at, size, newText }: Edit): string {
  const start = Math.floor(at * text.length);
  return applyChanges(text, [{ start, end: Math.min(start + size, text.length), newText }]);
}

const mutated = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 4 }), fc.array(edit, { maxLength: 5 })).map(([all, edits]) => edits.reduce(edited, all.join('\n')));

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Spans of everything in a tree: inside what holds it, ascending in lists, never reversed. */
function checkSpans(node: Tree, outer: Span): void {
  const own = (node['span'] ?? outer) as Span;
  if (own.start < outer.start || own.end > outer.end || own.start > own.end) throw new Error(`${String(node['kind'])} at ${own.start}-${own.end} is not inside ${outer.start}-${outer.end}`);
  for (const [key, value] of Object.entries(node)) {
    if (/span$/i.test(key)) continue;
    if (Array.isArray(value)) {
      let last = own.start;
      for (const child of value.filter(isTree)) {
        checkSpans(child, own);
        const { start, end } = (child['span'] ?? (child['right'] as Tree)['span']) as Span;
        if (start < last) throw new Error(`${key} of ${String(node['kind'])} overlap at ${start}`);
        last = end;
      }
    } else if (isTree(value)) checkSpans(value, own);
  }
}

function checkFile(file: HclFile, text: string): void {
  let last = 0;
  for (const { base, item } of file.items) {
    const start = base + item.span.start;
    expect(start).toBeGreaterThanOrEqual(last);
    last = base + item.span.end;
    expect(last).toBeLessThanOrEqual(text.length);
    checkSpans(item as unknown as Tree, item.span);
    const name = item.kind === 'block' ? item.type : item.kind === 'attribute' ? item.name : undefined;
    if (name && file.syntax === 'native') expect(text.slice(base + name.span.start, base + name.span.end)).toBe(name.text);
  }
  let comment = -1;
  for (const { span, text: inside } of file.comments) {
    expect(span.start).toBeGreaterThan(comment);
    expect(text.slice(span.start, span.end)).toBe(inside);
    comment = span.end;
  }
  let problem = 0;
  for (const { span, message } of file.problems) {
    expect(message).not.toBe('');
    expect(span.start).toBeGreaterThanOrEqual(problem);
    expect(span.end).toBeLessThanOrEqual(text.length);
    problem = span.start;
  }
}

describe('any text', () => {
  it('becomes a tree whose places nest and lie in order', () => {
    fc.assert(fc.property(fc.oneof(mutated(native), soup), (text) => checkFile(parseHcl(text), text)), { numRuns: 500 });
  });

  it('becomes such a tree in the JSON syntax, too', () => {
    fc.assert(fc.property(fc.oneof(mutated(json), soup), (text) => checkFile(parseHclJson(text), text)), { numRuns: 300 });
  });

  it('has a problem where something could not be read', () => {
    fc.assert(fc.property(mutated(native), (text) => {
      const file = parseHcl(text);
      if (/"kind":"(?:error|unread)"|"closed":false/.test(JSON.stringify(file.items))) expect(file.problems).not.toEqual([]);
    }), { numRuns: 300 });
  });
});

describe('after an edit', () => {
  it('the tree equals that of a fresh reading', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...native), { minLength: 1, maxLength: 5 }), fc.array(edit, { minLength: 1, maxLength: 6 }), (texts, edits) => {
      const parser = new HclParser();
      let text = texts.join('\n');
      parser.parse(text);
      for (const one of edits) {
        text = edited(text, one);
        expect(parser.parse(text)).toEqual(parseHcl(text));
      }
    }), { numRuns: 300 });
  });

  it('nothing that follows a block of several pieces is lost', () => {
    const text = 'a {\nb {\n}\n}';
    const parser = new HclParser();
    parser.parse(text);
    expect(parser.parse(`${text}x = 1`)).toEqual(parseHcl(`${text}x = 1`));
  });

  it('blocks that did not change are the same objects', () => {
    const text = 'resource "a" "one" {\n  x = 1\n}\n\nresource "a" "two" {\n  x = 2\n}\n\nresource "a" "three" {\n  x = 3\n}\n';
    const parser = new HclParser();
    const before = parser.parse(text).items;
    const steps = parser.steps;
    const after = parser.parse(text.replace('x = 2', 'x = 22')).items;
    expect(after[0]?.item).toBe(before[0]?.item);
    expect(after[1]?.item).not.toBe(before[1]?.item);
    expect(after[2]?.item).toBe(before[2]?.item);
    expect(after[2]?.base).toBe((before[2]?.base ?? 0) + 1);
    expect(parser.steps - steps).toBeLessThan(steps);
  });
});

/** Shapes that readers break on, of about a given length. */
const hostile: Record<string, (length: number) => string> = {
  'whole blocks': repeated('resource "a" "b" {\n  x = [1, "${y}", { z = 2 }]\n}\n'),
  'blocks that are not closed': repeated('resource "a" "b" {\n  x = 1\n'),
  'blocks that are not closed, not indented': repeated('a {\nb = 1\n'),
  'blocks in one line': repeated('a {'),
  'ever deeper lines': (length) => Array.from({ length: Math.sqrt(length * 2) }, (_, i) => `${' '.repeat(i)}a {\n`).join(''),
  'lists': (length) => `a = ${'['.repeat(length)}`,
  'lists by line': repeated('x = [\n'),
  'objects': (length) => `a = ${'{b='.repeat(length / 3)}`,
  'calls': (length) => `a = ${'f('.repeat(length / 2)}`,
  'parentheses': (length) => `a = ${'('.repeat(length / 2)}${')'.repeat(length / 2)}`,
  'conditions': (length) => `a = ${'b ? '.repeat(length / 4)}`,
  'negations': (length) => `a = ${'!'.repeat(length)}`,
  'sums': (length) => `a = 1${' + 1'.repeat(length / 4)}`,
  'attribute chains': (length) => `a = b${'.c'.repeat(length / 2)}`,
  'index chains': (length) => `a = b${'[0]'.repeat(length / 3)}`,
  'templates': (length) => `a = ${'"${'.repeat(length / 3)}`,
  'directives': (length) => `a = "${'%{ if x }'.repeat(length / 9)}"`,
  'escapes': (length) => `a = "${'\\u0041$${'.repeat(length / 9)}"`,
  'quotation marks': repeated('"\n'),
  'labels without quotes': repeated('a "b c\n'),
  'a label of blanks': (length) => `a "${' '.repeat(length)}=\n`,
  'heredocs': repeated('a = <<EOT\nb {\nEOT\n'),
  'heredocs that are not closed': (length) => Array.from({ length: length / 12 }, (_, i) => `a = <<E${i}\n`).join(''),
  'heredocs of blocks that are not closed': (length) => Array.from({ length: length / 20 }, (_, i) => `a "b" {\n c = <<E${i}\n`).join(''),
  'heredocs with templates': (length) => `a = <<-EOT\n${'  ${b} c ~\n'.repeat(length / 11)}EOT\n`,
  'comments that are not closed': repeated('/*\n'),
  'comments behind values': repeated('a = 1 /* b\n'),
  'comments that end late': (length) => `${'/*\n'.repeat(length / 3)}*/ a`,
  'blank lines': (length) => `a = [${'\n'.repeat(length)}`,
  'carriage returns': repeated('a = 1\r'),
  'one name again and again': repeated('a = 1\n'),
  'braces': repeated('}\n'),
  'one long word': (length) => 'a'.repeat(length),
  'NUL': (length) => '\0'.repeat(length),
  'lone surrogates': (length) => '\ud800'.repeat(length),
};

function repeated(unit: string): (length: number) => string {
  return (length) => unit.repeat(length / unit.length);
}

describe('hostile text', () => {
  it.each(Object.entries(hostile))('%s: work grows with length', (_, make) => {
    const stepsFor = (length: number): number => {
      const parser = new HclParser();
      parser.parse(make(length));
      return parser.steps;
    };
    const base = stepsFor(20_000);
    const twice = stepsFor(40_000);
    expect(twice).toBeLessThan(2.2 * base);
    expect(stepsFor(80_000)).toBeLessThan(2.2 * twice);
  });

  it.each(Object.entries(hostile))('%s: 150,000 characters are read', (_, make) => {
    const text = make(150_000);
    const file = parseHcl(text);
    expect(file.items.length + file.problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(file.items[0]).length).toBeGreaterThan(0);
  });
});
