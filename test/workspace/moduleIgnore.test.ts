/** In a module, `ignore` at a rule holds in the rule's document, and that of a whole file for the policies whose header is there. */
import { expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';

const RULE = 'resource "aws_vpc_security_group_egress_rule" "data" {\n  security_group_id = aws_security_group.worker.id\n  cidr_ipv4         = "10.10.0.10/32"\n  ip_protocol       = "tcp"\n  from_port         = 2500\n  to_port           = 3000\n}\n';
const HEAD = '# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\n';
const GROUP = 'resource "aws_security_group" "worker" {\n}\n';

function codesIn(name: string, main: string, rules: string): string[] {
  const files = [{ uri: 'file:///m/main.tf', text: main }, { uri: 'file:///m/rules.tf', text: rules }];
  const service = createLanguageService({ include: (_, pattern) => (pattern === '*.tf' ? files : []) });
  const file = files.find(({ uri }) => uri.endsWith(name));
  const analysis = file && service.analyse(file);
  if (!analysis) throw new Error(name);
  return service.findings(analysis).map(({ code }) => code);
}

it('a file’s directive leaves findings of another document’s policy alone', () => {
  expect(codesIn('rules.tf', HEAD + GROUP, `# veeam-ports: ignore partial-flow\n\n${RULE}`)).toContain('partial-flow');
  expect(codesIn('rules.tf', `${HEAD}# veeam-ports: ignore partial-flow\n\n${GROUP}`, RULE)).not.toContain('partial-flow');
});

it('a directive at the rule silences it there', () => {
  expect(codesIn('rules.tf', HEAD + GROUP, `# veeam-ports: ignore partial-flow\n${RULE}`)).not.toContain('partial-flow');
});

it('a directive at a rule means no rule that stands on the same line of another file', () => {
  const other = '# veeam-ports: ignore partial-flow\nresource "aws_vpc_security_group_egress_rule" "ssh" {\n  security_group_id = aws_security_group.worker.id\n  cidr_ipv4         = "10.9.0.1/32"\n  ip_protocol       = "tcp"\n  from_port         = 22\n  to_port           = 22\n}\n';
  // The rule of main.tf begins on line 6, as the port that the finding stands on does in rules.tf.
  const main = `${HEAD}${GROUP}${other}`;
  const rules = `${'\n'.repeat(main.slice(0, main.indexOf('resource "aws_vpc')).split('\n').length - 1 - RULE.slice(0, RULE.indexOf('2500')).split('\n').length + 1)}${RULE}`;
  expect(codesIn('rules.tf', main, rules)).toContain('partial-flow');
});
