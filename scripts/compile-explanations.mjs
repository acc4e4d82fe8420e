// Gathers docs/diagnostics/*.md into the table that `veeam-ports explain` prints from.
//   node scripts/compile-explanations.mjs     writes server/src/cli/explanations.generated.json
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../docs/diagnostics/', import.meta.url);
const TARGET = new URL('../server/src/cli/explanations.generated.json', import.meta.url);

const pages = readdirSync(FOLDER).filter((name) => name.endsWith('.md')).sort();
const explanations = Object.fromEntries(pages.map((name) => [name.slice(0, -'.md'.length), readFileSync(new URL(name, FOLDER), 'utf8')]));
writeFileSync(TARGET, JSON.stringify(explanations));
