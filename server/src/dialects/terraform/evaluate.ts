/**
 * The value of an expression (Terraform language documentation, "Expressions"). Total: what cannot be told is an unknown
 * that says why, and so is what costs too much.
 */
import { t } from '@vscode/l10n';
import type { HclBinary, HclCall, HclExpression, HclFor, HclObject, HclStep, HclTemplatePart } from '../../text/hcl/tree.ts';
import { call } from './functions/index.ts';
import { operate } from './operators.ts';
import { DEEPEST, type Scope, withNames } from './scope.ts';
import { FALSE, LONGEST_STRING, NULL, TRUE, type Unknown, type Value, asBoolean, asNumber, asString, boolean, invalid, list, number, object, oneOf, string, unknown } from './values.ts';

const tooMuch = (): Unknown => unknown(t('the value takes too much to be worked out'));

export function evaluate(expression: HclExpression, scope: Scope): Value {
  const { budget } = scope.module;
  if (!budget.spend() || budget.depth > DEEPEST) return tooMuch();
  budget.depth++;
  const value = evaluated(expression, scope);
  budget.depth--;
  return value;
}

function evaluated(e: HclExpression, scope: Scope): Value {
  switch (e.kind) {
    case 'error':
      return unknown(t('the expression could not be read'));
    case 'number':
      return number(e.value);
    case 'boolean':
      return boolean(e.value);
    case 'null':
      return NULL;
    case 'template':
      return template(e.parts, scope);
    case 'tuple':
      return list(e.items.map((item) => evaluate(item, scope)));
    case 'object':
      return objectOf(e, scope);
    case 'for':
      return forOf(e, scope);
    case 'call':
      return callOf(e, scope);
    case 'variable':
      return root(e.name, [], scope).value;
    case 'access': {
      if (e.source.kind !== 'variable') return walk(evaluate(e.source, scope), e.steps, scope);
      const { value, taken } = root(e.source.name, e.steps, scope);
      return walk(value, e.steps.slice(taken), scope);
    }
    case 'unary': {
      const value = evaluate(e.operand, scope);
      const found = e.operator === '!' ? asBoolean(value) : asNumber(value);
      if (found === undefined) return value.kind === 'unknown' ? unknown(value.why, [value]) : invalid(t('{0} does not take this value', e.operator));
      return typeof found === 'boolean' ? boolean(!found) : number(-found);
    }
    case 'binary':
      return binary(e, scope);
    case 'conditional': {
      const condition = evaluate(e.condition, scope);
      const decided = asBoolean(condition);
      if (decided !== undefined) return evaluate(decided ? e.then : e.otherwise, scope);
      if (condition.kind !== 'unknown') return invalid(t('a condition must be true or false'));
      return oneOf(condition.why, [evaluate(e.then, scope), evaluate(e.otherwise, scope)]);
    }
    case 'parentheses':
      return evaluate(e.inner, scope);
  }
}

/** The value that a name stands for with the first of the steps after it, and how many of them that takes. */
function root(name: string, steps: readonly HclStep[], scope: Scope): { value: Value; taken: number } {
  const bound = scope.names.get(name);
  if (bound) return { value: bound, taken: 0 };
  const names = steps.map((s) => (s.kind === 'attribute' ? s.name : undefined));
  const [first, second] = names;
  const at = (n: number, value: Value): { value: Value; taken: number } => ({ value, taken: n });
  if (first === undefined) return at(0, unknown(t('{0} is not known here', name)));
  const here = `${name}.${first}`;
  switch (name) {
    case 'var':
      return at(1, scope.module.variable(first));
    case 'local':
      return at(1, scope.module.local(first));
    case 'path':
    case 'terraform':
    case 'tofu':
      return at(1, { ...unknown(t('{0} is known only when Terraform runs', here)), symbol: here });
    case 'module':
      return at(1, { ...unknown(t('the outputs of module.{0} are not in sight', first)), symbol: `module.${first}` });
    case 'data':
    case 'ephemeral':
      if (second === undefined) return at(1, unknown(t('{0} is not known here', here)));
      return at(2, { ...unknown(t('{0} is read only when Terraform runs', `${here}.${second}`)), symbol: `${here}.${second}` });
    default: {
      const value = scope.module.resource(name, first);
      return at(1, value ?? { ...unknown(t('{0} is not in this module', here)), symbol: here });
    }
  }
}

function walk(start: Value, steps: readonly HclStep[], scope: Scope): Value {
  let value = start;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as HclStep;
    if (step.kind === 'attribute') value = attributeOf(value, step.name);
    else if (step.kind === 'index') value = indexOf(value, evaluate(step.index, scope));
    else {
      const rest = steps.slice(i + 1);
      const until = step.kind === 'splat' ? rest.length : rest.findIndex((s) => s.kind !== 'attribute' && !(s.kind === 'index' && s.legacy));
      const each = until < 0 ? rest : rest.slice(0, until);
      value = splat(value, each, scope);
      i += each.length;
    }
  }
  return value;
}

