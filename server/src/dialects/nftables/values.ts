/** Values of tests as sets of numbers, with what the text does not tell kept apart. */
import { t } from '@vscode/l10n';
import type { Address } from '../../core/addresses.ts';
import { network } from '../../core/addresses.ts';
import { EMPTY, type IntervalSet, intersect, subtract, unionAll } from '../../core/intervals.ts';
import type { Span } from '../../core/span.ts';
import { type Environment, type NamedSet, within } from './environment.ts';
import type { Scale } from './scales.ts';
import type { Element, Expr } from './syntax.ts';

export type Numbers = IntervalSet<Address>;

/** Values that may or may not be meant. `reference` names a set that is not in sight; `span` is absent for text outside the statement. */
export interface Doubt {
  readonly region: Numbers;
  readonly why: string;
  readonly reference?: string;
  readonly span?: Span;
}

export interface Values {
  readonly sure: Numbers;
  readonly doubts: readonly Doubt[];
}

export const expires = (): string => t('elements with a timeout leave the set');
export const dynamic = (): string => t('rules change this set while packets pass');

const NONE: Values = { sure: EMPTY, doubts: [] };

export function everything(scale: Scale): Numbers {
  return [scale.zero, scale.end];
}

function doubtful(scale: Scale, why: string, where: Span | undefined, reference?: string): Values {
  return { sure: EMPTY, doubts: [{ region: everything(scale), why, ...(reference === undefined ? {} : { reference }), ...(where ? { span: where } : {}) }] };
}

function joinValues(all: readonly Values[]): Values {
  if (all.length === 1) return all[0] as Values;
  const sure = unionAll(all.map((v) => v.sure));
  return { sure, doubts: all.flatMap((v) => v.doubts) };
}

/** What an expression means on a scale. */
export function evaluate(expr: Expr, scale: Scale, env: Environment): Values {
  switch (expr.kind) {
    case 'symbol': {
      const value = scale.parse(expr.text);
      return value === undefined ? doubtful(scale, scale.doubt(expr.text), expr.span) : { sure: [value, after(value)], doubts: [] };
    }
    case 'variable': {
      const bound = env.variables.get(expr.name);
      if (!bound) return doubtful(scale, t('the variable ${0} has no value in this file', expr.name), expr.span);
      return remembered(bound.memo, scale, expr.span, () => evaluate(bound.value, scale, within(bound.variables)));
    }
    case 'reference': {
      const set = env.set(expr.name);
      if (!set) return doubtful(scale, t('the set @{0} is not in this file', expr.name), expr.span, `@${expr.name}`);
      return remembered(set.memo, scale, expr.span, () => evaluateSet(set, scale));
    }
    case 'any':
      return { sure: everything(scale), doubts: [] };
    case 'set':
      return evaluateElements(expr.elements, scale, env);
    case 'list':
      return joinValues(expr.parts.map((part) => evaluate(part, scale, env)));
    case 'range':
      return evaluateRange(expr.from, expr.to, expr.span, scale, env);
    case 'prefix':
      return evaluatePrefix(expr, scale, env);
    case 'binary': {
      const value = constant(expr, scale, env);
      return value === undefined ? doubtful(scale, t('this calculation is not understood'), expr.span) : { sure: [value, after(value)], doubts: [] };
    }
    default:
      return doubtful(scale, t('this value does not fit the test'), expr.span);
  }
}

function evaluateElements(elements: readonly Element[], scale: Scale, env: Environment): Values {
  if (elements.length === 0) return NONE;
  return joinValues(elements.map((e) => (e.limited ? withDoubt(evaluate(e.key, scale, env), expires(), e.span) : evaluate(e.key, scale, env))));
}

function evaluateSet(set: NamedSet, scale: Scale): Values {
  if (set.dynamic) return doubtful(scale, dynamic(), undefined);
  let values = NONE;
  for (const change of set.changes) {
    const theirs = evaluateElements(change.elements, scale, within(change.variables));
    if (change.remove) {
      const rest = subtract(values.sure, theirs.sure);
      values = { sure: rest, doubts: [...values.doubts.map((d) => ({ ...d, region: subtract(d.region, theirs.sure) })), ...theirs.doubts.map((d) => ({ ...d, region: intersect(d.region, rest) }))] };
    } else values = joinValues([values, theirs]);
  }
  return set.expiring ? withDoubt(values, expires(), undefined) : values;
}

function withDoubt(values: Values, why: string, where: Span | undefined): Values {
  if (values.sure.length === 0) return values;
  return { sure: EMPTY, doubts: [{ region: values.sure, why, ...(where ? { span: where } : {}) }, ...values.doubts] };
}

