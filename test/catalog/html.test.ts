import { readFileSync } from 'node:fs';
import { assert, describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { readHtml } from '../../server/src/catalog/importer/html.ts';
import type { ImportResult } from '../../server/src/catalog/importer/importPage.ts';
import { importPage } from '../../server/src/catalog/importer/importPage.ts';
import { readMarkdown } from '../../server/src/catalog/importer/markdown.ts';
import { columnsOfLostCells, htmlOf } from './htmlPages.ts';

const builtin = builtinCatalog();

function importHtml(text: string): ImportResult {
  const page = readHtml(text);
  assert(page);
  return importPage(page, 'page.html', builtin);
}

/** The texts of the rows below the header of the page's only table. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const tables = readHtml(text)?.blocks.filter((block) => block.kind === 'table') ?? [];
  expect(tables).toHaveLength(1);
  return tables[0]?.rows.map((row) => row.cells) ?? [];
}

const HEADER = '<tr><th>From<th>To<th>Protocol<th>Port<th>Notes';

describe('the cells of an HTML table', () => {
  it.each([
    ['row spans', '<tr><td rowspan=2>a<td>b<td>TCP<td>1<td>n<tr><td>c<td>TCP<td>2<td>m', [['a', 'b', 'TCP', '1', 'n'], ['a', 'c', 'TCP', '2', 'm']]],
    ['a row span in the middle', '<tr><td>a<td rowspan=2>b<td>TCP<td>1<td>n<tr><td>c<td>TCP<td>2<td>m', [['a', 'b', 'TCP', '1', 'n'], ['c', 'b', 'TCP', '2', 'm']]],
    ['row spans of all lengths', '<tr><td rowspan=3>a<td rowspan=2>b<td>TCP<td>1<td rowspan=3>n<tr><td>TCP<td>2<tr><td>c<td>TCP<td>3<tr><td>d<td>e<td>UDP<td>4<td>',
      [['a', 'b', 'TCP', '1', 'n'], ['a', 'b', 'TCP', '2', 'n'], ['a', 'c', 'TCP', '3', 'n'], ['d', 'e', 'UDP', '4', '']]],
    ['a row span over a row without cells', '<tr><td rowspan=2>a<td>b<td>TCP<td>1<td>n<tr></tr><tr><td>c<td>d<td>TCP<td>2<td>m', [['a', 'b', 'TCP', '1', 'n'], ['c', 'd', 'TCP', '2', 'm']]],
    ['a row span to the end', '<tr><td rowspan=0>a<td>b<td>TCP<td>1<td>n<tr><td>b<td>TCP<td>2<td>n', [['a', 'b', 'TCP', '1', 'n'], ['a', 'b', 'TCP', '2', 'n']]],
    ['a row span that a body ends', '<tbody><tr><td rowspan=9>a<td>b<td>TCP<td>1<td>n<tbody><tr><td>b<td>TCP<td>2<td>n', [['a', 'b', 'TCP', '1', 'n'], ['b', 'TCP', '2', 'n']]],
    ['a row span beyond cells that lack', '<tr><td>a<td>b<td>TCP<td>1<td rowspan=2>n<tr><td>c', [['a', 'b', 'TCP', '1', 'n'], ['c', '', '', '', 'n']]],
    ['column spans', '<tr><td colspan=2>a<td>TCP<td>1<td>n<tr><td colspan=5>b', [['a', '', 'TCP', '1', 'n'], ['b', '', '', '', '']]],
    ['a span of both', '<tr><td rowspan=2 colspan=2>a<td>TCP<td>1<td>n<tr><td>UDP<td>2<td>m', [['a', '', 'TCP', '1', 'n'], ['a', '', 'UDP', '2', 'm']]],
    ['spans that are no numbers', '<tr><td rowspan=x colspan=-1>a<td>b<td>TCP<td>1<td>n', [['a', 'b', 'TCP', '1', 'n']]],
    ['entities', '<tr><td>a&amp;b&lt;c&gt;<td>&#66;&#x43;<td>TCP<td>1&ndash;2<td>&nbsp;x&nbsp;&nbsp;y &bogus; &', [['a&b<c>', 'BC', 'TCP', '1\u20132', 'x y &bogus; &']]],
    ['lines', '<tr><td>a<br>b<td><p>a</p><p>b</p><td><div>TCP</div>UDP<td>\n 1\n 2 <td><ul><li>x<ol><li>y</ol><li><p>z</ul>',
      [['a\nb', 'a\nb', 'TCP\nUDP', '1 2', '* x\n* y\n* z']]],
    ['what is not shown', '<tr><td>a<!-- x --><td>b<style>c</style><td>TCP<script>"<td>"</script><td>1<td><template>x</template>n', [['a', 'b', 'TCP', '1', 'n']]],
    ['superscripts', '<tr><td>a<sup>1</sup><td>b<sup> 9 </sup><td>TCP<td>1<td>n<sup>TM</sup>', [['a\u00B9', 'b\u2079', 'TCP', '1', 'nTM']]],
    ['a box', '<tr><td>a<td>b<td>TCP<td>1<td>n<table><tr><td>Note<tr><td>m</table>o', [['a', 'b', 'TCP', '1', 'n\nNote\nm\no']]],
  ])('%s', (_, rows, cells) => {
    expect(rowsOf(`<table>${HEADER}${rows}</table>`)).toEqual(cells);
  });
});

describe('an HTML page', () => {
  const ROW = '<tr><td>Backup server<td>Worker<td>TCP<td>22<td>n';

  it.each([
    ['<h2>Some part</h2><p>One sentence.</p>', '', 'Some part'],
    ['<p>Some part</p><p>One sentence.</p>', '', 'Some part'],
    ['<h2>Some part</h2><table><tr><td>Note</td></tr><tr><td>Text</td></tr></table>', '', 'Some part'],
    ['<h2>Some part</h2><table><tr><td><img src=x></td><td>Note</td></tr></table>', '', 'Some part'],
    ['<table><tr><td><h2>Some part</h2><p>Layout by a table.</p>', '</td></tr></table>', 'Some part'],
    ['<table><tr><td>x</td><td><p>Some part</p><p>Layout by a table.</p>', '</td></tr></table>', 'Some part'],
    ['<title>Some page</title>', '', 'Some page'],
    ['<h1>Some page</h1>', '', 'Some page'],
  ])('%s ... %s gives the section %s', (before, after, heading) => {
    const { yaml, rows } = importHtml(`<html><body>${before}<table>${HEADER}${ROW}</table>${after}`);
    expect(rows.imported).toBe(1);
    expect(/heading: (.*)/.exec(yaml)?.[1]).toBe(heading);
  });

  it.each([
    '<!-- saved from url=(0050)https://helpcenter.veeam.com/docs/vbr/userguide/x_ports.html?ver=13 -->',
    '<link rel="canonical" href="https://helpcenter.veeam.com/docs/vbr/userguide/x_ports.html">',
    '<link rel="canonical" href="x_ports.html"><meta property="og:url" content="https://helpcenter.veeam.com/docs/vbr/userguide/x_ports.html#y">',
  ])('says its address by %s', (mark) => {
    expect(readHtml(`<html>${mark}`)?.url).toBe('https://helpcenter.veeam.com/docs/vbr/userguide/x_ports.html');
  });

  it.each(['\n', '\r\n', '\r'])('has its lines counted, whatever ends them (%j)', (end) => {
    const rows = Array.from({ length: 3000 }, (_, n) => `<tr>${end}<td>Backup server<td>Worker<td>TCP<td>${n % 2 ? 22 : 'none'}<td>n`);
    const { problems, rows: count } = importHtml(`<table>${end}${HEADER}${end}${rows.join(end)}</table>`);
    expect(count).toEqual({ imported: 1500, reported: 1500, headings: 0 });
    expect(problems.filter((problem) => problem.leftOut).map((problem) => problem.line)).toEqual(rows.flatMap((_, n) => (n % 2 ? [] : [3 + 2 * n])));
  });

  it('is refused if it nests too deep', () => {
    expect(readHtml('<div>'.repeat(500))).toBeDefined();
    expect(readHtml('<div>'.repeat(50_000))).toBeUndefined();
    expect(readHtml('<table><tr><td>'.repeat(20))).toBeUndefined();
  });
});

const shared = process.env['VEEAM_PORTS_SHARED'];

describe.skipIf(shared === undefined)('a page in Markdown and in HTML', () => {
  it.each([
    'seeds/000_05e3b5eb1baf369d.txt', 'seeds/002_c09c91d99c247070.txt', 'seeds/004_0020194ef9cb4ff3.txt', 'port-pages/newest/vbr__ahv_used_ports.md',
    'port-pages/newest/vbr__veo_used_ports.md', 'port-pages/newest/vbr__ovirt_used_ports.md',
    'port-pages/newest/vbr__db2_plugin_ports.md', 'port-pages/newest/vbr__pve_used_ports.md',
  ])('gives the same facts: %s', (path) => {
    const text = readFileSync(`${shared ?? ''}/${path}`, 'utf8');
    const markdown = importPage(readMarkdown(text), 'page.md', builtin);
    for (const spans of [true, false]) {
      const html = importHtml(htmlOf(text, spans));
      expect(html.yaml).toBe(markdown.yaml);
      expect(html.rows).toEqual(markdown.rows);
    }
  });

  it('has row spans where Markdown has lost cells', () => {
    const text = readFileSync(`${shared ?? ''}/seeds/004_0020194ef9cb4ff3.txt`, 'utf8');
    expect(htmlOf(text, true).match(/rowspan/g)).toHaveLength(4);
    expect(columnsOfLostCells(['TCP', '443', 'note'], 5)).toEqual([0, 1]);
  });
});