function splat(value: Value, steps: readonly HclStep[], scope: Scope): Value {
  if (value.kind === 'null') return list([]);
  if (value.kind === 'unknown') return lifted(value, (option) => splat(option, steps, scope)) ?? unknown(value.why, [value]);
  if (value.kind !== 'list') return list([walk(value, steps, scope)]);
  if (!scope.module.budget.spend(value.items.length * steps.length)) return tooMuch();
  return list(value.items.map((item) => walk(item, steps, scope)), value.more);
}

function lifted(value: Unknown, apply: (option: Value) => Value): Value | undefined {
  return value.options && oneOf(value.why, value.options.map(apply));
}

export function attributeOf(value: Value, name: string): Value {
  switch (value.kind) {
    case 'resource':
      return value.attribute(name);
    case 'object':
      return value.entries.get(name) ?? value.more ?? invalid(t('there is no {0}', name), [value]);
    case 'unknown':
      return lifted(value, (option) => attributeOf(option, name)) ?? { ...unknown(value.why, [value]), ...(value.symbol === undefined ? {} : { symbol: `${value.symbol}.${name}` }), ...(value.invalid ? { invalid: true as const } : {}) };
    default:
      return invalid(t('there is no {0}', name), [value]);
  }
}

function indexOf(value: Value, index: Value): Value {
  if (value.kind === 'unknown') {
    const key = asString(index);
    const text = index.kind === 'string' ? JSON.stringify(index.value) : key;
    return lifted(value, (option) => indexOf(option, index)) ?? { ...unknown(value.why, [value, index]), ...(value.symbol === undefined || text === undefined ? {} : { symbol: `${value.symbol}[${text}]` }), ...(value.invalid ? { invalid: true as const } : {}) };
  }
  if (index.kind === 'unknown') {
    if (index.options) return oneOf(index.why, index.options.map((option) => indexOf(value, option)));
    const among = value.kind === 'list' && !value.more ? value.items : value.kind === 'object' && !value.more ? [...value.entries.values()] : [];
    return among.length > 0 ? oneOf(index.why, among) : unknown(index.why, [value, index]);
  }
  if (value.kind === 'list') {
    const n = asNumber(index);
    if (value.more) return unknown(value.more.why, [value]);
    return (n === undefined ? undefined : value.items[n]) ?? invalid(t('the list has no such element'), [value]);
  }
  if (value.kind === 'object') {
    const key = asString(index);
    return (key === undefined ? undefined : value.entries.get(key)) ?? value.more ?? invalid(t('the map has no such key'), [value]);
  }
  return invalid(t('this value has no elements'), [value]);
}

function template(parts: readonly HclTemplatePart[], scope: Scope): Value {
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'interpolation') return evaluate(only.expression, scope);
  const made: Value[] = [];
  let text = '';
  for (const part of parts) {
    const value = partOf(part, scope);
    made.push(value);
    const written = asString(value);
    if (written !== undefined) text += written;
    if (text.length > LONGEST_STRING) return unknown(t('the text is too long to be worked out'));
  }
  const lost = made.find((v) => v.kind === 'unknown' || asString(v) === undefined);
  if (!lost) return string(text);
  const at = made.indexOf(lost);
  if (lost.kind !== 'unknown') return lost.kind === 'resource' ? unknown(t('{0} is known only after apply', lost.address), [lost]) : invalid(t('a text cannot hold this value'), made);
  if (lost.options) return oneOf(lost.why, lost.options.map((option) => template(parts.map((p, i) => (i === at ? literal(option, p) : p)), scope)));
  // An address and its whole length stand for the same host.
  const suffix = made.length === 2 && at === 0 ? asString(made[1] as Value) : undefined;
  return { ...unknown(lost.why, made), ...(lost.symbol !== undefined && (suffix === '/32' || suffix === '/128') ? { symbol: lost.symbol } : {}) };
}

function literal(value: Value, part: HclTemplatePart): HclTemplatePart {
  return { kind: 'literal', text: asString(value) ?? '', span: part.span };
}

function partOf(part: HclTemplatePart, scope: Scope): Value {
  switch (part.kind) {
    case 'literal':
      return string(part.text);
    case 'interpolation':
      return evaluate(part.expression, scope);
    case 'if': {
      const condition = evaluate(part.condition, scope);
      const decided = asBoolean(condition);
      if (decided === undefined) return condition.kind === 'unknown' ? unknown(condition.why, [condition]) : invalid(t('a condition must be true or false'));
      return template(decided ? part.then : part.otherwise, scope);
    }
    case 'for': {
      const collection = evaluate(part.collection, scope);
      const found = elementsOf(collection);
      if (!found || found.more) return unknown(found?.more?.why ?? t('the collection is not known'), [collection]);
      const texts = found.elements.map(([key, value]) => template(part.body, withNames(scope, [...(part.key === undefined ? [] : [[part.key, key] as const]), [part.value, value]])));
      const lost = texts.find((t) => asString(t) === undefined);
      return lost ? unknown(lost.kind === 'unknown' ? lost.why : t('a text cannot hold this value'), texts) : string(texts.map((t) => asString(t) ?? '').join('').slice(0, LONGEST_STRING));
    }
  }
}

