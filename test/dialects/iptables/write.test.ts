import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type AddressSet, addressUnion, parseAddress, parseAddressSpec } from '../../../server/src/core/addresses.ts';
import { closedRange, single, unionAll } from '../../../server/src/core/intervals.ts';
import type { Permit, PermitEnd, TextChange } from '../../../server/src/dialects/dialect.ts';
import { iptables } from '../../../server/src/dialects/iptables/index.ts';
import { pathsOf } from '../../../server/src/engine/paths.ts';
import { tracePath } from '../../../server/src/engine/trace.ts';
import type { Entry } from '../../../server/src/model/rule.ts';

const addresses = (...specs: string[]): PermitEnd => ({ kind: 'addresses', set: addressUnion(specs.map((s) => parseAddressSpec(s) as AddressSet)) });
const any: PermitEnd = { kind: 'any' };
const permit = (given: Partial<Permit> = {}): Permit => ({ direction: 'in', from: addresses('10.1.0.5'), to: any, transport: 'tcp', ports: single(6162), answer: false, note: 'data mover', ...given });

const read = (text: string, uri = 'file:///rules.v4') => iptables.createReader().read(text, { uri });

function apply(text: string, changes: readonly TextChange[]): string {
  let out = text;
  for (const change of [...changes].sort((a, b) => b.start - a.start)) out = out.slice(0, change.start) + change.newText + out.slice(change.end);
  return out;
}

interface Request {
  readonly text: string;
  readonly key?: string;
  /** Text of the statement before which the rule must be decided. */
  readonly before?: string;
  readonly replace?: string;
  readonly permits?: readonly Permit[];
}

function written({ text, key = 'ip filter INPUT', before, replace, permits = [permit()] }: Request): string {
  const reading = read(text);
  const policy = reading.fragments.find((f) => f.key === key)?.policy;
  if (!policy) throw new Error(`no ${key}`);
  const entries = [policy.main, ...policy.chains.values()].flatMap((c) => c.entries);
  const find = (part: string | undefined): Entry | undefined => (part === undefined ? undefined : entries.find((e) => text.slice(e.at, e.at + e.rule.span.end).includes(part)));
  const [b, r] = [find(before), find(replace)];
  const changes = iptables.write({ text, reading, policy, permits, ...(b ? { before: b } : {}), ...(r ? { replace: r } : {}) });
  if (!changes) throw new Error('not written');
  return apply(text, changes);
}

function verdict(text: string, from: string, to: string, port: number, direction: 'in' | 'out' | 'transit' = 'in'): string {
  const path = pathsOf(read(text).fragments.map((f) => f.policy)).find((p) => p.direction === direction);
  const source = parseAddress(from);
  const target = parseAddress(to);
  if (!path || !source || !target) throw new Error('no path');
  return tracePath(path, { family: source.family, from: source.value, to: target.value, protocol: 6, port, sourcePort: 4000, state: 'new' }, { components: new Map(), interfaces: new Map() }).verdict;
}

const SAVE = `*filter
:INPUT DROP [0:0]
:WEB - [0:0]
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 10.1.0.0/16 -j WEB
-A WEB -p tcp -m tcp --dport 6000:7000 -j DROP
-A INPUT -p tcp -j LOG
-A INPUT -j LOG
-A INPUT -j DROP
COMMIT
`;