/** Reads a value once per scale; doubts in it are shown at the place of use. */
function remembered(memo: Map<string, unknown>, scale: Scale, where: Span, make: () => Values): Values {
  const key = `numbers ${scale.key}`;
  let values = memo.get(key) as Values | undefined;
  if (!values) {
    memo.set(key, doubtful(scale, t('the value refers to itself'), undefined));
    const made = make();
    values = { sure: made.sure, doubts: made.doubts.map(({ region, why, reference }) => ({ region, why, ...(reference === undefined ? {} : { reference }) })) };
    memo.set(key, values);
  }
  return values.doubts.length === 0 ? values : { sure: values.sure, doubts: values.doubts.map((d) => ({ ...d, span: where })) };
}

function evaluateRange(from: Expr, to: Expr, where: Span, scale: Scale, env: Environment): Values {
  const lo = constant(from, scale, env);
  const hi = constant(to, scale, env);
  if (lo === undefined || hi === undefined) return doubtful(scale, t('the range `{0}-{1}` is not understood', textOf(from), textOf(to)), where);
  if (lo > hi) return doubtful(scale, t('this range runs backwards'), where);
  return { sure: [lo, after(hi)], doubts: [] };
}

function evaluatePrefix(expr: Expr & { kind: 'prefix' }, scale: Scale, env: Environment): Values {
  const base = constant(expr.base, scale, env);
  if (base === undefined || (scale.bits !== 32 && scale.bits !== 128) || expr.length > scale.bits) {
    return doubtful(scale, t('the network `{0}/{1}` is not understood', textOf(expr.base), String(expr.length)), expr.span);
  }
  return { sure: network(scale.bits === 32 ? 4 : 6, base, expr.length), doubts: [] };
}

function textOf(e: Expr): string {
  return e.kind === 'symbol' ? e.text : e.kind === 'variable' ? `$${e.name}` : '...';
}

function after(value: Address): Address {
  return typeof value === 'bigint' ? value + 1n : value + 1;
}

/** A single number; alternatives are or-ed, as bit values are. */
export function constant(expr: Expr, scale: Scale, env: Environment, depth = 0): Address | undefined {
  if (depth > 40) return undefined;
  switch (expr.kind) {
    case 'symbol':
      return scale.parse(expr.text);
    case 'variable': {
      const bound = env.variables.get(expr.name);
      if (!bound) return undefined;
      const key = `constant ${scale.key}`;
      if (!bound.memo.has(key)) bound.memo.set(key, constant(bound.value, scale, within(bound.variables), depth + 1));
      return bound.memo.get(key) as Address | undefined;
    }
    case 'list': {
      let all = scale.zero;
      for (const part of expr.parts) {
        const value = constant(part, scale, env, depth + 1);
        if (value === undefined) return undefined;
        all = calculate('|', all, value);
      }
      return all;
    }
    case 'binary': {
      const left = constant(expr.left, scale, env, depth + 1);
      const right = constant(expr.right, scale, env, depth + 1);
      if (left === undefined || right === undefined) return undefined;
      const value = calculate(expr.operator, left, right);
      return value < scale.end ? value : undefined;
    }
    default:
      return undefined;
  }
}

function calculate(operator: '|' | '&' | '^' | '<<' | '>>', left: Address, right: Address): Address {
  const a = BigInt(left);
  const b = BigInt(right);
  const value = operator === '|' ? a | b : operator === '&' ? a & b : operator === '^' ? a ^ b : b > 128n ? 0n : operator === '<<' ? a << b : a >> b;
  return typeof left === 'bigint' ? value : Number(value);
}

/** The most intervals that a mask with holes may make of one value. */
const MOST_HOLES = 10;

/** Every number that is one of `values` after `& mask`; undefined if the mask makes too many pieces of it. */
export function unmask(values: Numbers, mask: Address, scale: Scale): Numbers | undefined {
  const m = BigInt(mask);
  let low = 0;
  while (low < scale.bits && (m & (1n << BigInt(low))) === 0n) low++;
  const holes: bigint[] = [];
  for (let bit = low; bit < scale.bits; bit++) if ((m & (1n << BigInt(bit))) === 0n) holes.push(1n << BigInt(bit));
  if (holes.length > (scale.bits === 16 ? 16 : MOST_HOLES)) return undefined;
  const number = (v: bigint): Address => (scale.bits === 128 ? v : Number(v));
  const out: Numbers[] = [];
  for (let i = 0; i < values.length; i += 2) {
    const lo = BigInt(values[i] as Address);
    const hi = BigInt(values[i + 1] as Address);
    if (hi - lo > 1024n) return undefined;
    for (let value = lo; value < hi; value++) {
      if ((value & ~m) !== 0n) continue;
      let starts = [value];
      for (const hole of holes) starts = [...starts, ...starts.map((s) => s | hole)];
      for (const start of starts) out.push([number(start), number(start + (1n << BigInt(low)))]);
    }
  }
  return unionAll(out);
}

