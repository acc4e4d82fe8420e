import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type CheckOutput, checkJson } from './contract.ts';
import { ROOT, expectRefusal, place } from './tool.ts';

const here = place();
const report = (...args: string[]): CheckOutput => v.parse(checkJson, here.json(['check', '--format', 'json', ...args]));

const WORKER = `# veeam-ports: guards ahv-worker
# veeam-ports: address backup-server 10.10.0.10, fd00:10::10
# veeam-ports: address ahv-worker 10.10.20.15, fd00:20::15
table inet filter {
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		ip saddr 10.10.0.10 tcp dport 443 accept
		ip saddr 10.10.0.10 tcp dport 19000 accept
		ip6 saddr fd00:10::10 tcp dport 19000 accept
	}
}
`;

describe('the JSON of check', () => {
  it('keeps the contract on every example', () => {
    const { files, summary } = report(join(ROOT, 'examples'));
    expect(files.map((f) => f.dialect).sort()).toEqual(expect.arrayContaining(['iptables', 'nftables']));
    const flows = files.flatMap((f) => f.policies.flatMap((p) => p.flows));
    expect(summary.files).toBe(files.length);
    expect(summary.policies).toBe(files.flatMap((f) => f.policies).length);
    for (const [verdict, number] of Object.entries(summary.flows)) expect(number).toBe(flows.filter((f) => f.verdict === verdict).length);
    for (const [severity, number] of Object.entries(summary.diagnostics)) expect(number).toBe(files.flatMap((f) => f.diagnostics).filter((d) => d.severity === severity).length);
    expect(flows.some((f) => f.decidedBy.some((d) => d.answer))).toBe(true);
  });

  it('says what is lacking, for whom, and by which line', () => {
    here.put('worker.nft', WORKER);
    const [file] = report('worker.nft').files;
    expect(file?.path).toBe('worker.nft');
    const [policy] = file?.policies ?? [];
    expect(policy).toMatchObject({ name: 'inet filter input', direction: 'in', guards: ['ahv-worker'] });
    const [whole, half] = [policy?.flows.find((f) => f.flow.endsWith('tcp-19000')), policy?.flows.find((f) => f.flow.endsWith('tcp-443'))];
    expect(whole).toMatchObject({ verdict: 'open', open: [{ transport: 'tcp', ports: '19000' }], lacking: [], required: { transport: ['tcp'], mode: 'only', items: ['19000'] } });
    expect(whole?.open[0]).not.toHaveProperty('from');
    expect(half).toMatchObject({
      verdict: 'partial',
      open: [{ transport: 'tcp', ports: '443', from: ['10.10.0.10'] }],
      lacking: [{ transport: 'tcp', ports: '443', from: ['fd00:10::10'] }],
      decidedBy: [{ path: 'worker.nft', action: 'default', text: 'drop', range: policy?.range }],
    });
    const opener = whole?.decidedBy.find((d) => d.text.startsWith('ip saddr'));
    expect(opener).toMatchObject({ text: 'ip saddr 10.10.0.10 tcp dport 19000 accept', action: 'accept', range: { start: { line: 9, column: 3 }, end: { line: 9, column: 45 } } });
    expect(opener?.part).toEqual([{ transport: 'tcp', ports: '19000', from: ['10.10.0.10'], to: ['10.10.20.15'] }]);
  });

  it('counts columns in UTF-16 units, after a byte order mark that does not count', () => {
    const rule = 'tcp dport 19000 accept';
    const text = `table inet filter { chain input { type filter hook input priority 0; policy drop; tcp dport 1 accept comment "\u{1f600}"; ${rule}\n}}\n`;
    here.put('wide.nft', `\ufeff${text}`);
    const [file] = report('wide.nft', '--guards', 'ahv-worker').files;
    const column = text.indexOf(rule) + 1;
    expect(file?.policies[0]?.flows.find((f) => f.flow.endsWith('19000'))?.decidedBy[0]?.range).toEqual({ start: { line: 1, column }, end: { line: 1, column: column + rule.length } });
  });

  it('lists policies that nothing guards, without flows', () => {
    here.put('plain/plain.nft', 'table ip t { chain c { type filter hook output priority 0; policy drop; } }\n');
    const { files } = report('plain');
    expect(files[0]?.policies).toMatchObject([{ name: 'ip t c', direction: 'out', guards: [], flows: [] }]);
  });

  it('prints one range in each part', () => {
    here.put('holes.nft', WORKER.replace('hook input', 'hook output').replace(/ip6? saddr.*\n/g, '').replace('ct state', 'ip daddr 10.10.0.10 tcp dport { 2500-2699, 2800-3300 } accept\nct state'));
    const flow = report('holes.nft').files[0]?.policies[0]?.flows.find((f) => f.flow.endsWith('2500-3300') && f.flow.includes('/backup-server/'));
    const four = (parts: CheckOutput['files'][0]['policies'][0]['flows'][0]['open'] | undefined): string[] | undefined => parts?.filter((p) => p.to?.includes('10.10.0.10')).map((p) => p.ports);
    expect(four(flow?.open)).toEqual(['2500-2699', '2800-3300']);
    expect(four(flow?.lacking)).toEqual(['2700-2799']);
  });
});

