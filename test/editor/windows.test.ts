/** The packaged extension in a window of two folders that nobody trusts, one of them a Terraform module, with no extension for Terraform; it fixes on save. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACTS, EXAMPLES, VSIX } from './paths.ts';
import { editorMissing, openVSCode, skipReason, type VSCode } from './vscode.ts';
import { PATIENCE, Workbench } from './workbench.ts';

const missing = skipReason(editorMissing());
const MODULE = 1;

describe.skipIf(missing !== undefined)('in an untrusted window of two folders', () => {
  let code: VSCode;
  let bench: Workbench;
  const screenshot = (name: string) => code.page.screenshot({ path: join(ARTIFACTS, `${name}.png`), animations: 'disabled' });

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    const settings = { 'editor.codeActionsOnSave': { 'source.fixAll.veeamPorts': 'explicit' } };
    code = await openVSCode({ vsix: VSIX, folders: [EXAMPLES, join(EXAMPLES, 'terraform')], untrusted: true, settings });
    bench = new Workbench(code.page);
    await code.open('main.tf', MODULE);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await screenshot(`failed-${task.name.replaceAll(/\W+/g, '-')}`);
    writeFileSync(join(ARTIFACTS, 'failed-windows.log'), code.log());
  });

  afterAll(async () => {
    await code.close();
  });

  it('VS Code restricts the window, and takes a .tf file for plain text', async () => {
    await code.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await code.page.locator('.statusbar-item', { hasText: 'Plain Text' }).waitFor();
  });

  it('a finding in one file of a module leads to the rule in another', async () => {
    await code.page.keyboard.press('Control+Shift+M');
    await bench.problem(/NTP server: no rule allows UDP 123/).first().waitFor();
    await screenshot('terraform');
    await bench.follow(/^rules\.tf.*TCP 123; the flow needs UDP/);
    await code.page.locator('.tab.active', { hasText: 'rules.tf' }).waitFor();
    const text = readFileSync(join(EXAMPLES, 'terraform/rules.tf'), 'utf8');
    const line = text.slice(0, text.indexOf('ip_protocol', text.indexOf('"time"'))).split('\n').length;
    await code.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col` }).waitFor();
  });

  it('the other folder is checked beside it', async () => {
    await bench.openFile('worker.nft');
    await bench.problem(/Prism Central/).first().waitFor();
  });

  it('saving fixes all that has known addresses', async () => {
    await bench.goTo(1);
    await code.page.keyboard.press('End');
    await code.page.keyboard.type(' ');
    await code.page.keyboard.press('Control+S');
    await bench.problem(/Prism Central/).first().waitFor({ state: 'detached' });
    await bench.problem(/Veeam Update Repository/).first().waitFor();
    await code.page.locator('.tab.dirty').waitFor({ state: 'detached', timeout: PATIENCE });
    await expect.poll(() => readFileSync(join(code.server.folders[0] ?? '', 'worker.nft'), 'utf8')).toMatch(/ip daddr 10\.10\.30\.5 tcp dport 9440 accept\n[^]*!= 22 drop/);
  });

  it('VS Code says so when nothing is left to fix, and shows no light bulb', async () => {
    await bench.command('Fix All', () => code.page.getByText('No fix all action available').first().waitFor({ timeout: PATIENCE }));
    expect(await code.page.locator('.monaco-editor .lightBulbWidget:visible').count()).toBe(0);
  });

  it('no other machine was asked for anything', () => {
    expect(code.outside).toEqual([]);
  });
});
