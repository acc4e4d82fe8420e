import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Result, Run } from 'sarif';
import { beforeAll, describe, expect, it } from 'vitest';
import { CODES } from '../../server/src/model/finding.ts';
import { type Element, every, sarifLog, workflowCommand, xmlRoot } from './judges.ts';
import { ROOT, place } from './tool.ts';

const here = place();
const FORMATS = ['pretty', 'sarif', 'junit', 'github'] as const;
const EXAMPLES = ['examples/backup-server.sh', 'examples/repository.rules.v4', 'examples/worker.nft'];

const checked = (format: string, args: readonly string[] = EXAMPLES, cwd = ROOT): string => here.run(['check', '--format', format, ...args], { cwd }).stdout;
const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const results = (text: string): Result[] => sarifLog(text).runs[0]?.results ?? [];

describe('the reports of the examples', () => {
  it('for people', async () => {
    await expect(checked('pretty')).toMatchFileSnapshot(golden('examples.txt'));
  });

  it('as SARIF', async () => {
    await expect(`${JSON.stringify(results(checked('sarif')), undefined, 1)}\n`).toMatchFileSnapshot(golden('examples.sarif-results.json'));
  });

  it('as JUnit', async () => {
    await expect(checked('junit')).toMatchFileSnapshot(golden('examples.junit.xml'));
  });

  it('as annotations of GitHub', async () => {
    await expect(checked('github')).toMatchFileSnapshot(golden('examples.github.txt'));
  });
});

