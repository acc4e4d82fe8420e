import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { readHtml } from '../../server/src/catalog/importer/html.ts';
import type { ImportResult } from '../../server/src/catalog/importer/importPage.ts';
import { importPage } from '../../server/src/catalog/importer/importPage.ts';
import { readMarkdown } from '../../server/src/catalog/importer/markdown.ts';
import { pageKind } from '../../server/src/catalog/importer/pageFile.ts';
import { StepCounter, UNSTEADY } from '../hostile/steps.ts';

const builtin = builtinCatalog();
const CASES = new URL('import/', import.meta.url);
const HEAD = '| From | To | Protocol | Port | Notes |\n';
const HTML_HEAD = '<tr><td>From<td>To<td>Protocol<td>Port<td>Notes';

function imported(text: string): ImportResult {
  const page = pageKind('page', text) === 'html' ? readHtml(text) : readMarkdown(text);
  return importPage(page ?? { blocks: [] }, 'page.md', builtin);
}

/** Each makes about that many characters of one kind of trouble. */
const HOSTILE: Readonly<Record<string, (size: number) => string>> = {
  'rows': (size) => HEAD + '| Backup server | Worker | TCP | 22 | n |\n'.repeat(size / 42),
  'rows that lack cells': (size) => HEAD + '| Backup server | Worker | TCP | 22 | n |\n' + '| 22 |\n'.repeat(size / 7),
  'rows that carry a long cell': (size) => `${HEAD}| ${'a, '.repeat(size / 6)} | Worker | TCP | 22 | n |\n${'| 22 |\n'.repeat(size / 14)}`,
  'rows under a long heading': (size) => `${HEAD}| ${'a'.repeat(size / 2)} | | | | |\n${'| Backup server | Worker | TCP | 22 | n |\n'.repeat(size / 84)}`,
  'one long cell of names': (size) => `${HEAD}| ${'a or '.repeat(size / 5)} | Worker | TCP | 22 | n |\n`,
  'one long cell of brackets': (size) => `${HEAD}| a ${'('.repeat(size)} | Worker | TCP | 22 | n |\n`,
  'one long cell of ports': (size) => `${HEAD}| Backup server | Worker | TCP | ${'1 to '.repeat(size / 5)} | n |\n`,
  'one long note': (size) => `${HEAD}| Backup server | Worker | TCP | 1, 2 | ${'* 1: port 1 is unavailable. '.repeat(size / 27)} |\n`,
  'links': (size) => HEAD + `| ${'['.repeat(size / 2)}${'[a]('.repeat(size / 8)} | Worker | TCP | 22 | n |\n`,
  'blanks': (size) => `# ${' '.repeat(size / 2)}\n|${' '.repeat(size / 2)}\n`,
  'headings': (size) => '# a\n'.repeat(size / 4),
  'one paragraph': (size) => 'automatically creates firewall rules between a and b. '.repeat(size / 54),
  'one sentence': (size) => `automatically creates firewall rules ${'between a and b '.repeat(size / 16)}.`,
  'footnotes': (size) => `${HEAD}${'| Worker1 | Backup server1 | TCP | 22 | n1 |\n'.repeat(size / 90)}\n${'1 A footnote of some length.\n\n'.repeat(size / 60)}`,
  'new names': (size) => HEAD + Array.from({ length: size / 36 }, (_, n) => `| Server ${'!'.repeat(n % 9)} of ${n} | Worker | TCP | 22 | n |\n`).join(''),
  'names of one id': (size) => HEAD + Array.from({ length: size / 60 }, (_, n) => `| a b c d e f ${n} | Worker | TCP | 22 | n |\n`).join(''),
  'front matter': (size) => `---\n${'a: "b"\n'.repeat(size / 7)}`,
  'empty tables': (size) => `${HEAD}\n`.repeat(size / 40),
  'HTML rows': (size) => `<table>${HTML_HEAD}${'<tr><td>Backup server<td>Worker<td>TCP<td>22<td>n'.repeat(size / 50)}`,
  'HTML row spans': (size) => `<table>${HTML_HEAD}${'<td rowspan=65000>a'.repeat(size / 38)}${'<tr><td>x'.repeat(size / 18)}`,
  'HTML column spans': (size) => `<table>${'<tr><td colspan=1000>a'.repeat(size / 22)}`,
  'HTML end tags': (size) => '<html>' + '</p></b></table>'.repeat(size / 17),
  'HTML that is cut': (size) => `<html><table>${'<tr><td a="'.repeat(size / 11)}`,
  'HTML in one text': (size) => `<html><p>${'a &amp; &bogus; <br> '.repeat(size / 21)}`,
  'HTML bold': (size) => '<html>' + '<b><i></b></i>'.repeat(size / 14),
  'HTML lists': (size) => `<table>${HTML_HEAD}<tr><td>Worker<td>Backup server<td>TCP<td>22<td><ul>${'<li>a</li>'.repeat(size / 10)}`,
  'an HTML cell that hangs long': (size) => `<table>${HTML_HEAD}<tr><td rowspan=0>${'a, '.repeat(size / 6)}<td>b<td>TCP<td>1<td>${'<tr><td>b<td>TCP<td>2<td>'.repeat(size / 48)}`,
};

