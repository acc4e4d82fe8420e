/** Rule files of the examples and of the dialects' cases, and ways to spoil them. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { DIALECTS, detectDialect } from '../../server/src/dialects/registry.ts';
import { casesOf } from '../dialects/cases.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** Texts of each dialect, by its id. */
export function ruleFiles(): ReadonlyMap<string, readonly string[]> {
  const examples = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).map((name) => join(EXAMPLES, name)).filter((path) => statSync(path).isFile()).map((path) => {
    const text = readFileSync(path, 'utf8');
    return { text, dialect: detectDialect({ uri: `file://${path}`, text })?.id };
  });
  return new Map(DIALECTS.map(({ id }) => [id, [...examples.filter((e) => e.dialect === id), ...casesOf(id)].map(({ text }) => text)]));
}

const TOKENS = [
  '{', '}', '[', ']', '(', ')', '"', '\'', '`', '\\', '\\\n', '\n', '\r', '\r\n', '\u2028', '\0', '\ud800', '\udc00', '\ufeff', '\u202e', '\u001b[2J', '#', '/*', '*/', '//', ';', ',', ':', '=', '!', '*', '$', '${', '%{', '$(', '<<E\n', '&&',
  ' drop ', ' accept ', '-j DROP', '-A INPUT ', '*filter\n', 'COMMIT\n', 'jump c', 'define x = $x\n', 'include "*"\n', '@s', 'for_each = ', 'count = 9999999999\n', 'dynamic "ingress" {', 'local.a', 'null', '10.0.0.0/99', '255.255.255.255', '::/0', '1-65535', '99999999999999999999', '-1', '0x',
  '# veeam-ports: guards ahv-worker\n', '# veeam-ports: guards\n', '# veeam-ports: address backup-server 0.0.0.0/0\n', '# veeam-ports: transit from ahv-worker to backup-server\n', '# veeam-ports: off\n', '# veeam-ports: ignore * *\n', '# veeam-ports: ', 'a'.repeat(5000), ' '.repeat(5000), '{'.repeat(500),
];

const place = fc.double({ min: 0, max: 1, noNaN: true });

/** One way to spoil a text. `other` is a text of the same dialect. */
export type Mutation = (text: string, other: string) => string;

const cut = (text: string, at: number): number => Math.floor(at * text.length);

const remove = fc.tuple(place, fc.nat(200)).map(([at, length]): Mutation => (text) => text.slice(0, cut(text, at)) + text.slice(cut(text, at) + length));
const repeat = fc.tuple(place, fc.nat(400), fc.integer({ min: 1, max: 4 })).map(([at, length, times]): Mutation => (text) => {
  const start = cut(text, at);
  return text.slice(0, start) + text.slice(start, start + length).repeat(times) + text.slice(start);
});
const insert = fc.tuple(place, fc.constantFrom(...TOKENS)).map(([at, token]): Mutation => (text) => text.slice(0, cut(text, at)) + token + text.slice(cut(text, at)));
const swap = fc.tuple(place, place).map(([a, b]): Mutation => (text) => {
  const lines = text.split('\n');
  const [i, j] = [Math.min(Math.floor(a * lines.length), lines.length - 1), Math.min(Math.floor(b * lines.length), lines.length - 1)];
  [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  return lines.join('\n');
});
const splice = fc.tuple(place, place).map(([a, b]): Mutation => (text, other) => text.slice(0, cut(text, a)) + other.slice(cut(other, b)));
const lineEnds = fc.constantFrom('\r\n', '\r').map((end): Mutation => (text) => text.replace(/\r?\n/g, end));
const noLastLine: Mutation = (text) => text.trimEnd();

export const mutation: fc.Arbitrary<Mutation> = fc.oneof({ weight: 3, arbitrary: remove }, { weight: 2, arbitrary: repeat }, { weight: 4, arbitrary: insert }, { weight: 2, arbitrary: swap }, { weight: 1, arbitrary: splice }, { weight: 1, arbitrary: lineEnds }, { weight: 1, arbitrary: fc.constant(noLastLine) });
