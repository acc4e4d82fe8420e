/** Which flows a guarded path must let through (design/semantics.md "What is required"), with the built-in catalog. */
import { describe, expect, it } from 'vitest';
import { analyseNft, chains, directiveErrors, requiredOf } from './analyse.ts';

function required(head: string, path?: string): string[] {
  return requiredOf(analyseNft(chains({ head: `${head.trim().replace(/^\s*/gm, '# veeam-ports: ')}\n` })), path);
}

describe('chosen workloads', () => {
  it('a component of one workload implies it', () => {
    expect(required('guards ahv-worker', 'input')).toEqual(['nutanix-ahv/backup-server/ahv-worker/tcp-19000', 'nutanix-ahv/backup-server/ahv-worker/tcp-443']);
    expect(required('guards ahv-worker', 'output').every((f) => f.startsWith('nutanix-ahv/ahv-worker/'))).toBe(true);
  });

  it('a shared component needs use, and the diagnostic offers the workloads', () => {
    const analysis = analyseNft(chains({ head: '# veeam-ports: guards backup-repository\n' }));
    expect(requiredOf(analysis)).toEqual([]);
    expect(directiveErrors(analysis)).toEqual([expect.stringMatching(/^bad-directive at «backup-repository»: .*nutanix-ahv.*ovirt-kvm.*oracle.*use/)]);
    expect(analysis.directiveFindings[0]?.corrections.map((c) => c.title)).toEqual(['Use nutanix-ahv', 'Use ovirt-kvm', 'Use oracle']);
    expect(required('use oracle\nguards backup-repository')).toEqual([
      'oracle/backup-server/backup-repository/tcp-6162-else-2500-3300', 'oracle/console/backup-repository/tcp-6162-else-2500-3300', 'oracle/mount-server/backup-repository/tcp-6162-else-2500-3300', 'oracle/oracle-linux/backup-repository/tcp-6162-else-2500-3300',
    ]);
  });

  it('so does transit alone', () => {
    expect(directiveErrors(analyseNft(chains({ head: '# veeam-ports: transit\n' })))).toEqual([expect.stringMatching(/^bad-directive at «transit»/)]);
    expect(required('use oracle\ntransit').length).toBeGreaterThan(20);
  });

  it('a component of one workload beside a shared one implies it for both', () => {
    expect(required('guards ahv-worker, backup-server', 'input')).toEqual(expect.arrayContaining(['nutanix-ahv/ahv-worker/backup-server/tcp-10006', 'nutanix-ahv/backup-server/ahv-worker/tcp-443']));
  });

  it('use limits what an implied workload would ask for', () => {
    expect(required('use oracle\nguards ahv-worker')).toEqual([]);
  });

  it('several workloads are asked together', () => {
    const both = required('use nutanix-ahv, ovirt-kvm\nguards backup-repository', 'input');
    expect(both).toEqual(['nutanix-ahv/ahv-worker/backup-repository/tcp-6162-else-2500-3300', 'ovirt-kvm/ovirt-worker/backup-repository/tcp-2500-3300']);
  });

  it('transit asks for what passes between its ends', () => {
    expect(required('use oracle\ntransit from oracle-linux to backup-repository')).toEqual(['oracle/oracle-linux/backup-repository/tcp-6162-else-2500-3300']);
    expect(required('use oracle\ntransit to mount-server')).toEqual(['oracle/oracle-windows/mount-server/tcp-3260-3270', 'oracle/staging-server/mount-server/tcp-3260-3270']);
  });

  it('a flow from a component to itself is not listed', () => {
    expect(required('use ovirt-kvm\nguards backup-server')).not.toContain('ovirt-kvm/backup-server/backup-server/tcp-6172');
  });

  it('a policy that the file does not have asks for nothing', () => {
    const text = '# veeam-ports: guards ahv-worker\n\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n';
    expect(requiredOf(analyseNft(text)).every((f) => f.includes('/ahv-worker/tcp-'))).toBe(true);
  });
});

