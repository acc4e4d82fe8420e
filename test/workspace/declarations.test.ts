/** What directives declare, and what is said of those that are wrong. */
import { describe, expect, it } from 'vitest';
import { addressSetToCidrs } from '../../server/src/core/addresses.ts';
import { analyseNft, chains, directiveErrors } from './analyse.ts';

const analyse = (head: string): ReturnType<typeof analyseNft> => analyseNft(chains({ head: `${head.trim().replace(/^\s*/gm, '# veeam-ports: ')}\n` }));

describe('declarations', () => {
  it('addresses of a component add up over its directives', () => {
    const { site } = analyse('address backup-server 10.0.0.1, fd00::1\naddress backup-server 10.0.0.8-10.0.0.9').declared;
    const set = site.components.get('backup-server')?.addresses;
    expect(set && addressSetToCidrs(set)).toEqual(['10.0.0.1', '10.0.0.8/31', 'fd00::1']);
  });

  it('internet is an address', () => {
    const set = analyse('address update-mirror internet').declared.site.components.get('update-mirror')?.addresses;
    expect(set && addressSetToCidrs(set)).toContain('8.0.0.0/7');
  });

  it('references, interfaces, features, absent components, workloads', () => {
    const { site, features, absent, use } = analyse('reference ahv-worker @workers var.worker\ninterface eth1 10.1.0.0/16\ninterface eth1 fd00::/64\nfeature vpower-nfs off\nabsent gateway-server, console\nuse oracle, nutanix-ahv oracle').declared;
    expect(site.components.get('ahv-worker')).toEqual({ references: ['@workers', 'var.worker'] });
    expect([...site.interfaces].map(([name, set]) => [name, addressSetToCidrs(set)])).toEqual([['eth1', ['10.1.0.0/16', 'fd00::/64']]]);
    expect([...features]).toEqual([['vpower-nfs', 'off']]);
    expect([...absent]).toEqual(['gateway-server', 'console']);
    expect(use).toEqual(['oracle', 'nutanix-ahv']);
  });

  it('hold for the file wherever they stand', () => {
    const inside = analyseNft(chains({ inInput: '# veeam-ports: address backup-server 10.0.0.1\n# veeam-ports: use oracle' }));
    expect([inside.declared.use, inside.declared.site.components.has('backup-server')]).toEqual([['oracle'], true]);
    const trailing = analyseNft(chains().replace('tcp dport 22 accept', 'tcp dport 22 accept # veeam-ports: absent console'));
    expect([...trailing.declared.absent]).toEqual(['console']);
  });
});

describe('what is wrong', () => {
  it.each<[string, string[]]>([
    ['guard ahv-worker', ['bad-directive at «guard»: “guard” is not a directive; did you mean guards?']],
    ['', ['bad-directive at «veeam-ports:»: Write what to declare: use, guards, transit, address, reference, interface, feature, absent, revision, ignore, off.']],
    ['guards', ['bad-directive at «guards»: “guards” needs the components that the policy protects.']],
    ['use', ['bad-directive at «use»: “use” needs at least one workload.']],
    ['address', ['bad-directive at «address»: “address” needs a component and its addresses.']],
    ['address backup-server', ['bad-directive at «address»: “address” needs a component and its addresses.']],
    ['reference ahv-worker', ['bad-directive at «reference»: “reference” needs a component and the names that stand for it.']],
    ['interface eth1', ['bad-directive at «interface»: “interface” needs an interface and the networks behind it.']],
    ['absent', ['bad-directive at «absent»: “absent” needs the components that the site does not have.']],
    ['ignore', ['bad-directive at «ignore»: “ignore” needs flow ids or diagnostic codes.']],
    ['revision', ['bad-directive at «revision»: “revision” needs a date such as 2026-02-12, or latest.']],
    ['revision yesterday', ['bad-directive at «yesterday»: “yesterday” is not a date such as 2026-02-12, nor latest.']],
    ['revision 2026-02-30', ['bad-directive at «2026-02-30»: “2026-02-30” is not a date such as 2026-02-12, nor latest.']],
    ['feature vpower-nfs', [expect.stringMatching(/^bad-directive at «feature»/) as string]],
    ['feature vpower-nfs maybe', ['bad-directive at «maybe»: A feature is on or off, not “maybe”.']],
    ['feature vpower-nsf on', ['bad-directive at «vpower-nsf»: The catalog has no feature “vpower-nsf”; did you mean vpower-nfs?']],
    ['guards ahv-wroker', ['unknown-component at «ahv-wroker»: The catalog has no component “ahv-wroker”; did you mean ahv-worker?']],
    ['absent nonsense', ['unknown-component at «nonsense»: The catalog has no component “nonsense”.']],
    ['use nutanix', [expect.stringMatching(/^unknown-workload at «nutanix»: .*nutanix-ahv/) as string]],
    ['address backup-server 10.0.0.256', ['bad-address at «10.0.0.256»: “10.0.0.256” is not an IP address, network or range.']],
    ['address backup-server 10.0.0.1 10.0.0.0/33', ['bad-address at «10.0.0.0/33»: “10.0.0.0/33” is not an IP address, network or range.']],
    ['interface eth1 10.0.0', ['bad-address at «10.0.0»: “10.0.0” is not an IP address, network or range.']],
    ['ignore nutanix-ahv/ahv-worker/prism-central/tcp-9441', [expect.stringMatching(/^unknown-flow at «nutanix-ahv\/ahv-worker\/prism-central\/tcp-9441»: .*tcp-9440/) as string]],
    ['ignore oracle/*', ['unknown-flow at «oracle/*»: The catalog has no flow “oracle/*”.']],
    ['ignore dead-rules', ['bad-directive at «dead-rules»: “dead-rules” is neither a flow id nor a diagnostic code; did you mean dead-rule?']],
    ['transit console', ['bad-directive at «console»: Write “transit from COMPONENT to COMPONENT”, or “transit” alone.']],
    ['transit from', ['bad-directive at «from»: “from” needs components behind it.']],
    ['use oracle\ntransit from console to', ['bad-directive at «to»: “to” needs components behind it.']],
    ['transit from console to backup-server', ['bad-directive at «console»: console belongs to ovirt-kvm, oracle: say which with “veeam-ports: use WORKLOAD”.']],
    ['guards Backup_Repository', ['bad-directive at «Backup_Repository»: backup-repository belongs to nutanix-ahv, ovirt-kvm, oracle: say which with “veeam-ports: use WORKLOAD”.']],
  ])('%j', (text, errors) => {
    expect(directiveErrors(analyse(text))).toEqual(errors);
  });

  it('names the severity of the table', () => {
    const severity = (text: string): unknown => analyse(text).directiveFindings.map((f) => f.severity);
    expect([severity('guards nonsense'), severity('use nonsense'), severity('address backup-server x'), severity('ignore a/b/c/d'), severity('nonsense')]).toEqual([['error'], ['error'], ['error'], ['warning'], ['error']]);
  });

  it('offers what was meant as a correction of the word', () => {
    const [finding] = analyse('guards ahv-wroker').directiveFindings;
    expect(finding?.corrections).toEqual([{ title: 'Change to ahv-worker', newText: 'ahv-worker', span: finding?.span }]);
  });

  it('of several directives the good ones hold', () => {
    const analysis = analyse('guards ahv-worker, nonsense\naddress backup-server 10.0.0.1 nonsense');
    expect(analysis.reports.length).toBe(2);
    expect(analysis.declared.site.components.get('backup-server')?.addresses?.[4]).toEqual([0x0a000001, 0x0a000002]);
  });
});
