/** The commands of the palette that ask something, in the packaged extension: what they ask, and what they leave behind. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXAMPLES, VSIX } from './paths.ts';
import { editorMissing, skipReason } from './vscode.ts';
import { openWindow } from './window.ts';
import { PATIENCE } from './workbench.ts';

const missing = skipReason(editorMissing());

const FILE = 'worker.nft';
/** The same rules with nothing that says what they guard. */
const BARE = 'bare.nft';
const home = mkdtempSync(join(tmpdir(), 'veeam-ports-commands-'));
const folder = join(home, 'rules');
mkdirSync(folder);
const rules = readFileSync(join(EXAMPLES, FILE), 'utf8');
writeFileSync(join(folder, FILE), rules);
writeFileSync(join(folder, BARE), rules.replaceAll(/^# veeam-ports:.*\n/gm, ''));

describe.skipIf(missing !== undefined)('a command of the palette', () => {
  const vscode = openWindow('commands', { vsix: VSIX, folders: [folder] }, BARE);
  afterAll(() => {
    rmSync(home, { recursive: true });
  });

  const rows = (text: string | RegExp) => vscode.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  const asks = (text: string) => vscode.page.locator('.quick-input-widget:visible').getByText(text);
  const run = (title: string, first: string) => vscode.bench.command(`Veeam Ports: ${title}`, () => vscode.page.locator('.quick-input-widget:visible').getByPlaceholder(first).or(asks(first)).first().waitFor({ timeout: PATIENCE }));
  const answer = async (question: string, value: string) => {
    await asks(question).first().waitFor();
    await vscode.page.locator('.quick-input-widget:visible input[type=text]').first().fill(value);
    await vscode.page.keyboard.press('Enter');
  };
  const newDocument = (text: RegExp) => vscode.page.locator('.tab.active', { hasText: 'Untitled' }).or(vscode.page.locator('.tab.active', { hasText: text })).first().waitFor();

  it('declares what a file guards, the best fit first', async () => {
    await run('Declare What This File Guards', 'Which policies are on the machine?');
    await rows('The whole file').click();
    await rows('Worker').first().waitFor();
    const labels = await rows(/./).allInnerTexts();
    expect(labels.findIndex((label) => /^Worker/.test(label))).toBeLessThan(3);
    await vscode.screenshot('declare');
    await rows(/^Worker/).first().click();
    await vscode.bench.line('guards ahv-worker').waitFor();
    await vscode.page.locator('.codelens-decoration', { hasText: 'flows open' }).first().waitFor();
  });

  it('traces a packet, and moves through the lines that it meets', async () => {
    await vscode.bench.openFile(FILE);
    await run('Trace a Packet', 'Address that the packet comes from');
    await answer('Address that the packet comes from', '10.10.20.15');
    await answer('Address that the packet goes to', '10.10.30.5');
    await rows('tcp').click();
    await answer('Port that the packet goes to', '9440');
    await rows('inet filter output').click();
    await rows('!= 22 drop').first().waitFor();
    await vscode.screenshot('trace');
    await rows('!= 22 drop').first().click();
    const line = rules.slice(0, rules.indexOf('!= 22 drop')).split('\n').length;
    await vscode.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col` }).waitFor();
  });

  it('generates the rules of a component', async () => {
    await run('Generate Rules', 'The component that the rules protect');
    await rows('ahv-worker').first().click();
    await rows('iptables').click();
    await vscode.bench.line('ADDRESS_OF_BACKUP_SERVER').first().waitFor();
    await vscode.page.locator('.statusbar-item', { hasText: 'iptables' }).waitFor();
    await vscode.screenshot('generate');
  });

  it('exports a request for the closed ports', async () => {
    await vscode.bench.openFile(FILE);
    await run('Export Port Request', 'Format of the table');
    await rows('Markdown').click();
    await newDocument(/Port request/i);
    await vscode.bench.line('9440').first().waitFor();
    await vscode.bench.openFile(FILE);
    await run('Export Port Request', 'Format of the table');
    await rows('CSV').click();
    await vscode.page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();
    await expect.poll(() => readFileSync(join(vscode.code.server.folders[0] ?? '', 'port-request.csv'), 'utf8'), { timeout: 20_000 }).toMatch(/^.*9440/m);
  });

  it('compares two days of the documentation', async () => {
    await run('Compare Catalog Revisions', 'From which day on?');
    await rows('2026-02-12').click();
    await rows('latest').click();
    await vscode.bench.line('2026-02-12').first().waitFor();
    await vscode.screenshot('compare');
  });

  it('asks no other machine for anything', () => {
    expect(vscode.code.outside).toEqual([]);
  });
});
