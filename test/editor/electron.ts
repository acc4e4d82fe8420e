/** The extension-host suite in the desktop's VS Code, which is downloaded: `npm run test:electron`. Without a display run it under `xvfb-run`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { buildPackage, buildSuite } from './build.ts';
import { ROOT, SUITE_FOLDER, SUITES } from './paths.ts';

/** The download, and what VS Code leaves behind. */
const HOME = join(ROOT, 'artifacts/desktop');

async function main(): Promise<void> {
  mkdirSync(HOME, { recursive: true });
  const vscodeExecutablePath = await downloadAndUnzipVSCode({ cachePath: HOME }).catch((error: unknown) => {
    throw new Error(`VS Code could not be downloaded from update.code.visualstudio.com: ${reason(error)}`);
  });
  buildPackage();
  await buildSuite();
  const launchArgs = [SUITE_FOLDER, '--disable-extensions', `--user-data-dir=${join(HOME, 'data')}`, `--extensions-dir=${join(HOME, 'extensions')}`];
  await runTests({ vscodeExecutablePath, extensionDevelopmentPath: ROOT, extensionTestsPath: SUITES.node, launchArgs }).catch((error: unknown) => {
    throw new Error(`The suite did not pass in ${vscodeExecutablePath}: ${reason(error)}`);
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  console.error(reason(error));
  process.exitCode = 1;
});
