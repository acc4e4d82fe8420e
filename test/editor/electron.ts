/** The extension-host suite in the desktop's VS Code, which is downloaded: `npm run test:electron`. Without a display run it under `xvfb-run`. */
import { runTests } from '@vscode/test-electron';
import { buildPackage, buildSuite } from './build.ts';
import { ROOT, SUITE_FOLDER, SUITES } from './paths.ts';

buildPackage();
await buildSuite();
try {
  await runTests({ extensionDevelopmentPath: ROOT, extensionTestsPath: SUITES.node, launchArgs: [SUITE_FOLDER, '--disable-extensions', '--disable-workspace-trust'] });
} catch (error) {
  console.error(`The suite did not pass, or VS Code could not be downloaded and started: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
