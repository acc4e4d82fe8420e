import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { csv } from '../../server/src/features/csv.ts';
import { markdownTable } from '../../server/src/features/markdownTable.ts';
import { workbook } from '../../server/src/features/workbook.ts';
import { every, xmlRoot } from './judges.ts';

const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=cmd|\' /C calc\'!A0'];

/** RFC 4180 as a reader takes it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const record of text.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g)) {
    rows.push([...(record[1] ?? '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map((field) => (field[1] ?? field[2] ?? '').replace(/""/g, '"')));
  }
  return rows;
}

describe('CSV', () => {
  it('gives back every field', () => {
    const rows = [['a', 'b, c', 'say "x"', 'two\r\nlines', '', ' lead', 'ümlaut']];
    expect(readCsv(csv(rows))).toEqual(rows);
    expect(csv([['a', 'b']])).toBe('a,b\r\n');
  });

  it.each(FORMULAS)('makes text of %j', (formula) => {
    expect(readCsv(csv([[formula]]))).toEqual([[`'${formula}`]]);
  });
});

describe('Markdown', () => {
  it('keeps a cell a cell', () => {
    const [, , row = ''] = markdownTable([['A', 'B'], ['x | y', 'two\nlines']]).split('\n');
    expect(row).toBe('| x \\| y | two lines |');
  });

  it('is plain words', () => {
    const [, , row = ''] = markdownTable([['A'], ['<script> *b* [x](command:evil) `c` \\ www.evil.example']]).split('\n');
    expect(row).toBe('| \\<script\\> \\*b\\* \\[x\\](command\\:evil) \\`c\\` \\\\ www\\.evil.example |');
  });

  it('links an address that stands alone, and nothing that only begins like one', () => {
    expect(markdownTable([['https://a.example/b_c']])).toContain('| https://a.example/b_c |');
    const [, , one, other] = markdownTable([['A'], ['https://a.example/b_c'], ['https://a.example/> <b>']]).split('\n');
    expect(one).toBe('| <https://a.example/b_c> |');
    expect(other).not.toContain('<https');
  });
});

describe('a workbook', () => {
  const HEADING = ['A', 'B'];
  const parts = (rows: readonly string[][]): Record<string, ReturnType<typeof xmlRoot>> =>
    Object.fromEntries(Object.entries(unzipSync(workbook('Flows', [HEADING, ...rows]))).map(([name, bytes]) => [name, xmlRoot(Buffer.from(bytes).toString())]));

  it('has text cells only, which stay text when they are edited', () => {
    const { 'xl/worksheets/sheet1.xml': sheet, 'xl/styles.xml': styles } = parts(FORMULAS.map((f) => [f, 'x']));
    if (!sheet || !styles) throw new Error('a part is missing');
    const cells = every(sheet, 'c');
    expect(cells).toHaveLength(2 * (FORMULAS.length + 1));
    expect(new Set(cells.map((c) => c.attributes['t']))).toEqual(new Set(['inlineStr']));
    expect(every(sheet, 'f')).toEqual([]);
    const formats = every(every(styles, 'cellXfs')[0] ?? styles, 'xf');
    for (const cell of cells) expect(formats[Number(cell.attributes['s'])]?.attributes).toMatchObject({ quotePrefix: '1', numFmtId: '49' });
  });

  it('is well-formed whatever the cells hold, and gives them back', () => {
    const words = [']]>&<b>"\'', '_x0041_', 'x'.repeat(40_000), '\u0000\u001b\ufffe\ud800', ' lead ', 'two\nlines'];
    const { 'xl/worksheets/sheet1.xml': sheet } = parts(words.map((w) => [w, '']));
    const column = sheet ? every(sheet, 'row').slice(1).map((row) => every(row, 't')[0]?.text) : [];
    expect(column).toEqual([']]>&<b>"\'', '_x005F_x0041_', 'x'.repeat(32_767), '\\u0000\\u001b\ufffd\\ud800', ' lead ', 'two\nlines']);
  });

  it('names every part that it relates to', () => {
    const all = parts([]);
    const targets = Object.entries(all).filter(([name]) => name.endsWith('.rels')).flatMap(([name, root]) => every(root, 'Relationship').map((r) => `${name.replace(/_rels\/[^/]*$/, '')}${r.attributes['Target'] ?? ''}`));
    for (const target of targets) expect(Object.keys(all)).toContain(target);
    expect(targets).toHaveLength(3);
  });

  it('is the same for the same rows', () => {
    expect(workbook('Flows', [HEADING])).toEqual(workbook('Flows', [HEADING]));
  });

  it('names columns beyond Z', () => {
    const wide = Array.from({ length: 30 }, (_, i) => String(i));
    const sheet = xmlRoot(Buffer.from(unzipSync(workbook('Flows', [wide]))['xl/worksheets/sheet1.xml'] ?? []).toString());
    expect(every(sheet, 'c').map((c) => c.attributes['r']).slice(25, 28)).toEqual(['Z1', 'AA1', 'AB1']);
  });
});
