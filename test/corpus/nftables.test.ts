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

interface Answer {
  readonly rule: string;
  readonly problems: number;
  /** Why parts of the rule are not modelled. */
  readonly reasons: readonly string[];
}

/** Lines of nft's own tests: `rule;ok[;as listed]` or `rule;fail`; each read as the only rule of a chain. */
function answers(wanted: 'ok' | 'fail'): Answer[] {
  const root = join(shared ?? '', 'answers', 'nftables-py');
  return ['any', 'inet', 'ip', 'ip6'].flatMap((family) => readdirSync(join(root, family)).flatMap((name) =>
    readFileSync(join(root, family, name), 'utf8').split('\n').flatMap((line) => {
      const [rule = '', verdict] = line.split(';');
      if (verdict !== wanted || !/^[^:*!?#%-]/.test(rule)) return [];
      const reading = nftables.createReader().read(`table ${family === 'any' ? 'inet' : family} t {\n chain c {\n type filter hook input priority 0;\n ${rule}\n }\n}\n`, { uri: 'file:///t.nft' });
      const reasons = rulesOf(reading).flat().flatMap(({ rule: { action, match } }) => [...match.flatMap((t) => (t.atoms ?? []).flatMap((atom) => (atom.kind === 'unknown' ? [atom.why] : []))), ...(action.kind === 'unknown' ? [action.why] : [])]);
      return [{ rule, problems: reading.problems.length, reasons }];
    })));
}

/** What nft refuses and the product reads without a word, with why that does no harm: nft loads no such file, so nothing is filtered by it. */
const NOT_CHECKED: readonly (readonly [RegExp, string])[] = [
  [/^log /, 'options of log that do not go together'],
  [/^reset tcp option|(?:geneve|gre|vxlan) ip saddr set/, 'statements that change what no rule looks at'],
  [/vmap \{.*-/, 'intervals that overlap in a map'],
  [/reject with/, 'a reject of another family or protocol than the rule'],
  [/^snat |masquerade/, 'an address of the other family, a verdict behind a translation'],
  [/counter name|@set33/, 'counters and sets that the file does not define'],
  [/^tcp flags & .* ! syn$/, 'a negation behind a mask of flags'],
];

describe.skipIf(shared === undefined)('nftables corpus', () => {
  it('reads every rule that nft accepts, and models it or says why not', () => {
    const accepted = answers('ok');
    const counts = new Map<string, number>();
    for (const reason of accepted.flatMap(({ reasons }) => [...new Set(reasons)])) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([reason, count]) => `  ${count} ${reason}`);
    console.log(`nft's tests: ${accepted.filter(({ reasons }) => reasons.length === 0).length} of ${accepted.length} accepted rules modelled; the others mostly because\n${top.join('\n')}`);
    expect(accepted.length).toBeGreaterThan(700);
    expect(accepted.filter(({ problems }) => problems > 0)).toEqual([]);
    expect(accepted.filter(({ reasons }) => reasons.includes(''))).toEqual([]);
  });

  it('has a problem with what nft refuses, leaves it undecided, or is known not to check it', () => {
    const refused = answers('fail');
    const silent = refused.filter(({ problems, reasons }) => problems === 0 && reasons.length === 0);
    const listed = NOT_CHECKED.map(([form, why]) => `  ${silent.filter(({ rule }) => form.test(rule)).length} ${why}`);
    console.log(`nft's tests: of ${refused.length} refused rules ${refused.filter(({ problems }) => problems > 0).length} raise a problem, ${refused.filter(({ problems, reasons }) => problems === 0 && reasons.length > 0).length} stay undecided; not checked:\n${listed.join('\n')}`);
    expect(refused.length).toBeGreaterThan(100);
    expect(silent.filter(({ rule }) => !NOT_CHECKED.some(([form]) => form.test(rule)))).toEqual([]);
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
