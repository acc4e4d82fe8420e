/**
 * The instances that `count` and `for_each` make of a resource, and the elements of a `dynamic` block.
 * Source: Terraform language documentation, "The count Meta-Argument", "The for_each Meta-Argument", "dynamic Blocks".
 */
import { t } from '@vscode/l10n';
import type { HclExpression } from '../../text/hcl/tree.ts';
import { elementsOf, evaluate } from './evaluate.ts';
import { type Scope, withNames } from './scope.ts';
import { type Value, LARGEST_COLLECTION, asNumber, asString, number, object, oneOf, unknown } from './values.ts';

export interface Instance {
  /** `[0]`, `["a"]`; empty for a resource that has just one, and for one that stands for instances that are not known. */
  readonly suffix: string;
  readonly scope: Scope;
  /** Why it may not be there. */
  readonly perhaps?: string;
}

export interface Instances {
  readonly kind: 'single' | 'list' | 'map' | 'unknown';
  /** The expression that decides how many there are. */
  readonly by?: HclExpression;
  readonly instances: readonly Instance[];
}

export function instancesOf(count: HclExpression | undefined, forEach: HclExpression | undefined, scope: Scope): Instances {
  if (count) return { by: count, ...counted(evaluate(count, scope), scope) };
  if (forEach) return { by: forEach, ...eachOf(evaluate(forEach, scope), scope) };
  return { kind: 'single', instances: [{ suffix: '', scope }] };
}

/** One instance stands for all of them. */
export function tooMany({ by }: Instances, scope: Scope): Instances {
  const why = t('the module has too many instances to be worked out');
  const some = unknown(why);
  const named = withNames(scope, [['count', object(new Map([['index', some]]))], ['each', object(new Map([['key', some], ['value', some]]))]]);
  return { kind: 'unknown', ...(by ? { by } : {}), instances: [{ suffix: '', scope: named, perhaps: why }] };
}

const optionsOf = (value: Value): readonly Value[] => (value.kind === 'unknown' && value.options ? value.options.filter((o) => o.kind !== 'unknown' || !o.invalid) : [value]);

function counted(value: Value, scope: Scope): Omit<Instances, 'by'> {
  const numbers = optionsOf(value).map((v) => (v.kind === 'boolean' ? Number(v.value) : asNumber(v)));
  const named = (index: Value): Scope => withNames(scope, [['count', object(new Map([['index', index]]))]]);
  if (numbers.length === 0 || numbers.some((n) => n === undefined || n > LARGEST_COLLECTION)) {
    const why = whyOf(value, t('count is not a number'));
    return { kind: 'unknown', instances: [{ suffix: '', scope: named(unknown(why, [value])), perhaps: why }] };
  }
  const least = Math.min(...(numbers as number[]));
  const most = Math.max(...(numbers as number[]));
  return { kind: 'list', instances: Array.from({ length: Math.max(0, Math.ceil(most)) }, (_, i): Instance => ({ suffix: `[${String(i)}]`, scope: named(number(i)), ...(i >= least ? { perhaps: whyOf(value, '') } : {}) })) };
}

const whyOf = (value: Value, otherwise: string): string => (value.kind === 'unknown' ? value.why : otherwise);

function eachOf(value: Value, scope: Scope): Omit<Instances, 'by'> {
  const { elements, lost } = elementsOrLost(value);
  const named = (key: Value, item: Value): Scope => withNames(scope, [['each', object(new Map([['key', key], ['value', item]]))]]);
  const instances = elements.flatMap(({ key, item, perhaps }): Instance[] => {
    const text = asString(key);
    return text === undefined ? [] : [{ suffix: `[${JSON.stringify(text)}]`, scope: named(key, item), ...(perhaps === undefined ? {} : { perhaps }) }];
  });
  if (lost === undefined && instances.length === elements.length) return { kind: 'map', instances };
  const why = lost ?? t('a key is not known');
  const some = unknown(why, [value]);
  return { kind: 'unknown', instances: [...instances, { suffix: '', scope: named(some, some), perhaps: why }] };
}

interface Element {
  readonly key: Value;
  readonly item: Value;
  readonly perhaps?: string;
}

/** The elements that a value has or may have; `lost` says why there may be others. */
function elementsOrLost(value: Value): { readonly elements: readonly Element[]; readonly lost?: string } {
  const options = optionsOf(value).map((o) => (o.kind === 'null' ? { elements: [] } : elementsOf(o)));
  if (options.length === 0 || options.some((o) => o === undefined)) return { elements: [], lost: whyOf(value, t('for_each is not a set or a map')) };
  const known = options.filter((o) => o !== undefined);
  const lost = known.map((o) => ('more' in o ? o.more?.why : undefined)).find((why) => why !== undefined);
  const keys = new Map<string, { key: Value; items: Value[] }>();
  for (const { elements } of known) {
    for (const [key, item] of elements) {
      const id = asString(key) ?? `?${String(keys.size)}`;
      const before = keys.get(id) ?? { key, items: [] };
      before.items.push(item);
      keys.set(id, before);
    }
  }
  const elements = [...keys.values()].map(({ key, items }): Element => ({
    key,
    item: items.length === 1 ? (items[0] as Value) : oneOf(whyOf(value, ''), items),
    ...(items.length < known.length ? { perhaps: whyOf(value, '') } : {}),
  }));
  return { elements, ...(lost === undefined ? {} : { lost }) };
}

/** One scope per element of a `dynamic` block; of elements that are not known one that stands for all of them. */
export function dynamicScopes(forEach: HclExpression, iterator: string, scope: Scope): { readonly scope: Scope; readonly perhaps?: string }[] {
  const value = evaluate(forEach, scope);
  const { elements, lost } = elementsOrLost(value);
  const named = (key: Value, item: Value): Scope => withNames(scope, [[iterator, object(new Map([['key', key], ['value', item]]))]]);
  const known = elements.map(({ key, item, perhaps }) => ({ scope: named(key, item), ...(perhaps === undefined ? {} : { perhaps }) }));
  if (lost === undefined) return known;
  const some = unknown(lost, [value]);
  return [...known, { scope: named(some, some), perhaps: lost }];
}
