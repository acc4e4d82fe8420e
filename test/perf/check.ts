/** `veeam-ports check` of many rules with every flow of the catalog required, beside the tools that load such rules. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { median, row, table } from './numbers.ts';
import { FOLDER } from './peers.ts';
import { transitIptables, transitNft } from './texts.ts';

const PROGRAM = `${FOLDER}veeam-ports.js`;
const RULES = 10_000;
const RUNS = 9;

interface Contestant {
  readonly command: readonly string[];
  /** Standard input is this file. */
  readonly times: number[];
}

/** Milliseconds of the whole process. */
function run([command = '', ...args]: readonly string[]): number {
  const began = performance.now();
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  const time = performance.now() - began;
  if (error || (status !== 0 && status !== 1) || (command === 'unshare' && status !== 0)) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return time;
}

/** Run one after the other, again and again, so that the machine's moods hit all alike. */
function compare(commands: readonly (readonly string[])[]): number[] {
  const contestants = commands.map((command): Contestant => ({ command, times: [] }));
  for (let n = 0; n < RUNS; n++) for (const { command, times } of contestants) times.push(run(command));
  return contestants.map(({ times }) => median(times));
}

export function check(): string {
  mkdirSync(FOLDER, { recursive: true });
  const nft = `${FOLDER}transit.nft`;
  const iptables = `${FOLDER}transit.rules.v4`;
  writeFileSync(nft, transitNft(RULES));
  writeFileSync(iptables, transitIptables(RULES));
  const ours = (file: string): string[] => [process.execPath, PROGRAM, 'check', file];
  // In a user namespace the kernel takes no transaction of this size, so only root has a network namespace of its own here.
  const alone = (command: string): string[] => ['unshare', process.getuid?.() === 0 ? '-n' : '-rn', 'sh', '-c', command];
  const [node, namespace, mine, kernel, mineToo, restore] = compare([[process.execPath, '-e', '0'], alone('true'), ours(nft), alone(`nft -c -f ${nft}`), ours(iptables), alone(`iptables-restore --test ${iptables}`)]);
  const beside = `bare node ${(node ?? 0).toFixed(0)} ms, empty namespace ${(namespace ?? 0).toFixed(0)} ms`;
  return table(
    ['what (10,000 rules, every flow of the catalog)', 'veeam-ports check, ms', 'the other, ms', 'ratio', 'beside'],
    [row('nftables, beside `nft -c -f`', mine, kernel, beside), row('iptables, beside `nft -c -f` on the same rules', mineToo, kernel, ''), row('iptables, beside `iptables-restore --test`', mineToo, restore, 'for information')],
  );
}
