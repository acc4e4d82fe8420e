/** Functions on lists, sets and maps. They take collections that are known in part and elements that are not known. */
import { t } from '@vscode/l10n';
import { type ListValue, type ObjectValue, type Unknown, type Value, LARGEST_COLLECTION, NULL, asBoolean, asNumber, asString, boolean, keyOf, list, number, object, oneOf, set, string, uniqueValues, unknown } from '../values.ts';
import type { Functions } from './function.ts';

type Collection = ListValue | ObjectValue;

const isList = (value: Value | undefined): value is ListValue => value?.kind === 'list';
const isObject = (value: Value | undefined): value is ObjectValue => value?.kind === 'object';
const isCollection = (value: Value | undefined): value is Collection => isList(value) || isObject(value);

/** What joins of lists know: the elements of the known ones, and that there may be more. */
function joinedLists(args: readonly Value[]): { items: Value[]; more?: Unknown } | undefined {
  const items: Value[] = [];
  let more: Unknown | undefined;
  for (const arg of args) {
    if (arg.kind === 'unknown') more ??= withoutOptions(arg);
    else if (!isList(arg)) return undefined;
    else {
      items.push(...arg.items);
      more ??= arg.more;
      if (items.length > LARGEST_COLLECTION) return { items, ...(more ? { more } : {}) };
    }
  }
  return { items, ...(more ? { more } : {}) };
}

const withoutOptions = ({ why, from, symbol }: Unknown): Unknown => ({ kind: 'unknown', why, from, ...(symbol === undefined ? {} : { symbol }) });

function onList(apply: (value: ListValue, ...rest: (Value | undefined)[]) => Value | undefined) {
  return ([first, ...rest]: readonly Value[]): Value | undefined => (isList(first) ? apply(first, ...rest) : first?.kind === 'unknown' ? withoutOptions(first) : undefined);
}

/** A function that must see the whole list. */
function onWhole(apply: (value: ListValue, ...rest: (Value | undefined)[]) => Value | undefined) {
  return onList((value, ...rest) => value.more ?? apply(value, ...rest));
}

const FLATTEN_DEPTH = 20;

function flattened(items: readonly Value[], depth: number): { items: Value[]; more?: Unknown } {
  const out: Value[] = [];
  let more: Unknown | undefined;
  for (const item of items) {
    if (isList(item) && depth > 0) {
      const inner = flattened(item.items, depth - 1);
      out.push(...inner.items);
      more ??= item.more ?? inner.more;
    } else out.push(item);
    if (out.length > LARGEST_COLLECTION) break;
  }
  return { items: out, ...(more ? { more } : {}) };
}

function keysOf(value: ObjectValue): string[] {
  return [...value.entries.keys()].sort();
}

const isEmpty = (value: Value): boolean => value.kind === 'null' || (value.kind === 'string' && value.value === '');

function sameValue(a: Value, b: Value): boolean | undefined {
  const [x, y] = [keyOf(a), keyOf(b)];
  if (x === undefined || y === undefined || a.kind === 'unknown' || b.kind === 'unknown') return x !== undefined && x === y ? true : undefined;
  const [s, t] = [asString(a), asString(b)];
  return s !== undefined && t !== undefined ? s === t : x === y;
}

function setOperation(keep: (times: number, sets: number) => boolean) {
  return (args: readonly Value[]): Value | undefined => {
    const lost = args.find((a) => a.kind === 'unknown' || (isList(a) && (a.more ?? a.items.some((i) => keyOf(i) === undefined))));
    if (lost) return unknown(t('the sets are not all known'), args);
    if (!args.every(isList)) return undefined;
    const all = uniqueValues(args.flatMap((a) => a.items));
    return set(all.filter((v) => keep(args.filter((a) => a.items.some((i) => keyOf(i) === keyOf(v))).length, args.length)));
  };
}

