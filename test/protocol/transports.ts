/** The ways in which tests reach the built server. Another place where it runs (a web worker) is another entry here. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type MessageConnection, IPCMessageReader, IPCMessageWriter, StreamMessageReader, StreamMessageWriter, createMessageConnection } from 'vscode-languageserver-protocol/node';
import { inWorker } from './worker.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `${ROOT}dist/veeam-ports-language-server.js`;
const MODULE = `${ROOT}dist/server.js`;
const LOCK = `${ROOT}artifacts/build.lock`;

export interface Link {
  readonly connection: MessageConnection;
  /** The process's exit code; null if it was killed. */
  readonly exited: Promise<number | null>;
  readonly pid: number | undefined;
  /** Ends it whatever it does. */
  kill(): void;
}

export interface Transport {
  readonly name: string;
  connect(): Link;
}

function newest(folder: string): number {
  return Math.max(...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => statSync(`${folder}/${file}`).mtimeMs));
}

const stale = (): boolean => !existsSync(PROGRAM) || statSync(PROGRAM).mtimeMs < newest(`${ROOT}server/src`);

/** Builds the programs if the sources are newer; tests that run side by side wait for one another. */
export function builtServer(): void {
  if (!stale()) return;
  mkdirSync(`${ROOT}artifacts`, { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch {
      if (Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 60_000) rmdirSync(LOCK);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    if (stale()) execFileSync(process.execPath, [`${ROOT}scripts/build.mjs`], { stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    rmdirSync(LOCK);
  }
}

function linkTo(process: ChildProcess, connection: MessageConnection): Link {
  const exited = new Promise<number | null>((resolve) => {
    process.on('exit', (code) => {
      // Requests that wait for an answer fail with the process.
      connection.dispose();
      resolve(code);
    });
  });
  return { connection, exited, pid: process.pid, kill: () => process.kill('SIGKILL') };
}

/** Any server on standard input and output. */
export function overStdio(program: string): Link {
  const server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return linkTo(server, createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin)));
}

export const stdio: Transport = {
  name: 'stdio',
  connect() {
    builtServer();
    return overStdio(PROGRAM);
  },
};

const ipc: Transport = {
  name: 'IPC',
  connect() {
    builtServer();
    const server = fork(MODULE, ['--node-ipc'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    return linkTo(server, createMessageConnection(new IPCMessageReader(server), new IPCMessageWriter(server)));
  },
};

const webWorker: Transport = {
  name: 'a web worker',
  connect() {
    builtServer();
    const { worker, connection } = inWorker(`${ROOT}dist/browser/server.js`);
    const exited = new Promise<number>((resolve) => worker.on('exit', resolve));
    return { connection, exited, pid: undefined, kill: () => void worker.terminate() };
  },
};

export const TRANSPORTS: readonly Transport[] = [stdio, ipc, webWorker];
