import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { Catalog } from '../../server/src/catalog/catalog.ts';
import { loadCatalogTexts } from '../../server/src/catalog/yaml.ts';

const SOUND = `
components:
  - { id: tape-server, name: Tape server, kind: veeam, sameMachineAs: [backup-server] }
workloads:
  - { id: our-site, name: Our site }
pages:
  - url: https://example.org/ports.html
    title: Our ports
    workload: our-site
    revisions:
      - { date: 2026-01-01, build: "1" }
      - { date: 2026-02-01, build: "2" }
    sections:
      - heading: Tape
        rows:
          - { from: backup-server, to: tape-server, protocol: TCP, port: 6166, purpose: Controls tapes. }
          - { from: backup-server, to: tape-server, protocol: TCP, port: 2500-3300, purpose: Sends data., since: 2026-02-01 }
`;

const builtin = builtinCatalog().data;
const load = (text: string): ReturnType<typeof loadCatalogTexts> => loadCatalogTexts([{ name: 'own.yaml', text }], builtin);

describe("a site's own catalog file", () => {
  it('adds its pages to the built-in ones', () => {
    const { data, problems } = load(SOUND);
    expect(problems).toEqual([]);
    const catalog = new Catalog(data);
    expect(catalog.at('2026-01-15').flowById.has('our-site/backup-server/tape-server/tcp-6166')).toBe(true);
    expect(catalog.at('2026-01-15').flowById.has('our-site/backup-server/tape-server/tcp-2500-3300')).toBe(false);
    expect(catalog.at().flowById.has('our-site/backup-server/tape-server/tcp-2500-3300')).toBe(true);
    expect(catalog.at().flows.length).toBe(builtinCatalog().at().flows.length + 2);
  });

  it('makes "may be the same machine" hold both ways', () => {
    const { data } = load(SOUND);
    expect(data.components.find((each) => each.id === 'backup-server')?.sameMachineAs).toContain('tape-server');
  });

  it('is what the documentation shows', () => {
    const [, row = '', file = ''] = readFileSync(new URL('../../docs/catalog.md', import.meta.url), 'utf8').split(/```yaml\n/);
    expect(load(file.replace(/```[^]*/, '')).problems).toEqual([]);
    const standing = row.replace(/```[^]*/, '').replace(/^ *(?:since|until): .*\n/gm, '').replace(/^/gm, '          ');
    expect(load(SOUND.replace(/(rows:\n)[^]*/, `$1${standing}`).replace(/^.*date: 2026-02-01.*\n/m, '')).problems).toEqual([]);
  });

  it('may be empty', () => {
    expect(load('').problems).toEqual([]);
    expect(load('# nothing yet').problems).toEqual([]);
  });
});

describe('a problem names its path', () => {
  it.each([
    ['port: 6166', 'port: 66166', 'pages[0].sections[0].rows[0].port', 'from 1 to 65535'],
    ['port: 6166', 'port: 61.5', 'pages[0].sections[0].rows[0].port', 'port'],
    ['port: 2500-3300', 'port: 3300-2500', 'pages[0].sections[0].rows[1].port', 'backwards'],
    ['from: backup-server', 'from: backup-sever', 'pages[0].sections[0].rows[0].from', 'unknown component "backup-sever"'],
    ['to: tape-server, protocol: TCP, port: 6166', 'to: [tape-server, tape], protocol: TCP, port: 6166', 'pages[0].sections[0].rows[0].to[1]', 'unknown component "tape"'],
    ['to: tape-server, protocol: TCP, port: 6166', 'to: { anyOf: [tape-server, tape] }, protocol: TCP, port: 6166', 'pages[0].sections[0].rows[0].to.anyOf[1]', 'unknown component "tape"'],
    ['from: backup-server, to: tape-server, protocol: TCP, port: 6166', 'from: { anyOf: [console, tapes] }, to: tape-server, protocol: TCP, port: 6166', 'pages[0].sections[0].rows[0].from.anyOf[1]', 'unknown component "tapes"'],
    ['from: backup-server, to: tape-server, protocol: TCP, port: 6166', 'from: { anyOf: [console, backup-server] }, to: { anyOf: [tape-server, console] }, protocol: TCP, port: 6166', 'pages[0].sections[0].rows[0].to', 'on one side'],
    ['purpose: Controls tapes.', 'purpose: TODO', 'pages[0].sections[0].rows[0].purpose', 'still to be written'],
    ['purpose: Controls tapes.', 'purpos: Controls tapes.', 'pages[0].sections[0].rows[0].purpose', 'missing'],
    ['purpose: Controls tapes.', 'purpose: x, colour: red', 'pages[0].sections[0].rows[0].colour', 'not known here'],
    ['purpose: Controls tapes.', 'purpose: x, when: [tapes]', 'pages[0].sections[0].rows[0].when[0]', 'unknown feature "tapes"'],
    ['purpose: Controls tapes.', 'purpose: x, when: [not vpower-nfs]', 'pages[0].sections[0].rows[0].when[0]', 'no line for "off"'],
    ['purpose: Controls tapes.', 'purpose: x, whenPort: { "6167": [vpower-nfs] }', 'pages[0].sections[0].rows[0].whenPort["6167"]', 'no item'],
    ['purpose: Controls tapes.', 'purpose: x, sourcePorts: 1024+', 'pages[0].sections[0].rows[0].sourcePorts', 'no end'],
    ['protocol: TCP, port: 6166', 'protocol: HTTPS, port: 6166', 'pages[0].sections[0].rows[0].protocol', 'no protocol'],
    ['since: 2026-02-01', 'since: 2026-02-02', 'pages[0].sections[0].rows[1].since', 'no revision of 2026-02-02'],
    [', since: 2026-02-01', '', 'pages[0].revisions[1].date', 'adds no revision'],
    ['date: 2026-01-01', 'date: 2026-03-01', 'pages[0].revisions[1].date', 'does not come after'],
    ['date: 2026-01-01', 'date: January', 'pages[0].revisions[0].date', '2026-02-12'],
    ['workload: our-site', 'workload: your-site', 'pages[0].workload', 'unknown workload "your-site"'],
    ['id: tape-server', 'id: Tape Server', 'components[0].id', 'hyphens'],
    ['id: tape-server', 'id: backup-server', 'components[0].id', 'already in the catalog'],
    ['kind: veeam', 'kind: tape', 'components[0].kind', '"tape"'],
    ['[backup-server] }', '[backup] }', 'components[0].sameMachineAs[0]', 'unknown component "backup"'],
    ['https://example.org/ports.html', 'https://helpcenter.veeam.com/docs/vbr/userguide/ahv_used_ports.html', 'pages[0].url', 'already in the catalog'],
    ['https://example.org/ports.html', 'https://example.org/ports.html?x=1', 'pages[0].url', 'without query'],
    ['title: Our ports', 'title: ""', 'pages[0].title', 'empty'],
  ])('%s -> %s', (from, to, path, message) => {
    expect(SOUND).toContain(from);
    const { problems } = load(SOUND.replace(from, to));
    const found = problems.find((problem) => problem.path === path);
    expect(problems.map((problem) => problem.path)).toContain(path);
    expect(found?.message).toContain(message);
    expect(found?.file).toBe('own.yaml');
  });

  it('leaves out a page with problems and keeps the rest', () => {
    const { data } = load(SOUND.replace('port: 6166', 'port: 0'));
    expect(data.pages.map((page) => page.url)).toEqual(builtin.pages.map((page) => page.url));
    expect(data.components.some((each) => each.id === 'tape-server')).toBe(true);
  });

  it.each(['a: [', 'a: 1\na: 2', '\t- x', '- a list', 'pages: []\n---\npages: []'])('reports %j as a whole', (text) => {
    const { problems } = load(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe('');
    expect(problems[0]?.message).not.toBe('');
  });
});
