/** A module of several files, as every command shows it: what is true of one file of a netfilter host need not be true here. */
import { describe, expect, it } from 'vitest';
import { every, sarifLog, workflowCommand, xmlRoot } from './judges.ts';
import { place } from './tool.ts';

const here = place();
here.put('module/main.tf', '# veeam-ports: guards ahv-worker\nresource "aws_security_group" "worker" {\n  name = "worker"\n}\n');
here.put('module/rules.tf', `# veeam-ports: address backup-server 10.10.0.10
resource "aws_vpc_security_group_ingress_rule" "platform" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.10.0.10/32"
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "data" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.10.0.10/32"
  from_port         = 2500
  to_port           = 3000
  ip_protocol       = "tcp"
}
`);
here.put('module/variables.tf', 'variable "region" {\n  default = "eu-central-1"\n}\n');
const run = (...args: string[]): ReturnType<typeof here.run> => here.run(args);
const PACKET = ['--from', '10.10.0.10', '--to', '10.10.20.15', '--protocol', 'tcp', '--port', '443'];

describe('check of a module', () => {
  it('tells each finding where it stands, and nothing of files without a policy', () => {
    const { stdout, status } = run('check', 'module');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^module\/rules\.tf:13:\d+ warning partial-flow Worker to Backup server: .*TCP 3001-3300 lacking/m);
    expect(stdout).not.toContain('variables.tf');
    expect(stdout).not.toContain('no policy');
    expect(stdout).toMatch(/^3 files, 2 policies: 1 of /m);
  });

  it('places SARIF results and annotations in the file of their line', () => {
    const results = sarifLog(run('check', 'module', '--format', 'sarif').stdout).runs[0]?.results ?? [];
    const partial = results.filter((r) => r.ruleId === 'partial-flow').map((r) => r.locations?.[0]?.physicalLocation);
    expect(partial).toMatchObject([{ artifactLocation: { uri: 'module/rules.tf' }, region: { startLine: 13 } }]);
    const commands = run('check', 'module', '--format', 'github').stdout.split('\n').map((line) => workflowCommand(line));
    expect(commands.find((c) => c?.properties['title'] === 'partial-flow')?.properties).toMatchObject({ file: 'module/rules.tf', line: '13' });
  });

  it('judges each flow once, in the file that holds the policy', () => {
    const junit = xmlRoot(run('check', 'module', '--format', 'junit', '--fail-on', 'warning').stdout);
    const cases = every(junit, 'testcase');
    expect(new Set(cases.map((c) => c.attributes['file']))).toEqual(new Set(['module/main.tf']));
    expect(new Set(cases.map((c) => c.attributes['name'])).size).toBe(cases.length);
    expect(every(junit, 'failure').find((f) => f.attributes['type'] === 'partial-flow')?.text).toContain('decided by module/main.tf:2:');
  });
});

describe('trace and rules of a module', () => {
  it('answer from all of its files', () => {
    expect(run('trace', 'module/main.tf', ...PACKET).stdout).toMatch(/^aws_security_group\.worker ingress \(in\): accept\n {2}decided by module\/rules\.tf:2:1 accept: resource "aws_vpc_security_group_ingress_rule" "platform" \{ security_group_id = /);
    expect(run('rules', 'module/main.tf', '--format', 'pretty').stdout).toMatch(/^ {2}module\/rules\.tf:10:1 accept: /m);
    expect(JSON.parse(run('rules', 'module/main.tf').stdout)).toMatchObject({ dialect: 'terraform', policies: [{ name: 'aws_security_group.worker ingress', order: 'union' }, { name: 'aws_security_group.worker egress' }] });
  });

  it('do not take a file without a policy for one that lets everything pass', () => {
    expect(run('trace', 'module/rules.tf', ...PACKET)).toEqual({ status: 0, stdout: 'undecided\n', stderr: 'veeam-ports: no policy of the file filters incoming packets; ask the file of its module that holds the policy\n' });
  });

  it.each(['trace', 'rules'])('%s refuses a folder and what cannot be read', (command) => {
    for (const [path, why] of [['module', 'is a folder, not a file'], ['module/gone.tf', 'no such file or folder']] as const) {
      expect(run(command, path, ...(command === 'trace' ? PACKET : []))).toEqual({ status: 2, stdout: '', stderr: `veeam-ports: ${path}: ${why}\n` });
    }
  });
});
