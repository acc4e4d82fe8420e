/**
 * The numbers of docs/performance.md: `npm run bench`. Needs Linux, nft and iptables, and a machine that does nothing else.
 * The peer's packages are installed into artifacts/perf at the first run.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { check } from './check.ts';
import { FOLDER } from './peers.ts';
import { servers } from './servers.ts';

// Where it is set, it doubles the time that Node needs to start.
delete process.env['NODE_EXTRA_CA_CERTS'];

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function main(): Promise<void> {
  execFileSync(process.execPath, [`${ROOT}scripts/build.mjs`, '--production'], { stdio: ['ignore', 'ignore', 'inherit'] });
  // Whoever builds meanwhile changes nothing of what is measured.
  mkdirSync(FOLDER, { recursive: true });
  for (const program of ['veeam-ports.js', 'veeam-ports-language-server.js']) copyFileSync(`${ROOT}dist/${program}`, FOLDER + program);
  console.log(`${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.version}\n`);
  console.log(`${await servers()}\n`);
  console.log(`${check()}\n`);
}

void main();
