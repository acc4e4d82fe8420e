/** Runs the suite inside a real VS Code: the extension from source, from the package, or as a web worker extension (the case of vscode.dev). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { LOOPBACK } from './codeServer.ts';
import { ARTIFACTS, ROOT, SUITES, SUITE_FOLDER, VSIX } from './paths.ts';
import { openVSCode } from './vscode.ts';

export type Mode = 'source' | 'package' | 'web';

export interface SuiteResult {
  passed: string[];
  /** Each with its stack. */
  failed: string[];
  /** How many tests the suite has. */
  total: number;
  /** Requests that left the machine. */
  outside: string[];
}

/** How long the whole suite may take, in milliseconds. */
const LIMIT = 150_000;
const SERVED = '/__extension/';

/** @throws if VS Code reports no result. */
export async function runSuite(mode: Mode): Promise<SuiteResult> {
  const code = await openVSCode({ folders: [SUITE_FOLDER], driven: true, vsix: mode === 'package' ? VSIX : undefined });
  const result: SuiteResult = { passed: [], failed: [], total: 0, outside: code.outside };
  const lines: string[] = [];
  try {
    const ended = new Promise<void>((done, late) => {
      const timer = setTimeout(() => late(new Error(`the suite ended not within ${LIMIT / 1000} s`)), LIMIT);
      void code.page.exposeFunction('codeAutomationExit', () => {
        clearTimeout(timer);
        done();
      });
    });
    await code.page.exposeFunction('codeAutomationLog', (_type: string, words: unknown[]) => {
      const line = words.map(String).join(' ');
      lines.push(line);
      const [, failed, test] = /^(not )?ok - ([^]*)/.exec(line) ?? [];
      if (test !== undefined) (failed === undefined ? result.passed : result.failed).push(test);
      result.total = Number(/^TESTS (\d+)/.exec(line)?.[1] ?? result.total);
    });
    const payload: [string, string][] = [];
    if (mode === 'web') {
      await serveFromThisOrigin(code.context);
      await loadInWorker(code.page, code.server.port);
    } else {
      // From the package: a development extension of no content, since VS Code runs tests only for one under development.
      const developed = mode === 'source' ? ROOT : join(ROOT, 'test/editor/suite/empty');
      payload.push(['extensionDevelopmentPath', code.server.remote(developed)], ['extensionTestsPath', code.server.remote(SUITES.node)]);
    }
    await code.page.goto(code.server.address(payload));
    await ended;
    return result;
  } catch (error) {
    await code.page.screenshot({ path: join(ARTIFACTS, `failed-suite-${mode}.png`) }).catch(() => undefined);
    throw error;
  } finally {
    mkdirSync(ARTIFACTS, { recursive: true });
    writeFileSync(join(ARTIFACTS, `suite-${mode}.log`), `${lines.join('\n')}\n\n${code.log()}`);
    await code.close();
  }
}

/** An extension that comes from the remote machine may start no worker; one from the page's own origin may. */
async function serveFromThisOrigin(context: BrowserContext): Promise<void> {
  await context.route(
    ({ pathname }) => pathname.startsWith(SERVED),
    (route) => {
      const path = join(ROOT, decodeURIComponent(new URL(route.request().url()).pathname.slice(SERVED.length)));
      if (!path.startsWith(ROOT) || !existsSync(path)) return route.fulfill({ status: 404, body: '' });
      return route.fulfill({ contentType: path.endsWith('.js') ? 'text/javascript' : 'text/plain', body: readFileSync(path) });
    },
  );
}

/** Names extension and suite in the settings that the workbench's page carries. */
async function loadInWorker(page: Page, port: number): Promise<void> {
  const at = (path: string) => ({ scheme: 'http', authority: `${LOOPBACK}:${port}`, path: `${SERVED}${path}` });
  await page.route(
    ({ pathname }) => pathname === '/',
    async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/(id="vscode-workbench-web-configuration" data-settings=")([^"]*)/, (_, before: string, settings: string) => {
        const configuration = JSON.parse(settings.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as { developmentOptions?: object };
        configuration.developmentOptions = { ...configuration.developmentOptions, extensions: [at('')], extensionTestsPath: at(relative(ROOT, SUITES.web).split(sep).join('/')) };
        return before + JSON.stringify(configuration).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
      });
      await route.fulfill({ response, body });
    },
  );
}