describe('writing into a save file', () => {
  it('goes before the deny at the end and the log that belongs to it', () => {
    expect(written({ text: SAVE.replace('-A INPUT -s 10.1.0.0/16 -j WEB\n', '') })).toContain('--dport 22 -j ACCEPT\n-A WEB -p tcp -m tcp --dport 6000:7000 -j DROP\n-A INPUT -p tcp -j LOG\n-A INPUT -s 10.1.0.5 -p tcp -m tcp --dport 6162 -j ACCEPT\n-A INPUT -j LOG\n-A INPUT -j DROP\n');
  });

  it('goes before the jump that leads some packets to the rule in the way', () => {
    const text = written({ text: SAVE, before: '--dport 6000:7000' });
    expect(text).toContain('--dport 22 -j ACCEPT\n-A INPUT -s 10.1.0.5 -p tcp -m tcp --dport 6162 -j ACCEPT\n-A INPUT -s 10.1.0.0/16 -j WEB\n');
    expect(verdict(text, '10.1.0.5', '10.0.0.1', 6162)).toBe('accept');
    expect(verdict(text, '10.1.0.6', '10.0.0.1', 6162)).toBe('drop');
  });

  it('stays in the user chain where every packet comes to it', () => {
    expect(written({ text: SAVE.replace('-s 10.1.0.0/16 ', ''), before: '--dport 6000:7000' })).toContain('-j WEB\n-A WEB -s 10.1.0.5 -p tcp -m tcp --dport 6162 -j ACCEPT\n-A WEB -p tcp -m tcp --dport 6000:7000 -j DROP\n');
  });

  it('goes above the comment of the rule', () => {
    expect(written({ text: SAVE.replace('-A INPUT -p tcp -m tcp --dport 22', '# shell\n-A INPUT -p tcp -m tcp --dport 22'), before: '--dport 22' })).toContain('# data mover\n-A INPUT -s 10.1.0.5 -p tcp -m tcp --dport 6162 -j ACCEPT\n# shell\n-A INPUT');
  });

  it('goes before COMMIT if the chain has no rules, and keeps carriage returns', () => {
    expect(written({ text: '*filter\r\n:INPUT DROP [0:0]\r\nCOMMIT\r\n' })).toBe('*filter\r\n:INPUT DROP [0:0]\r\n-A INPUT -s 10.1.0.5 -p tcp -m tcp --dport 6162 -j ACCEPT\r\nCOMMIT\r\n');
  });

  it('puts a deny with nothing left to decide out of the way', () => {
    expect(written({ text: SAVE, before: '--dport 6000:7000', replace: '--dport 6000:7000' })).not.toContain('6000:7000');
  });

  it('writes several ports as a multiport match, of at most fifteen places', () => {
    expect(written({ text: SAVE, permits: [permit({ ports: unionAll([single(135), single(445)]) })] })).toContain('-p tcp -m multiport --dports 135,445 -j ACCEPT');
    expect(written({ text: SAVE, permits: [permit({ ports: closedRange(2500, 3300) })] })).toContain('-m tcp --dport 2500:3300 -j ACCEPT');
    const many = written({ text: SAVE, permits: [permit({ ports: unionAll(Array.from({ length: 20 }, (_, i) => single(10 * i + 1))) })] });
    expect(many.match(/--dports [\d,]+/g)?.map((m) => m.split(',').length)).toEqual([15, 5]);
  });

  it('joins permits between the same ends', () => {
    expect(written({ text: SAVE, permits: [permit({ ports: single(135) }), permit({ ports: single(445) }), permit({ transport: 'udp', ports: single(53) })] })).toContain('--dports 135,445 -j ACCEPT\n-A INPUT -s 10.1.0.5 -p udp -m udp --dport 53 -j ACCEPT\n');
  });

  it('writes only addresses of the family', () => {
    expect(written({ text: SAVE, permits: [permit({ from: addresses('10.1.0.5', '10.1.0.8/30', 'fd00::5') })] })).toContain(' -s 10.1.0.5,10.1.0.8/30 -p tcp');
    expect(() => written({ text: SAVE, permits: [permit({ from: addresses('fd00::5') })] })).toThrow('not written');
  });

  it('writes answers with the ends swapped', () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n';
    expect(written({ text, key: 'ip filter OUTPUT', permits: [permit({ answer: true })] })).toContain('-A OUTPUT -d 10.1.0.5 -p tcp -m tcp --sport 6162 -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT');
  });

  it('writes placeholders as a snippet', () => {
    expect(written({ text: SAVE, permits: [permit({ from: { kind: 'placeholder', label: 'backup-server' } })] })).toContain('-A INPUT -s ${1:backup-server} -p tcp');
  });
});

const SCRIPT = `#!/bin/sh
IPT="/usr/sbin/iptables"
$IPT -P INPUT DROP
$IPT -A INPUT -i lo -j ACCEPT

# web
for port in 80 443; do
  $IPT -A INPUT -p tcp --dport $port -j ACCEPT
done
# the rest
$IPT -A INPUT -j REJECT
`;

