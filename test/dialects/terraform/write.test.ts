// Where and how rules are written: the text before and after, that the new text lets the packets through, and that terraform would leave it as it is.
import { parse as parseByHashiCorp } from '@cdktf/hcl2json';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../../server/src/catalog/builtin.ts';
import { NO_ADDRESSES, addressUnion, parseAddress, parseAddressSpec } from '../../../server/src/core/addresses.ts';
import { closedRange, unionAll } from '../../../server/src/core/intervals.ts';
import { PROTOCOL, portRange } from '../../../server/src/core/packets.ts';
import type { Permit, PermitEnd } from '../../../server/src/dialects/dialect.ts';
import { terraform } from '../../../server/src/dialects/terraform/index.ts';
import { pathsOf } from '../../../server/src/engine/paths.ts';
import { tracePath } from '../../../server/src/engine/trace.ts';
import type { Policy } from '../../../server/src/model/policy.ts';
import type { Reading } from '../../../server/src/model/reading.ts';
import { applyChanges } from '../../../server/src/text/changes.ts';

const read = (text: string): Reading => terraform.createReader().read(text, { uri: 'untitled:main.tf' });
const addresses = (...specs: string[]): PermitEnd => ({ kind: 'addresses', set: addressUnion(specs.map((s) => parseAddressSpec(s) ?? NO_ADDRESSES)) });
const ANY: PermitEnd = { kind: 'any' };

function permit(over: Partial<Permit> = {}): Permit {
  return { direction: 'in', from: addresses('10.1.0.5'), to: ANY, transport: 'tcp', ports: portRange(443, 443), answer: false, note: 'Veeam: Backup server to Worker, 443', ...over };
}

