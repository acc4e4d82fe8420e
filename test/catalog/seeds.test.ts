import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { FACT_COLUMNS, factLine } from './facts.ts';

const view = builtinCatalog().at('2026-02-12');

describe('the seed pages', () => {
  it('are in the catalog, fact by fact', () => {
    const golden = readFileSync(new URL('seed-facts.tsv', import.meta.url), 'utf8').trimEnd().split('\n');
    expect([FACT_COLUMNS.join('\t'), ...view.requirements.map(factLine)]).toEqual(golden);
  });

  it.each([
    ['ovirt-kvm', '2026-02-02', 'Workers', 6, 7],
    ['ovirt-kvm', '2026-02-02', 'Backup Server', 6, 6],
    ['nutanix-ahv', '2026-02-12', 'Workers', 8, 13],
    ['nutanix-ahv', '2026-02-12', 'Backup Server', 3, 3],
    ['nutanix-ahv', '2026-02-12', 'vPower NFS Service', 3, 8],
    ['oracle', '2025-12-23', 'Data Recovery from Image-Level Backups', 8, 51],
    ['oracle', '2025-12-23', 'Restore from Plug-in Backups', 6, 14],
  ])('%s %s, %s: %i rows, %i requirements', (workload, revision, section, rows, requirements) => {
    const own = view.requirements.filter((each) => each.workload === workload && each.section === section);
    expect(own.every((each) => each.revision === revision && each.build === '13.0.1.1071')).toBe(true);
    expect(new Set(own.map((each) => each.row))).toEqual(new Set(Array.from({ length: rows }, (_, index) => index + 1)));
    expect(own).toHaveLength(requirements);
  });

  it('come without a warning', () => {
    expect(view.warnings).toEqual([]);
  });

  it('give flow ids in the documented forms', () => {
    expect([...view.flowById.keys()]).toEqual(expect.arrayContaining([
      'nutanix-ahv/ahv-worker/prism-central/tcp-9440',
      'nutanix-ahv/ahv-worker/update-mirror/tcp-443-or-80',
      'nutanix-ahv/ahv-worker/ahv-host/tcp-3205,3260',
      'nutanix-ahv/ahv-worker/backup-server/tcp-2500-3300',
      'nutanix-ahv/ahv-cluster/vpower-nfs-server/tcp+udp-1058plus-or-1063plus',
      'nutanix-ahv/ahv-cluster/vpower-nfs-server/tcp+udp-2049plus',
      'oracle/console/oracle-windows/tcp+udp-135,445',
      'oracle/console/backup-repository/tcp-6162-else-2500-3300',
    ]));
  });

  it('join rows of one id into one flow', () => {
    const flow = view.flowById.get('oracle/console/backup-server/tcp-443');
    expect(flow?.sources.map(({ section, row }) => `${section} ${row}`)).toEqual([
      'Data Recovery from Image-Level Backups 1', 'Restore from Plug-in Backups 1',
    ]);
  });

  it('mark alternative targets with one group per row', () => {
    const groups = new Map(view.flows.flatMap((flow) => (flow.alternativeGroup === undefined ? [] : [[flow.id, flow.alternativeGroup]])));
    const data = groups.get('nutanix-ahv/ahv-worker/backup-repository/tcp-2500-3300');
    expect(data).toBeDefined();
    expect(groups.get('nutanix-ahv/ahv-worker/gateway-server/tcp-2500-3300')).toBe(data);
    expect(groups.get('nutanix-ahv/ahv-worker/gateway-server/tcp-6162')).not.toBe(data);
    expect(groups.size).toBe(6);
  });

  it('name the components as the pages do', () => {
    const name = (id: string): string | undefined => view.components.get(id)?.name;
    expect(['backup-server', 'ahv-host', 'ovirt-manager', 'update-mirror', 'oracle-windows', 'mount-server'].map(name)).toEqual([
      'Backup server', 'Nutanix AHV server', 'oVirt KVM Manager', 'Veeam Update Repository (local mirror)',
      'Target Windows machine with Oracle', 'Mount server associated with the backup repository',
    ]);
    expect(view.components.get('update-repository')).toMatchObject({
      kind: 'external', hostNames: ['repository.veeam.com', 'cloudfront.net', 'amazonaws.com'],
    });
  });
});
