/** Functions on strings and numbers, conversions, and JSON. */
import { type Value, NULL, asBoolean, asNumber, asString, boolean, list, number, object, string } from '../values.ts';
import { type Functions, ofNumbers, ofStrings } from './function.ts';

const DEEPEST_JSON = 50;

export const STRING_FUNCTIONS: Functions = {
  lower: ofStrings((s) => string(s.toLowerCase()), 1),
  upper: ofStrings((s) => string(s.toUpperCase()), 1),
  title: ofStrings((s) => string(s.replace(/(^|\s)(\S)/g, (_, space: string, letter: string) => space + letter.toUpperCase())), 1),
  trimspace: ofStrings((s) => string(s.trim()), 1),
  chomp: ofStrings((s) => string(s.replace(/[\r\n]+$/, '')), 1),
  strrev: ofStrings((s) => string(Array.from(s).reverse().join('')), 1),
  trimprefix: ofStrings((s, prefix = '') => string(s.startsWith(prefix) ? s.slice(prefix.length) : s), 2),
  trimsuffix: ofStrings((s, suffix = '') => string(suffix !== '' && s.endsWith(suffix) ? s.slice(0, -suffix.length) : s), 2),
  trim: ofStrings((s, characters = '') => {
    let start = 0;
    let end = s.length;
    while (start < end && characters.includes(s[start] as string)) start++;
    while (end > start && characters.includes(s[end - 1] as string)) end--;
    return string(s.slice(start, end));
  }, 2),
  startswith: ofStrings((s, prefix = '') => boolean(s.startsWith(prefix)), 2),
  endswith: ofStrings((s, suffix = '') => boolean(s.endsWith(suffix)), 2),
  strcontains: ofStrings((s, part = '') => boolean(s.includes(part)), 2),
  // A search text between slashes is a regular expression, which is not worked out.
  replace: ofStrings((s, from = '', to = '') => (/^\/.*\/$/.test(from) ? undefined : string(s.split(from).join(to))), 3),
  split: ofStrings((separator, s = '') => list(s.split(separator).map(string)), 2),
  substr: ([text, offset, length]) => {
    const s = text && asString(text);
    const from = offset && asNumber(offset);
    const count = length && asNumber(length);
    if (s === undefined || from === undefined || count === undefined) return undefined;
    const start = from < 0 ? s.length + from : from;
    return string(s.slice(start, count < 0 ? undefined : start + count));
  },
  join: ([separator, ...lists]) => {
    const s = separator && asString(separator);
    const items = lists.flatMap((l) => (l.kind === 'list' ? l.items.map(asString) : [undefined]));
    return s === undefined || items.includes(undefined) ? undefined : string(items.join(s));
  },
  format: ([spec, ...args]) => {
    const text = spec && asString(spec);
    const made = text === undefined ? undefined : formatted(text, args);
    return made === undefined ? undefined : string(made);
  },
  formatlist: ([spec, ...args]) => {
    const text = spec && asString(spec);
    const length = Math.max(0, ...args.map((a) => (a.kind === 'list' ? a.items.length : 0)));
    if (text === undefined || args.some((a) => a.kind === 'list' && a.items.length !== length)) return undefined;
    const made = Array.from({ length }, (_, i) => formatted(text, args.map((a) => (a.kind === 'list' ? (a.items[i] as Value) : a))));
    return made.includes(undefined) ? undefined : list((made as string[]).map(string));
  },
  tostring: ([value]) => (value?.kind === 'null' ? NULL : converted(value && asString(value), string)),
  tonumber: ([value]) => (value?.kind === 'null' ? NULL : converted(value && asNumber(value), number)),
  tobool: ([value]) => (value?.kind === 'null' ? NULL : converted(value && asBoolean(value), boolean)),
  parseint: ofStrings((s, base = '10') => (Number.isNaN(Number.parseInt(s, Number(base))) ? undefined : number(Number.parseInt(s, Number(base)))), 2),
  abs: ofNumbers((n) => number(Math.abs(n)), 1),
  ceil: ofNumbers((n) => number(Math.ceil(n)), 1),
  floor: ofNumbers((n) => number(Math.floor(n)), 1),
  pow: ofNumbers((n, by = 1) => number(n ** by), 2),
  min: ofNumbers((...n) => number(Math.min(...n)), 1, 1000),
  max: ofNumbers((...n) => number(Math.max(...n)), 1, 1000),
  jsonencode: ([value]) => {
    const json = value && toJson(value);
    return json === undefined ? undefined : string(JSON.stringify(json));
  },
  jsondecode: ofStrings((s) => {
    try {
      return fromJson(JSON.parse(s), DEEPEST_JSON);
    } catch {
      return undefined;
    }
  }, 1),
};

function converted<T>(value: T | undefined, make: (value: T) => Value): Value | undefined {
  return value === undefined ? undefined : make(value);
}

/** The verbs that rules are made with; others are not worked out. */
function formatted(spec: string, args: readonly Value[]): string | undefined {
  let next = 0;
  const lost: string[] = [];
  const out = spec.replace(/%(%|(0?)(\d{0,3})([a-z]))/gi, (_, all: string, zero: string, width: string, verb: string) => {
    if (all === '%') return '%';
    const arg = args[next++];
    const text = arg && (verb === 'd' ? converted(asNumber(arg), (n) => string(String(Math.trunc(n)))) : verb === 's' || verb === 'v' ? converted(asString(arg), string) : verb === 'q' ? converted(asString(arg), (s) => string(JSON.stringify(s))) : undefined);
    if (text?.kind !== 'string') {
      lost.push(verb);
      return '';
    }
    return text.value.padStart(Number(width || 0), zero === '0' ? '0' : ' ');
  });
  return lost.length > 0 || next !== args.length ? undefined : out;
}

function toJson(value: Value): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'list':
      return value.items.map(toJson);
    case 'object':
      return Object.fromEntries([...value.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, toJson(v)]));
    case 'resource':
    case 'unknown':
      return undefined;
    default:
      return value.value;
  }
}

function fromJson(json: unknown, depth: number): Value | undefined {
  if (json === null) return NULL;
  if (typeof json === 'string') return string(json);
  if (typeof json === 'number') return number(json);
  if (typeof json === 'boolean') return boolean(json);
  if (typeof json !== 'object' || depth === 0) return undefined;
  if (Array.isArray(json)) {
    const items = json.map((item) => fromJson(item, depth - 1));
    return items.includes(undefined) ? undefined : list(items as Value[]);
  }
  const entries = Object.entries(json).map(([k, v]) => [k, fromJson(v, depth - 1)] as const);
  return entries.some(([, v]) => v === undefined) ? undefined : object(new Map(entries as [string, Value][]));
}
