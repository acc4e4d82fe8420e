// Writes the tables that the sources import and git does not hold, by running every compile-*.mjs beside this file.
//   node scripts/generate.mjs
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('.', import.meta.url);

export function generate() {
  for (const name of readdirSync(folder).filter((file) => /^compile-.*\.mjs$/.test(file))) {
    execFileSync(process.execPath, [fileURLToPath(new URL(name, folder))], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate();
