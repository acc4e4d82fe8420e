/**
 * Values of shell words as far as the text tells them.
 * Source: POSIX.1-2017, Shell Command Language, 2.6 Word Expansions. Globs and arithmetic are not expanded.
 */
import { t } from '@vscode/l10n';
import type { ShellWord, WordPart } from '../../text/shellWords.ts';
import { UNKNOWN } from './words.ts';

/** What a word gives: its text, with {@link UNKNOWN} for pieces that are not told, and then why not. */
export interface Value {
  readonly text: string;
  readonly why?: string;
}

/** Values may double and double again. */
const LENGTH_LIMIT = 100_000;
/** Characters of all values that a script assigns, beyond as many as it has itself. */
const ROOM = 1_000_000;
const SEPARATOR = /[ \t\n]+/;

/** Variables, positional parameters by their number, arrays by `name[@]`. */
export class Environment {
  private readonly values: Map<string, Value>;
  private readonly arrays: Map<string, readonly Value[]>;
  /** Names assigned since the last {@link mark}. */
  private changed = new Set<string>();

  /** Characters that assignments may still take; shared by all that came of one environment. */
  private readonly room: { left: number };

  /** The script is run by bash or one of its kind. */
  bash: boolean;

  /** @param from what it begins as, or how long the script is. */
  constructor(from: Environment | number) {
    const known = typeof from === 'number' ? undefined : from;
    this.bash = known?.bash ?? true;
    this.values = new Map(known?.values);
    this.arrays = new Map(known?.arrays);
    this.room = known?.room ?? { left: ROOM + Number(from) };
  }

  get(name: string): Value | undefined {
    return this.values.get(name);
  }

  set(name: string, value: Value): void {
    this.room.left -= value.text.length;
    this.values.set(name, value.text.length > LENGTH_LIMIT || this.room.left < 0 ? { text: UNKNOWN, why: t('the value of ${0} is too long to follow', name) } : value);
    this.arrays.delete(name);
    this.changed.add(name);
  }

  unset(name: string): void {
    this.values.delete(name);
    this.arrays.delete(name);
    this.changed.add(name);
  }

  setArray(name: string, elements: readonly Value[]): void {
    this.arrays.set(name, elements);
    const [first] = elements;
    if (first) this.values.set(name, first);
    this.changed.add(name);
  }

  array(name: string): readonly Value[] | undefined {
    return this.arrays.get(name);
  }

  /** What unquoted expansions are split at: blanks, unless IFS says otherwise. */
  separator(): RegExp {
    const given = this.values.get('IFS');
    if (!given || given.why !== undefined || /^\s*$/.test(given.text)) return SEPARATOR;
    return new RegExp(`[${given.text.replace(/[\\\]^-]/g, '\\$&')}]+`);
  }

  /** Runs something that may or may not run; what it assigns is not known afterwards. */
  uncertain(why: (name: string) => string, run: () => void): void {
    const before = this.changed;
    this.changed = new Set();
    run();
    const touched = this.changed;
    this.changed = before;
    for (const name of touched) this.set(name, { text: UNKNOWN, why: why(name) });
  }

  arguments(): Value[] {
    const out: Value[] = [];
    for (let i = 1; ; i++) {
      const value = this.values.get(String(i));
      if (!value) return out;
      out.push(value);
    }
  }

  /** @returns the parameters that stood there before. */
  setArguments(values: readonly Value[]): Value[] {
    const before = this.arguments();
    for (let i = 1; i <= before.length; i++) this.values.delete(String(i));
    values.forEach((value, i) => this.values.set(String(i + 1), value));
    return before;
  }
}

/** A value under construction, split into fields at unquoted blanks of expansions. */
class Fields {
  readonly done: Value[] = [];
  private text: string | undefined;
  private why: string | undefined;

  add(text: string, why?: string): void {
    this.text = (this.text ?? '') + text;
    this.why ??= why;
  }

  split(value: Value, environment: Environment): void {
    const pieces = value.text.split(environment.separator());
    pieces.forEach((piece, i) => {
      if (i > 0) this.close();
      if (piece !== '') this.add(piece, piece.includes(UNKNOWN) ? value.why : undefined);
    });
  }

  close(): void {
    if (this.text !== undefined) this.done.push(this.why === undefined ? { text: this.text } : { text: this.text, why: this.why });
    this.text = undefined;
    this.why = undefined;
  }
}

/** Expansions of expansions deeper than this are not followed. */
const DEPTH_LIMIT = 20;

/** The fields that a word gives when a command is run. */
export function expand(word: ShellWord, environment: Environment): readonly Value[] {
  if (word.bare !== undefined) return word.bare.includes('{') ? braces(word.bare, environment) : [{ text: word.bare }];
  const fields = new Fields();
  expandParts(word.parts, environment, fields, 0);
  fields.close();
  return fields.done;
}

const BRACES = /\{(?:(-?\d{1,6})\.\.(-?\d{1,6})|([^{}]*,[^{}]*))\}/;
const BRACES_LIMIT = 10_000;