export const COLLECTION_FUNCTIONS: Functions = {
  concat: (args) => {
    const joined = joinedLists(args);
    return joined && list(joined.items, joined.more);
  },
  setunion: (args) => {
    const joined = joinedLists(args);
    return joined && set(joined.items, joined.more);
  },
  setintersection: setOperation((times, sets) => times === sets),
  setsubtract: ([a, b]) => {
    if (a?.kind === 'unknown' || b?.kind === 'unknown' || (isList(a) && a.more) || (isList(b) && b.more)) return unknown(t('the sets are not all known'), [a, b].filter((v) => v !== undefined));
    return isList(a) && isList(b) ? set(a.items.filter((v) => !b.items.some((w) => sameValue(v, w) === true))) : undefined;
  },
  flatten: onList((value) => {
    const { items, more } = flattened(value.items, FLATTEN_DEPTH);
    return list(items, value.more ?? more);
  }),
  toset: onList((value) => set(value.items, value.more)),
  tolist: onList((value) => list(value.items, value.more)),
  tomap: ([value]) => (isObject(value) || value?.kind === 'unknown' ? value : undefined),
  list: (args) => list(args),
  map: (args) => (args.length % 2 === 0 ? mapOf(args.filter((_, i) => i % 2 === 0), args.filter((_, i) => i % 2 === 1)) : undefined),
  distinct: onList((value) => list(uniqueValues(value.items), value.more)),
  compact: onList((value) => list(value.items.filter((v) => !isEmpty(v)), value.more)),
  reverse: onList((value) => list([...value.items].reverse(), value.more)),
  sort: onWhole((value) => {
    const texts = value.items.map(asString);
    return texts.includes(undefined) ? unknown(t('an element is not known'), [value]) : list((texts as string[]).sort().map(string));
  }),
  slice: onWhole((value, from, to) => {
    const start = from && asNumber(from);
    const end = to && asNumber(to);
    return start === undefined || end === undefined || start < 0 || end > value.items.length || start > end ? undefined : list(value.items.slice(start, end));
  }),
  chunklist: onWhole((value, size) => {
    const n = size && asNumber(size);
    if (n === undefined || n < 1) return undefined;
    return list(Array.from({ length: Math.ceil(value.items.length / n) }, (_, i) => list(value.items.slice(i * n, (i + 1) * n))));
  }),
  length: ([value]) => {
    if (value?.kind === 'unknown') return unknown(value.why, [value]);
    if (value?.kind === 'string') return number(Array.from(value.value).length);
    if (!isCollection(value)) return undefined;
    return value.more ?? number(isList(value) ? value.items.length : value.entries.size);
  },
  element: onWhole((value, index) => {
    const n = index && asNumber(index);
    if (index?.kind === 'unknown') return oneOf(index.why, value.items);
    if (n === undefined || value.items.length === 0) return undefined;
    return value.items[((n % value.items.length) + value.items.length) % value.items.length];
  }),
  index: onWhole((value, wanted) => {
    const at = value.items.findIndex((v) => wanted !== undefined && sameValue(v, wanted) === true);
    return at < 0 ? undefined : number(at);
  }),
  contains: onList((value, wanted) => {
    if (!wanted) return undefined;
    const found = value.items.map((v) => sameValue(v, wanted));
    if (found.includes(true)) return boolean(true);
    return value.more ?? (found.includes(undefined) ? unknown(t('an element is not known'), [value, wanted]) : boolean(false));
  }),
  one: onWhole((value) => (value.items.length > 1 ? undefined : (value.items[0] ?? NULL))),
  sum: onWhole((value) => {
    const numbers = value.items.map(asNumber);
    return numbers.includes(undefined) ? unknown(t('an element is not known'), [value]) : number((numbers as number[]).reduce((a, b) => a + b, 0));
  }),
  alltrue: onList((value) => allOf(value, false)),
  anytrue: onList((value) => allOf(value, true)),
  range: (args) => {
    const lost = args.find((a) => a.kind === 'unknown');
    if (lost) return lost;
    const numbers = args.map(asNumber);
    if (numbers.includes(undefined) || args.length < 1 || args.length > 3) return undefined;
    const [start, limit, step] = (args.length === 1 ? [0, numbers[0], 1] : [numbers[0], numbers[1], numbers[2] ?? ((numbers[0] as number) <= (numbers[1] as number) ? 1 : -1)]) as [number, number, number];
    if (step === 0 || Math.abs(limit - start) / Math.abs(step) > LARGEST_COLLECTION) return undefined;
    const out: Value[] = [];
    for (let n = start; step > 0 ? n < limit : n > limit; n += step) out.push(number(n));
    return list(out);
  },
  keys: ([value]) => (isObject(value) ? list(keysOf(value).map(string), value.more) : value?.kind === 'unknown' ? withoutOptions(value) : undefined),
  values: ([value]) => (isObject(value) ? list(keysOf(value).map((k) => value.entries.get(k) as Value), value.more) : value?.kind === 'unknown' ? withoutOptions(value) : undefined),
  merge: (args) => {
    const entries = new Map<string, Value>();
    let more: Unknown | undefined;
    for (const arg of args) {
      if (arg.kind === 'null') continue;
      if (arg.kind === 'unknown' || (isObject(arg) && arg.more)) {
        more ??= arg.kind === 'unknown' ? withoutOptions(arg) : arg.more;
        // What is merged later may take the place of what is known.
        for (const [k, v] of entries) entries.set(k, oneOfOrMore(v, arg));
      }
      if (isObject(arg)) for (const [k, v] of arg.entries) entries.set(k, v);
      else if (arg.kind !== 'unknown') return undefined;
    }
    return object(entries, more);
  },
  lookup: ([value, key, otherwise]) => {
    if (value?.kind === 'unknown' || key?.kind === 'unknown') return unknown((value?.kind === 'unknown' ? value : (key as Unknown)).why, [value, key, otherwise].filter((v) => v !== undefined));
    const name = key && asString(key);
    if (!isObject(value) || name === undefined) return undefined;
    return value.entries.get(name) ?? value.more ?? otherwise;
  },
  zipmap: ([keys, values]) => {
    if (keys?.kind === 'unknown' || values?.kind === 'unknown') return unknown(t('the keys and values are not all known'), [keys, values].filter((v) => v !== undefined));
    return isList(keys) && isList(values) && keys.items.length === values.items.length ? mapOf(keys.items, values.items) : undefined;
  },
  setproduct: (args) => {
    const lost = args.find((a) => a.kind === 'unknown' || (isList(a) && a.more));
    if (lost) return unknown(t('the sets are not all known'), args);
    if (!args.every(isList) || args.reduce((n, a) => n * a.items.length, 1) > LARGEST_COLLECTION) return undefined;
    return list(args.reduce<Value[][]>((rows, a) => rows.flatMap((row) => a.items.map((item) => [...row, item])), [[]]).map((row) => list(row)));
  },
  coalesce: (args) => firstOf(args, isEmpty),
  coalescelist: (args) => firstOf(args, (v) => isList(v) && v.items.length === 0 && !v.more),
  sensitive: ([value]) => value,
  nonsensitive: ([value]) => value,
};

