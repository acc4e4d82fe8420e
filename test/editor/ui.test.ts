/** The first minute in the real editor: the packaged extension installed, a finding underlined, explained and fixed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { editorMissing, openVSCode, type VSCode } from './vscode.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ARTIFACTS = join(ROOT, 'artifacts/editor');
const VSIX = join(ROOT, 'artifacts/veeam-ports.vsix');
const WORKSPACE = fileURLToPath(new URL('workspace', import.meta.url));

const missing = editorMissing();
if (missing !== undefined) {
  if (process.env['CI'] === 'true') throw new Error(missing);
  console.warn(`editor tests skipped: ${missing}`);
}

function vsce(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/vsce'), [...args, '--no-dependencies'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`vsce ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

describe.skipIf(missing !== undefined)('the packaged extension in VS Code', () => {
  let code: VSCode;
  const problem = (text: RegExp): Locator => code.page.locator('.markers-panel .monaco-list-row', { hasText: text });
  const line = (text: string | RegExp): Locator => code.page.locator('.view-line', { hasText: text });
  const screenshot = (name: string) => code.page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    vsce('package', '--out', VSIX);
    code = await openVSCode(VSIX, WORKSPACE);
    await code.open('worker.nft');
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await screenshot(`failed-${task.name.replaceAll(' ', '-')}`);
    writeFileSync(join(ARTIFACTS, 'failed.log'), code.log());
  });

  afterAll(async () => {
    await code.close();
  });

  it('is small and holds only what runs', () => {
    expect(statSync(VSIX).size).toBeLessThan(1024 * 1024);
    const files = vsce('ls').trim().split('\n');
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist/client.js', 'dist/server.js', 'dist/browser/client.js', 'dist/browser/server.js']));
    expect(files.filter((file) => /\.map$|\.ts$|^(test|scripts|server|docs|examples)\/|node_modules/.test(file))).toEqual([]);
  });

  it('knows the language by the file', async () => {
    await code.page.locator('.statusbar-item', { hasText: 'nftables' }).waitFor();
  });

  it('underlines and lists what is missing', async () => {
    await code.page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await screenshot('1-squiggle');
    await code.page.keyboard.press('Control+Shift+M');
    await problem(/10006/).waitFor();
    await screenshot('2-problems');
  });

  it('explains a component under the mouse', async () => {
    await line('guards').getByText('ahv-worker').hover();
    const card = code.page.locator('.monaco-hover:visible').first();
    await card.waitFor();
    await screenshot('3-hover');
    expect(await card.innerText()).toMatch(/10006/);
  });

  it('fixes a finding from the light bulb', async () => {
    await problem(/10006/).dblclick();
    await code.page.mouse.move(800, 450); // a hover under the mouse would close the menu
    await code.page.locator('.monaco-editor .lightBulbWidget:visible').first().waitFor();
    const fix = code.page.locator('.action-widget .monaco-list-row', { hasText: /10006/ }).first();
    await pressUntil('Control+.', fix);
    await screenshot('4-quick-fix');
    await fix.click();
    await line(/ip\sdaddr\s10\.10\.0\.10\s.*10006.*\saccept/).waitFor();
    await problem(/10006/).waitFor({ state: 'detached' });
    await screenshot('5-fixed');
  });

  it('saves the fixed text', async () => {
    await code.page.keyboard.press('Control+S');
    await code.page.locator('.tab.dirty').waitFor({ state: 'detached' });
    await expect.poll(() => readFileSync(join(code.workspace, 'worker.nft'), 'utf8')).toMatch(/10006/);
  });

  it('asks no other machine for anything', () => {
    expect(code.outside).toEqual([]);
  });

  /** VS Code drops the menu when the markers change under it: presses again, as a person would. */
  async function pressUntil(key: string, shown: Locator): Promise<void> {
    for (let attempt = 0; attempt < 4; attempt++) {
      await code.page.keyboard.press(key);
      const appeared = await shown.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (appeared) return;
      await code.page.keyboard.press('Escape');
      await sleep(200);
    }
    throw new Error(`${key} showed nothing`);
  }
});
