/** The extension-host suite in the desktop's VS Code, which is downloaded: `npm run test:electron`. Without a display run it under `xvfb-run`. */
import { runTests } from '@vscode/test-electron';
import { buildPackage, buildSuite } from './build.ts';
import { ROOT, SUITE_FOLDER, SUITES } from './paths.ts';

async function main(): Promise<void> {
  buildPackage();
  await buildSuite();
  await runTests({ extensionDevelopmentPath: ROOT, extensionTestsPath: SUITES.node, launchArgs: [SUITE_FOLDER, '--disable-extensions', '--disable-workspace-trust'] });
}

main().catch((error: unknown) => {
  console.error(`The suite did not pass, or VS Code could not be downloaded and started: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