/** `{1..9}` and `{a,b}`: bash expands them, a plain sh need not. Source: bash(1), "Brace Expansion". */
function braces(word: string, environment: Environment): readonly Value[] {
  if (!BRACES.test(word)) return [{ text: word }];
  if (!environment.bash) return [{ text: UNKNOWN, why: t('whether `sh` expands braces hangs on the system') }];
  const done: Value[] = [];
  const open = [word];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    const found = BRACES.exec(text);
    if (!found) done.push({ text });
    else {
      const [whole, from, to, list] = found as unknown as [string, string?, string?, string?];
      const items = list === undefined ? numbersBetween(Number(from), Number(to)) : list.split(',');
      for (const item of items.reverse()) open.push(text.slice(0, found.index) + item + text.slice(found.index + whole.length));
    }
    if (done.length + open.length > BRACES_LIMIT) return [{ text: UNKNOWN, why: t('the braces give too many words to follow') }];
  }
  return done;
}

function numbersBetween(from: number, to: number): string[] {
  const count = Math.min(Math.abs(to - from), BRACES_LIMIT) + 1;
  return Array.from({ length: count }, (_, i) => String(from + (to < from ? -i : i)));
}

/** The word as one value, as assignments take it. */
export function joined(parts: readonly WordPart[], environment: Environment): Value {
  const fields = new Fields();
  expandParts(parts.map((p) => ({ ...p, quoted: true })), environment, fields, 0);
  fields.close();
  const why = fields.done.find((f) => f.why !== undefined)?.why;
  const text = fields.done.map((f) => f.text).join(' ');
  return why === undefined ? { text } : { text, why };
}

function expandParts(parts: readonly WordPart[], environment: Environment, into: Fields, depth: number): void {
  for (const part of parts) {
    if (part.kind === 'text') into.add(part.text);
    else if (part.kind === 'variable') expandVariable(part, environment, into, depth);
    else {
      const program = part.kind === 'command' ? programOf(part.text) : undefined;
      if (program === undefined) into.add(UNKNOWN, part.kind === 'command' ? t('what `{0}` prints is known only when the script runs', shortened(part.text)) : t('`{0}` is not modelled', shortened(part.text)));
      else into.add(program);
    }
  }
}

/** Commands that print where a program lies give the program's name. */
function programOf(command: string): string | undefined {
  return /^\s*(?:which|command\s+-v|type\s+-[pP])\s+([\w./-]+)\s*(?:2>\s*\/dev\/null\s*)?(?:\|\|\s*echo\s+[\w./-]+\s*)?$/.exec(command)?.[1];
}

function expandVariable(part: WordPart & { kind: 'variable' }, environment: Environment, into: Fields, depth: number): void {
  const { name, quoted, operator, other } = part;
  const list = name === '@' || name === '*' ? environment.arguments() : /\[[@*]\]$/.test(name) ? environment.array(name.slice(0, name.indexOf('['))) : undefined;
  if (list) {
    list.forEach((value, i) => {
      if (i > 0) {
        if (name.includes('@') || !quoted) into.close();
        else into.add(' ');
      }
      if (quoted) into.add(value.text, value.why);
      else into.split(value, environment);
    });
    return;
  }
  const value = environment.get(name.replace(/\[0\]$/, ''));
  const empty = value === undefined || (operator?.startsWith(':') === true && value.text === '');
  const kind = operator?.at(-1);
  if (other && depth < DEPTH_LIMIT && ((empty && (kind === '-' || kind === '=')) || (!empty && kind === '+' && value.why === undefined))) {
    if (kind === '=') environment.set(name, joined(other, environment));
    expandParts(quoted ? other.map((p) => ({ ...p, quoted: true })) : other, environment, into, depth + 1);
  } else if (value === undefined) into.add(UNKNOWN, /^[\d@*#?$!-]$/.test(name) ? t('`${0}` is known only when the script runs', name) : t('the variable ${0} has no value in this file', name));
  else if (quoted) into.add(value.text, value.why);
  else into.split(value, environment);
}

export const shortened = (text: string): string => {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
};

/** Whether `[ ... ]` holds, if its words tell: comparisons of texts and numbers, not tests of files. */
export function testHolds(words: readonly Value[]): boolean | undefined {
  const args = [...words];
  let negated = false;
  while (args[0]?.text === '!') {
    negated = !negated;
    args.shift();
  }
  const holds = simpleTest(args);
  return holds === undefined ? undefined : holds !== negated;
}

const NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b, '-ne': (a, b) => a !== b, '-gt': (a, b) => a > b, '-ge': (a, b) => a >= b, '-lt': (a, b) => a < b, '-le': (a, b) => a <= b,
};

function simpleTest(args: readonly Value[]): boolean | undefined {
  if (args.some((a) => a.why !== undefined)) return undefined;
  const [a, b, c] = args.map((v) => v.text) as [string?, string?, string?];
  if (args.length === 0) return false;
  if (args.length === 1) return a !== '';
  if (args.length === 2) return a === '-n' ? b !== '' : a === '-z' ? b === '' : undefined;
  if (args.length !== 3 || b === undefined) return undefined;
  if (b === '=' || b === '==') return /[*?[]/.test(c ?? '') ? undefined : a === c;
  if (b === '!=') return /[*?[]/.test(c ?? '') ? undefined : a !== c;
  const compare = Object.hasOwn(NUMBERS, b) ? NUMBERS[b] : undefined;
  return compare && /^-?\d+$/.test(a ?? '') && /^-?\d+$/.test(c ?? '') ? compare(Number(a), Number(c)) : undefined;
}
