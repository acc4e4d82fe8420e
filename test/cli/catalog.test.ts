import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../server/src/model/finding.ts';
import { checkJson, flowsJson } from './contract.ts';
import { ROOT, expectRefusal, place } from './tool.ts';

const here = place();

describe('flows', () => {
  const requirements = (...args: string[]): v.InferOutput<typeof flowsJson>['requirements'] => v.parse(flowsJson, here.json(['flows', '--format', 'json', ...args])).requirements;

  it('is the whole catalog, as it stood on a day', () => {
    expect(requirements('--revision', '2026-02-12').filter((r) => r.workload !== 'oracle').length).toBeGreaterThan(30);
    expect(requirements('--revision', '2025-12-31')).toHaveLength(102);
  });

  it('is filtered by workload and component, by id or name', () => {
    const oracle = requirements('--workload', 'Veeam Explorer for Oracle');
    expect(new Set(oracle.map((r) => r.workload))).toEqual(new Set(['oracle']));
    const repository = requirements('--component', 'backup-repository');
    expect(repository.length).toBeGreaterThan(0);
    expect(repository.every((r) => r.from.id === 'backup-repository' || r.to.id === 'backup-repository')).toBe(true);
  });

  it('is a table for people', () => {
    const { status, stdout } = here.run(['flows', '--workload', 'ovirt-kvm']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ovirt-kvm: .*\(https:\S+, 2026-03-16, build 13\.0\.1\.2067\)\nFROM +TO +PORTS +WHEN +PURPOSE\n/);
    expect(stdout).toMatch(/^ovirt-worker +backup-server +TCP 10006 +always +\S/m);
  });

  it.each([
    [['flows', '--workload', 'ovrt-kvm'], /did you mean ovirt-kvm/],
    [['flows', '--component', 'prisim-central'], /did you mean prism-central/],
    [['flows', '--format', 'pdf'], /is not known; this command has table, json, csv, markdown or xlsx/],
    [['flows', '--revision', 'yesterday'], /not a day/],
    [['flows', 'extra'], /too many arguments/],
  ] as const)('refuses %j', (args, why) => {
    expectRefusal(here.run(args), why);
  });

  it('says when a page was not yet recorded on that day', () => {
    const { stderr, status } = here.run(['flows', '--revision', '2020-01-01']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/ahv_used_ports\.html is recorded from 2026-02-12 on/);
  });
});

describe('diff', () => {
  it('tells what changed between two days', () => {
    const { status, stdout } = here.run(['diff', '2026-02-12', '2026-04-01']);
    expect(status).toBe(0);
    expect(stdout).toContain('  - ovirt-worker → backup-server TCP 19000\n  + ovirt-worker → backup-server TCP 10006\n');
  });

  it('says so if nothing did', () => {
    expect(here.run(['diff', '2026-02-12', '2026-02-13']).stdout).toBe('nothing changed between 2026-02-12 and 2026-02-13\n');
  });

  it.each([
    [['diff', '2026-02-12'], /missing required argument/],
    [['diff', '2026-02-12', 'tomorrow'], /“tomorrow” is not a day/],
    [['diff', '2026-03-12', '2026-02-12'], /name the earlier day first/],
    [['diff', 'latest', '2026-02-12'], /name the earlier day first/],
  ] as const)('refuses %j', (args, why) => {
    expectRefusal(here.run(args), why);
  });
});

describe('dialects', () => {
  it('lists what is read', () => {
    expect(here.run(['dialects']).stdout).toMatch(/^DIALECT +NAME +FILES\nnftables +nftables +\S.*\niptables +iptables +\S/);
  });
});