const TERRAFORM = spawnSync('terraform', ['version'], { env: { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null' } }).status === 0;

/** What terraform fmt would change. */
function formatted(text: string): string {
  const { status, stdout, stderr } = spawnSync('terraform', ['fmt', '-'], { input: text, encoding: 'utf8', env: { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null' } });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function policyOf(reading: Reading, name: string): Policy {
  const found = reading.fragments.find((f) => f.policy.key === name)?.policy;
  if (!found) throw new Error(`no policy ${name}`);
  return found;
}

interface Where {
  readonly policy?: string;
  /** Text of the rule's block to write before, or to replace. */
  readonly before?: string;
  readonly replace?: string;
}

function written(text: string, permits: readonly Permit[], { policy: name = 'aws_security_group.worker ingress', before, replace }: Where = {}): string | undefined {
  const reading = read(text);
  const policy = policyOf(reading, name);
  const entryOf = (part: string) => {
    const at = text.indexOf(part);
    const entry = policy.main.entries.find((e) => e.at <= at && at < e.at + e.rule.span.end);
    if (!entry) throw new Error(`no rule with ${part}`);
    return entry;
  };
  const changes = terraform.write({ text, reading, policy, permits, ...(before === undefined ? {} : { before: entryOf(before) }), ...(replace === undefined ? {} : { replace: entryOf(replace) }) });
  if (!changes) return undefined;
  const out = applyChanges(text, changes);
  expect(read(out).problems).toEqual([]);
  return out;
}

function added(text: string, permits: readonly Permit[], where: Where = {}): string {
  const out = written(text, permits, where);
  if (out === undefined) throw new Error('the place cannot be edited');
  const old = text.split('\n');
  const lines = out.split('\n');
  let head = 0;
  while (head < old.length && old[head] === lines[head]) head++;
  let tail = 0;
  while (tail < old.length - head && old[old.length - 1 - tail] === lines[lines.length - 1 - tail]) tail++;
  return lines.slice(head, lines.length - tail).join('\n').trim();
}

const EMPTY = 'resource "aws_security_group" "worker" {\n  vpc_id = var.vpc_id\n}\n';
const INLINE = `resource "aws_security_group" "worker" {
  vpc_id = var.vpc_id

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
`;
const RULES = `resource "aws_security_group" "worker" {
  vpc_id = var.vpc_id
}

resource "aws_security_group_rule" "ssh" {
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8"]
}

resource "aws_instance" "worker" {}
`;
const LIST = `resource "aws_security_group" "worker" {
  ingress = [
    {
      description      = ""
      from_port        = 22
      to_port          = 22
      protocol         = "tcp"
      cidr_blocks      = ["10.0.0.0/8"]
      ipv6_cidr_blocks = []
      prefix_list_ids  = []
      security_groups  = []
      self             = false
    }
  ]
}
`;
const ACL = `resource "aws_network_acl" "main" {
  vpc_id = var.vpc_id

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "10.0.0.0/8"
    from_port  = 22
    to_port    = 22
  }

  ingress {
    rule_no    = 120
    action     = "deny"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}
`;
const ACL_RULES = `resource "aws_network_acl" "main" {
  vpc_id = var.vpc_id
}

resource "aws_network_acl_rule" "ssh" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 100
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = "10.0.0.0/8"
  from_port      = 22
  to_port        = 22
}
`;
const SITES: Readonly<Record<string, { readonly text: string; readonly group: string }>> = {
  'an empty group': { text: EMPTY, group: 'aws_security_group.worker' },
  'inline blocks': { text: INLINE, group: 'aws_security_group.worker' },
  'rule resources': { text: RULES, group: 'aws_security_group.worker' },
  'a list of objects': { text: LIST, group: 'aws_security_group.worker' },
  'a network ACL': { text: ACL, group: 'aws_network_acl.main' },
  'network ACL rules': { text: ACL_RULES, group: 'aws_network_acl.main' },
};

describe('rules of security groups', () => {
  it('are resources of one network each where the group has none', () => {
    expect(added(EMPTY, [permit({ ports: portRange(2500, 3300) })])).toBe(`resource "aws_vpc_security_group_ingress_rule" "veeam_backup_server_to_worker_tcp_2500_3300" {
  security_group_id = aws_security_group.worker.id
  description       = "Veeam: Backup server to Worker, 443"
  cidr_ipv4         = "10.1.0.5/32"
  from_port         = 2500
  to_port           = 3300
  ip_protocol       = "tcp"
}`);
  });

  it('stand inline where others do, one block per range of ports', () => {
    const text = added(INLINE, [permit({ from: addresses('10.1.0.5', '10.2.0.0/24', 'fd00::5'), ports: unionAll([portRange(443, 443), portRange(2500, 3300)]) })]);
    expect(text).toContain('    cidr_blocks      = ["10.1.0.5/32", "10.2.0.0/24"]\n    ipv6_cidr_blocks = ["fd00::5/128"]');
    expect(text.match(/ingress \{/g)).toHaveLength(2);
  });

  it('are egress blocks in a group that has ingress blocks', () => {
    expect(added(INLINE, [permit({ direction: 'out', from: ANY, to: addresses('10.9.0.0/24') })], { policy: 'aws_security_group.worker egress' })).toMatch(/^egress \{\n {4}description = ".*"\n {4}from_port {3}= 443\n/);
  });

  it('are resources of the kind that the group has, after the last of them', () => {
    const out = written(RULES, [permit()]) ?? '';
    expect(out).toMatch(/\}\n\nresource "aws_security_group_rule" "veeam_backup_server_to_worker_tcp_443" \{\n {2}security_group_id = aws_security_group\.worker\.id\n {2}type {14}= "ingress"\n/);
    expect(out.indexOf('tcp_443')).toBeLessThan(out.indexOf('aws_instance'));
  });

  it('are resources of the kind that the module has where the side has none', () => {
    const out = [permit({ direction: 'out', from: ANY, to: addresses('10.9.0.0/24') })];
    const where = { policy: 'aws_security_group.worker egress' };
    expect(written(RULES, out, where)).toContain('resource "aws_security_group_rule" "veeam_backup_server_to_worker_tcp_443"');
    const other = 'resource "aws_vpc_security_group_ingress_rule" "dns" {\n  security_group_id = aws_security_group.dns.id\n}\n';
    expect(written(`${RULES}\n${other}`, out, where)).toContain('resource "aws_vpc_security_group_egress_rule" "veeam_backup_server_to_worker_tcp_443"');
  });

  it('are elements of a list with all that an element must say', () => {
    expect(written(LIST, [permit()])).toContain('    },\n    {\n      description      = "Veeam: Backup server to Worker, 443"\n');
    expect(written('resource "aws_security_group" "worker" {\n  ingress = []\n}\n', [permit()])).toMatch(/ingress = \[\n {4}\{\n {6}description/);
  });

  it('are inline in the default group', () => {
    const text = 'resource "aws_default_security_group" "default" {\n  vpc_id = var.vpc_id\n}\n';
    expect(added(text, [permit()], { policy: 'aws_default_security_group.default ingress' })).toMatch(/^ingress \{/);
  });

  it('name the instance of a group that has several, and are not written where all would get them', () => {
    const many = EMPTY.replace('vpc_id =', 'for_each = toset(["a", "b"])\n  vpc_id =');
    expect(added(many, [permit()], { policy: 'aws_security_group.worker["b"] ingress' })).toContain('security_group_id = aws_security_group.worker["b"].id');
    expect(written(INLINE.replace('vpc_id =', 'for_each = toset(["a", "b"])\n  vpc_id ='), [permit()], { policy: 'aws_security_group.worker["b"] ingress' })).toBeUndefined();
  });

  it('name a group that is defined elsewhere as the text does', () => {
    const text = RULES.slice(RULES.indexOf('resource "aws_security_group_rule"')).replace('aws_security_group.worker.id', 'var.group_id');
    expect(added(text, [permit()], { policy: 'var.group_id ingress' })).toContain('security_group_id = var.group_id\n');
  });

  it('have names of their own and descriptions that AWS takes', () => {
    const text = `${EMPTY}\nresource "aws_vpc_security_group_ingress_rule" "veeam_a_to_b_tcp_443" {}\n`;
    const out = added(text, [permit({ note: 'Veeam: A to B, “443” ${x} %{y} é "q"' })]);
    expect(out).toContain('"veeam_a_to_b_tcp_443_2"');
    expect(out).toContain('description       = "Veeam: A to B, 443 x y q"');
  });

  it('are a snippet where an address is to be filled in', () => {
    const [change] = terraform.write({ text: INLINE, reading: read(INLINE), policy: policyOf(read(INLINE), 'aws_security_group.worker ingress'), permits: [permit({ from: { kind: 'placeholder', label: 'a} $b' } })] }) ?? [];
    expect(change?.newText).toContain('cidr_blocks = ["${1:a\\} \\$b}/32"]');
    expect(change?.newText).toMatch(/ \\\}\n$/);
  });

  it('name a peer by a reference of its component', () => {
    const named = (...references: string[]): Permit => permit({ from: { kind: 'placeholder', label: 'Server', references } });
    expect(added(EMPTY, [named('var.cidr', 'aws_security_group.server')])).toContain('  referenced_security_group_id = aws_security_group.server.id\n');
    expect(added(INLINE, [named('sg-0abc')])).toContain('    security_groups = ["sg-0abc"]\n');
    expect(added(RULES, [named('data.aws_security_group.server')])).toContain('  source_security_group_id = data.aws_security_group.server.id\n');
    expect(added(INLINE, [named('aws_ec2_managed_prefix_list.servers')])).toContain('    prefix_list_ids = [aws_ec2_managed_prefix_list.servers.id]\n');
    expect(added(EMPTY, [named('var.cidr')])).toMatch(/cidr_ipv4 += var\.cidr\n/);
    expect(added(EMPTY, [named('aws_instance.server.private_ip')])).toContain('= "${aws_instance.server.private_ip}/32"\n');
    expect(written(EMPTY, [named('app=server')])).toBeUndefined();
    const acl = read(ACL_RULES);
    expect(terraform.write({ text: ACL_RULES, reading: acl, policy: policyOf(acl, 'aws_network_acl.main ingress'), permits: [named('sg-0abc')] })?.[0]?.newText).toContain('"${1:Server}/32"');
  });

  it('are removed with the blank line above and their comment', () => {
    const text = INLINE.replace('  ingress {', '  # old\n  ingress {');
    expect(written(text, [], { replace: '22' })).toBe('resource "aws_security_group" "worker" {\n  vpc_id = var.vpc_id\n}\n');
  });

  it('keep the line breaks of the file', () => {
    expect(written(INLINE.replaceAll('\n', '\r\n'), [permit()])).not.toMatch(/[^\r]\n/);
  });

  it('are nowhere in a block that is not closed', () => {
    const text = EMPTY.replace('}\n', '');
    const reading = read(text);
    expect(terraform.write({ text, reading, policy: policyOf(reading, 'aws_security_group.worker ingress'), permits: [permit()] })).toBeUndefined();
  });
});

describe('rules of network ACLs', () => {
  const inAcl = { policy: 'aws_network_acl.main ingress' };

  it('have a free number before the rule that would deny them', () => {
    expect(added(ACL, [permit()], { ...inAcl, before: '"deny"' })).toContain('rule_no    = 110\n');
    const crowded = ACL.replace('120', '103');
    expect(added(crowded, [permit({ from: addresses('10.1.0.5', '10.1.0.9') })], { ...inAcl, before: '"deny"' }).match(/rule_no {4}= (\d+)/g)).toEqual(['rule_no    = 101', 'rule_no    = 102']);
    expect(added(ACL.replace('120', '101'), [permit()], { ...inAcl, before: '"deny"' })).toContain('rule_no    = 99\n');
    expect(written(ACL.replace('100', '1').replace('120', '2'), [permit()], { ...inAcl, before: '"deny"' })).toBeUndefined();
  });

  it('come after the last where nothing denies them', () => {
    expect(added(ACL_RULES, [permit()], inAcl)).toBe(`# Veeam: Backup server to Worker, 443
resource "aws_network_acl_rule" "veeam_backup_server_to_worker_tcp_443" {
  network_acl_id = aws_network_acl.main.id
  egress         = false
  rule_number    = 200
  rule_action    = "allow"
  protocol       = "tcp"
  cidr_block     = "10.1.0.5/32"
  from_port      = 443
  to_port        = 443
}`);
  });

  it('let answers out to the ports of clients', () => {
    const out = added(ACL, [permit({ direction: 'out', answer: true, ports: portRange(443, 443) })], { policy: 'aws_network_acl.main egress' });
    expect(out).toContain('  egress {');
    expect(out).toContain('    cidr_block = "10.1.0.5/32"\n    from_port  = 1024\n    to_port    = 65535\n');
  });
});

describe('every flow of the catalog', () => {
  const flows = builtinCatalog().at(undefined).flows.filter((f) => !f.self);
  const [peer, own] = ['10.1.0.5', '10.0.0.9'];
  for (const [name, { text, group }] of Object.entries(SITES)) {
    it(`is let through by what is written for ${name}`, () => {
      const closed: string[] = [];
      for (const flow of flows) {
        for (const direction of ['in', 'out'] as const) {
          const ports = unionAll(flow.items.map((i) => closedRange(i.first, i.last)));
          const ends = direction === 'in' ? { from: addresses(peer), to: ANY } : { from: ANY, to: addresses(peer) };
          const side = direction === 'in' ? 'ingress' : 'egress';
          const where: Where = { policy: `${group} ${side}`, ...(text === ACL && direction === 'in' ? { before: '"deny"' } : {}) };
          const out = written(text, flow.transports.map((transport) => permit({ ...ends, direction, transport, ports })), where) ?? '';
          const path = pathsOf(read(out).fragments.map((f) => f.policy)).find((p) => p.name === `${group} ${side}`);
          for (const transport of flow.transports) {
            for (const port of flow.items.flatMap((i) => [i.first, i.last])) {
              const [from, to] = direction === 'in' ? [peer, own] : [own, peer];
              const question = { family: 4, from: parseAddress(from)?.value ?? 0, to: parseAddress(to)?.value ?? 0, protocol: PROTOCOL[transport], port, state: 'new' } as const;
              if (!path || tracePath(path, question, { components: new Map(), interfaces: new Map() }).verdict !== 'accept') closed.push(`${flow.id} ${direction} ${String(port)}`);
            }
          }
        }
      }
      expect(closed).toEqual([]);
    });
  }
});

describe('HashiCorp’s parser', () => {
  for (const [name, { text, group }] of Object.entries(SITES)) {
    it(`reads what is written for ${name}`, async () => {
      const all = [permit({ from: addresses('10.1.0.5', '10.2.0.0/24', 'fd00::5') }), permit({ transport: 'udp', ports: unionAll([portRange(53, 53), portRange(2500, 3300)]) })];
      const out = written(text, all, { policy: `${group} ingress` }) ?? '';
      await expect(parseByHashiCorp('main.tf', out)).resolves.toBeDefined();
    });
  }

  it('reads a new file', async () => {
    await expect(parseByHashiCorp('main.tf', terraform.writePolicy([permit()], ['veeam-ports: guards ahv-worker']))).resolves.toBeDefined();
  });
});

describe.skipIf(!TERRAFORM)('terraform fmt', () => {
  for (const [name, { text, group }] of Object.entries(SITES)) {
    it(`changes nothing in what is written for ${name}`, () => {
      const all = [permit({ from: addresses('10.1.0.5', '10.2.0.0/24', 'fd00::5') }), permit({ transport: 'udp', ports: unionAll([portRange(53, 53), portRange(2500, 3300)]) })];
      const out = written(text, all, { policy: `${group} ingress` }) ?? '';
      const both = written(out, all.map((p) => ({ ...p, direction: 'out' as const, from: ANY, to: p.from })), { policy: `${group} egress` }) ?? '';
      expect(both).toBe(formatted(both));
    });
  }

  it('changes nothing in a new file', () => {
    const text = terraform.writePolicy([permit(), permit({ direction: 'out', from: ANY, to: addresses('10.9.0.1', 'fd00::1') })], ['veeam-ports: guards ahv-worker']);
    expect(text).toBe(formatted(text));
  });
});

describe('a new file', () => {
  it('denies by default both ways, lets its permits through and reads without problems', () => {
    const text = terraform.writePolicy([permit(), permit({ direction: 'out', from: ANY, to: addresses('10.9.0.1', 'fd00::1') })], ['veeam-ports: guards ahv-worker']);
    const reading = read(text);
    expect(reading.problems).toEqual([]);
    expect(reading.fragments.map(({ policy }) => `${policy.key} ${policy.default} ${String(policy.main.entries.length)}`)).toEqual(['aws_security_group.ahv_worker ingress drop 1', 'aws_security_group.ahv_worker egress drop 2']);
    expect(text).toMatch(/^# veeam-ports: guards ahv-worker\n\n/);
  });

  it('lists rules for any group', () => {
    expect(terraform.writeRules([permit()], 4)).toContain('cidr_ipv4         = "10.1.0.5/32"');
  });
});
