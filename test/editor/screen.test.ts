/** What the packaged extension puts on the screen beside the findings, used by mouse and keyboard on what is in sight; at the end light bulbs alone have turned the example clean. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { contrasts } from './contrast.ts';
import { EXAMPLES, ROOT, VSIX } from './paths.ts';
import { editorMissing, skipReason } from './vscode.ts';
import { openWindow } from './window.ts';

const FILE = 'worker.nft';
/** How much text and signs must stand out, by WCAG 2.2. */
const READABLE = { text: 4.5, sign: 3 };
/** In milliseconds; the machine may have other work. */
const PATIENT = { timeout: 30_000 };

const missing = skipReason(editorMissing());

const source = readFileSync(join(EXAMPLES, FILE), 'utf8').split('\n');
const lineOf = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;
const DENY = lineOf('!= 22 drop');
const NEAR_MISS = lineOf('dport 433');

describe.skipIf(missing !== undefined)('on the screen of VS Code', () => {
  const vscode = openWindow('screen', { vsix: VSIX, folders: [EXAMPLES] }, FILE);
  const { screenshot } = vscode;
  const matrix = {
    filter: () => vscode.bench.webview().getByRole('textbox', { name: 'Filter', exact: true }),
    lacking: () => vscode.bench.webview().getByRole('checkbox', { name: 'Only what is not open', exact: true }),
    flow: (name: RegExp) => vscode.bench.webview().getByRole('button', { name }),
    shows: (count: string) => vscode.bench.webview().getByRole('status').filter({ hasText: `${count} flows shown` }).waitFor(),
  };
  const tree = () => vscode.bench.view('Veeam Ports').locator('.monaco-list-row');
  const lenses = () => vscode.page.locator('.codelens-decoration');
  const tab = (name: string) => vscode.page.locator('.tab', { hasText: name });
  const saved = (file: string) => readFileSync(join(vscode.code.server.folders[0] ?? '', file), 'utf8');
  const names = (rows: Locator) => rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')));

  it('a click above a chain opens the matrix of its flows', async () => {
    await vscode.bench.press(lenses().getByText('3 of 8 flows open'), tab('Coverage'));
    await matrix.shows('8 of 10');
    expect(await matrix.filter().inputValue()).toBe('inet filter output');
  });

  it('the matrix filters by words, and by what is not open', async () => {
    await matrix.filter().fill('9440 central');
    await matrix.shows('1 of 10');
    await matrix.filter().fill('');
    await matrix.shows('10 of 10');
    await matrix.lacking().check();
    await matrix.shows('6 of 10');
    expect(await matrix.flow(/, open: /).count()).toBe(0);
    await matrix.lacking().uncheck();
    await matrix.shows('10 of 10');
  });

  it('the matrix has a name and a state in words for all that one can see or press', async () => {
    const outline = await vscode.bench.webview().locator('body').ariaSnapshot();
    expect(outline).toMatch(/table "Nutanix AHV: 4 of 10 flows open"/);
    expect(outline).toMatch(/columnheader "Backup repository"[^]*rowheader "Worker"/);
    expect(outline.match(/^\W*(button|checkbox|textbox|table|columnheader|rowheader|heading)\b(?! ")/gm)).toBeNull();
    expect(outline.match(/button "[^"]*, (open|closed|denied by a rule|partly open): [^"]* to [^"]*, policy [^"]* Decided at line \d+/g)).toHaveLength(10);
    expect(outline).toContain('open closed denied by a rule partly open cannot be told');
  });

  it('the keyboard leads from the filter to a flow, and Enter to the line that decides', async () => {
    await matrix.filter().focus();
    await vscode.page.keyboard.press('Tab');
    await vscode.page.keyboard.press('Tab');
    const focused = vscode.bench.webview().locator('button:focus');
    expect(await focused.getAttribute('aria-label')).toMatch(/^TCP 19000, open: Backup server to Worker/);
    await vscode.page.keyboard.press('ArrowDown');
    await vscode.page.keyboard.press('ArrowDown');
    expect(await focused.getAttribute('aria-label')).toMatch(/^TCP 9440, denied by a rule: Worker to Nutanix Prism Central/);
    await vscode.page.keyboard.press('Enter');
    await vscode.bench.at(DENY);
  });

  it('a click on a flow goes to its line, too', async () => {
    await matrix.flow(/^TCP 19000, open/).click();
    await vscode.bench.at(lineOf('dport 19000'));
  });

  it('the matrix can be read in light, dark and high contrast', async () => {
    const body = vscode.bench.webview().locator('body');
    const pale = async () => (await body.evaluate(contrasts)).filter(({ text, ratio }) => ratio < (text.length > 1 ? READABLE.text : READABLE.sign));
    expect(await pale()).toEqual([]);
    await vscode.bench.theme('Dark High Contrast', 'hc-black');
    expect(await pale()).toEqual([]);
    await screenshot('matrix-high-contrast');
    await vscode.bench.theme('Dark 2026', 'vs-dark');
    expect(await pale()).toEqual([]);
    await vscode.bench.theme('Light 2026', 'vs');
  });

  it('the picture of the matrix', async () => {
    await vscode.page.getByRole('tab', { name: /^Explorer/ }).click();
    await tab('Coverage').dblclick();
    await vscode.page.setViewportSize({ width: 1360, height: 800 });
    const page = vscode.bench.webview();
    await vscode.picture('coverage', page.locator('h1'), page.getByRole('table'));
    await vscode.page.setViewportSize({ width: 1280, height: 800 });
    await vscode.page.getByRole('tab', { name: /^Explorer/ }).click();
    await tab('Coverage').getByRole('button', { name: /^Close/ }).click();
  });

  it('the tree names workload, component and flows with their state, and leads to the line', async () => {
    await vscode.page.locator('.pane-header', { hasText: 'examples' }).click();
    await vscode.page.locator('.pane-header', { hasText: 'Veeam Ports' }).click();
    await expect.poll(() => names(tree()), PATIENT).toEqual([
      'Nutanix AHV, 4 of 10 flows open',
      'Worker, 4 of 10 flows open',
      expect.stringMatching(/^TCP 19000, open: Backup server to Worker, .*line 28\.$/),
      expect.stringMatching(/^TCP 443, closed: Backup server to Worker/),
      ...Array<unknown>(8).fill(expect.stringMatching(/^(TCP|UDP) .* Worker to .* line \d+\.$/)),
    ]);
    await screenshot('tree');
    const central = tree().filter({ hasText: '→ Nutanix Prism Central' });
    expect(await central.innerText()).toContain('denied by a rule');
    expect(await central.locator('.codicon-circle-slash').count()).toBe(1);
    await central.click();
    await vscode.bench.at(DENY);
  });

  it('a box unticked in the settings takes the lenses away at once', async () => {
    await tree().filter({ hasText: 'TCP 19000' }).click();
    await lenses().filter({ visible: true }).first().waitFor();
    await vscode.bench.manage('Settings');
    await vscode.page.locator('.settings-editor .suggest-input-container').click();
    await vscode.page.keyboard.insertText('veeamPorts.codeLens');
    await vscode.page.locator('.setting-item-contents', { hasText: 'Code Lens: Enabled' }).locator('.setting-value-checkbox').click();
    await lenses().first().waitFor({ state: 'detached' });
    await screenshot('settings');
  });

  it('settings typed as JSON hold at once', async () => {
    await vscode.page.getByRole('button', { name: 'Open Settings (JSON)' }).click();
    const dialog = vscode.page.locator('.monaco-modal-editor-block');
    await dialog.getByText('settings.json').first().waitFor();
    const settings = () => JSON.parse(readFileSync(join(vscode.code.server.home, 'data/User/settings.json'), 'utf8')) as Record<string, unknown>;
    expect(settings()['veeamPorts.codeLens.enabled']).toBe(false);
    const wanted = { ...settings(), 'veeamPorts.codeLens.enabled': true, 'veeamPorts.inlayHints.enabled': false, 'veeamPorts.severity': { 'near-miss': 'error' }, 'editor.codeActionsOnSave': { 'source.fixAll.veeamPorts': 'explicit' } };
    await dialog.locator('.view-lines').click();
    await vscode.page.keyboard.press('Control+A');
    await vscode.page.keyboard.insertText(JSON.stringify(wanted, null, 2));
    // What VS Code has added by itself, such as closing brackets.
    await vscode.page.keyboard.press('Control+Shift+End');
    await vscode.page.keyboard.press('Delete');
    await vscode.page.keyboard.press('Control+S');
    await expect.poll(settings, PATIENT).toEqual(wanted);
    await dialog.getByRole('button', { name: /^Close/ }).click();
    await lenses().getByText('3 of 8 flows open').waitFor();
    await vscode.page.locator('[id="status.problems"]', { hasText: /5\D+2/ }).waitFor();
    await vscode.bench.goTo(NEAR_MISS);
    await expect.poll(() => vscode.bench.line('dport').allInnerTexts(), PATIENT).not.toContainEqual(expect.stringContaining('backup-server'));
  });

  it('light bulbs alone turn the example clean', async () => {
    await vscode.page.locator('[id="status.problems"]').click();
    await vscode.page.getByRole('button', { name: 'View as Table' }).click();
    const CENTRAL = /Worker to Nutanix Prism Central/;
    const fixes: [RegExp, RegExp][] = [
      [CENTRAL, /^Allow everything that inet filter output lacks/],
      [/Backup server to Worker needs TCP 443/, /^Change to 443$/],
      [/Worker to Veeam Update Repository/, /any address, for Veeam Update Repository/],
    ];
    for (const [finding, title] of fixes) {
      const fix = await vscode.bench.lightBulb(vscode.bench.problem(finding), title);
      await screenshot(`light-bulb-${fixes.findIndex(([one]) => one === finding) + 1}`);
      if (finding === CENTRAL) await vscode.picture('quick-fix', vscode.bench.line('The range has a hole'), vscode.page.locator('.action-widget').first(), vscode.page.locator('.monaco-editor .lightBulbWidget'));
      await fix.click();
      await vscode.bench.problem(finding).waitFor({ state: 'detached' });
    }
    await vscode.page.getByText('No problems have been detected in the workspace.').first().waitFor();
    const status = await vscode.bench.languageStatus();
    expect(await status.innerText()).toMatch(/10 of 10 flows open[^]*ahv-worker/);
    await screenshot('clean');
    await status.getByText('Show Coverage').click();
    await matrix.shows('10 of 10');
    expect(await matrix.flow(/, open: /).count()).toBe(10);
    await tab(FILE).click();
    await vscode.bench.menu('File', 'Save');
    await vscode.page.locator('.tab.dirty').waitFor({ state: 'detached' });
    const { status: code, stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/veeam-ports.js'), 'check', join(vscode.code.server.folders[0] ?? '', FILE), '--fail-on', 'warning'], { encoding: 'utf8' });
    expect([code, stdout]).toEqual([0, expect.stringContaining('no findings')]);
  });

  it('saving fixes what it can, as the settings say', async () => {
    const file = 'repository.rules.v4';
    await vscode.page.locator('.pane-header', { hasText: 'examples' }).click();
    await vscode.page.locator('.explorer-folders-view .monaco-list-row', { hasText: file }).dblclick();
    await vscode.bench.problem(/Worker to Backup repository: no rule allows TCP 6162/).waitFor();
    await vscode.page.locator('.statusbar-item', { hasText: 'iptables' }).waitFor();
    await vscode.bench.line('The host firewall').click();
    await vscode.page.keyboard.press('End');
    await vscode.page.keyboard.type(' ');
    await vscode.bench.menu('File', 'Save');
    await expect.poll(() => saved(file), PATIENT).toMatch(/-s 10\.10\.20\.15 .*-p tcp .*--dport 6162 -j ACCEPT/);
    await vscode.bench.problem(/Worker to Backup repository: no rule allows TCP 6162/).waitFor({ state: 'detached' });
  });

  it('no other machine was asked for anything', () => {
    expect(vscode.code.outside).toEqual([]);
  });
});
