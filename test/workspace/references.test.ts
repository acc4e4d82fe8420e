// A guarded group is itself a reference of its component (semantics.md, "Terms"; dialects.md, terraform).
import { expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import type { Verdict } from '../../server/src/model/verdict.ts';

const group = (name: string, guard: string): string => `${guard}\nresource "aws_security_group" "${name}" {}\n`;
const rule = (from: string): string => `
resource "aws_vpc_security_group_ingress_rule" "r" {
  security_group_id            = aws_security_group.server.id
  referenced_security_group_id = ${from}
  ip_protocol                  = "tcp"
  from_port                    = 10006
  to_port                      = 10006
}
`;

/** @param beside another file of the module. */
function verdictOf(text: string, beside?: string): Verdict | undefined {
  const include = (_: string, path: string) => (path === '*.tf' && beside !== undefined ? [{ uri: 'file:///module/other.tf', text: beside }] : []);
  const analysis = createLanguageService({ include }).analyse({ uri: 'file:///module/main.tf', text: `# veeam-ports: use nutanix-ahv\n\n${text}` });
  return analysis?.reports.find((r) => r.path.name === 'aws_security_group.server ingress')?.flows.find((f) => f.flow.id === 'nutanix-ahv/ahv-worker/backup-server/tcp-10006')?.verdict.verdict;
}

const SERVER = group('server', '# veeam-ports: guards backup-server');

it('means the component that the group guards', () => {
  expect(verdictOf(SERVER + group('worker', '\n# veeam-ports: guards ahv-worker') + rule('aws_security_group.worker.id'))).toBe('open');
  expect(verdictOf(SERVER + group('worker', '\n# veeam-ports: guards prism-central') + rule('aws_security_group.worker.id'))).toBe('missing');
  expect(verdictOf(SERVER + group('worker', '') + rule('aws_security_group.worker.id'))).toBe('undecided');
  expect(verdictOf(SERVER + rule('"sg-1"'))).toBe('undecided');
});

it('means it in every file of the module', () => {
  const server = SERVER + rule('aws_security_group.worker.id');
  expect(verdictOf(server, group('worker', '# veeam-ports: guards ahv-worker'))).toBe('open');
  expect(verdictOf(server, group('worker', '# veeam-ports: guards prism-central'))).toBe('missing');
  expect(verdictOf(server, group('worker', ''))).toBe('undecided');
  expect(verdictOf(server, `# veeam-ports: guards ahv-worker\n\n${group('worker', '')}`)).toBe('open');
  expect(verdictOf(server, `# veeam-ports: guards ahv-worker\n\n${group('worker', '')}${group('other', '')}`)).toBe('undecided');
});

it('is not told by a guard of the whole file that has several groups', () => {
  const both = group('server', '') + group('worker', '') + rule('aws_security_group.worker.id');
  expect(verdictOf(`# veeam-ports: guards backup-server\n\n${both}`)).toBe('undecided');
  expect(verdictOf(`# veeam-ports: guards backup-server\n\n${group('server', '')}${rule('aws_security_group.server.id')}`)).toBe('missing');
});

it('adds to the references that are declared', () => {
  expect(verdictOf(`# veeam-ports: reference ahv-worker sg-1\n\n${SERVER}${rule('"sg-1"')}`)).toBe('open');
});
