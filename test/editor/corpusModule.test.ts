/** A real Terraform module of the corpus in the packaged extension: what one file is told changes the verdict of a group in another. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACTS, VSIX } from './paths.ts';
import { editorMissing, openVSCode, skipReason, type VSCode } from './vscode.ts';
import { Workbench } from './workbench.ts';

const shared = process.env['VEEAM_PORTS_SHARED'];
const missing = skipReason(editorMissing()) ?? (shared === undefined ? 'VEEAM_PORTS_SHARED is not set' : undefined);

/** Security groups of one project in fourteen files; the group of one names the group of another as the source of HTTPS. */
const MODULE = `${shared ?? ''}/corpus/terraform-aws/alphagov__govuk-aws/terraform/projects/infra-security-groups`;
const SERVER = 'elasticsearch6.tf';
const CONSOLE = 'search.tf';

function guard(folder: string, file: string, group: string, component: string): void {
  const path = join(folder, file);
  const header = `resource "aws_security_group" "${group}" {`;
  writeFileSync(path, readFileSync(path, 'utf8').replace(header, `# veeam-ports: use oracle\n# veeam-ports: guards ${component}\n${header}`));
}

describe.skipIf(missing !== undefined)('a module of the corpus', () => {
  const home = mkdtempSync(join(tmpdir(), 'veeam-ports-module-'));
  let code: VSCode;
  let bench: Workbench;
  const lens = (text: string) => code.page.locator('.codelens-decoration', { hasText: text }).first();

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    const folder = join(home, 'module');
    cpSync(MODULE, folder, { recursive: true });
    guard(folder, SERVER, 'elasticsearch6', 'backup-server');
    guard(folder, CONSOLE, 'search', 'console');
    code = await openVSCode({ vsix: VSIX, folders: [folder] });
    bench = new Workbench(code.page);
    await code.open(SERVER);
  });

  afterAll(async () => {
    await code.close();
    rmSync(home, { recursive: true });
  });

  it('a source is known by the directive of its group in another file', async () => {
    await bench.goTo(20);
    await lens('1 of 1 flow open').waitFor();
    await code.page.screenshot({ path: join(ARTIFACTS, 'corpus-module.png'), animations: 'disabled' });
  });

  it('a fix names the group of another file, and the file is clean of that finding', async () => {
    await bench.openFile(CONSOLE);
    await code.page.keyboard.press('Control+Shift+M');
    const finding = bench.problem(/console to Backup server: no rule allows TCP 443/);
    await (await bench.lightBulb(finding.first(), /^Allow .*Backup server/)).click();
    await finding.first().waitFor({ state: 'detached' });
    await code.page.keyboard.press('Control+S');
    await expect.poll(() => readFileSync(join(code.server.folders[0] ?? '', CONSOLE), 'utf8')).toMatch(/source_security_group_id = aws_security_group\.elasticsearch6\.id/);
  });

  it('without that directive nothing can be told', async () => {
    await bench.openFile(CONSOLE);
    await bench.line('guards console').click();
    await code.page.keyboard.press('Control+Shift+K');
    await bench.openFile(SERVER);
    await lens('0 of 1 flow open').waitFor();
  });

  it('no other machine was asked for anything', () => {
    expect(code.outside).toEqual([]);
  });
});
