/** A real VS Code for the editor tests: code-server's workbench shown in Chromium, cut off from every other machine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { codeServerMissing, LOOPBACK, startCodeServer, type CodeServer, type ServerOptions } from './codeServer.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The service workers of webviews are out of sight of `route`: no name but this machine's is known to them.
  `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${LOOPBACK}`,
  // A page rewritten by `route` counts as not local, and may then open no socket to 127.0.0.1.
  '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
];

export interface VSCode {
  page: Page;
  context: BrowserContext;
  server: CodeServer;
  /** Requests that left the machine; each one is a defect. */
  outside: string[];
  /** Shows the workbench with this file open, of the first folder unless another is numbered. */
  open: (file: string, folder?: number) => Promise<void>;
  /** What the console and the server have written so far, for a failed test's log. */
  log: () => string;
  close: () => Promise<void>;
}

/** Why no editor test can run here, with the command that helps; undefined if one can. */
export function editorMissing(): string | undefined {
  if (!existsSync(CHROMIUM)) return `${CHROMIUM} is missing: apt-get install -y --no-install-recommends chromium fonts-dejavu-core`;
  return codeServerMissing();
}

/** The same, for a test file that is skipped then; under CI it fails. */
export function skipReason(missing: string | undefined): string | undefined {
  if (missing === undefined) return undefined;
  if (process.env['CI'] === 'true') throw new Error(missing);
  console.warn(`editor tests skipped: ${missing}`);
  return missing;
}

export async function openVSCode(options: ServerOptions): Promise<VSCode> {
  const server = await startCodeServer(options);
  let context: BrowserContext | undefined;
  const close = async (): Promise<void> => {
    await context?.close();
    await server.close();
  };
  try {
    context = await chromium.launchPersistentContext(join(server.home, 'chromium'), {
      executablePath: CHROMIUM,
      headless: true,
      args: CHROMIUM_FLAGS,
      viewport: { width: 1280, height: 800 },
    });
    context.setDefaultTimeout(20_000);
    const outside: string[] = [];
    await context.route(
      (url) => url.protocol.startsWith('http') && url.hostname !== LOOPBACK,
      (route) => {
        outside.push(route.request().url());
        return route.abort();
      },
    );
    const page = context.pages()[0] ?? (await context.newPage());
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    const open = async (file: string, folder = 0): Promise<void> => {
      await page.goto(server.address([['openFile', server.remote(join(server.folders[folder] ?? '', file))]]));
      await page.locator('.tab', { hasText: file }).waitFor();
    };
    return { page, context, server, outside, open, log: () => `${lines.join('\n')}\n\n${server.log()}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}