describe('the work on a hostile page', () => {
  let counter: StepCounter;
  beforeAll(() => {
    counter = new StepCounter('/server/src/catalog/importer/');
  });
  afterAll(() => {
    counter.end();
  });

  it.each(Object.keys(HOSTILE))('grows with its size: %s', UNSTEADY, (name) => {
    const make = HOSTILE[name] ?? ((): string => '');
    const [small, large] = [8_000, 32_000].map((size) => make(size));
    imported(small ?? '');
    const steps = [small, large].map((text = '') => counter.count(() => void imported(text)) / text.length);
    expect((steps[1] ?? 0) / (steps[0] ?? 1)).toBeLessThan(1.5);
  });

  it.each(['links', 'blanks', 'one long cell of brackets', 'one sentence'])('is done for five million characters: %s', (name) => {
    const result = imported((HOSTILE[name] ?? ((): string => ''))(5_000_000));
    expect(result.problems.filter((problem) => problem.leftOut)).toHaveLength(result.rows.reported);
    expect(result.problems.filter(({ message }) => message.length > 600)).toEqual([]);
  });
});

describe('a page with odd characters', () => {
  const page = (row: string): string => `${HEAD}${row}\n`;

  it.each([
    ['no-break spaces', page('| Backup\u00A0server | Worker | TCP | 2500\u00A0to\u00A03300 | n |')],
    ['UTF-8 read as Latin-1', page('| Backup\u00C2\u00A0server | Worker | TCP | 2500\u00E2\u20AC\u201C3300 | n |')],
    ['characters that are not seen', page('| Backup server\u200B | Worker | TCP\u00AD | \uFEFF2500 to 3300 | n |')],
    ['carriage returns and line feeds', page('| Backup server | Worker | TCP | 2500 to 3300 | n |').replaceAll('\n', '\r\n')],
    ['carriage returns', page('| Backup server | Worker | TCP | 2500 to 3300 | n |').replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${page('| Backup server | Worker | TCP | 2500 to 3300 | n |')}`],
    ['no line end', page('| Backup server | Worker | TCP | 2500 to 3300 | n |').trimEnd()],
    ['no last bar', page('| Backup server | Worker | TCP | 2500 to 3300 | n ').trimEnd()],
    ['indented rows', page('  | Backup server | Worker | TCP | 2500 to 3300 | n |')],
  ])('%s', (_, text) => {
    const { rows, yaml } = imported(text);
    expect(rows).toEqual({ imported: 1, reported: 0, headings: 0 });
    expect(yaml).toMatch(/from: backup-server\n.*\n.*protocol: TCP\n.*port: 2500-3300\n/);
  });

  it.each([
    ['a NUL in a port', page('| Backup server | Worker | TCP | 2\u00002 | n |'), 2],
    ['a row that is cut', page('| Backup server | Worker | T'), 2],
    ['no header', '| Backup server | Worker | TCP | 22 | n |\n', 1],
    ['a header that a blank line cuts off', `${HEAD}\n| Backup server | Worker | TCP | 22 | n |\n`, 3],
    ['a header that is cut', '| From | To |\n| Backup server | Worker | TCP | 22 | n |\n', 2],
  ])('%s is reported by its line', (_, text, line) => {
    const { rows, problems } = imported(text);
    expect([rows.imported, rows.reported]).toEqual([0, 1]);
    expect(problems.filter((problem) => problem.leftOut).map((problem) => problem.line)).toEqual([line]);
  });
});

describe('the kind of a file', () => {
  it.each([
    ['a.html', 'x', 'html'], ['a.HTM', 'x', 'html'], ['a.md', 'x', 'markdown'], ['-', '<!DOCTYPE html>', 'html'], ['-', '\n<!-- a --><!-- b -->\n<html>', 'html'],
    ['-', '<table>', 'html'], ['-', '# Ports', 'markdown'], ['-', '<hello>', 'markdown'],
  ])('%s %j is %s', (name, text, kind) => {
    expect(pageKind(name, text)).toBe(kind);
  });

  it.each([['a.md', ' \r\n'], ['a.md', '\u0000\u0001\u0002\u0003abc'], ['a.html', '\uFFFD\uFFFDPNG'], ['a.mht', 'x'], ['a.md', '']])('%s %j is none', (name, text) => {
    expect(pageKind(name, text)).toHaveProperty('problem');
  });

  it('is told at once, whatever comments stand before', () => {
    expect(pageKind('a', '<!-- -->'.repeat(500))).toBe('markdown');
  });
});

describe('a damaged HTML page', () => {
  const whole = readFileSync(new URL('saved.html', CASES), 'utf8');
  const bits = ['', '<', '>', '</table>', '<table>', '<tr>', '</td>', '<td rowspan=3>', '<script>', '<!--', '&', '&#0;', '\u0000', '\ud800', '"', '<h1>', '<sup>'];

  it('still has every row left out named', () => {
    expect(readdirSync(CASES)).toContain('saved.html');
    fc.assert(fc.property(fc.nat(whole.length), fc.nat(60), fc.constantFrom(...bits), (at, length, put) => {
      const result = imported(whole.slice(0, at) + put + whole.slice(at + length));
      expect(result.problems.filter((problem) => problem.leftOut)).toHaveLength(result.rows.reported);
    }), { numRuns: 60 });
  });
});
