/**
 * Sets of ordered values as boundary lists: [lo0, hi0, lo1, hi1, ...], strictly increasing, each pair half open.
 * Half-open bounds need only comparison, so one implementation serves ports (number), IPv4 (number) and IPv6 (bigint).
 */
export type IntervalSet<T extends number | bigint = number> = readonly T[];

export const EMPTY: readonly never[] = [];

/** The set lo..hi, both ends included. */
export function closedRange(lo: number, hi: number): IntervalSet {
  return [lo, hi + 1];
}

export function single(value: number): IntervalSet {
  return [value, value + 1];
}

export function isEmpty(set: readonly unknown[]): boolean {
  return set.length === 0;
}

export function equals<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Number of boundaries at or below `value`; odd means that the set contains it. */
function boundariesUpTo<T extends number | bigint>(set: IntervalSet<T>, value: T): number {
  let lo = 0;
  let hi = set.length;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if ((set[mid] as T) <= value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

export function contains<T extends number | bigint>(set: IntervalSet<T>, value: T): boolean {
  return (boundariesUpTo(set, value) & 1) === 1;
}

function sweep<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>, keep: (inA: boolean, inB: boolean) => boolean): IntervalSet<T> {
  const out: T[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const at = (j >= b.length || (i < a.length && (a[i] as T) <= (b[j] as T)) ? a[i] : b[j]) as T;
    while (i < a.length && a[i] === at) i++;
    while (j < b.length && b[j] === at) j++;
    const now = keep((i & 1) === 1, (j & 1) === 1);
    if (now !== inside) {
      out.push(at);
      inside = now;
    }
  }
  return out;
}

const either = (inA: boolean, inB: boolean): boolean => inA || inB;
const onlyFirst = (inA: boolean, inB: boolean): boolean => inA && !inB;

export function union<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  return sweep(a, b, either);
}

/** The union of many sets in one sort, for long element lists. */
export function unionAll<T extends number | bigint>(sets: readonly IntervalSet<T>[]): IntervalSet<T> {
  if (sets.length <= 2) return sets.length === 0 ? EMPTY : sets.length === 1 ? (sets[0] as IntervalSet<T>) : union(sets[0] as IntervalSet<T>, sets[1] as IntervalSet<T>);
  const pairs: [T, T][] = [];
  for (const set of sets) for (let i = 0; i < set.length; i += 2) pairs.push([set[i] as T, set[i + 1] as T]);
  pairs.sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0));
  const out: T[] = [];
  for (const [lo, hi] of pairs) {
    const last = out.length - 1;
    if (last > 0 && lo <= (out[last] as T)) {
      if (hi > (out[last] as T)) out[last] = hi;
    } else out.push(lo, hi);
  }
  return out;
}

export function intersect<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> {
  if (a === b) return a;
  if (a.length === 0 || b.length === 0) return EMPTY;
  if (a.length === 2 && b.length === 2) {
    const lo = (a[0] as T) > (b[0] as T) ? (a[0] as T) : (b[0] as T);
    const hi = (a[1] as T) < (b[1] as T) ? (a[1] as T) : (b[1] as T);
    return lo === a[0] && hi === a[1] ? a : lo === b[0] && hi === b[1] ? b : lo < hi ? [lo, hi] : EMPTY;
  }
  if (a.length === 2 && covers(b, a)) return a;
  if (b.length === 2 && covers(a, b)) return b;
  const out: T[] = [];
  let i = startBefore(a, b[0] as T);
  let j = startBefore(b, a[0] as T);
  while (i < a.length && j < b.length) {
    const lo = (a[i] as T) > (b[j] as T) ? (a[i] as T) : (b[j] as T);
    const endA = a[i + 1] as T;
    const endB = b[j + 1] as T;
    const hi = endA < endB ? endA : endB;
    if (lo < hi) out.push(lo, hi);
    if (endA <= endB) i += 2;
    if (endB <= endA) j += 2;
  }
  return out;
}

/** Index of the interval that holds `value`, or of the first one after it. */
function startBefore<T extends number | bigint>(set: IntervalSet<T>, value: T): number {
  const n = boundariesUpTo(set, value);
  return (n & 1) === 1 ? n - 1 : n;
}

export function subtract<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> {
  if (a.length === 0 || b.length === 0) return a;
  if (a === b) return EMPTY;
  return sweep(a, b, onlyFirst);
}

export function overlaps<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): boolean {
  if (a.length === 0 || b.length === 0) return false;
  if (a === b) return true;
  if (a.length === 2 && b.length === 2) return (a[0] as T) < (b[1] as T) && (b[0] as T) < (a[1] as T);
  if (a.length > b.length) return overlaps(b, a);
  for (let i = 0; i < a.length; i += 2) {
    const j = startBefore(b, a[i] as T);
    if (j < b.length && (b[j] as T) < (a[i + 1] as T)) return true;
  }
  return false;
}

/** Whether `inner` lies wholly in `outer`. */
export function covers<T extends number | bigint>(outer: IntervalSet<T>, inner: IntervalSet<T>): boolean {
  if (outer === inner) return true;
  if (outer.length === 2 && inner.length === 2) return (outer[0] as T) <= (inner[0] as T) && (inner[1] as T) <= (outer[1] as T);
  for (let i = 0; i < inner.length; i += 2) {
    const n = boundariesUpTo(outer, inner[i] as T);
    if ((n & 1) === 0 || (outer[n] as T) < (inner[i + 1] as T)) return false;
  }
  return true;
}

/** How many values the set holds. */
export function size<T extends number | bigint>(set: IntervalSet<T>): T {
  let total = (typeof set[0] === 'bigint' ? 0n : 0) as T;
  for (let i = 0; i < set.length; i += 2) total = ((total as number) + ((set[i + 1] as number) - (set[i] as number))) as T;
  return total;
}

/** How many values two sets share. */
export function sharedSize(a: IntervalSet, b: IntervalSet): number {
  let total = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const lo = Math.max(a[i] as number, b[j] as number);
    const hi = Math.min(a[i + 1] as number, b[j + 1] as number);
    if (lo < hi) total += hi - lo;
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2;
    else j += 2;
  }
  return total;
}
