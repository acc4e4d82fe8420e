/** Terraform configuration that a careless or hostile author could hand over. */
import { DIRECTIVES, type Generator, address, lines, port, repeated } from './generators.ts';

const group = (body: string): string => `${DIRECTIVES}\nresource "aws_security_group" "w" {\n${body}\n}\n`;
const ingress = (cidrs: string): string => `ingress {\nprotocol = "tcp"\nfrom_port = 443\nto_port = 443\ncidr_blocks = ${cidrs}\n}`;
const withCidrs = (cidrs: string): string => group(ingress(cidrs));
const acl = (body: string): string => `${DIRECTIVES}\nresource "aws_network_acl" "w" {\n${body}\n}\n`;
const locals = (body: string, used: string): string => `locals {\n${body}\n}\n${withCidrs(used)}`;

/** As often opened as closed, so that the middle is reached. */
const nested = (open: string, close: string, around: (body: string) => string): Generator => (size) => {
  const times = Math.ceil(size / (open.length + close.length));
  return around(`${open.repeat(times)}"10.0.0.1/32"${close.repeat(times)}`);
};

export const TERRAFORM: Readonly<Record<string, Generator>> = {
  'rules in a group': lines((i) => `ingress {\nprotocol = "tcp"\nfrom_port = ${port(i)}\nto_port = ${port(i)}\ncidr_blocks = ["${address(i)}/32"]\n}`, group),
  'rules of their own': lines((i) => `resource "aws_security_group_rule" "r${String(i)}" {\nsecurity_group_id = aws_security_group.w.id\ntype = "ingress"\nprotocol = "tcp"\nfrom_port = ${port(i)}\nto_port = ${port(i)}\ncidr_blocks = ["${address(i)}/32"]\n}`, (body) => `${group('')}${body}\n`),
  'groups': lines((i) => `resource "aws_security_group" "g${String(i)}" {\ningress {\nprotocol = "tcp"\nfrom_port = ${port(i)}\nto_port = ${port(i)}\nsecurity_groups = [aws_security_group.g${String(i + 1)}.id]\n}\n}`, (body) => `${DIRECTIVES}\n${body}`),
  'rules of groups that one name may be': lines((i) => `resource "aws_security_group" "g${String(i)}" {}\nresource "aws_security_group_rule" "r${String(i)}" {\ntype = "ingress"\nsecurity_group_id = element([aws_security_group.g${String(i)}.id, aws_security_group.g0.id], var.n)\n}`, (body) => `${DIRECTIVES}\n${body}`),
  'denies of an access list, then an allow': lines((i) => `ingress {\nrule_no = ${String(i + 1)}\naction = "deny"\nprotocol = "tcp"\nfrom_port = ${port(i)}\nto_port = ${port(i)}\ncidr_block = "${address(i)}/32"\n}`, (body) => acl(`${body}\ningress {\nrule_no = 32000\naction = "allow"\nprotocol = "-1"\nfrom_port = 0\nto_port = 0\ncidr_block = "0.0.0.0/0"\n}`)),
  'a list of addresses': (size) => withCidrs(`[${lines((i) => `"${address(i)}/32",`)(size)}]`),
  'interpolated addresses': (size) => withCidrs(`[${lines((i) => `"\${"10.0.${String((i >> 8) & 255)}"}.\${${String(i & 255)}}/32",`)(size)}]`),
  'opening braces': repeated('{'),
  'nested blocks': repeated('a {\n', group),
  'nested dynamic blocks': repeated('dynamic "ingress" {\nfor_each = [1]\ncontent {\n', group),
  'open brackets': repeated('[', withCidrs),
  'nested brackets': nested('[', ']', (body) => withCidrs(`flatten(${body})`)),
  'nested parentheses': nested('(', ')', withCidrs),
  'nested objects': nested('{ a = ', ' }', withCidrs),
  'nested templates': nested('"${', '}"', withCidrs),
  'open templates': repeated('"${', withCidrs),
  'directives of templates': repeated('%{ if true }', (body) => withCidrs(`["${body}"]`)),
  'nested functions': nested('concat(', ')', withCidrs),
  'nested for': nested('[for a in ', ' : a]', withCidrs),
  'conditions in conditions': repeated('var.a ? [] : ', (body) => withCidrs(`${body} []`)),
  'operators': repeated('1 + ', (body) => withCidrs(`${body} 1`)),
  'negations': repeated('!', (body) => withCidrs(`${body}true`)),
  'indices': repeated('[0]', (body) => withCidrs(`local.a${body}`)),
  'splats': repeated('[*]', (body) => withCidrs(`local.a${body}`)),
  'doubling locals': lines((i) => `a${String(i + 1)} = concat(local.a${String(i)}, local.a${String(i)})`, (body) => locals(`a0 = ["10.0.0.1/32"]\n${body}`, 'local.a40')),
  'doubling texts': lines((i) => `a${String(i + 1)} = "\${local.a${String(i)}}\${local.a${String(i)}}"`, (body) => locals(`a0 = "1"\n${body}`, '[local.a40]')),
  'locals of one another': lines((i) => `a${String(i)} = local.a${String(i + 1)}`, (body) => locals(body, 'local.a0')),
  'doubling conditions': lines((i) => `a${String(i + 1)} = var.x ? [local.a${String(i)}] : [local.a${String(i)}, 1]`, (body) => locals(`a0 = []\n${body}`, 'flatten(local.a40)')),
  'ranges': lines((i) => ingress(`[for n in range(200) : "10.${String(i & 255)}.\${n}.0/24"]`), group),
  'instances': lines((i) => `resource "aws_security_group" "g${String(i)}" {\nfor_each = toset([for n in range(100) : tostring(n)])\n${ingress('["10.0.0.${each.key}/32"]')}\n}`, (body) => `${DIRECTIVES}\n${body}`),
  'rules of any instance': lines((i) => `resource "aws_security_group_rule" "r${String(i)}" {\ntype = "ingress"\nsecurity_group_id = aws_security_group.many[var.n].id\n}`, (body) => `${group('')}resource "aws_security_group" "many" {\ncount = 2000\n}\n${body}`),
  'groups with broken text between them': lines((i) => `resource "aws_security_group" "g${String(i)}" {\n}\n= security_group\n`),
  'a count beyond all': lines((i) => `resource "aws_security_group" "g${String(i)}" {\ncount = 1000000000\n}`, (body) => `${DIRECTIVES}\n${body}`),
  'here-documents': lines((i) => `description = <<-E${String(i)}\n  \${local.a}\n  E${String(i)}`, group),
  'open here-documents': lines((i) => `description = <<E${String(i)}`, group),
  'open strings': lines(() => 'description = "', group),
  'an open string': repeated('x', (body) => group(`description = "${body}`)),
  'escapes': repeated('\\n', (body) => group(`description = "${body}"`)),
  'one long line': repeated('a = 1, ', (body) => withCidrs(`{ ${body} }`)),
  'one long name': repeated('a', group),
  'open comments': repeated('/* ', group),
  'closing braces': repeated('}\n'),
  'unknown blocks': lines((i) => `resource "aws_instance" "i${String(i)}" {\nname = "x"\n}`, (body) => `${group('')}${body}`),
  'directives': lines((i) => `# veeam-ports: ignore nutanix-ahv/a*b*${String(i)}/*/* dead-rule -- no`, (body) => `${body}\n${group('')}`),
  'JSON brackets': repeated('[', (body) => `{"locals":{"a":${body}`),
  'JSON rules': lines((i) => `{"protocol":"tcp","from_port":${port(i)},"to_port":${port(i)},"cidr_blocks":["${address(i)}/32"]},`, (body) => `{"resource":{"aws_security_group":{"w":{"ingress":[${body} {}]}}}}`),
  'NUL': repeated('\0', group),
  'lone surrogates': repeated('\ud800', group),
};