describe('features', () => {
  const HELPER = 'ovirt-kvm/backup-server/flr-helper-appliance/tcp-22';
  it('on: required; off: not listed; unstated: listed and marked', () => {
    const output = (head: string): string[] => required(`use ovirt-kvm\nguards backup-server\n${head}`, 'output').filter((f) => f.startsWith(HELPER));
    expect(output('feature file-level-restore on')).toEqual([HELPER]);
    expect(output('feature file-level-restore off')).toEqual([]);
    expect(output('')).toEqual([`${HELPER} ?`]);
  });

  it('the last statement holds', () => {
    expect(required('use ovirt-kvm\nguards backup-server\nfeature file-level-restore on\nfeature file-level-restore off', 'output').some((f) => f.startsWith(HELPER))).toBe(false);
  });

  it('of two conditions one that is off is enough', () => {
    const flow = 'oracle/mount-server/oracle-windows/tcp-49152-65535';
    const inputOf = (head: string): string[] => required(`guards oracle-windows\n${head}`, 'input').filter((f) => f.startsWith(flow));
    expect(inputOf('feature restricted-windows-firewall on')).toEqual([`${flow} ?`]);
    expect(inputOf('feature restricted-windows-firewall on\nfeature instant-recovery-or-em off')).toEqual([]);
    expect(inputOf('feature restricted-windows-firewall on\nfeature instant-recovery-or-em on')).toEqual([flow]);
  });

  it('a port item with a condition of its own goes with it', () => {
    const NFS = 'nutanix-ahv/ahv-cluster/vpower-nfs-server/tcp+udp-1058plus-or-1063plus';
    const itemsWith = (head: string): unknown => {
      const analysis = analyseNft(chains({ head: `# veeam-ports: guards vpower-nfs-server\n# veeam-ports: feature vpower-nfs on\n${head}\n` }));
      return analysis.reports.flatMap((r) => r.flows.filter((f) => f.flow.id === NFS).map((f) => [f.flow.mode, f.flow.items.map((i) => i.first)]));
    };
    expect(itemsWith('')).toEqual([['any', [1058, 1063]]]);
    expect(itemsWith('# veeam-ports: feature nfs-on-backup-server on')).toEqual([['only', [1058]]]);
    expect(itemsWith('# veeam-ports: feature nfs-on-backup-server off')).toEqual([['only', [1063]]]);
  });

  it('the states of its conditions go with the flow', () => {
    const [report] = analyseNft(chains({ head: '# veeam-ports: guards oracle-windows\n# veeam-ports: feature restricted-windows-firewall on\n' })).reports;
    const flow = report?.flows.find((f) => f.flow.id === 'oracle/mount-server/oracle-windows/tcp-49152-65535');
    expect(flow?.conditions.map((c) => `${c.feature} ${c.state}`).sort()).toEqual(['instant-recovery-or-em unstated', 'restricted-windows-firewall on']);
  });
});

describe('what the site does not have', () => {
  it('absent takes a component’s flows out, at both ends', () => {
    expect(required('guards ahv-worker\nabsent update-mirror, ntp-server', 'output').some((f) => /update-mirror|ntp-server/.test(f))).toBe(false);
    expect(required('guards ahv-worker\nabsent backup-server', 'input')).toEqual([]);
  });

  it('ignored flows are not asked for, in the file or behind one policy', () => {
    expect(required('guards ahv-worker\nignore nutanix-ahv/*/ahv-worker/* -- elsewhere', 'input')).toEqual([]);
    const one = analyseNft(chains({ head: '# veeam-ports: guards ahv-worker\n', input: '# veeam-ports: ignore */*/*/tcp-443' }));
    expect(requiredOf(one, 'input')).toEqual(['nutanix-ahv/backup-server/ahv-worker/tcp-19000']);
    expect(requiredOf(one, 'output')).toContain('nutanix-ahv/ahv-worker/update-repository/tcp-443');
  });

  it('an ignored flow whose id has a comma', () => {
    expect(required('guards ahv-worker\nignore nutanix-ahv/ahv-worker/ahv-host/tcp-3205,3260', 'output').some((f) => f.includes('ahv-host'))).toBe(false);
  });
});

describe('alternatives', () => {
  const targets = (head: string): string[] => required(`guards ahv-worker\n${head}`, 'output').filter((f) => /backup-repository|gateway-server/.test(f));
  const [REPOSITORY, GATEWAY] = ['nutanix-ahv/ahv-worker/backup-repository/tcp-6162-else-2500-3300', 'nutanix-ahv/ahv-worker/gateway-server/tcp-6162-else-2500-3300'];

  it.each([
    ['', [REPOSITORY, GATEWAY]],
    ['address backup-repository 10.0.0.5', [REPOSITORY]],
    ['address gateway-server 10.0.0.6', [GATEWAY]],
    ['reference gateway-server @gateway', [GATEWAY]],
    ['address backup-repository 10.0.0.5\naddress gateway-server 10.0.0.6', [REPOSITORY, GATEWAY]],
    ['absent gateway-server', [REPOSITORY]],
    ['absent gateway-server, backup-repository', []],
  ])('with %j', (head, flows) => {
    expect(targets(head)).toEqual(flows);
  });

  it('the guarded one is there', () => {
    expect(required('use nutanix-ahv\nguards gateway-server', 'input')).toEqual([GATEWAY]);
  });
});

describe('the revision', () => {
  it('is that of the directive, the newest without one', () => {
    const of = (head: string): string | undefined => analyseNft(chains({ head: `# veeam-ports: guards ahv-worker\n${head}\n` })).catalog.flows[0]?.sources[0]?.revision;
    const newest = of('');
    expect(of('# veeam-ports: revision latest')).toBe(newest);
    expect(of('# veeam-ports: revision 2026-02-12') ?? '').toMatch(/^\d{4}-\d\d-\d\d$/);
    expect((of('# veeam-ports: revision 2026-02-12') ?? '') <= '2026-02-12').toBe(true);
  });
});
