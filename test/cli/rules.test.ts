import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { rulesJson } from './contract.ts';
import { ROOT, expectRefusal, place } from './tool.ts';

const here = place();
const report = (...args: string[]): v.InferOutput<typeof rulesJson> => v.parse(rulesJson, here.json(['rules', ...args]));

describe('rules', () => {
  it('keeps the contract on every example', () => {
    for (const name of readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name)) {
      const file = join(ROOT, 'examples', name);
      const lines = readFileSync(file, 'utf8').split('\n');
      const { policies } = report(file);
      expect(policies.length).toBeGreaterThan(0);
      for (const rule of policies.flatMap((p) => p.rules)) {
        const { start, end } = rule.range;
        if (start.line === end.line) expect(lines[start.line - 1]?.slice(start.column - 1, end.column - 1)).toBe(rule.text);
      }
    }
  });

  it('needs no directive and says in plain terms what each rule matches', () => {
    here.put('a.nft', `define repo = { 10.0.0.1, 10.0.0.2 }
table inet t {
	chain own {
		ip saddr $repo tcp dport { 22, 2500-3300 } accept
		goto deeper
	}
	chain deeper {
		meta mark 3 accept
	}
	chain idle {
		accept
	}
	chain i {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		iifname "lo" accept
		icmp type { echo-request, destination-unreachable } accept
		tcp flags & (fin|syn|rst|ack) == syn jump own
		ip6 saddr != fd00::/8 udp sport 67 drop
		counter
	}
}
`);
    const { dialect, policies: [policy, ...others] } = report('a.nft');
    expect([dialect, others]).toEqual(['nftables', []]);
    expect(policy).toMatchObject({ name: 'inet t i', direction: 'in', families: ['ipv4', 'ipv6'], order: 'first-match', default: 'drop', stateful: false });
    const rules = policy?.rules.filter((r) => r.action !== 'continue').map(({ chain, action, match }) => ({ chain, action, match }));
    expect(rules).toEqual([
      { action: 'accept', match: [{ state: ['established', 'related'] }] },
      { action: 'accept', match: [{ also: ['incoming interface lo'] }] },
      { action: 'accept', match: [expect.objectContaining({ protocol: ['icmp'], icmp: ['3', '8'] })] },
      { action: 'jump own', match: [{ protocol: ['tcp'], flags: '!fin syn !rst !ack' }] },
      { action: 'drop', match: [expect.objectContaining({ family: 'ipv6', from: ['::/1', '8000::/2', 'c000::/3', 'e000::/4', 'f000::/5', 'f800::/6', 'fc00::/8', 'fe00::/7'], protocol: ['udp'], sourcePorts: ['67'] })] },
      { chain: 'own', action: 'accept', match: [expect.objectContaining({ from: ['10.0.0.1', '10.0.0.2'], protocol: ['tcp'], ports: ['22', '2500-3300'] })] },
      { chain: 'own', action: 'goto deeper', match: [{}] },
      { chain: 'deeper', action: 'accept', match: [{ also: [expect.stringMatching(/^not modelled: /)] }] },
    ]);
    expect(policy?.unmodelled).toMatchObject([{ range: { start: { line: 8 } } }]);
  });

  it('prints a table for people, with what was not modelled', () => {
    const { stdout } = here.run(['rules', 'a.nft', '--format', 'pretty']);
    expect(stdout).toContain('inet t i (in, ipv4 and ipv6, first-match, default drop, stateless)\n');
    expect(stdout).toContain('[own] accept: ip saddr $repo tcp dport { 22, 2500-3300 } accept\n');
    expect(stdout).toMatch(/\n1 policy, \d+ rules, 1 place not modelled\n$/);
  });

  it('reads standard input', () => {
    const { stdout } = here.run(['rules', '-', '--dialect', 'iptables'], { stdin: '*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/24 -p tcp -m tcp --dport 443 -j ACCEPT\nCOMMIT\n' });
    expect(v.parse(rulesJson, JSON.parse(stdout)).policies[0]).toMatchObject({ name: 'filter INPUT', families: ['ipv4'], default: 'drop', rules: [{ action: 'accept', match: [{ from: ['10.0.0.0/24'], protocol: ['tcp'], ports: ['443'] }] }] });
  });

  it.each([
    [['rules'], /missing required argument/],
    [['rules', 'nosuch.nft'], /no such file/],
    [['rules', '-'], /--stdin-filename/],
    [['rules', '.'], /is a folder/],
  ] as const)('refuses %j', (args, why) => {
    expectRefusal(here.run(args), why);
  });
});
