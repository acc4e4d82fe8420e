/** Conjunction and complement of matches, for lowering tests that several words of a rule make together. */
import type { Address } from '../../core/addresses.ts';
import { type IntervalSet, intersect } from '../../core/intervals.ts';
import { type Match, MATCH_ALL, MATCH_NONE, type Term } from '../../model/rule.ts';

type Dimension = 'src' | 'dst' | 'protocol' | 'sport' | 'dport' | 'state' | 'flags';

type Draft = { -readonly [K in keyof Term]: Term[K] };

/** What both terms match; undefined if nothing can. */
function conjoinTerms(a: Term, b: Term): Term | undefined {
  if (a.family && b.family && a.family !== b.family) return undefined;
  const out: Draft = { ...a };
  for (const key of Object.keys(b) as (keyof Term)[]) {
    if (key === 'family') out.family = b.family;
    else if (key === 'atoms') out.atoms = a.atoms ? [...a.atoms, ...(b.atoms ?? [])] : b.atoms;
    else {
      const mine = a[key];
      const theirs = b[key];
      if (!theirs) continue;
      const both = mine ? intersect(mine, theirs) : theirs;
      if (both.length === 0) return undefined;
      (out as Record<Dimension, IntervalSet<Address>>)[key] = both;
    }
  }
  return out;
}

/** What both matches match. */
export function conjoin(a: Match, b: Match): Match {
  if (a === MATCH_ALL) return b;
  if (b === MATCH_ALL) return a;
  if (a.length === 1 && b.length === 1) {
    const both = conjoinTerms(a[0] as Term, b[0] as Term);
    return both ? [both] : MATCH_NONE;
  }
  const out: Term[] = [];
  for (const x of a) {
    for (const y of b) {
      const both = conjoinTerms(x, y);
      if (both) out.push(both);
    }
  }
  return out;
}

/** One alternative of a test, with everything that it does not match as disjoint terms. */
export interface Alternative {
  readonly match: Match;
  readonly complement: Match;
}

/** What none of the alternatives matches; undefined if it takes more than `limit` terms to say. */
export function complementOf(alternatives: readonly Alternative[], limit: number): Match | undefined {
  let rest: Match = MATCH_ALL;
  for (const { match, complement } of alternatives) {
    const left: Term[] = [];
    for (const term of rest) {
      if (conjoin([term], match).length === 0) left.push(term);
      else left.push(...conjoin([term], complement));
    }
    rest = left;
    if (rest.length > limit) return undefined;
  }
  return rest.length === 0 ? MATCH_NONE : rest;
}
