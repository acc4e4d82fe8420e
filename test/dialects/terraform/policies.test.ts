// Which policies a document holds, what of them stands in other files of the module, and what directives bind to.
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '../../../server/src/dialects/dialect.ts';
import { terraform } from '../../../server/src/dialects/terraform/index.ts';
import type { Reading } from '../../../server/src/model/reading.ts';

const FOLDER = 'file:///m/';

/** The document among the files of its folder. */
function readIn(files: Readonly<Record<string, string>>, name: string): Reading {
  const include: ReadContext['include'] = (pattern) => Object.keys(files).filter((f) => f.endsWith(pattern.slice(1))).sort().map((f) => ({ uri: FOLDER + f, text: files[f] ?? '' }));
  return terraform.createReader().read(files[name] ?? '', { uri: FOLDER + name, include });
}

const GROUP = 'resource "aws_security_group" "worker" {}\n';
const rule = (name: string): string => `resource "aws_vpc_security_group_ingress_rule" "${name}" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.0.0.0/8"
  ip_protocol       = "-1"
}
`;
const keys = (reading: Reading): string[] => reading.fragments.map((f) => f.key);

describe('the policies of a document', () => {
  it('are those whose group stands in it, with rules of the other files', () => {
    const files = { 'main.tf': GROUP + rule('own'), 'rules.tf': rule('other'), 'x.tfvars': '', 'z.auto.tfvars': 'a = 1\n' };
    const reading = readIn(files, 'main.tf');
    expect(keys(reading)).toEqual(['aws_security_group.worker ingress', 'aws_security_group.worker egress']);
    expect(reading.fragments[0]?.policy.main.entries.map((e) => e.uri)).toEqual([undefined, `${FOLDER}rules.tf`]);
    expect(reading.includes).toEqual([`${FOLDER}rules.tf`, `${FOLDER}z.auto.tfvars`]);
    expect(keys(readIn(files, 'rules.tf'))).toEqual([]);
    expect(terraform.createReader().read(rule('x'), { uri: 'untitled:x.tf' }).fragments.map((f) => f.policy.header)).toEqual([{ start: 75, end: 103 }]);
  });

  it('have the name as their header and the block as their span', () => {
    const { policy } = readIn({ 'main.tf': `\n${GROUP}` }, 'main.tf').fragments[0] ?? {};
    expect(policy?.header).toEqual({ start: 31, end: 39 });
    expect(policy?.span).toEqual({ start: 1, end: 42 });
  });

  it('may have rules that are not in sight where the folder is not', () => {
    const unsure = (uri: string): number => terraform.createReader().read(GROUP, { uri }).fragments[0]?.policy.main.entries.length ?? 0;
    expect(unsure('vscode-vfs://github/a/b/main.tf')).toBe(1);
    expect(unsure('untitled:Untitled-1')).toBe(0);
    expect(unsure('file:///home/-')).toBe(0);
  });

  it('stand alone on standard input', () => {
    const include: ReadContext['include'] = () => [{ uri: `${FOLDER}main.tf`, text: GROUP + rule('own') }];
    const reading = terraform.createReader().read(GROUP, { uri: `${FOLDER}-`, include });
    expect(reading.includes).toEqual([]);
    expect(reading.fragments[0]?.policy.main.entries).toEqual([]);
  });

  it('are one for groups that are nowhere without each other', () => {
    const text = `${GROUP}resource "aws_security_group" "b" {}\nresource "aws_instance" "i" {\n  vpc_security_group_ids = [aws_security_group.b.id, aws_security_group.worker.id]\n}\n`;
    const reading = readIn({ 'main.tf': text }, 'main.tf');
    expect(keys(reading)).toEqual(['aws_security_group.worker ingress', 'aws_security_group.worker egress']);
    expect(reading.fragments[0]?.policy.references).toEqual(['aws_security_group.worker', 'aws_security_group.b']);
    expect(reading.blocks.map((b) => b.policies)).toEqual([keys(reading), keys(reading)]);
  });

  it('are one per instance', () => {
    const reading = readIn({ 'main.tf': GROUP.replace('{}', '{\n  for_each = toset(["b", "a"])\n}') }, 'main.tf');
    expect(keys(reading).filter((k) => k.endsWith('ingress'))).toEqual(['aws_security_group.worker["a"] ingress', 'aws_security_group.worker["b"] ingress']);
    expect(reading.blocks.map((b) => b.policies.length)).toEqual([4]);
  });

  it('leave out what is not theirs to say', () => {
    const reading = readIn({ 'main.tf': `module "m" {\n  source = "./m"\n}\n${rule('x').replace('aws_security_group.worker.id', 'join("", [var.a])')}` }, 'main.tf');
    expect(reading.unmodelled.map((u) => u.why)).toEqual(['the security group of this rule is not known', 'the rules of module.m are not in sight']);
  });
});

describe('detection', () => {
  it.each([
    ['file:///a/main.tf', undefined, true],
    ['file:///a/main.tofu', 'plaintext', true],
    ['file:///a/main.tf.json', 'json', true],
    ['untitled:Untitled-1', 'terraform', true],
    ['untitled:Untitled-1', 'opentofu', true],
    ['file:///a/terraform.tfvars', undefined, false],
    ['file:///a/main.tf.bak', undefined, false],
  ])('%s as %s: %s', (uri, languageId, expected) => {
    expect(terraform.detect({ uri, text: '', ...(languageId === undefined ? {} : { languageId }) })).toBe(expected);
  });
});
