import { readFileSync } from 'node:fs';
import { assert, describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { Catalog } from '../../server/src/catalog/catalog.ts';
import { readProtocolCell } from '../../server/src/catalog/importer/cells.ts';
import { importPage } from '../../server/src/catalog/importer/importPage.ts';
import { readMarkdown } from '../../server/src/catalog/importer/markdown.ts';
import { portSpecText, readPortCell } from '../../server/src/catalog/importer/portCell.ts';
import { loadCatalogTexts } from '../../server/src/catalog/yaml.ts';
import { portText } from '../../server/src/model/flow.ts';

describe('protocol cells', () => {
  it.each([
    ['TCP', 'TCP'], ['udp', 'UDP'], ['TCP/iSCSI', 'TCP/iSCSI'], ['TCP / HTTPS', 'TCP/HTTPS'], ['TCP/HTTP(S)', 'TCP/HTTP(S)'],
    ['TCP\nUDP', 'TCP, UDP'], ['TCP UDP', 'TCP, UDP'], ['UDP, TCP', 'TCP, UDP'], ['UDP and TCP', 'TCP, UDP'], ['TCP/UDP', 'TCP, UDP'], ['TCP; UDP', 'TCP, UDP'],
  ])('%j is %s', (cell, protocol) => {
    expect(readProtocolCell(cell)).toEqual({ value: { protocol } });
  });

  it.each([
    ['SSH', 'TCP/SSH', 'taken for'], ['HTTPS', 'TCP/HTTPS', 'taken for'], ['TLS', 'TCP/TLS', 'taken for'], ['UDP, TCP, LDAP', 'TCP, UDP', 'no place'],
  ])('%j is %s, with a doubt', (cell, protocol, doubt) => {
    expect(readProtocolCell(cell)).toEqual({ value: { protocol, doubt: expect.stringContaining(doubt) as string } });
  });

  it.each([
    ['', 'is not said'], ['\u2014', 'is not said'], ['ICMP', 'has no ports'], ['HTTP (HTTPS)', 'does not say'], ['(none)', 'does not say'], ['LDAP', 'does not say'],
    ['TCP/A/B', 'does not say'], ['TCP, UDP, A, B', 'does not say'], ['TCP/UDP/A', 'does not say'], ['SCTP', 'does not say'], ['TCP,', 'does not say'], ['QUIC', 'does not say'],
  ])('%j: %s', (cell, problem) => {
    expect(readProtocolCell(cell)).toEqual({ problem: expect.stringContaining(problem) as string });
  });
});

describe('port cells', () => {
  const FAILOVER = 'The range 700-800 is for failover if port 600 is unavailable.';

  it.each([
    ['443', '', 'only', '443'],
    ['700 to 800', '', 'only', '700-800'], ['700-800', '', 'only', '700-800'], ['700 \u2013 800', '', 'only', '700-800'], ['700 to\n800', '', 'only', '700-800'],
    ['700\u2014800', '', 'only', '700-800'], ['700+', '', 'only', '700+'],
    ['700+ or 705+', '', 'any', '700+ or 705+'], ['600 or 700', '', 'any', '600 or 700'], ['25 or 26 or 27', '', 'any', '25 or 26 or 27'], ['25, 26 or 27', '', 'any', '25 or 26 or 27'],
    ['600, 700', '', 'all', '600, 700'], ['600,\n700', '', 'all', '600, 700'], ['600; 700', '', 'all', '600, 700'], ['600, 700 and 800', '', 'all', '600, 700, 800'],
    ['600 and 700', '', 'all', '600, 700'], ['600,700', '', 'all', '600, 700'], ['135, 137 to 139, 445', '', 'all', '135, 137-139, 445'],
    ['600, 700 to 800', '', 'all', '600, 700-800'],
    ['600, 700 to 800', FAILOVER, 'prefer', '600 else 700-800'], ['600 or 700 to 800', FAILOVER, 'prefer', '600 else 700-800'], ['600\n700 to 800', FAILOVER, 'prefer', '600 else 700-800'],
    ['600 (700 to 800)', FAILOVER, 'prefer', '600 else 700-800'], ['700 to 800, 600', FAILOVER, 'prefer', '600 else 700-800'],
    ['600, 700', 'Default port and failover port of it.', 'prefer', '600 else 700'], ['600, 700', 'Port 700 is there if port 600 cannot be reached.', 'prefer', '600 else 700'],
    ['600, 700 to 800', 'The range 700 - 800 is optional. It serves if port 600 is not available.', 'prefer', '600 else 700-800'],
    ['600, 700', 'Port 700 is for logs. All of this takes long. If port 600 is unavailable, nothing works.', 'all', '600, 700'],
    ['600, 700', 'If port 500 is unavailable, 600 and 700 serve.', 'all', '600, 700'],
    ['600 (used by default)', '', 'only', '600'],
  ] as const)('%j with the note %j: %s %s', (cell, note, mode, spec) => {
    const read = readPortCell(cell, note, []);
    assert('value' in read, JSON.stringify(read));
    expect([read.value.mode, portSpecText(read.value), read.value.doubts]).toEqual([mode, spec, []]);
  });

  it.each([
    ['445 30000', '', 'all', '445, 30000', 'without commas'], ['445\n30000', '', 'all', '445, 30000', 'without commas'], ['600\n700 to 800', '', 'all', '600, 700-800', 'without commas'],
    ['80 or 443 (most popular)', '', 'any', '80 or 443', 'most popular'], ['700 to 800 (for Windows 2008 or later)', '', 'only', '700-800', 'for Windows 2008'],
    ['600, 700', 'Port 700 is optional.', 'all', '600, 700', 'optional'],
  ] as const)('%j with the note %j: %s %s, and a doubt', (cell, note, mode, spec, doubt) => {
    const read = readPortCell(cell, note, []);
    assert('value' in read, JSON.stringify(read));
    expect([read.value.mode, portSpecText(read.value), read.value.doubts]).toEqual([mode, spec, [expect.stringContaining(doubt)]]);
  });

  it.each([
    ['', 'no port is said'], ['\u2014', 'no port is said'], ['mountd_port', 'is no number'], ['Depends on the device', 'is no number'],
    ['600,', 'ports are lost'], ['600;', 'ports are lost'], ['5<xx>14', 'a placeholder'], ['600, 5<nn>14', 'a placeholder'],
    ['600 or another port', 'without their numbers'], ['25, 587 or another port, 443', 'without their numbers'], ['600, 700 and other', 'without their numbers'],
    ['600 (700)', 'what the bracket'], ['600 (700 to 800)', 'what the bracket'], ['600 (700 \u2014 by default)', 'more than one way'],
    ['600, 700 (according to settings)', 'more than one way'], ['600 or 700, 800', 'more than one way'], ['25, 26 or 27 or 28', 'more than one way'],
    ['10 006', 'more than one way'], ['6 5 535', 'more than one way'], ['70000', 'from 1 to 65535'], ['0', 'from 1 to 65535'], ['800 to 700', 'backwards'], ['60O', 'is no port'],
    ['600-', 'is no port'], ['-600', 'is no port'], ['600++', 'is no port'], ['600-700-800', 'is no port'], ['1.5', 'is no port'], ['6,5OO', 'is no port'], ['\u0661\u0662', 'is no number'],
    ['1, '.repeat(300), 'too long'],
  ])('%j: %s', (cell, problem) => {
    expect(readPortCell(cell, '', [])).toEqual({ problem: expect.stringContaining(problem) as string });
  });

  it('of more than two items are no place for a fallback', () => {
    expect(readPortCell('500, 600, 700 to 800', FAILOVER, [])).toEqual({ problem: expect.stringContaining('rows of its own for 600 and 700-800') as string });
  });

  it('may end in the digit of a footnote', () => {
    expect(readPortCell('4431', '', ['1'])).toHaveProperty('problem');
    expect(readPortCell('4431', '', ['2'])).toHaveProperty('value');
    expect(readPortCell('1', '', ['1'])).toHaveProperty('value');
  });
});

const shared = process.env['VEEAM_PORTS_SHARED'];

describe.skipIf(shared === undefined)('the spellings that were seen', () => {
  const forms = shared === undefined ? [] : readFileSync(`${shared}/port-facts/portspec-forms.tsv`, 'utf8').trimEnd().split('\n').slice(1).map((line) => line.split('\t'));
  const builtin = builtinCatalog();
  const outcomes = forms.map(([kind = '', form = '']) => {
    const [protocol, port] = kind === 'port' ? ['TCP', form] : [form, '600'];
    const page = `---\nsource_url: "https://example.org/x.html"\nlast_updated: "1/2/2026"\nproduct_version: "1"\n---\n\n| From | To | Protocol | Port | Notes |\n| Backup server | NTP server | ${protocol} | ${port} | n |\n`;
    return { kind, form, result: importPage(readMarkdown(page), 'x.md', builtin) };
  });

  it.each(outcomes)('$kind $form is read or reported', ({ form, kind, result }) => {
    const reports = result.problems.filter((problem) => problem.leftOut);
    expect([result.rows.imported, reports.length]).toEqual(reports.length > 0 ? [0, 1] : [1, 0]);
    for (const { line, message } of reports) {
      expect(line).toBe(8);
      expect(message).toMatch(/^[^\n]{10,200}$/);
    }
    if (reports.length > 0 || kind !== 'port') return;
    const { data, problems } = loadCatalogTexts([{ name: 'x.yaml', text: result.yaml.replaceAll('TODO', 'Done.') }], { ...builtin.data, pages: [] });
    expect(problems).toEqual([]);
    const ports = new Catalog(data).at().requirements.map((each) => portText(each.port));
    // All numbers that the page prints outside of brackets, in its order, and no other.
    expect(ports.join(' ').match(/\d+/g)).toEqual(form.replace(/\(.*\)/, '').match(/\d+/g));
    expect(ports.join(' ').match(/\+/g)?.length).toBe(form.match(/\+/g)?.length);
  });

  it('are 23 of protocols and 213 of ports, and few are left out', () => {
    const left = (wanted: string): number => outcomes.filter(({ kind, result }) => kind === wanted && result.rows.reported > 0).length;
    expect([forms.length, left('protocol'), left('port')]).toEqual([236, 4, 22]);
  });
});
