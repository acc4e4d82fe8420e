/** The built command line tool as its users have it: a process, started in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { builtServer } from '../protocol/transports.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILD_TIME = 120_000;
export const PROGRAM = `${ROOT}dist/veeam-ports.js`;

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  /** Absolute. */
  readonly folder: string;
  run(args: readonly string[], options?: { readonly stdin?: string | Buffer; readonly cwd?: string; readonly env?: Record<string, string> }): Outcome;
  json(args: readonly string[]): unknown;
  /** Standard output as it is. */
  bytes(args: readonly string[]): Buffer;
  /** Writes a file, folders and all; its path. */
  put(name: string, content: string | Buffer): string;
}

/** A temporary folder for the tests of a file, away from the repository. */
export function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'veeam-ports-'));
  beforeAll(builtServer, BUILD_TIME);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run: Place['run'] = (args, { stdin = '', cwd = folder, env = {} } = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd, input: stdin, encoding: 'utf8', env: { ...process.env, NODE_EXTRA_CA_CERTS: '', ...env }, maxBuffer: 1 << 28 });
    return { status, stdout, stderr };
  };
  return {
    folder,
    run,
    bytes: (args) => spawnSync(process.execPath, [PROGRAM, ...args], { cwd: folder, maxBuffer: 1 << 28 }).stdout,
    json: (args) => JSON.parse(run(args).stdout) as unknown,
    put(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
  };
}

/** Exit code 2, nothing on standard output, and a single line, without a stack, that says why. */
export function expectRefusal({ status, stdout, stderr }: Outcome, why: RegExp): void {
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^veeam-ports: [^\n]+\n$/);
  expect(stderr).toMatch(why);
}
