/** The packaged extension in a window of two folders that nobody trusts, one of them a Terraform module, with no extension for Terraform; it fixes on save. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXAMPLES, VSIX } from './paths.ts';
import { editorMissing, skipReason } from './vscode.ts';
import { openWindow } from './window.ts';
import { PATIENCE } from './workbench.ts';

const missing = skipReason(editorMissing());
const MODULE = 1;

describe.skipIf(missing !== undefined)('in an untrusted window of two folders', () => {
  const settings = { 'editor.codeActionsOnSave': { 'source.fixAll.veeamPorts': 'explicit' } };
  const vscode = openWindow('windows', { vsix: VSIX, folders: [EXAMPLES, join(EXAMPLES, 'terraform')], untrusted: true, settings }, 'main.tf', MODULE);
  const { screenshot } = vscode;

  it('VS Code restricts the window, and takes a .tf file for plain text', async () => {
    await vscode.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await vscode.page.locator('.statusbar-item', { hasText: 'Plain Text' }).waitFor();
  });

  it('a finding in one file of a module leads to the rule in another', async () => {
    await vscode.page.keyboard.press('Control+Shift+M');
    await vscode.bench.problem(/NTP server: no rule allows UDP 123/).first().waitFor();
    await screenshot('terraform');
    await vscode.bench.follow(/^rules\.tf.*TCP 123; the flow needs UDP/);
    await vscode.page.locator('.tab.active', { hasText: 'rules.tf' }).waitFor();
    const text = readFileSync(join(EXAMPLES, 'terraform/rules.tf'), 'utf8');
    const line = text.slice(0, text.indexOf('ip_protocol', text.indexOf('"time"'))).split('\n').length;
    await vscode.bench.at(line);
  });

  it('the other folder is checked beside it', async () => {
    await vscode.bench.openFile('worker.nft');
    await vscode.bench.problem(/Prism Central/).first().waitFor();
  });

  it('saving fixes all that has known addresses', async () => {
    await vscode.bench.goTo(1);
    await vscode.page.keyboard.press('End');
    await vscode.page.keyboard.type(' ');
    await vscode.page.keyboard.press('Control+S');
    await vscode.bench.problem(/Prism Central/).first().waitFor({ state: 'detached' });
    await vscode.bench.problem(/Veeam Update Repository/).first().waitFor();
    await vscode.page.locator('.tab.dirty').waitFor({ state: 'detached', timeout: PATIENCE });
    await expect.poll(() => readFileSync(join(vscode.code.server.folders[0] ?? '', 'worker.nft'), 'utf8')).toMatch(/ip daddr 10\.10\.30\.5 tcp dport 9440 accept\n[^]*!= 22 drop/);
  });

  it('VS Code says so when nothing is left to fix, and shows no light bulb', async () => {
    await vscode.bench.command('Fix All', () => vscode.page.getByText('No fix all action available').first().waitFor({ timeout: PATIENCE }));
    expect(await vscode.page.locator('.monaco-editor .lightBulbWidget:visible').count()).toBe(0);
  });

  it('no other machine was asked for anything', () => {
    expect(vscode.code.outside).toEqual([]);
  });
});
