/** The language server in Neovim, an editor with a client of its own: findings come, and a fix applies. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { EXAMPLES, ROOT } from './paths.ts';
import { skipReason } from './vscode.ts';

const SESSION = fileURLToPath(new URL('neovim/session.lua', import.meta.url));
const missing = skipReason(spawnSync('nvim', ['--version']).status === 0 ? undefined : 'nvim is missing: apt-get install -y --no-install-recommends neovim');

interface Finding {
  line: number;
  code: string;
  message: string;
}

/** What session.lua saw. */
interface Seen {
  problem?: string;
  before: Finding[];
  hover: string;
  titles: string[];
  after: Finding[];
}

const homes: string[] = [];
afterEach(() => homes.splice(0).forEach((home) => rmSync(home, { recursive: true, force: true })));

/** @returns what was seen, and the file's text at the end. */
function session(wanted: string, settings: object = {}): { seen: Seen; text: string } {
  const home = mkdtempSync(join(tmpdir(), 'veeam-ports-neovim-'));
  homes.push(home);
  const at = (name: string) => join(home, name);
  copyFileSync(join(EXAMPLES, 'worker.nft'), at('worker.nft'));
  const command = [process.execPath, join(ROOT, 'dist/veeam-ports-language-server.js'), '--stdio'];
  writeFileSync(at('session.json'), JSON.stringify({ file: at('worker.nft'), report: at('seen.json'), command, wanted, settings }));
  const env = { ...process.env, HOME: home, SESSION: at('session.json') };
  const { status, stderr } = spawnSync('nvim', ['--headless', '--clean', '-c', `luafile ${SESSION}`], { cwd: home, env, encoding: 'utf8', timeout: 100_000 });
  expect(status, stderr).toBe(0);
  return { seen: JSON.parse(readFileSync(at('seen.json'), 'utf8')) as Seen, text: readFileSync(at('worker.nft'), 'utf8') };
}

describe.skipIf(missing !== undefined)('in Neovim', () => {
  it('findings come, a hover explains, and a fix closes its finding', () => {
    const { seen, text } = session('Prism Central');
    expect(seen.problem).toBeUndefined();
    expect(seen.before.map(({ code }) => code).sort()).toEqual(['blocked-flow', 'blocked-flow', 'blocked-flow', 'missing-flow', 'missing-flow', 'near-miss', 'partial-flow']);
    expect(seen.hover).toContain('Prism Central');
    expect(seen.titles[0]).toMatch(/^Allow TCP 9440 from Worker to Nutanix Prism Central/);
    expect(seen.after).toHaveLength(seen.before.length - 1);
    expect(text).toMatch(/ip daddr 10\.10\.30\.5 tcp dport 9440 accept\n[^]*!= 22 drop/);
  });

  it('settings of the client hold', () => {
    const { seen } = session('Prism Central', { severity: { 'near-miss': 'off' } });
    expect(seen.problem).toBeUndefined();
    expect(seen.before.map(({ code }) => code)).not.toContain('near-miss');
  });
});
