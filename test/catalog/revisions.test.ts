import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { readRevision } from '../../server/src/catalog/catalog.ts';
import { diffViews } from '../../server/src/catalog/diff.ts';

const catalog = builtinCatalog();
const ids = (date?: string): Set<string> => new Set(catalog.at(date).flows.map((flow) => flow.id));

describe('revisions', () => {
  it('are the newest of each page without a date', () => {
    expect(catalog.at().pages.map(({ workload, revision }) => `${workload} ${revision.date} ${revision.build}`)).toEqual([
      'nutanix-ahv 2026-07-09 13.0.2.29', 'ovirt-kvm 2026-03-16 13.0.1.2067', 'oracle 2026-02-18 13.0.1.1071',
    ]);
    expect(catalog.at('2026-12-31')).toBe(catalog.at());
  });

  it.each([
    ['2026-02-17', '2025-12-23'], ['2026-02-18', '2026-02-18'], ['2026-01-15', '2025-12-23'],
  ])('Oracle on %s is the page of %s', (day, revision) => {
    expect(catalog.at(day).pages.find((page) => page.workload === 'oracle')?.revision.date).toBe(revision);
  });

  it('change exactly what the pages changed', () => {
    const before = ids('2026-02-12');
    const after = ids();
    const gone = [...before].filter((id) => !after.has(id)).sort();
    const come = [...after].filter((id) => !before.has(id)).sort();
    const oracle = ['backup-server', 'console', 'mount-server'].flatMap((from) => ['oracle-windows', 'staging-server'].map((to) => `${from}/${to}`));
    expect(gone).toEqual([
      ...['backup-repository', 'gateway-server'].flatMap((to) => ['2500-3300', '6162'].map((ports) => `nutanix-ahv/ahv-worker/${to}/tcp-${ports}`)),
      ...oracle.map((pair) => `oracle/${pair}/tcp+udp-135,445`),
      'ovirt-kvm/ovirt-worker/backup-server/tcp-19000',
    ].sort());
    expect(come).toEqual([
      ...['backup-repository', 'gateway-server'].map((to) => `nutanix-ahv/ahv-worker/${to}/tcp-6162-else-2500-3300`),
      'nutanix-ahv/ahv-worker/ntp-server/udp-123',
      ...oracle.map((pair) => `oracle/${pair}/tcp-135,445`),
      'ovirt-kvm/backup-server/ovirt-worker/tcp-19000',
      'ovirt-kvm/ovirt-worker/backup-server/tcp-10006',
      'ovirt-kvm/ovirt-worker/ntp-server/udp-123',
    ].sort());
  });

  it('take the first, with a warning, before the first', () => {
    const view = catalog.at('2025-12-25');
    expect(view.pages.map((page) => page.revision.date)).toEqual(['2026-02-12', '2026-02-02', '2025-12-23']);
    expect(view.warnings.map((warning) => warning.workload)).toEqual(['nutanix-ahv', 'ovirt-kvm']);
    expect(view.warnings[0]?.message).toContain('2026-02-12');
  });

  it('number the rows as their own page does', () => {
    const row = (date: string | undefined, flow: string): number | undefined =>
      catalog.at(date).requirements.find((each) => each.flow === flow)?.row;
    expect(row('2026-02-12', 'nutanix-ahv/ahv-worker/update-mirror/tcp-443-or-80')).toBe(8);
    expect(row(undefined, 'nutanix-ahv/ahv-worker/update-mirror/tcp-443-or-80')).toBe(7);
    expect(row(undefined, 'ovirt-kvm/ovirt-worker/backup-server/tcp-10006')).toBe(1);
  });

  it('tell the story of a corrected port', () => {
    expect(catalog.at('2026-02-12').flowById.get('ovirt-kvm/ovirt-worker/backup-server/tcp-19000')?.history).toBe('Corrected to 10006 on 2026-03-16.');
    expect(catalog.at().flowById.get('ovirt-kvm/ovirt-worker/backup-server/tcp-10006')?.history).toContain('19000');
  });

  it('may spell a component in their own way', () => {
    const name = (date?: string): string | undefined => catalog.at(date).components.get('vpower-nfs-server')?.name;
    expect(name('2026-02-12')).toMatch(/^Microsoft Windows server/);
    expect(name()).toMatch(/^Microsoft Windows or Linux server/);
  });
});

describe('retired ports', () => {
  it('are those that no newer row asks for between the same two', () => {
    const retired = catalog.at().retired.map(({ from, to, transport, first, until }) => `${from} ${to} ${transport} ${first} ${until}`);
    expect(retired).toContain('ovirt-worker backup-server tcp 19000 2026-03-16');
    expect(retired.filter((each) => each.includes('oracle-windows udp') || each.includes('staging-server udp'))).toHaveLength(12);
    expect(retired).toHaveLength(13);
  });

  it('do not reach back before they retired', () => {
    expect(catalog.at('2026-02-12').retired).toEqual([]);
  });
});

describe('the diff of two days', () => {
  const changes = diffViews(catalog.at('2026-02-12'), catalog.at());

  it('pairs what went with what came', () => {
    const pair = changes.find((change) => change.workload === 'ovirt-kvm')?.pairs.find(({ from, to }) => from === 'ovirt-worker' && to === 'backup-server');
    expect(pair?.removed.map((flow) => flow.id)).toEqual(['ovirt-kvm/ovirt-worker/backup-server/tcp-19000']);
    expect(pair?.added.map((flow) => flow.id)).toEqual(['ovirt-kvm/ovirt-worker/backup-server/tcp-10006']);
  });

  it('names the revisions and the renamed components', () => {
    expect(changes.map((change) => change.workload)).toEqual(['nutanix-ahv', 'ovirt-kvm', 'oracle']);
    expect(changes[0]?.pages).toMatchObject([{ before: { date: '2026-02-12' }, after: { date: '2026-07-09', build: '13.0.2.29' } }]);
    expect(changes[0]?.renamed.map((each) => each.component)).toEqual(['vpower-nfs-server']);
  });

  it('is empty for a re-dated page with equal facts', () => {
    expect(diffViews(catalog.at('2026-02-02'), catalog.at('2026-02-06'))).toEqual([]);
  });

  it('runs backwards as well', () => {
    const back = diffViews(catalog.at(), catalog.at('2026-02-12'));
    expect(back.flatMap((change) => change.pairs).flatMap((pair) => pair.added)).toHaveLength(
      changes.flatMap((change) => change.pairs).flatMap((pair) => pair.removed).length);
  });
});

describe('a revision as people write it', () => {
  it.each([['latest', {}], ['2026-02-12', { date: '2026-02-12' }], ['2024-02-29', { date: '2024-02-29' }]])('%s', (text, read) => {
    expect(readRevision(text)).toEqual(read);
  });

  it.each(['', 'newest', '2026-2-12', '2026-02-30', '2026-13-01', '12.02.2026', '2026-02-12T00:00'])('not "%s"', (text) => {
    expect(readRevision(text)).toBeUndefined();
  });
});
