/** The packaged extension in a VS Code whose display language is German: what the server says is German, too. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACTS, EXAMPLES, VSIX } from './paths.ts';
import { editorMissing, openVSCode, skipReason, type VSCode } from './vscode.ts';
import { Workbench } from './workbench.ts';

const missing = skipReason(editorMissing());

describe.skipIf(missing !== undefined)('in German', () => {
  let code: VSCode;
  let bench: Workbench;

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    code = await openVSCode({ vsix: VSIX, folders: [EXAMPLES] });
    bench = new Workbench(code.page);
    // As a language pack would set it; the workbench's own texts stay English without one.
    await code.page.addInitScript('Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => "de", set: () => undefined });');
    await code.open('worker.nft');
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await code.page.screenshot({ path: join(ARTIFACTS, `failed-${task.name.replaceAll(/\W+/g, '-')}.png`), animations: 'disabled' });
    writeFileSync(join(ARTIFACTS, 'failed-language.log'), code.log());
  });

  afterAll(async () => {
    await code.close();
  });

  it('findings and lenses', async () => {
    await code.page.keyboard.press('Control+Shift+M');
    await bench.problem(/Keine Regel erlaubt TCP 443 \(Der Worker/).first().waitFor();
    await code.page.locator('.codelens-decoration', { hasText: '1 von 2 Verbindungen offen' }).waitFor();
    await code.page.screenshot({ path: join(ARTIFACTS, 'german.png'), animations: 'disabled' });
  });

  it('no other machine was asked for anything', () => {
    expect(code.outside).toEqual([]);
  });
});