/** Keys and values of a collection, in the language's order: a set's values are their own keys. */
export function elementsOf(value: Value): { readonly elements: readonly (readonly [Value, Value])[]; readonly more?: Unknown } | undefined {
  if (value.kind === 'list') return { elements: value.items.map((item, i) => [value.set ? item : number(i), item] as const), ...(value.more ? { more: value.more } : {}) };
  if (value.kind === 'object') return { elements: [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [string(k), v] as const), ...(value.more ? { more: value.more } : {}) };
  return undefined;
}

function objectOf(e: HclObject, scope: Scope): Value {
  const entries = new Map<string, Value>();
  let more: Unknown | undefined;
  for (const item of e.items) {
    const key = item.name === undefined ? evaluate(item.key, scope) : string(item.name);
    const value = evaluate(item.value, scope);
    const name = asString(key);
    if (name === undefined) more ??= unknown(key.kind === 'unknown' ? key.why : t('a key is not a text'), [key, value]);
    else entries.set(name, value);
  }
  return object(entries, more);
}

function forOf(e: HclFor, scope: Scope): Value {
  const collection = evaluate(e.collection, scope);
  if (collection.kind === 'unknown') return (collection.options && oneOf(collection.why, collection.options.map((option) => forOver(e, option, scope)))) ?? unknown(collection.why, [collection]);
  return forOver(e, collection, scope);
}

function forOver(e: HclFor, collection: Value, scope: Scope): Value {
  const found = elementsOf(collection);
  if (!found) return collection.kind === 'unknown' ? unknown(collection.why, [collection]) : invalid(t('for needs a list, a set or a map'), [collection]);
  let { more } = found;
  const values: Value[] = [];
  const entries = new Map<string, Value>();
  const groups = new Map<string, Value[]>();
  for (const [key, value] of found.elements) {
    if (scope.module.budget.spent) return tooMuch();
    const inner = withNames(scope, [...(e.keyName === undefined ? [] : [[e.keyName, key] as const]), [e.valueName, value]]);
    const condition = e.condition ? evaluate(e.condition, inner) : TRUE;
    const kept = asBoolean(condition);
    if (kept === false) continue;
    const made = evaluate(e.value, inner);
    if (kept === undefined) {
      more ??= unknown(condition.kind === 'unknown' ? condition.why : t('a condition must be true or false'), [condition, made]);
      continue;
    }
    if (!e.key) {
      values.push(made);
      continue;
    }
    const name = evaluate(e.key, inner);
    const text = asString(name);
    if (text === undefined) more ??= unknown(name.kind === 'unknown' ? name.why : t('a key is not a text'), [name, made]);
    else if (e.grouped) groups.set(text, [...(groups.get(text) ?? []), made]);
    else entries.set(text, made);
  }
  if (!e.key) return list(values, more);
  return object(e.grouped ? new Map([...groups].map(([k, v]) => [k, list(v)])) : entries, more);
}

function callOf(e: HclCall, scope: Scope): Value {
  if (e.name === 'try') return firstValid(e.arguments.map((a) => () => evaluate(a, scope)));
  if (e.name === 'can') {
    const value = e.arguments[0] ? evaluate(e.arguments[0], scope) : NULL;
    return value.kind === 'unknown' ? (value.invalid ? FALSE : unknown(value.why, [value])) : TRUE;
  }
  const args = e.arguments.map((a) => evaluate(a, scope));
  const last = args.at(-1);
  if (e.expanded && last) {
    if (last.kind !== 'list' || last.more) return unknown(last.kind === 'unknown' ? last.why : t('the arguments are not all known'), args);
    args.splice(-1, 1, ...last.items);
  }
  const value = call(e.name, args);
  const size = value.kind === 'list' ? value.items.length : value.kind === 'object' ? value.entries.size : value.kind === 'string' ? value.value.length / 10 : 0;
  return scope.module.budget.spend(size) ? value : tooMuch();
}

function firstValid(options: readonly (() => Value)[]): Value {
  let last: Value = invalid(t('try needs an argument'));
  for (const option of options) {
    last = option();
    if (last.kind !== 'unknown' || !last.invalid) return last;
  }
  return last;
}

function binary(e: HclBinary, scope: Scope): Value {
  let value = evaluate(e.left, scope);
  for (const { operator, right } of e.operations) value = operate(operator, value, evaluate(right, scope));
  return value;
}
