/**
 * The numbers of docs/performance.md: `npm run bench`. Needs Linux, nft and iptables, and a machine that does nothing else.
 * The peer's packages are installed into artifacts/perf at the first run.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { check } from './check.ts';
import { servers } from './servers.ts';

// Where it is set, it doubles the time that Node needs to start.
delete process.env['NODE_EXTRA_CA_CERTS'];

async function main(): Promise<void> {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url)), '--production'], { stdio: ['ignore', 'ignore', 'inherit'] });
  console.log(`${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.version}\n`);
  console.log(`${await servers()}\n`);
  console.log(`${check()}\n`);
}

void main();
