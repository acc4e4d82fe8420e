/** The command line tool's process: arguments in, exit code out. */
import { setFlagsFromString } from 'node:v8';
import { main } from '../cli/main.ts';

// A check reads everything once and ends: a young generation that holds it spares most of the garbage collection.
for (const flag of ['--min-semi-space-size=64', '--max-semi-space-size=128', '--semi-space-growth-factor=16']) setFlagsFromString(flag);

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
