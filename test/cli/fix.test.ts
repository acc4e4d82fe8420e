import { chmodSync, lstatSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { checkJson } from './contract.ts';
import { apply } from './patch.ts';
import { ROOT, expectRefusal, place } from './tool.ts';

const here = place();

const SITE = `# veeam-ports: guards ahv-worker
# veeam-ports: address ahv-worker 10.10.20.15
# veeam-ports: address backup-server 10.10.0.10
`;
const CHAIN = 'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established accept\n\t}\n}\n';
const NFT = SITE + CHAIN;
const UNKNOWN = NFT.replace(/.*backup-server.*\n/, '');
const SAVE = `${SITE}*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n`;

function verdicts(text: string, dialect: string): string[] {
  const { stdout } = here.run(['check', '-', '--dialect', dialect, '--format', 'json'], { stdin: text });
  return v.parse(checkJson, JSON.parse(stdout)).files.flatMap((f) => f.policies.flatMap((p) => p.flows.map((flow) => flow.verdict)));
}

describe('fix', () => {
  it.each([['a.nft', NFT, 'nftables'], ['rules.v4', SAVE, 'iptables']])('prints %s with every flow open and all else as it was', (name, text, dialect) => {
    here.put(name, text);
    const { status, stdout, stderr } = here.run(['fix', name]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: `veeam-ports: ${name}: 2 flows opened\n` });
    expect(verdicts(stdout, dialect)).toEqual(['open', 'open']);
    const kept = stdout.split('\n');
    expect(text.split('\n').every((line) => kept.includes(line))).toBe(true);
    expect(readFileSync(join(here.folder, name), 'utf8')).toBe(text);
  });

  it('prints a diff of what it would change', () => {
    for (const [name, text] of [['a.nft', NFT], ['rules.v4', SAVE]] as const) {
      const { stdout: diff } = here.run(['fix', name, '--diff']);
      expect(diff).toMatch(new RegExp(`^--- ${name}\n\\+\\+\\+ ${name}\n@@ `));
      expect(apply(text, diff)).toBe(here.run(['fix', name]).stdout);
    }
  });

  it.each([
    ['LF', NFT],
    ['CR LF', NFT.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${NFT}`],
    ['no final newline', NFT.trimEnd()],
    ['CR LF, a byte order mark and no final newline', `\ufeff${NFT.replaceAll('\n', '\r\n').trimEnd()}`],
  ])('--write keeps %s', (_, text) => {
    const file = here.put('kept.nft', text);
    expect(here.run(['fix', 'kept.nft', '--write'])).toMatchObject({ status: 0, stdout: '' });
    const written = readFileSync(file, 'utf8');
    expect(written).not.toBe(text);
    expect(written.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
    expect(/\n$/.test(written)).toBe(/\n$/.test(text));
    expect(/[^\r]\n/.test(written)).toBe(/[^\r]\n/.test(text));
    expect(here.run(['check', 'kept.nft']).status).toBe(0);
    expect(here.run(['fix', 'kept.nft', '--write']).stderr).toContain('nothing to change');
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  it('--write keeps the mode, writes through a link, and leaves nothing beside the file', () => {
    const file = here.put('modes/real.nft', NFT);
    chmodSync(file, 0o640);
    symlinkSync('real.nft', join(here.folder, 'modes/link.nft'));
    expect(here.run(['fix', 'modes/link.nft', '--write']).status).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(here.folder, 'modes/link.nft')).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).not.toBe(NFT);
    expect(readdirSync(join(here.folder, 'modes')).sort()).toEqual(['link.nft', 'real.nft']);
  });

  it('does not touch what is not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('# caf\xe9\n', 'latin1'), Buffer.from(NFT)]);
    const file = here.put('latin.nft', bytes);
    expectRefusal({ ...here.run(['fix', 'latin.nft', '--write']), stderr: here.run(['fix', 'latin.nft', '--write']).stderr.split('\n').slice(-2).join('\n') }, /latin\.nft: is not UTF-8 throughout and was left as it is/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('--flow opens one flow and leaves the others', () => {
    const { status, stdout } = here.run(['fix', 'a.nft', '--flow', 'nutanix-ahv/backup-server/ahv-worker/tcp-443']);
    expect(status).toBe(0);
    expect(verdicts(stdout, 'nftables').sort()).toEqual(['missing', 'open']);
  });

  it('opens the internet only when asked for that flow', () => {
    here.put('out.nft', NFT.replace('hook input', 'hook output'));
    const id = 'nutanix-ahv/ahv-worker/update-repository/tcp-443';
    expect(here.run(['fix', 'out.nft']).stderr).toContain(`${id} is left: it would open these ports to any address; ask for it with --flow`);
    const { status, stdout } = here.run(['fix', 'out.nft', '--flow', id]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/tcp dport 443 accept/);
  });

  it('asks for addresses, or writes words to replace', () => {
    here.put('unknown.nft', UNKNOWN);
    const refused = here.run(['fix', 'unknown.nft']);
    expect(refused).toMatchObject({ status: 1, stdout: UNKNOWN });
    expect(refused.stderr).toContain('is left: the address of backup-server is not known; declare it with “veeam-ports: address”, or add --allow-placeholder\n');
    const filled = here.run(['fix', 'unknown.nft', '--allow-placeholder']);
    expect(filled.status).toBe(0);
    expect(filled.stdout).toContain('ADDRESS_OF_BACKUP_SERVER');
    expect(verdicts(filled.stdout.replaceAll('ADDRESS_OF_BACKUP_SERVER', '10.10.0.10'), 'nftables')).toEqual(['open', 'open']);
    expect(filled.stdout).not.toMatch(/[$}]\{|\\/);
  });

  it('takes guards from the command line and text from standard input', () => {
    const { status, stdout } = here.run(['fix', '-', '--dialect', 'nftables', '--guards', 'ahv-worker'], { stdin: NFT.replace(/.*guards.*\n/, '') });
    expect(status).toBe(0);
    expect(stdout).toContain('443');
  });

  it('mends every example as far as it can without asking', () => {
    for (const name of readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name)) {
      const { stdout, status } = here.run(['fix', join(ROOT, 'examples', name)]);
      expect([0, 1]).toContain(status);
      const dialect = name.endsWith('.nft') ? 'nftables' : 'iptables';
      expect(verdicts(stdout, dialect).filter((verdict) => verdict !== 'open').length).toBeLessThanOrEqual(status === 0 ? 0 : 3);
    }
  });

  it.each([
    [['fix'], /missing required argument/],
    [['fix', 'nosuch.nft'], /no such file/],
    [['fix', '.'], /is a folder/],
    [['fix', '-'], /--stdin-filename/],
    [['fix', '-', '--dialect', 'nftables', '--write'], /standard input cannot be written to/],
    [['fix', 'a.nft', '--write', '--diff'], /cannot be used with/],
    [['fix', 'a.nft', '--flow', 'nutanix-ahv/backup-server/ahv-worker/tcp-444'], /did you mean nutanix-ahv\/backup-server\/ahv-worker\/tcp-443/],
    [['fix', 'a.nft', '--flow', 'ovirt-kvm/ovirt-worker/backup-server/tcp-10006'], /is not required of what this file guards/],
    [['fix', 'a.nft', '--guards', 'nobody'], /no component “nobody”/],
  ] as const)('refuses %j', (args, why) => {
    expectRefusal(here.run(args), why);
  });

  it('refuses a file of which nothing says what it guards', () => {
    here.put('nobody.nft', CHAIN);
    expectRefusal(here.run(['fix', 'nobody.nft']), /nothing says what it guards; add --guards or a directive/);
  });
});

describe('generate', () => {
  it.each(['nftables', 'iptables'])('writes a whole %s policy that opens every required flow once the addresses are filled in', (dialect) => {
    const { status, stdout, stderr } = here.run(['generate', '--dialect', dialect, '--guards', 'ahv-worker']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'veeam-ports: replace each ADDRESS_OF_... by that component’s addresses\n' });
    const names = [...new Set(stdout.match(/ADDRESS_OF_\w+/g))];
    expect(names.length).toBeGreaterThan(4);
    const filled = names.reduce((text, name, i) => text.replaceAll(new RegExp(`${name}\\b`, 'g'), `10.99.0.${i + 1}`), stdout);
    const found = verdicts(filled, dialect);
    expect(found.length).toBeGreaterThan(6);
    expect(new Set(found)).toEqual(new Set(['open']));
    expect(stdout).toContain('# veeam-ports: guards ahv-worker\n');
    here.put('generated', filled);
    expect(here.run(['check', 'generated', '--dialect', dialect, '--fail-on', 'never']).stdout).not.toMatch(/dead-rule|error|warning/);
  });

  it('takes the workload of a component that several share', () => {
    const { stdout } = here.run(['generate', '--dialect', 'iptables', '--guards', 'backup-server', '--use', 'oracle']);
    expect(stdout).toContain('# veeam-ports: use oracle\n');
    expect(stdout).toContain('ADDRESS_OF_STAGING_SERVER');
  });

  it.each([
    [['generate'], /--dialect/],
    [['generate', '--dialect', 'nftables'], /--guards/],
    [['generate', '--dialect', 'pf', '--guards', 'ahv-worker'], /--dialect “pf” is not known; it is one of nftables, iptables/],
    [['generate', '--dialect', 'nftables', '--guards', 'backup-server'], /say which with --use/],
  ] as const)('refuses %j', (args, why) => {
    expectRefusal(here.run(args), why);
  });
});