function oneOfOrMore(known: Value, later: Value): Value {
  return unknown(later.kind === 'unknown' ? later.why : t('a later map may hold the key too'), [known, later]);
}

/** The first that is not passed over; an unknown may be. */
function firstOf(args: readonly Value[], passedOver: (value: Value) => boolean): Value | undefined {
  const options: Value[] = [];
  for (const arg of args) {
    if (arg.kind === 'unknown' && !arg.symbol?.endsWith('.id')) options.push(arg);
    else if (!passedOver(arg)) return options.length === 0 ? arg : oneOf((options[0] as Unknown).why, [...options, arg]);
  }
  return options.length === 0 ? undefined : oneOf((options[0] as Unknown).why, options);
}

function mapOf(keys: readonly Value[], values: readonly Value[]): Value | undefined {
  const names = keys.map(asString);
  if (names.includes(undefined)) return keys.some((k) => k.kind === 'unknown') ? unknown(t('a key is not known'), [...keys, ...values]) : undefined;
  return object(new Map(names.map((name, i) => [name as string, values[i] as Value])));
}

function allOf(value: ListValue, wanted: boolean): Value {
  const found = value.items.map((v) => (v.kind === 'unknown' ? undefined : (asBoolean(v) ?? false)));
  if (found.includes(wanted)) return boolean(wanted);
  return value.more ?? (found.includes(undefined) ? unknown(t('an element is not known'), [value]) : boolean(!wanted));
}

