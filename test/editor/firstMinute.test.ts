/** The first minutes in the real editor: the packaged extension installed, the example's mistakes underlined, explained and fixed until none is left. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vsce } from './build.ts';
import { EXAMPLES, ROOT, VSIX } from './paths.ts';
import { editorMissing, skipReason } from './vscode.ts';
import { openWindow } from './window.ts';
import { type Mark, PATIENCE } from './workbench.ts';

const FILE = 'worker.nft';

const missing = skipReason(editorMissing());

const source = readFileSync(join(EXAMPLES, FILE), 'utf8').split('\n');

/** The number of the only line of the example with this text. */
function lineOf(text: string): number {
  const found = source.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  expect(found, text).toHaveLength(1);
  return found[0] ?? 0;
}

const INPUT = lineOf('chain input');
const NEAR_MISS = lineOf('dport 433');
const OUTPUT = lineOf('chain output');
const PARTIAL = lineOf('2500-2699');
const REPOSITORIES = lineOf('dport 6162');
const DENY = lineOf('!= 22 drop');

const byPlace = (marks: Mark[]): string[] => marks.map(({ line, kind }) => `${line} ${kind}`).sort();

describe.skipIf(missing !== undefined)('the packaged extension in VS Code', () => {
  const vscode = openWindow('first-minute', { vsix: VSIX, folders: [EXAMPLES] }, FILE);
  const { screenshot } = vscode;

  it('is small and holds only what runs', () => {
    expect(statSync(VSIX).size).toBeLessThan(1024 * 1024);
    const files = vsce('ls').trim().split('\n');
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist/client.js', 'dist/server.js', 'dist/browser/client.js', 'dist/browser/server.js']));
    expect(files.filter((file) => /\.map$|\.ts$|^(test|scripts|server|docs|examples)\/|node_modules/.test(file))).toEqual([]);
  });

  it('knows the language by the file', async () => {
    await vscode.page.locator('.statusbar-item', { hasText: 'nftables' }).waitFor();
  });

  it('underlines what is missing, blocked and partial, each on its line', async () => {
    await vscode.bench.line('chain input').click();
    await vscode.bench.goTo(OUTPUT + 2);
    await expect
      .poll(async () => byPlace(await vscode.bench.squiggles()), { timeout: 30_000 })
      .toEqual([`${INPUT} warning`, `${NEAR_MISS} warning`, `${OUTPUT} error`, `${PARTIAL} warning`, `${DENY} error`]);
    await screenshot('squiggles');
  });

  it('tells above each chain how many flows are open, and behind a port whom it serves', async () => {
    await expect.poll(() => vscode.page.locator('.codelens-decoration').allInnerTexts(), { timeout: 30_000 }).toEqual(['1 of 2 flows open', '3 of 8 flows open']);
    await vscode.bench.line(/udp\sdport\s123.*→\sntp-server.*accept/).waitFor();
  });

  it('says in the status bar how many flows are open', async () => {
    const card = await vscode.bench.languageStatus();
    await screenshot('status');
    expect(await card.innerText()).toMatch(/4 of 10 flows open[^]*ahv-worker/);
    await vscode.bench.rest();
  });

  it('explains a port under the mouse, with the line that decides', async () => {
    await vscode.page.keyboard.press('Control+Shift+M');
    await vscode.bench.problem(/Prism Central/).waitFor();
    await vscode.bench.goTo(DENY + 3);
    const text = await vscode.bench.hover(vscode.bench.line('10.10.30.5 tcp dport 9440'), '9440', async (card) => {
      await vscode.picture('first-minute', vscode.bench.line('The range has a hole'), card);
      return card.innerText({ timeout: PATIENCE });
    });
    expect(text).toMatch(new RegExp(`Prism Central[^]*line ${DENY}`));
  });

  it('lists them in the Problems panel', async () => {
    await vscode.bench.rest();
    await vscode.page.getByRole('button', { name: 'View as Table' }).click();
    await expect
      .poll(async () => byPlace(await vscode.bench.problems()), { timeout: 30_000 })
      .toEqual([`${INPUT} missing-flow`, `${NEAR_MISS} near-miss`, `${OUTPUT} missing-flow`, `${PARTIAL} partial-flow`, ...Array<string>(3).fill(`${DENY} blocked-flow`)]);
    await screenshot('problems');
  });

  it('completes veeam to a rule for a flow', async () => {
    const proposal = await vscode.bench.proposal(REPOSITORIES, 'veeam', 'Worker → Nutanix AHV cluster');
    await screenshot('completion');
    await proposal.click();
    await vscode.bench.line(/10\.10\.20\.15\sip\sdaddr\s10\.10\.30\.10\stcp\sdport\s9440.*accept/).waitFor();
    await vscode.bench.problem(/AHV cluster/).waitFor({ state: 'detached' });
    await vscode.bench.command('File: Revert File', () => vscode.bench.problem(/AHV cluster/).waitFor({ timeout: PATIENCE }));
  });

  it('completes the words of a directive', async () => {
    const proposal = await vscode.bench.proposal(1, '# veeam-ports: gua', 'guards');
    await proposal.click();
    await vscode.bench.line(/#\sveeam-ports:\sguards/).nth(1).waitFor();
    await vscode.bench.command('File: Revert File', () => vscode.page.locator('.tab.dirty').waitFor({ state: 'detached', timeout: PATIENCE }));
  });

  it('goes on after its server was restarted', async () => {
    await vscode.bench.command('Veeam Ports: Restart Server', async () => Promise.resolve());
    const fix = await vscode.bench.lightBulb(vscode.bench.problem(/Prism Central/), /Prism Central/);
    await screenshot('light-bulb');
    await fix.click();
    await vscode.bench.line(/ip\sdaddr\s10\.10\.30\.5\stcp\sdport\s9440.*prism-central.*accept/).first().waitFor();
    await vscode.bench.problem(/Prism Central/).waitFor({ state: 'detached' });
    await vscode.bench.command('File: Revert File', () => vscode.bench.problem(/Prism Central/).waitFor({ timeout: PATIENCE }));
  });

  it('fixes all that has known addresses', async () => {
    await vscode.bench.command('Fix All', () => vscode.bench.problem(/AHV cluster/).waitFor({ state: 'detached', timeout: PATIENCE }));
    await expect.poll(async () => byPlace(await vscode.bench.problems()), { timeout: 30_000 }).toEqual([`${OUTPUT + 2} missing-flow`]);
    await screenshot('7-fix-all');
  });

  it('opens a flow to any address only when asked', async () => {
    const fix = await vscode.bench.lightBulb(vscode.bench.problem(/Veeam Update Repository/), /any address.*Veeam Update Repository/);
    await fix.click();
    await vscode.page.getByText('No problems have been detected in the workspace.').first().waitFor();
    expect(await vscode.bench.squiggles()).toEqual([]);
    await screenshot('8-clean');
  });

  it('saves a clean file', async () => {
    await vscode.page.keyboard.press('Control+S');
    await vscode.page.locator('.tab.dirty').waitFor({ state: 'detached' });
    const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/veeam-ports.js'), 'check', join(vscode.code.server.folders[0] ?? '', FILE), '--fail-on', 'warning'], { encoding: 'utf8' });
    expect(stdout).toContain('no findings');
    expect(status).toBe(0);
  });

  it('explains a component under the mouse', async () => {
    await vscode.bench.goTo(1);
    const text = await vscode.bench.hover(vscode.bench.line('guards'), 'ahv-worker', (card) => card.innerText({ timeout: PATIENCE }));
    expect(text).toMatch(/10006/);
  });

  it('asks no other machine for anything', () => {
    expect(vscode.code.outside).toEqual([]);
  });
});
