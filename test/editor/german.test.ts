/** The packaged extension where VS Code's display language is German: what the server says, the menus, the matrix. */
import { describe, expect, it } from 'vitest';
import { EXAMPLES, VSIX } from './paths.ts';
import { editorMissing, skipReason } from './vscode.ts';
import { openWindow } from './window.ts';

const missing = skipReason(editorMissing());

describe.skipIf(missing !== undefined)('in German', () => {
  const vscode = openWindow('german', { vsix: VSIX, folders: [EXAMPLES], language: 'de' }, 'worker.nft');
  const { screenshot } = vscode;

  it('findings and lenses', async () => {
    await vscode.page.locator('[id="status.problems"]').click();
    await vscode.bench.problem(/Keine Regel erlaubt TCP 443 \(Der Worker/).first().waitFor();
    await vscode.page.locator('.codelens-decoration', { hasText: '1 von 2 Verbindungen offen' }).waitFor();
    await screenshot('german-findings');
  });

  it('the menu of the editor and the matrix that it opens speak German', async () => {
    const submenu = vscode.page.locator('.monaco-menu .action-label').getByText('Veeam Ports', { exact: true });
    await vscode.bench.press(vscode.bench.line('flush ruleset'), submenu, 'right');
    await submenu.hover();
    await vscode.page.keyboard.press('Enter');
    const entry = vscode.page.locator('.monaco-menu .action-label').getByText('Abdeckung zeigen', { exact: true });
    await entry.waitFor();
    await screenshot('german-menu');
    await entry.hover();
    await vscode.page.keyboard.press('Enter');
    await vscode.page.locator('.tab', { hasText: 'Veeam Ports: Abdeckung' }).waitFor();
    const matrix = vscode.bench.webview();
    await matrix.getByRole('table', { name: 'Nutanix AHV: 4 von 10 Verbindungen offen' }).waitFor();
    expect(await matrix.locator('html').getAttribute('lang')).toBe('de');
    expect(await matrix.getByRole('checkbox', { name: 'Nur was nicht offen ist' }).count()).toBe(1);
    expect(await matrix.getByRole('button', { name: /TCP 9440, durch eine Regel gesperrt: / }).count()).toBe(2);
    await screenshot('german-matrix');
  });

  it('no other machine was asked for anything', () => {
    expect(vscode.code.outside).toEqual([]);
  });
});
