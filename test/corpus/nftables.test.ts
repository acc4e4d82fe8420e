// Real nftables files: every rule is modelled or said not to be, and the share of modelled ones is printed.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nftables } from '../../server/src/dialects/nftables/index.ts';
import type { RankedEntry } from '../../server/src/model/policy.ts';
import type { Reading } from '../../server/src/model/reading.ts';

const shared = process.env['VEEAM_PORTS_SHARED'];
const folder = join(shared ?? '', 'corpus', 'nftables');

const filesIn = (path: string): string[] => readdirSync(path, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? filesIn(join(path, e.name)) : [join(path, e.name)]));

/** A base chain per table, so that chains which no base chain of the file reaches are lowered, too. */
function withProbes(text: string): string {
  const tables = new Set([...text.matchAll(/^\s*table\s+((?:(?:ip|ip6|inet)\s+)?[\w-]+)\s*\{/gm)].map((m) => m[1] as string).filter((t) => !/^(?:arp|bridge|netdev)\b/.test(t)));
  return `${text}\n${[...tables].map((t) => `table ${t} {\n chain probe_of_the_test {\n  type filter hook input priority 0;\n }\n}\n`).join('')}`;
}

/** Rules by their place in the text; tables of the families arp, bridge and netdev, which never or not only see IP, are left out. */
function rulesOf({ fragments }: Reading): RankedEntry[][] {
  const rules = new Map<number, RankedEntry[]>();
  for (const { policy } of fragments) {
    if (/^(?:bridge|netdev) /.test(policy.key)) continue;
    for (const chain of [policy.main, ...policy.chains.values()]) for (const e of chain.entries) rules.set(e.at, [...(rules.get(e.at) ?? []), e]);
  }
  return [...rules.values()];
}

/**
 * Modelled: nothing of the match or the action is unknown; a rule without a verdict has no effect, whatever it matches. Rules that change the packet's destination are modelled if their match
 * is: that what follows is undecided is their meaning. Limits, marks, queues and sets that rules write to are not.
 */
const isModelled = ({ rule: { action, match } }: RankedEntry): boolean => action.kind === 'continue' || ((action.kind !== 'unknown' || action.rewrites === true) && match.every((t) => (t.atoms ?? []).every((a) => a.kind !== 'unknown')));

/** Lines of nft's own tests: `rule;ok[;as listed]` or `rule;fail`. */
function acceptedRules(): { family: string; rule: string }[] {
  const answers = join(shared ?? '', 'answers', 'nftables-py');
  return ['any', 'inet', 'ip', 'ip6'].flatMap((folderName) => readdirSync(join(answers, folderName)).flatMap((name) =>
    readFileSync(join(answers, folderName, name), 'utf8').split('\n').flatMap((line) => {
      const [rule = '', verdict] = line.split(';');
      return verdict === 'ok' && /^[^:*!?#%-]/.test(rule) ? [{ family: folderName === 'any' ? 'inet' : folderName, rule }] : [];
    })));
}

describe.skipIf(shared === undefined)('nftables corpus', () => {
  it('reads every rule that nft accepts', () => {
    const rules = acceptedRules();
    const refused = rules.filter(({ family, rule }) => nftables.createReader().read(`table ${family} t {\n chain c {\n type filter hook input priority 0;\n ${rule}\n }\n}\n`, { uri: 'file:///t.nft' }).problems.length > 0);
    expect(rules.length).toBeGreaterThan(700);
    expect(refused).toEqual([]);
  });

  it('is modelled to nine tenths', () => {
    let total = 0;
    const missed: string[] = [];
    for (const file of filesIn(folder)) {
      const text = withProbes(readFileSync(file, 'utf8'));
      const rules = rulesOf(nftables.createReader().read(text, { uri: file }));
      total += rules.length;
      for (const entries of rules) {
        const [first] = entries;
        if (first && !entries.every(isModelled)) missed.push(`${file.slice(folder.length + 1)}: ${text.slice(first.at, first.at + first.rule.span.end).replace(/\s+/g, ' ')}`);
      }
    }
    console.log(`nftables corpus: ${total - missed.length} of ${total} rules modelled (${(100 - (100 * missed.length) / total).toFixed(1)} %); not modelled:\n${missed.join('\n')}`);
    expect(total).toBeGreaterThan(300);
    expect(1 - missed.length / total).toBeGreaterThanOrEqual(0.9);
  });
});