describe('import', () => {
  const PAGE = `# Ports\n\n## Servers\n\n| From | To | Protocol | Port | Notes |\n| --- | --- | --- | --- | --- |\n| Backup server | Worker | TCP | 19000 | Used to control the worker. |\n| Backup server | Worker | TCP | by magic | Unknown. |\n`;

  it('prints a catalog page, and what it could not read with its line', () => {
    here.put('new_used_ports.md', PAGE);
    const { status, stdout, stderr } = here.run(['import', 'new_used_ports.md']);
    expect(status).toBe(1);
    expect(stdout).toContain('purpose: TODO');
    expect(stdout).toContain('port: 19000');
    expect(stderr).toMatch(/^veeam-ports: new_used_ports\.md:8: /m);
    expect(stderr).toMatch(/1 row imported, 1 left out\n$/);
  });

  it('reads standard input and several pages', () => {
    expect(here.run(['import', '-', 'new_used_ports.md'], { stdin: PAGE }).stdout.match(/^pages:/gm)).toHaveLength(2);
  });

  it('reads HTML', () => {
    here.put('saved.html', '<html><h1>Ports</h1><table><tr><th>From<th>To<th>Protocol<th>Port<tr><td>Backup server<td>NTP server<td>UDP<td>123</table>');
    const { status, stdout, stderr } = here.run(['import', 'saved.html']);
    expect({ status, port: /port: .*/.exec(stdout)?.[0] }).toEqual({ status: 0, port: 'port: 123' });
    expect(stderr).toMatch(/1 row imported, 0 left out\n$/);
  });

  it.each([
    ['empty.md', '', 'is empty'],
    ['plain.md', 'nothing\n', 'has no port table, that is one with the columns From, To, Protocol and Port'],
    ['plain.html', '<html><p>nothing', 'has no port table, that is one with the columns From, To, Protocol and Port'],
    ['archive.mhtml', 'MIME-Version: 1.0\n', 'is a web archive; save the page as HTML instead'],
    ['deep.html', '<div>'.repeat(5000), 'nests its elements deeper than a page does; it cannot be read'],
    ['binary.md', '\u007fELF\u0001\u0001\u0000\u0000\u0002', 'is no text'],
  ])('says in a sentence what is the matter with %s', (name, text, why) => {
    here.put(name, text);
    expect(here.run(['import', name])).toEqual({ status: 2, stdout: '', stderr: `veeam-ports: ${name}: ${why}\n` });
  });

  it('imports what it can, and still fails for a file that is no page', () => {
    here.put('folder/page.md', PAGE);
    const { status, stdout, stderr } = here.run(['import', 'folder', 'nosuch.md', 'folder/page.md']);
    expect(status).toBe(2);
    expect(stdout).toContain('port: 19000');
    expect(stderr).toMatch(/^veeam-ports: folder: is a folder, not a file\nveeam-ports: nosuch\.md: no such file or folder\n/);
  });

  it.each([
    [['import'], /missing required argument/],
    [['import', 'nosuch.md'], /no such file/],
  ] as const)('refuses %j', (args, why) => {
    expectRefusal(here.run(args), why);
  });
});

describe('explain', () => {
  const pages = readdirSync(join(ROOT, 'docs/diagnostics')).map((name) => name.replace(/\.md$/, ''));

  it('has a page for every code and no other', () => {
    expect(pages.sort()).toEqual(Object.keys(CODES).sort());
  });

  it('prints it', () => {
    const { status, stdout } = here.run(['explain', 'dead-rule']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: readFileSync(join(ROOT, 'docs/diagnostics/dead-rule.md'), 'utf8') });
  });

  it('refuses what is no code', () => {
    expectRefusal(here.run(['explain', 'dead-rules']), /did you mean dead-rule\?/);
    expectRefusal(here.run(['explain', 'toString']), /no code “toString”; it is one of missing-flow/);
  });

  it.each(Object.entries(CODES))('the page of %s tells the truth', (code, severity) => {
    const page = readFileSync(join(ROOT, 'docs/diagnostics', `${code}.md`), 'utf8');
    expect(page).toContain(`Default severity: ${severity}`);
    const [mistake, fixed] = [...page.matchAll(/^```nftables\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
    const codes = (text = ''): string[] => v.parse(checkJson, JSON.parse(here.run(['check', '-', '--dialect', 'nftables', '--format', 'json'], { stdin: text }).stdout)).files.flatMap((f) => f.diagnostics.map((d) => d.code));
    expect(codes(mistake)).toContain(code);
    expect(codes(fixed)).not.toContain(code);
  });
});