describe('writing into a script', () => {
  it('calls the tool as the neighbours do', () => {
    const text = written({ text: SCRIPT });
    expect(text).toContain('done\n# data mover\n$IPT -A INPUT -s 10.1.0.5 -p tcp --dport 6162 -j ACCEPT\n# the rest\n$IPT -A INPUT -j REJECT\n');
    expect(verdict(text, '10.1.0.5', '10.0.0.1', 6162)).toBe('accept');
  });

  it('stays out of lines that echo prints', () => {
    for (const lines of ['  echo :INPUT DROP [0:0]', '  echo ":INPUT DROP [0:0]"\n  echo "-A INPUT -j DROP"'])
      expect(() => written({ text: `#!/bin/sh\n(\n  echo '*filter'\n${lines}\n  echo COMMIT\n) | iptables-restore\n` })).toThrow('not written');
  });

  it('goes before the whole loop that a rule stands in', () => {
    expect(written({ text: SCRIPT, before: '--dport $port' })).toContain('# data mover\n$IPT -A INPUT -s 10.1.0.5 -p tcp --dport 6162 -j ACCEPT\n# web\nfor port');
  });

  it('escapes the dollar of a variable in a snippet', () => {
    expect(written({ text: SCRIPT, permits: [permit({ from: { kind: 'placeholder', label: 'host' } })] })).toContain('\\$IPT -A INPUT -s ${1:host} -p tcp');
  });

  it('inserts after a rule that was inserted', () => {
    const text = written({ text: 'iptables -P INPUT ACCEPT\niptables -A INPUT -i lo -j ACCEPT\niptables -I INPUT -p tcp -j DROP\n', before: '-p tcp -j DROP' });
    expect(text).toContain('-p tcp -j DROP\niptables -I INPUT -s 10.1.0.5 -p tcp -m tcp --dport 6162 -j ACCEPT\n');
    expect(verdict(text, '10.1.0.5', '10.0.0.1', 6162)).toBe('accept');
  });

  it('does not shift rules that later commands number', () => {
    const text = written({ text: 'iptables -A INPUT -j DROP\niptables -I INPUT 1 -p tcp --dport 1 -j ACCEPT\niptables -D INPUT 2\niptables -A INPUT -p tcp --dport 22 -j ACCEPT\niptables -A INPUT -j DROP\n', before: '-j DROP' });
    expect(verdict(text, '10.1.0.5', '10.0.0.1', 6162)).toBe('accept');
    expect(verdict(text, '10.1.0.6', '10.0.0.1', 22)).toBe('accept');
    expect(verdict(text, '10.1.0.6', '10.0.0.1', 23)).toBe('drop');
  });

  it('writes into the table and family of the policy', () => {
    expect(written({ text: 'ip6tables -P INPUT DROP\niptables -P INPUT DROP\n', key: 'ip6 filter INPUT', permits: [permit({ from: addresses('fd00::5') })] })).toContain('ip6tables -P INPUT DROP\nip6tables -A INPUT -s fd00::5 -p tcp');
    expect(written({ text: 'iptables -t mangle -P FORWARD DROP\n', key: 'ip mangle FORWARD', permits: [permit({ direction: 'transit' })] })).toContain('iptables -t mangle -A FORWARD -s 10.1.0.5 -p tcp');
    expect(written({ text: 'for chain in INPUT FORWARD; do\n  iptables -P $chain DROP\ndone\n' })).toContain('done\niptables -A INPUT -s 10.1.0.5 -p tcp');
  });

  it('takes a deny away with its line, and alone from a line with more', () => {
    expect(written({ text: SCRIPT, before: '-j REJECT', replace: '-j REJECT' })).toMatch(/--dport 6162 -j ACCEPT\n# the rest\n$/);
    expect(written({ text: 'iptables -P INPUT DROP; iptables -A INPUT -j REJECT; iptables -A OUTPUT -j ACCEPT\n', replace: 'REJECT' })).toContain('iptables -P INPUT DROP; iptables -A OUTPUT -j ACCEPT\n');
  });
});

describe('writing a whole file', () => {
  const permits = [permit(), permit({ direction: 'out', from: any, to: addresses('10.2.0.0/24'), transport: 'udp', ports: single(53), note: 'names' })];

  it('denies by default and lets the permits through', () => {
    const text = iptables.writePolicy(permits, ['veeam-ports: guards ahv-worker']);
    expect(text.startsWith('# veeam-ports: guards ahv-worker\n*filter\n:INPUT DROP [0:0]\n')).toBe(true);
    expect(read(text).problems).toEqual([]);
    expect(verdict(text, '10.1.0.5', '10.0.0.1', 6162)).toBe('accept');
    expect(verdict(text, '10.1.0.6', '10.0.0.1', 6162)).toBe('drop');
    expect(verdict(text, '10.0.0.1', '10.2.0.9', 53, 'out')).toBe('drop');
  });

  it('writes a script of both tools for addresses of both families', () => {
    const text = iptables.writePolicy([permit({ from: addresses('10.1.0.5', 'fd00::5') })], []);
    expect(text.startsWith('#!/bin/sh\n')).toBe(true);
    expect(read(text).problems).toEqual([]);
    expect(verdict(text, '10.1.0.5', '10.0.0.1', 6162)).toBe('accept');
    expect(verdict(text, 'fd00::5', 'fd00::1', 6162)).toBe('accept');
    expect(verdict(text, 'fd00::6', 'fd00::1', 6162)).toBe('drop');
  });

  it('is of IPv6 if all addresses are', () => {
    const text = iptables.writePolicy([permit({ from: addresses('fd00::5') })], []);
    expect(verdict(text, 'fd00::5', 'fd00::1', 6162)).toBe('accept');
  });

  const privileged = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'command -v unshare iptables-restore']).status === 0;
  it.skipIf(!privileged).each([
    ['IPv4', 'iptables-restore', permits],
    ['IPv6', 'ip6tables-restore', [permit({ from: addresses('fd00::5') })]],
    ['both', 'sh', [permit({ from: addresses('10.1.0.5', 'fd00::5') })]],
  ] as const)('loads in the kernel: %s', (_, tool, wanted) => {
    const { status, stderr } = spawnSync('sh', ['-c', `unshare -n ${tool}`], { input: iptables.writePolicy(wanted, ['veeam-ports: guards ahv-worker']), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe('rules alone', () => {
  it('names the chain of the direction', () => {
    expect(iptables.writeRules([permit(), permit({ direction: 'transit', to: addresses('10.9.0.1') }), permit({ answer: true })], 4)).toBe(
      '-A INPUT -s 10.1.0.5 -p tcp -m tcp --dport 6162 -j ACCEPT\n-A FORWARD -s 10.1.0.5 -d 10.9.0.1 -p tcp -m tcp --dport 6162 -j ACCEPT\n-A OUTPUT -d 10.1.0.5 -p tcp -m tcp --sport 6162 -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    );
  });
});
