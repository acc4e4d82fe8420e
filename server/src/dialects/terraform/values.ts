/**
 * Values of the Terraform language as far as the text tells them. What is known only after apply, or not at all, is an
 * `unknown` that says why and, where it is one traversal, which; a collection may be known in part.
 * Source: Terraform language documentation, "Types and Values".
 */
import { t } from '@vscode/l10n';

export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
  /** The reference that it is, as written: `aws_security_group.worker.id`, `var.worker_cidr`. */
  readonly symbol?: string;
  /** Addresses of the resources that it may come from. */
  readonly from: readonly string[];
  /** It is one of these. */
  readonly options?: readonly Value[];
  /** Terraform refuses the expression: `try` and `can` see an error. */
  readonly invalid?: true;
}

/** A list, tuple or set. With `more` it may hold other elements beside `items`, at any place. */
export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly set?: true;
  readonly more?: Unknown;
}

export interface ObjectValue {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, Value>;
  readonly more?: Unknown;
}

/** An instance of a resource or data source: its attributes are looked up when asked for. */
export interface ResourceValue {
  readonly kind: 'resource';
  /** `aws_security_group.worker["a"]`. */
  readonly address: string;
  attribute(name: string): Value;
}

export type Value =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | ListValue
  | ObjectValue
  | ResourceValue
  | Unknown;

export const NULL: Value = { kind: 'null' };
export const TRUE: Value = { kind: 'boolean', value: true };
export const FALSE: Value = { kind: 'boolean', value: false };

export const boolean = (value: boolean): Value => (value ? TRUE : FALSE);
export const number = (value: number): Value => ({ kind: 'number', value });
export const string = (value: string): Value => ({ kind: 'string', value });

/** Collections beyond this are not worked out. */
export const LARGEST_COLLECTION = 10_000;
/** Strings beyond this are not worked out. */
export const LONGEST_STRING = 1_000_000;

export function list(items: readonly Value[], more?: Unknown): Value {
  return items.length > LARGEST_COLLECTION ? unknown(t('the list is too long to be worked out'), items.slice(0, 1)) : { kind: 'list', items, ...(more ? { more } : {}) };
}

export function object(entries: ReadonlyMap<string, Value>, more?: Unknown): Value {
  return entries.size > LARGEST_COLLECTION ? unknown(t('the map is too large to be worked out')) : { kind: 'object', entries, ...(more ? { more } : {}) };
}

/** A set holds each value once; unknown elements may be any. Strings come in the order of their characters. */
export function set(items: readonly Value[], more?: Unknown): Value {
  const distinct = uniqueValues(items);
  if (distinct.every((v) => v.kind === 'string')) distinct.sort((a, b) => ((a as { value: string }).value < (b as { value: string }).value ? -1 : 1));
  const made = list(distinct, more);
  return made.kind === 'list' ? { ...made, set: true } : made;
}

export function uniqueValues(items: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** @param sources values that it is made of: it may come from wherever they do. */
export function unknown(why: string, sources: readonly Value[] = []): Unknown {
  const from = new Set<string>();
  for (const source of sources) for (const address of originsOf(source)) from.add(address);
  return { kind: 'unknown', why, from: [...from] };
}

export function invalid(why: string, sources: readonly Value[] = []): Unknown {
  return { ...unknown(why, sources), invalid: true };
}

/** One of several values: itself if they are all the same. */
export function oneOf(why: string, options: readonly Value[]): Value {
  const flat = options.flatMap((o) => (o.kind === 'unknown' && o.options ? o.options : [o]));
  const keys = new Set(flat.map((o) => keyOf(o)));
  if (keys.size === 1 && !keys.has(undefined)) return flat[0] as Value;
  return { ...unknown(why, flat), ...(flat.length <= MOST_OPTIONS ? { options: flat } : {}) };
}

const MOST_OPTIONS = 8;

/** Deep enough for every value that rules are made of. */
const DEPTH = 8;

function* originsOf(value: Value, depth = DEPTH): Generator<string> {
  if (value.kind === 'unknown') {
    yield* value.from;
    for (const option of value.options ?? []) if (depth > 0) yield* originsOf(option, depth - 1);
  } else if (value.kind === 'resource') yield value.address;
  else if (value.kind === 'list' || value.kind === 'object') {
    if (value.more) yield* value.more.from;
    if (depth > 0) for (const item of value.kind === 'list' ? value.items : value.entries.values()) yield* originsOf(item, depth - 1);
  }
}

/** The unknown that a value is or holds, if it does. */
export function unknownIn(value: Value, depth = DEPTH): Unknown | undefined {
  if (value.kind === 'unknown') return value;
  if (value.kind === 'resource') return unknown(t('{0} is known only after apply', value.address), [value]);
  if (value.kind !== 'list' && value.kind !== 'object') return undefined;
  if (value.more) return value.more;
  if (depth === 0) return unknown(t('the value is nested too deeply'));
  for (const item of value.kind === 'list' ? value.items : value.entries.values()) {
    const found = unknownIn(item, depth - 1);
    if (found) return found;
  }
  return undefined;
}

/** Equal for equal values; undefined if something in it is not known. */
export function keyOf(value: Value, depth = DEPTH): string | undefined {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
    case 'number':
      return String(value.value);
    case 'string':
      return JSON.stringify(value.value);
    case 'unknown':
      return value.symbol === undefined ? undefined : `<${value.symbol}>`;
    case 'resource':
      return `<${value.address}>`;
    case 'list': {
      const items = depth === 0 || value.more ? [undefined] : value.items.map((v) => keyOf(v, depth - 1));
      return items.includes(undefined) ? undefined : `[${items.join()}]`;
    }
    case 'object': {
      const entries = depth === 0 || value.more ? [undefined] : [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => joined(k, keyOf(v, depth - 1)));
      return entries.includes(undefined) ? undefined : `{${entries.join()}}`;
    }
  }
}

const joined = (key: string, value: string | undefined): string | undefined => (value === undefined ? undefined : `${JSON.stringify(key)}:${value}`);

/** The language's conversions between primitive types (Terraform language, "Type Conversion"); undefined where there is none. */
export function asString(value: Value): string | undefined {
  if (value.kind === 'string') return value.value;
  return value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : undefined;
}

export function asNumber(value: Value): number | undefined {
  if (value.kind === 'number') return value.value;
  return value.kind === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value.value) ? Number(value.value) : undefined;
}

export function asBoolean(value: Value): boolean | undefined {
  if (value.kind === 'boolean') return value.value;
  return value.kind === 'string' && (value.value === 'true' || value.value === 'false') ? value.value === 'true' : undefined;
}