describe('the pretty lines', () => {
  it('are read by the problem matcher of docs/cli.md', () => {
    const [, pattern = ''] = /"regexp": (".*"),/.exec(readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')) ?? [];
    const matcher = new RegExp(JSON.parse(pattern) as string);
    const read = checked('pretty').split('\n').flatMap((line) => [matcher.exec(line)?.slice(1, 6)].filter((found) => found !== undefined));
    const levels: Record<string, string> = { note: 'information' };
    expect(read).toEqual(results(checked('sarif')).map(({ ruleId, level = '', locations }) => {
      const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
      return [artifactLocation?.uri, String(region?.startLine), String(region?.startColumn), levels[level] ?? level, ruleId];
    }));
  });
});

describe('SARIF', () => {
  let run: Run | undefined;
  beforeAll(() => {
    run = sarifLog(checked('sarif')).runs[0];
  });

  it('has a rule for each code, with its page', () => {
    const rules = run?.tool.driver.rules ?? [];
    expect(rules.map((r) => r.id)).toEqual(Object.keys(CODES));
    for (const { id, helpUri, help, shortDescription } of rules) {
      expect(helpUri).toMatch(new RegExp(`^https://.*/docs/diagnostics/${id}\\.md$`));
      expect(help?.markdown).toContain('## How to');
      expect(shortDescription?.text).toMatch(/\S\.$/);
    }
    for (const { ruleId, ruleIndex } of run?.results ?? []) expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
  });

  it('names the tool and its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(run?.tool.driver).toMatchObject({ name: 'Veeam Ports', semanticVersion: version });
  });

  it('counts UTF-16 units, from the source root', () => {
    expect(run?.columnKind).toBe('utf16CodeUnits');
    for (const { locations } of run?.results ?? []) {
      const artifact = locations?.[0]?.physicalLocation?.artifactLocation;
      expect(EXAMPLES).toContain(artifact?.uri);
      expect(artifact?.uriBaseId).toBe('%SRCROOT%');
    }
  });

  const RULES = ['tcp dport 22 accept', 'iifname "eth7" udp dport 123 accept'];
  const file = (head: string, rules = RULES): string => `${head}# veeam-ports: guards ahv-worker, backup-server\n# veeam-ports: use nutanix-ahv\ntable inet f {\nchain i {\ntype filter hook input priority 0; policy drop;\n${rules.join('\n')}\n}\nchain o {\ntype filter hook output priority 0; policy drop;\n}\n}\n`;
  const fingerprints = (text: string): (string | undefined)[] => {
    here.put('moving.nft', text);
    return results(checked('sarif', ['moving.nft'], here.folder)).map((r) => r.partialFingerprints?.['veeamPorts/v1']);
  };

  it('gives each finding a fingerprint of its own that no moved line changes', () => {
    const before = fingerprints(file(''));
    expect(before.length).toBeGreaterThan(3);
    expect(new Set(before).size).toBe(before.length);
    expect(fingerprints(file('# a line\n# and another\n\n'))).toEqual(before);
    expect(fingerprints(file('', [...RULES, 'tcp dport 23 accept']))).toEqual(before);
  });

  it('says what could not be read', () => {
    here.put('fine.nft', file(''));
    const { status, stdout } = here.run(['check', 'fine.nft', 'gone.nft', '--format', 'sarif']);
    expect(status).toBe(2);
    const [invocation] = sarifLog(stdout).runs[0]?.invocations ?? [];
    expect(invocation).toMatchObject({ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', message: { text: 'gone.nft: no such file or folder' } }] });
    expect(results(stdout).length).toBeGreaterThan(0);
    expect(run?.invocations).toMatchObject([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  it('names files from the checkout that CI is at work on', () => {
    here.put('checkout/rules/a.nft', file(''));
    const uris = (env: Record<string, string>): string[] => results(here.run(['check', 'a.nft', '--format', 'sarif'], { cwd: join(here.folder, 'checkout/rules'), env }).stdout).map((r) => r.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '');
    expect(new Set(uris({}))).toEqual(new Set(['a.nft']));
    expect(new Set(uris({ GITHUB_WORKSPACE: join(here.folder, 'checkout') }))).toEqual(new Set(['rules/a.nft']));
    expect(new Set(uris({ CI_PROJECT_DIR: here.folder }))).toEqual(new Set(['checkout/rules/a.nft']));
    expect(new Set(uris({ GITHUB_WORKSPACE: '/elsewhere' }))).toEqual(new Set(['a.nft']));
  });
});

describe('JUnit', () => {
  const root = (text: string): Element => {
    const parsed = xmlRoot(text);
    for (const element of [parsed, ...every(parsed, 'testsuite')]) {
      const counted = { tests: 'testcase', failures: 'failure', errors: 'error', skipped: 'skipped' };
      for (const [attribute, name] of Object.entries(counted)) expect(element.attributes[attribute]).toBe(String(every(element, name).length));
    }
    return parsed;
  };

  it('has a suite for each file and a case for each flow of each policy', () => {
    const { files } = JSON.parse(checked('json')) as { files: { path: string; policies: { flows: { flow: string }[] }[] }[] };
    const suites = every(root(checked('junit')), 'testsuite');
    expect(suites.map((s) => s.attributes['name'])).toEqual(files.map((f) => f.path));
    suites.forEach((suite, i) => {
      expect(every(suite, 'testcase').map((c) => c.attributes['name'])).toEqual(files[i]?.policies.flatMap((p) => p.flows.map((f) => f.flow)));
    });
  });

  it.each([[[]], [['--fail-on', 'warning']], [['--strict']]])('fails where the exit code does: %j', (options) => {
    here.put('undecided.nft', '# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\ntable inet f { chain i { type filter hook input priority 0; policy drop; iifname "eth7" tcp dport { 443, 19000 } accept\n} }\n');
    here.put('warned.nft', '# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\ntable inet f { chain i { type filter hook input priority 0; policy drop; tcp dport { 443, 19000 } accept\n} }\n');
    here.put('silenced.nft', '# veeam-ports: guards ahv-worker\n# veeam-ports: ignore missing-flow -- elsewhere\ntable inet f { chain i { type filter hook input priority 0; policy drop;\n} }\n');
    for (const file of [...EXAMPLES.map((name) => join(ROOT, name)), ...['undecided.nft', 'warned.nft', 'silenced.nft'].map((name) => join(here.folder, name))]) {
      const { status, stdout } = here.run(['check', file, '--format', 'junit', ...options]);
      expect(every(root(stdout), 'failure').length > 0 ? 1 : 0, file).toBe(status);
    }
  });

  it('tells what decides', () => {
    const failure = every(root(checked('junit')), 'failure').find((f) => f.attributes['type'] === 'blocked-flow');
    expect(failure?.text).toContain('examples/worker.nft:48:9 Allows it, but comes too late.');
    expect(failure?.text).toContain('decided by examples/worker.nft:47:9 ip daddr 10.10.30.0/24 tcp dport != 22 drop');
  });

  it('counts what could not be read as an error', () => {
    const [error] = every(root(here.run(['check', 'gone.nft', '--format', 'junit']).stdout), 'error');
    expect(error?.attributes['message']).toBe('no such file or folder');
  });

  it('is whole where there is nothing to tell', () => {
    expect(root(here.run(['check', '.', '--format', 'junit', '--dialect', 'iptables']).stdout).children).toEqual([]);
  });
});

describe('hostile names and comments', () => {
  const EVIL = ['\u001b[31mred', '\u009b2J', '\u202egnp', ']]>', '<script>alert(1)</script>', '&amp;"\'', '[x](command:evil)', '[x](https://evil.example)', '##vso[task.complete]', '##[add-mask]x', '::error::x', '%0A::error::y', '\ufffe\uffff', '\u0000\u0008', '|`*_~', '=1+1'];
  const text = `${EVIL.map((word) => `# veeam-ports: guards ${word}`).join('\n')}\ntable ip t { chain c { type filter hook input priority 0; tcp dport 1 accept comment "${EVIL.filter((w) => !w.includes('"')).join(' ')}"; } }\n`;
  const NAMES = ['::error::x.nft', '##vso[task.complete].nft', 'a%b,c=d:e.nft', '\u001b[31m.nft', ']]>&<b>"\'.nft', 'line\nbreak.nft', '[x](y).nft', '\u202ecod.nft', '- = +.nft'];
  for (const name of NAMES) here.put(`evil/${name}`, text);
  const outcome = (format: string): string => {
    const { stdout, stderr, status } = here.run(['check', '.', 'gone\u001b::.nft', '--format', format, '--guards', 'ahv-worker'], { cwd: join(here.folder, 'evil') });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^veeam-ports: .*\n$/);
    expectHarmless(stderr);
    return stdout;
  };
  const expectHarmless = (output: string): void => {
    expect(output).not.toMatch(/(?!\n)\p{Cc}|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
    expect(output).not.toMatch(/##\w*\[/);
  };

  it('are a fair attack', () => {
    expect(readdirSync(join(here.folder, 'evil'))).toHaveLength(NAMES.length);
    for (const word of EVIL) expect(text).toContain(word);
  });

  it.each(FORMATS)('steer nothing: %s', (format) => {
    expectHarmless(outcome(format));
  });

  it('are no workflow commands in pretty lines', () => {
    const lines = outcome('pretty').split('\n');
    expect(lines.length).toBeGreaterThan(NAMES.length * EVIL.length);
    expect(lines.filter((line) => /^\s*::/.test(line))).toEqual([]);
  });

  it('are one annotation each, about their file', () => {
    const lines = outcome('github').trimEnd().split('\n').slice(0, -1);
    const commands = lines.map((line) => workflowCommand(line));
    for (const command of commands) {
      expect(['error', 'warning', 'notice']).toContain(command?.name);
      expect(Object.keys(command?.properties ?? {}).filter((key) => !['file', 'line', 'endLine', 'col', 'endColumn', 'title'].includes(key))).toEqual([]);
    }
    expect(commands.some((c) => c?.properties['file'] === 'a%b,c=d:e.nft')).toBe(true);
    expect(commands.some((c) => c?.message.includes('%0A::error::y'))).toBe(true);
  });

  it('leave the XML well-formed', () => {
    const junit = xmlRoot(outcome('junit'));
    expect(every(junit, 'testsuite').map((s) => s.attributes['name'])).toEqual(expect.arrayContaining([']]>&<b>"\'.nft', '\\u001b[31m.nft']));
    expect(every(junit, 'failure').some((f) => f.text.includes(']]>'))).toBe(true);
  });

  it('leave SARIF valid, its uris whole, and no link in its messages', () => {
    const found = results(outcome('sarif'));
    const uris = new Set(found.map((r) => r.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? ''));
    expect([...uris].map(decodeURIComponent).sort()).toEqual([...NAMES].sort());
    for (const uri of uris) expect(uri).toMatch(/^[\w.!~*'()%-]+$/);
    for (const { message } of found) expect(message.text).not.toContain('](');
  });

  it('are cut where a person reads', () => {
    here.put('long.nft', `# veeam-ports: guards ${'x'.repeat(200_000)}\ntable ip t { chain c { type filter hook input priority 0; ip saddr { ${'10.0.0.1, '.repeat(20_000)} 10.0.0.2 } accept\n} }\n`);
    for (const args of [['check', 'long.nft'], ['check', 'long.nft', '--format', 'github'], ['rules', 'long.nft', '--format', 'pretty'], ['trace', 'long.nft', '--from', '10.0.0.2', '--to', '10.9.9.9', '--protocol', 'tcp']]) {
      const { stdout } = here.run(args);
      expect(stdout.length).toBeGreaterThan(100);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(1500);
    }
  });
});

describe('the flows as tables', () => {
  const flows = (format: string): string => here.run(['flows', '--workload', 'ovirt-kvm', '--revision', '2026-02-12', '--format', format]).stdout;

  it('as CSV', async () => {
    await expect(flows('csv')).toMatchFileSnapshot(golden('flows.csv'));
  });

  it('as Markdown', async () => {
    await expect(flows('markdown')).toMatchFileSnapshot(golden('flows.md'));
  });

  it('as a workbook with the same cells', () => {
    const parts = unzipSync(here.bytes(['flows', '--workload', 'ovirt-kvm', '--revision', '2026-02-12', '--format', 'xlsx']));
    const sheet = xmlRoot(Buffer.from(parts['xl/worksheets/sheet1.xml'] ?? []).toString());
    const cells = every(sheet, 'row').map((row) => every(row, 't').map((t) => t.text));
    const quoted = (cell: string): string => (/[",]/.test(cell) ? `"${cell}"` : cell);
    expect(cells.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')).toBe(flows('csv'));
  });
});
