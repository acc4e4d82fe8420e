// Real rule files, read by the dialects that exist: how many rules there are, and what of them no verdict can be told of. Counts only, no text of the files.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Dialect } from '../../server/src/dialects/dialect.ts';
import { dialectById, detectDialect } from '../../server/src/dialects/registry.ts';
import type { RankedEntry } from '../../server/src/model/policy.ts';
import type { Reading } from '../../server/src/model/reading.ts';
import type { Rule } from '../../server/src/model/rule.ts';

export interface Survey {
  /** The folder of the corpus. */
  readonly format: string;
  readonly dialect: string;
  readonly files: number;
  readonly rules: number;
  /** Rules of which every match and the action are told by the text alone. */
  readonly told: number;
  /** Why not, the rules that it concerns; most frequent first. A rule can have several. */
  readonly reasons: readonly (readonly [why: string, rules: number])[];
  /** Statements that may bring rules and are not read as such, and why. */
  readonly places: readonly (readonly [why: string, places: number])[];
}

/** Folder of the corpus → dialect. */
const FORMATS: Readonly<Record<string, string>> = {
  'nftables': 'nftables', 'iptables-save': 'iptables', 'ip6tables-save': 'iptables', 'iptables-script': 'iptables', 'terraform-aws': 'terraform', 'terraform-azure': 'terraform', 'terraform-gcp': 'terraform',
};

const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter(f => f.isFile()).map(f => join(f.parentPath, f.name)).sort();

/** Stands in what is added to a text. */
const ADDED = 'probe_of_the_survey';

/** Jumps to every chain of a save file, so that chains which another file's rules jump to are read as rules, too. */
const reachedInSave = (text: string): string =>
  text.replace(/^\*(\w+)[ \t]*$[^]*?^(?=COMMIT)/gm, (section, table: string) => section + [...section.matchAll(/^:(\S+)[ \t]+-/gm)].map(m => `-A ${table === 'nat' || table === 'raw' ? 'PREROUTING' : 'FORWARD'} -m comment --comment ${ADDED} -j ${m[1] ?? ''}\n`).join(''));

/** A base chain per nftables table, for the same. */
function reachedInNftables(text: string): string {
  const tables = new Set([...text.matchAll(/^\s*table\s+((?:(?:ip|ip6|inet)\s+)?[\w-]+)\s*\{/gm)].map(m => m[1] as string).filter(t => !/^(?:arp|bridge|netdev)\b/.test(t)));
  return `${text}\n${[...tables].map(t => `table ${t} {\n chain ${ADDED} {\n  type filter hook input priority 0;\n }\n}\n`).join('')}`;
}

/** The text with everything reached. */
function reached(dialect: Dialect, text: string): string {
  if (dialect.id === 'nftables') return reachedInNftables(text);
  return dialect.id === 'iptables' && /^\*\w+[ \t]*$/m.test(text) ? reachedInSave(text) : text;
}

function beside(file: string): (pattern: string) => { uri: string; text: string }[] | undefined {
  const folder = dirname(file);
  return pattern => (pattern.startsWith('*') ? readdirSync(folder).filter(name => name.endsWith(pattern.slice(1))).sort().map(name => ({ uri: `file://${join(folder, name)}`, text: readFileSync(join(folder, name), 'utf8') })) : undefined);
}

/** The rules of the document itself by their place; more than one where a statement stands for several. */
function rulesOf({ fragments }: Reading): RankedEntry[][] {
  const rules = new Map<number, RankedEntry[]>();
  for (const { policy } of fragments) for (const chain of [policy.main, ...policy.chains.values()]) for (const entry of chain.entries) if (entry.uri === undefined) rules.set(entry.at, [...(rules.get(entry.at) ?? []), entry]);
  return [...rules.values()];
}

/** A rule without a verdict has no effect, whatever it matches. */
function unknowns({ action, match, unmodelled }: Rule): string[] {
  if (action.kind === 'continue') return [];
  const why = match.flatMap(term => (term.atoms ?? []).flatMap(atom => (atom.kind === 'unknown' ? [atom.why] : [])));
  return [...why, ...(action.kind === 'unknown' ? [action.why] : []), ...(unmodelled === undefined ? [] : ['of a form that is not modelled'])];
}

/** Without the names, values and addresses of the file. */
const general = (why: string): string =>
  why.replace(/"[^"]*"/g, '"…"').replace(/`[^`]*`(?! (?:is not in sight|depends))|(?<=file )`[^`]*`/g, '`…`').replace(/\$\w+/g, '$…').replace(/\b(?:var|local|data|module|each)\.[\w.[\]*-]+/g, m => `${m.slice(0, m.indexOf('.'))}.…`).replace(/^\S+(?= is defined elsewhere)/, '…');

const counted = (list: readonly string[]): (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
};

function survey(format: string, dialect: Dialect, files: readonly string[]): Survey {
  const reasons: string[] = [];
  const places: string[] = [];
  let rules = 0;
  let told = 0;
  for (const file of files) {
    const text = reached(dialect, readFileSync(file, 'utf8'));
    const reading = dialect.createReader().read(text, { uri: `file://${file}`, include: beside(file) });
    places.push(...reading.unmodelled.map(({ why }) => general(why)));
    for (const entries of rulesOf(reading)) {
      if (entries.some(({ at, rule }) => text.slice(at + rule.span.start, at + rule.span.end).includes(ADDED))) continue;
      const why = new Set(entries.flatMap(({ rule }) => unknowns(rule)).map(general));
      rules++;
      if (why.size === 0) told++;
      reasons.push(...why);
    }
  }
  return { format, dialect: dialect.name, files: files.length, rules, told, reasons: counted(reasons), places: counted(places) };
}

/** @throws if a reader throws. */
export function surveys(shared: string): Survey[] {
  const corpus = Object.entries(FORMATS).flatMap(([format, id]) => {
    const dialect = dialectById(id);
    const files = filesIn(join(shared, 'corpus', format)).filter(file => id !== 'terraform' || /\.(?:tf|tofu)(?:\.json)?$/.test(file));
    return dialect ? [survey(format, dialect, files)] : [];
  });
  const examples = new Map<Dialect, string[]>();
  for (const file of filesIn(join(shared, 'veeam-examples'))) {
    const dialect = detectDialect({ uri: `file://${file}`, text: readFileSync(file, 'utf8') });
    if (dialect && !basename(file).endsWith('.tfvars')) examples.set(dialect, [...(examples.get(dialect) ?? []), file]);
  }
  return [...corpus, ...[...examples].map(([dialect, files]) => survey('veeam-examples', dialect, files))];
}