describe('options of check', () => {
  const BARE = WORKER.replace(/^#.*\n/gm, '');

  it('--guards and --use stand above directives', () => {
    here.put('other.nft', WORKER);
    const { files } = report('other.nft', '--guards', 'backup-server', '--use', 'oracle');
    expect(files[0]?.policies[0]?.guards).toEqual(['backup-server']);
    expect(files[0]?.policies[0]?.flows.every((f) => f.flow.startsWith('oracle/'))).toBe(true);
  });

  it('--guards takes several, by name or alias too', () => {
    here.put('bare.nft', BARE);
    expect(report('bare.nft', '--guards', 'ahv-worker, Console', '--use', 'nutanix-ahv').files[0]?.policies[0]?.guards).toEqual(['ahv-worker', 'console']);
  });

  it('--revision brings back what was documented', () => {
    here.put('revised.nft', BARE);
    const flows = (...args: string[]): string[] | undefined => report('revised.nft', '--guards', 'ovirt-worker', ...args).files[0]?.policies[0]?.flows.map((f) => f.flow);
    expect(flows()).not.toEqual(flows('--revision', '2026-02-12'));
  });

  it('--revision latest stands above a directive', () => {
    here.put('old.nft', `# veeam-ports: revision 2026-02-12\n${BARE.replace('hook input', 'hook output')}`);
    const flows = (...args: string[]): string[] => report('old.nft', '--guards', 'ovirt-worker', ...args).files[0]?.policies[0]?.flows.map((f) => f.flow) ?? [];
    expect(flows()).toContain('ovirt-kvm/ovirt-worker/backup-server/tcp-19000');
    expect(flows('--revision', 'latest')).toContain('ovirt-kvm/ovirt-worker/backup-server/tcp-10006');
  });

  it('reads standard input', () => {
    const failing = WORKER.replace('guards ahv-worker', 'guards ahv-cluster');
    for (const args of [['--dialect', 'nftables'], ['--stdin-filename', 'etc/nftables.conf']]) {
      const { status, stdout } = here.run(['check', '-', '--format', 'json', ...args], { stdin: failing });
      expect(status).toBe(1);
      expect(v.parse(checkJson, JSON.parse(stdout)).files).toMatchObject([{ path: args[0] === '--dialect' ? '-' : 'etc/nftables.conf', dialect: 'nftables' }]);
    }
  });

  it('--dialect chooses among the files of a folder', () => {
    here.put('mixed/a.nft', BARE);
    here.put('mixed/rules.v4', '*filter\n:INPUT DROP [0:0]\nCOMMIT\n');
    expect(report('mixed').files.map((f) => f.path)).toEqual(['mixed/a.nft', 'mixed/rules.v4']);
    expect(report('mixed', '--dialect', 'iptables').files.map((f) => f.path)).toEqual(['mixed/rules.v4']);
  });
});

describe('exit codes', () => {
  const status = (...args: string[]): number | null => here.run(['check', ...args]).status;
  const INPUT = (rules: string): string => `# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\ntable inet f { chain i { type filter hook input priority 0; policy drop; ${rules}\n} }\n`;

  it('0 if all is open, 1 if not, as --fail-on says', () => {
    here.put('open.nft', INPUT('ip saddr 10.10.0.10 tcp dport { 443, 19000 } accept'));
    here.put('closed.nft', INPUT('').replace('guards ahv-worker', 'guards ahv-cluster').replace('backup-server', 'ahv-worker'));
    here.put('warned.nft', INPUT('tcp dport { 443, 19000 } accept'));
    expect([status('open.nft'), status('open.nft', '--fail-on', 'warning'), status('open.nft', '--strict')]).toEqual([0, 0, 0]);
    expect([status('closed.nft'), status('closed.nft', '--fail-on', 'warning'), status('closed.nft', '--fail-on', 'never')]).toEqual([1, 1, 0]);
    expect([status('warned.nft'), status('warned.nft', '--fail-on', 'warning')]).toEqual([0, 1]);
  });

  it('--strict counts undecided flows', () => {
    here.put('undecided.nft', INPUT('iifname "eth7" tcp dport { 443, 19000 } accept'));
    expect([status('undecided.nft'), status('undecided.nft', '--strict')]).toEqual([0, 1]);
  });

  it('2 if something named cannot be read, and the rest is judged all the same', () => {
    const { status: code, stdout, stderr } = here.run(['check', 'absent.nft', 'open.nft']);
    expect(code).toBe(2);
    expect(stderr).toBe('veeam-ports: absent.nft: no such file or folder\n');
    expect(stdout).toContain('open.nft: inet f i (in for ahv-worker): 2 of 2 flows open');
  });
});

describe('folders', () => {
  it('are searched, rule files alone are taken, tools’ folders are not entered', () => {
    here.put('site/b/rules.v4', '*filter\n:INPUT DROP [0:0]\nCOMMIT\n');
    here.put('site/a.nft', 'table ip t { }\n');
    here.put('site/notes.md', '# veeam-ports: guards ahv-worker\n');
    here.put('site/image.bin', Buffer.from([0, 1, 2, 255, 254]));
    here.put('site/node_modules/c.nft', 'table ip t { }\n');
    here.put('site/.git/d.nft', 'table ip t { }\n');
    const { files } = report('site');
    expect(files.map((f) => f.path)).toEqual(['site/a.nft', 'site/b/rules.v4']);
  });

  it('of links are harmless: loops, links to nowhere, links out of the folder', () => {
    here.put('links/real.nft', 'table ip t { }\n');
    mkdirSync(join(here.folder, 'links/inner'));
    const link = (target: string, name: string): void => symlinkSync(target, join(here.folder, 'links', name));
    link('.', 'inner/self');
    link('..', 'inner/parent');
    link('nowhere.nft', 'dangling.nft');
    link('circle.nft', 'circle.nft');
    link('real.nft', 'again.nft');
    link('/etc', 'outside');
    const { status, stdout, stderr } = here.run(['check', 'links', '--format', 'json']);
    expect(status).toBe(0);
    expect(v.parse(checkJson, JSON.parse(stdout)).files).toHaveLength(1);
    expect(stderr).toMatch(/^veeam-ports: links\/outside: leads out of .* and was not followed\n$/);
  });

  it('name a file once, however often it is given', () => {
    here.put('twice/a.nft', 'table ip t { }\n');
    expect(report('twice', 'twice/a.nft', join(here.folder, 'twice/a.nft')).files).toHaveLength(1);
  });

  it('without a rule file are no failure', () => {
    mkdirSync(join(here.folder, 'empty'));
    expect(here.run(['check', 'empty'])).toEqual({ status: 0, stdout: 'no rule file of a known dialect\n', stderr: '' });
  });
});

describe('large files', () => {
  const large = (head: string): string => head + '# filler\n'.repeat(2_000_000);

  it('are passed over in folders unless they are guarded, and refused by name', () => {
    here.put('large/big.nft', large('table ip t { }\n'));
    const loose = here.run(['check', 'large']);
    expect(loose.status).toBe(0);
    expect(loose.stderr).toBe('veeam-ports: large/big.nft: is larger than 16 MB and was skipped\n');
    expect(here.run(['check', 'large', '--guards', 'ahv-worker']).status).toBe(2);
    expect(here.run(['check', 'large/big.nft']).status).toBe(2);
    here.put('large/big.nft', `${large('table ip t { }\n')}# veeam-ports: guards ahv-worker\n`);
    const guarded = here.run(['check', 'large']);
    expect(guarded.status).toBe(2);
    expect(guarded.stderr).toContain('although it is guarded');
  });
});

describe('included files', () => {
  const including = (path: string): string => `include "${path}"\ntable inet f { chain i { type filter hook input priority 0; policy drop; ip saddr $backup tcp dport { 443, 19000 } accept\n} }\n`;
  const verdicts = (...args: string[]): string[] => report(...args, '--guards', 'ahv-worker').files.flatMap((f) => f.policies.flatMap((p) => p.flows.map((flow) => flow.verdict)));

  it('are read beside the file, by name and by pattern', () => {
    here.put('inc/conf.d/hosts.nft', 'define backup = 10.10.0.10\n');
    here.put('inc/named.nft', including('conf.d/hosts.nft'));
    here.put('inc/globbed.nft', including('conf.d/h*.n[e-g]t'));
    expect(verdicts('inc/named.nft')).toEqual(['open', 'open']);
    expect(verdicts('inc/globbed.nft')).toEqual(['open', 'open']);
  });

  it('are never read outside of the working folder', () => {
    here.put('outside.nft', 'define backup = 10.10.0.10\n');
    here.put('inc/escape.nft', including('../outside.nft'));
    mkdirSync(join(here.folder, 'inc/linked'), { recursive: true });
    symlinkSync(join(here.folder, 'outside.nft'), join(here.folder, 'inc/linked/outside.nft'));
    here.put('inc/link.nft', including('linked/*.nft'));
    const inside = (file: string): unknown => v.parse(checkJson, JSON.parse(here.run(['check', file, '--format', 'json', '--guards', 'ahv-worker'], { cwd: join(here.folder, 'inc') }).stdout)).files[0]?.policies[0]?.flows.map((f) => f.verdict);
    expect(inside('escape.nft')).toEqual(['undecided', 'undecided']);
    expect(inside('link.nft')).toEqual(['undecided', 'undecided']);
    expect(verdicts('inc/escape.nft')).toEqual(['open', 'open']);
  });

  it('lend their path to what they decide', () => {
    here.put('inc/rules/accept.nft', 'table inet f { chain i { ip saddr 10.10.0.10 tcp dport { 443, 19000 } accept\n} }\n');
    here.put('inc/base.nft', 'table inet f { chain i { type filter hook input priority 0; policy drop; } }\ninclude "rules/accept.nft"\n');
    const [flow] = report('inc/base.nft', '--guards', 'ahv-worker').files[0]?.policies[0]?.flows ?? [];
    expect(flow?.decidedBy[0]).toMatchObject({ path: 'inc/rules/accept.nft', range: { start: { line: 1, column: 26 } }, text: 'ip saddr 10.10.0.10 tcp dport { 443, 19000 } accept' });
  });
});

describe('findings in included files', () => {
  it('are told at the beginning of the file that was named, with their own place', () => {
    here.put('whole/base.nft', 'table inet f {\n chain i { type filter hook input priority 0; policy drop; }\n}\n');
    here.put('whole/main.nft', '# veeam-ports: guards ahv-worker\ninclude "base.nft"\n');
    const [file] = report('whole/main.nft').files;
    const start = { line: 1, column: 1 };
    expect(file?.policies).toMatchObject([{ name: 'inet f i', range: { start, end: start } }]);
    expect(file?.diagnostics.find((d) => d.code === 'missing-flow')).toMatchObject({ message: expect.stringMatching(/^whole\/base\.nft:2: /) as unknown, range: { start, end: start } });
    expect(here.run(['check', 'whole/main.nft']).stdout).toMatch(/^whole\/base\.nft:2:\d+ warning missing-flow /m);
  });
});

describe('what people read', () => {
  it('has lines that a problem matcher reads, and a line per policy', () => {
    here.put('people.nft', WORKER);
    const { stdout } = here.run(['check', 'people.nft']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => /^people\.nft:\d+:\d+ (?:error|warning|information|hint) [a-z-]+ \S/.test(line)).length).toBeGreaterThan(0);
    expect(lines.at(-2)).toBe('people.nft: inet filter input (in for ahv-worker): 1 of 2 flows open (1 partial)');
    expect(lines.at(-1)).toMatch(/^1 file, 1 policy: 1 of 2 flows open \(1 partial\); \d/);
  });

  it('has no colour in a pipe and shows control characters of the file instead of sending them', () => {
    here.put('evil.nft', '# veeam-ports: guards \u001b[31mred\u009b\u202e\ntable ip \u001b]0;t { chain c { type filter hook input priority 0; } }\n');
    const { stdout, stderr } = here.run(['check', 'evil.nft', '--guards', 'ahv-worker']);
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(stdout).toContain('\\u001b');
    expect(here.run(['check', 'evil.nft', '--format', 'json']).stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('tells what to do about policies that nothing guards', () => {
    here.put('nobody.nft', 'table ip t { chain c { type filter hook input priority 0; } }\n');
    expect(here.run(['check', 'nobody.nft'])).toMatchObject({ status: 0, stdout: expect.stringContaining('1 policy is not guarded: say what it protects') as unknown });
  });
});

describe('refusals of check', () => {
  it.each([
    [['check', 'nosuch.nft'], undefined],
    [['check', '--guards', 'ahv-wroker', 'open.nft'], /no component “ahv-wroker”; did you mean ahv-worker\?/],
    [['check', '--guards', 'worker', 'open.nft'], /“worker” may be ahv-worker or ovirt-worker/],
    [['check', '--use', 'vmware', 'open.nft'], /no workload “vmware”; it is one of nutanix-ahv/],
    [['check', '--dialect', 'nftable', 'open.nft'], /did you mean nftables/],
    [['check', '--revision', '2026-02-30', 'open.nft'], /not a day/],
    [['rules', '--format', 'sarif', 'open.nft'], /not known; this command has json or pretty/],
    [['check', '--format', 'yaml', 'open.nft'], /not known/],
    [['check', '--deployment', 'veeam-ports.yaml'], /not available yet/],
    [['check', '--fail-on', 'hint'], /error, warning, never/],
    [['check', '--fromat', 'json'], /--fromat.*--format/],
    [['check', '--guards'], /argument missing/],
    [['check', '-'], /add --dialect or --stdin-filename/],
    [[], /name a command/],
    [['chekc'], /unknown command/],
    [['check', '--guards', 'backup-server', '--format', 'json', 'open.nft'], undefined],
  ] as const)('%j', (args, why) => {
    const outcome = here.run(args);
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toMatch(/^veeam-ports: [^\n]+\n$/);
    if (why) expectRefusal(outcome, why);
  });

  it('names the file that is in no known dialect', () => {
    here.put('letter.txt', 'Dear administrator\n');
    expect(here.run(['check', 'letter.txt']).stderr).toBe('veeam-ports: letter.txt: no known dialect; name it with --dialect\n');
  });

  it('takes neither devices nor UTF-16', () => {
    expect(here.run(['check', '/dev/zero']).stderr).toBe('veeam-ports: /dev/zero: is not a file\n');
    here.put('utf16.nft', Buffer.from('\ufefftable ip t { }', 'utf16le'));
    expect(here.run(['check', 'utf16.nft'])).toMatchObject({ status: 2, stderr: 'veeam-ports: utf16.nft: is UTF-16 text; save it as UTF-8\n' });
  });

  it('asks for the workload of a component that several share', () => {
    expect(here.run(['check', 'open.nft', '--guards', 'backup-server']).stderr).toBe('veeam-ports: open.nft: backup-server belongs to nutanix-ahv, ovirt-kvm, oracle; say which with --use\n');
  });
});
