// What nft and iptables-save print of a rule set that they loaded means to the product what the text that was loaded meant.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requestQuery, sourceOf } from './compare.ts';
import { generateIptables } from './generate/iptables.ts';
import { generateNftables } from './generate/nftables.ts';
import { aimProbes } from './generate/probes.ts';
import { kernelMissing } from './kernel.ts';
import { trace } from './product.ts';
import { type Dialect, type Rendered, type RuleSet, render } from './ruleSet.ts';

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

const SEEDS = 30;
const PROBES = 60;

/** The printing commands, by what loads the rule set; none if it is made of what a listing leaves out (ipsets, marks of other tools). */
function listings({ loader, maybe, before }: RuleSet, { text }: Rendered): string[] {
  if (loader === 'nft') return ['nft list ruleset', 'nft -n -a list ruleset'];
  if (maybe || before !== undefined || /ipset|--match-set/.test(text)) return [];
  const save = /legacy/.test(loader + text) ? 'legacy-save' : 'save';
  return ['', ' -c'].map((counters) => `iptables-${save}${counters}; ip6tables-${save}${counters}`);
}

/** @throws if the rule set does not load. */
function listed(ruleSet: RuleSet, { text }: Rendered, listing: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'veeam-ports-listed-'));
  try {
    for (const [name, content] of [...Object.entries(ruleSet.files ?? {}), ['rules', text] as const]) writeFileSync(join(folder, name), content);
    const load = { nft: 'nft -I . -f rules', shell: 'sh -eu ./rules' }[ruleSet.loader as string] ?? `${ruleSet.loader}-restore < rules`;
    const commands = `ip link set lo up; ip link add eth0 type veth peer name eth1; ${load} >&2 && { ${listing}; }`;
    const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', commands], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`seed ${ruleSet.seed}: ${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(missing !== undefined)('what is listed means the same', () => {
  it.each<[Dialect, (seed: number) => RuleSet]>([['nftables', generateNftables], ['iptables', generateIptables]])('%s', (dialect, generate) => {
    const differences: string[] = [];
    let compared = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const ruleSet = generate(seed);
      const rendered = render(ruleSet.nodes);
      const packets = aimProbes(ruleSet, seed, PROBES).map(requestQuery);
      const written = trace(sourceOf(ruleSet, rendered), packets);
      for (const listing of listings(ruleSet, rendered)) {
        const read = trace({ text: listed(ruleSet, rendered, listing), dialect, fileName: 'listed', files: {} }, packets);
        compared += packets.length;
        packets.forEach((packet, i) => {
          if (written[i]?.verdict !== read[i]?.verdict) differences.push(`seed ${seed}, ${listing}: ${JSON.stringify(packet)} was ${JSON.stringify(written[i])}, is ${JSON.stringify(read[i])}`);
        });
      }
    }
    console.log(`${dialect}, listed: ${compared} packets, ${differences.length} differences`);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
  });
});
