import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { assert, describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { Catalog } from '../../server/src/catalog/catalog.ts';
import type { ImportResult } from '../../server/src/catalog/importer/importPage.ts';
import { importPage } from '../../server/src/catalog/importer/importPage.ts';
import { readHtml } from '../../server/src/catalog/importer/html.ts';
import { readMarkdown } from '../../server/src/catalog/importer/markdown.ts';
import { loadCatalogTexts } from '../../server/src/catalog/yaml.ts';
import { factLine } from './facts.ts';

const builtin = builtinCatalog();
const CASES = new URL('import/', import.meta.url);

/** The printed page as a person would complete it, loaded beside the built-in components. */
function loaded({ yaml }: ImportResult): ReturnType<typeof loadCatalogTexts> {
  const text = yaml.replaceAll('purpose: TODO', 'purpose: Written by hand.').replace('date: TODO', 'date: 2026-01-01');
  return loadCatalogTexts([{ name: 'imported.yaml', text }], { ...builtin.data, pages: [] });
}

/** Rows under a header of a port table; knows nothing of the importer. */
function countedRows(text: string): number {
  let rows = 0;
  let inTable = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) inTable = false;
    else if (line.startsWith('| From | To |') || line.startsWith('| Protocol | Port |')) inTable = true;
    else if (inTable && !line.startsWith('| --- |')) rows++;
  }
  return rows;
}

describe('a page', () => {
  it.each(readdirSync(CASES).filter((file) => /\.(?:md|html)$/.test(file)))('%s', async (file) => {
    const text = readFileSync(new URL(file, CASES), 'utf8');
    const page = file.endsWith('.md') ? readMarkdown(text) : readHtml(text);
    assert(page);
    const result = importPage(page, file, builtin);
    const problems = result.problems.map(({ line, message, leftOut }) => `${line}: ${leftOut ? 'left out: ' : ''}${message}\n`);
    await expect(result.yaml).toMatchFileSnapshot(`import/${file.replace(/\.\w+$/, '.yaml')}`);
    await expect(problems.join('')).toMatchFileSnapshot(`import/${file.replace(/\.\w+$/, '.problems.txt')}`);
    expect(loaded(result).problems).toEqual([]);
    if (file.endsWith('.md')) expect(result.rows.imported + result.rows.reported + result.rows.headings).toBe(countedRows(text));
    expect(result.rows.reported).toBe(result.problems.filter((problem) => problem.leftOut).length);
  });

  it('does not load before its purposes are written', () => {
    const { yaml } = importPage(readMarkdown(readFileSync(new URL('bare.md', CASES), 'utf8')), 'bare.md', builtin);
    const { problems } = loadCatalogTexts([{ name: 'imported.yaml', text: yaml }], builtin.data);
    expect(problems.map((problem) => problem.path)).toEqual(['pages[0].sections[0].rows[0].purpose']);
  });

  it.each([
    '', '---', '---\ntitle: x', '|', '||||', '| From | To | Protocol | Port |', '\u0000\ud800', '| From | To | Protocol | Port |\n| ( | ) | TCP | 1 |',
    `| From | To | Protocol | Port |\n| ${'('.repeat(20_000)} | ${'a or '.repeat(20_000)} | ${'TCP/'.repeat(20_000)} | ${'1 to '.repeat(20_000)} |`,
    `| From | To | Protocol | Port |\n${'| TCP | 1 |\n'.repeat(5000)}`,
  ])('is never an exception: %#', (text) => {
    const { rows, yaml } = importPage(readMarkdown(text), 'x', builtin);
    expect(rows.imported).toBeLessThan(2);
    expect(yaml).toContain('pages:');
  });
});

describe('a damaged page', () => {
  const whole = readdirSync(CASES).filter((file) => file.endsWith('.md')).map((file) => readFileSync(new URL(file, CASES), 'utf8'));
  const damage = fc.record({
    text: fc.constantFrom(...whole),
    at: fc.nat(3000),
    length: fc.nat(40),
    put: fc.constantFrom('', '|', '\n', '(', ')', ' or ', ', ', '0', '+', '-', '\u00a0', '\ud800', '---\n', '| --- |\n', '"', '# ', '{', ': '),
  });

  it('still gives a page that loads, with every row left out named', () => {
    fc.assert(fc.property(damage, ({ text, at, length, put }) => {
      const result = importPage(readMarkdown(text.slice(0, at) + put + text.slice(at + length)), 'damaged.md', builtin);
      expect(result.problems.filter((problem) => problem.leftOut)).toHaveLength(result.rows.reported);
      expect(loaded(result).problems.filter(({ path }) => !/^pages\[0\]\.(?:url|revisions\[0\])/.test(path))).toEqual([]);
    }), { numRuns: 300 });
  });
});

const shared = process.env['VEEAM_PORTS_SHARED'];

describe.skipIf(shared === undefined)('the Help Center pages themselves', () => {
  const read = (path: string): string => readFileSync(`${shared ?? ''}/${path}`, 'utf8');

  it.each([
    ['seeds/000_05e3b5eb1baf369d.txt', 'ovirt-kvm', '2026-02-02'],
    ['seeds/002_c09c91d99c247070.txt', 'nutanix-ahv', '2026-02-12'],
    ['seeds/004_0020194ef9cb4ff3.txt', 'oracle', '2025-12-23'],
    ['port-pages/2026-02-18/vbr__ovirt_used_ports.md', 'ovirt-kvm', '2026-02-06'],
    ['port-pages/2026-02-18/vbr__ahv_used_ports.md', 'nutanix-ahv', '2026-02-12'],
    ['port-pages/2026-02-18/vbr__veo_used_ports.md', 'oracle', '2026-01-15'],
    ['port-pages/newest/vbr__ovirt_used_ports.md', 'ovirt-kvm', '2026-03-16'],
    ['port-pages/newest/vbr__ahv_used_ports.md', 'nutanix-ahv', '2026-07-09'],
    ['port-pages/newest/vbr__veo_used_ports.md', 'oracle', '2026-02-18'],
  ])('%s gives every fact of the catalog', (path, workload, date) => {
    const text = read(path);
    const result = importPage(readMarkdown(text), path, builtin);
    expect(result.problems).toEqual([]);
    expect(result.rows).toEqual({ imported: countedRows(text), reported: 0, headings: 0 });

    const { data, problems } = loaded(result);
    expect(problems).toEqual([]);
    expect(data.pages[0]?.revisions[0]?.date).toBe(date);
    // A page that was only dated anew has its facts under the earlier date.
    const [held] = builtin.at(date).pages.filter((page) => page.workload === workload);
    const imported = new Catalog(data).at().requirements.map((each) => factLine({ ...each, revision: held?.revision.date ?? '' }));
    const ours = builtin.at(date).requirements.filter((each) => each.workload === workload).map(factLine);
    expect(imported).toEqual(ours);
  });

  const pages = shared === undefined ? [] : ['2026-02-18', 'newest'].flatMap((folder) =>
    readdirSync(`${shared}/port-pages/${folder}`).map((file) => `port-pages/${folder}/${file}`));

  it.each(pages)('%s: every row imported or reported, no port made up', (path) => {
    const text = read(path);
    const result = importPage(readMarkdown(text), path, builtin);
    expect(result.rows.imported + result.rows.reported + result.rows.headings).toBe(countedRows(text));
    expect(result.problems.filter((problem) => problem.leftOut)).toHaveLength(result.rows.reported);
    const printed = new Set(text.match(/\d+/g));
    for (const [, spec = ''] of result.yaml.matchAll(/^ +port: (.*)$/gm)) {
      for (const port of spec.match(/\d+/g) ?? []) expect(printed).toContain(port);
    }
    const { data, problems } = loaded(result);
    expect(problems).toEqual([]);
    expect(data.pages.flatMap((page) => page.sections).flatMap((section) => section.rows)).toHaveLength(result.rows.imported);
    if (result.rows.imported > 0) expect(new Catalog(data).at().requirements.length).toBeGreaterThanOrEqual(result.rows.imported);
  });

  it('share no run of seven words with what the catalog says in its own', () => {
    const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const runs = (text: string): string[] => words(text).map((_, at, all) => all.slice(at, at + 7)).filter((run) => run.length === 7).map((run) => run.join(' '));
    const theirs = new Set([...pages, ...readdirSync(`${shared ?? ''}/seeds`).map((file) => `seeds/${file}`)].flatMap((path) => runs(read(path))));
    const ours = [
      ...builtin.data.features.flatMap(({ on, off }) => [on, off ?? '']),
      ...builtin.data.components.map(({ hint }) => hint ?? ''),
      ...builtin.data.pages.flatMap((page) => page.sections).flatMap((section) => section.rows).flatMap(({ purpose, history }) => [purpose, history ?? '']),
    ];
    expect(theirs.size).toBeGreaterThan(1000);
    expect(ours.flatMap(runs).filter((run) => theirs.has(run))).toEqual([]);
  });
});
