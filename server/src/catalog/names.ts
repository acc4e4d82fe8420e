/** Finds what a person meant: components and workloads by id, name or alias, with the nearest ones for a slip. */

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

export type Resolution =
  | { readonly kind: 'found'; readonly id: string }
  /** An alias of several, in the catalog's order. */
  | { readonly kind: 'ambiguous'; readonly ids: readonly string[] }
  /** `nearest`: at most three ids, best first. */
  | { readonly kind: 'unknown'; readonly nearest: readonly string[] };

/** An id wins over names, a name over aliases; case, hyphens and runs of blanks do not count. */
export function resolveName(text: string, entries: Iterable<Named>): Resolution {
  const all = [...entries];
  const wanted = plain(text);
  for (const spellings of [(e: Named) => [e.id], (e: Named) => [e.name], (e: Named) => e.aliases]) {
    const ids = all.filter((entry) => spellings(entry).some((each) => plain(each) === wanted)).map((entry) => entry.id);
    if (ids.length === 1) return { kind: 'found', id: ids[0] ?? '' };
    if (ids.length > 1) return { kind: 'ambiguous', ids };
  }
  return { kind: 'unknown', nearest: nearestOf(wanted, all) };
}

/** The candidates within a small edit distance of `word`, best first, at most three. */
export function closest(word: string, candidates: Iterable<string>): string[] {
  return nearestOf(plain(word), [...candidates].map((id) => ({ id, name: id, aliases: [] })));
}

function nearestOf(wanted: string, all: readonly Named[]): string[] {
  const ranked: { id: string; distance: number }[] = [];
  const limit = wanted.length < 5 ? 1 : wanted.length < 10 ? 2 : 3;
  for (const { id, name, aliases } of all) {
    const spellings = [id, name, ...aliases].map(plain);
    const near = Math.min(...spellings.map((spelling) => editDistance(wanted, spelling, limit)));
    const part = wanted.length > 2 && spellings.some((spelling) => spelling.split(' ').includes(wanted));
    if (near <= limit) ranked.push({ id, distance: near });
    else if (part) ranked.push({ id, distance: limit + 1 });
  }
  return ranked.sort((a, b) => a.distance - b.distance).slice(0, 3).map((entry) => entry.id);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, ' ').trim();
}

/** Insertions, deletions, replacements and swaps of neighbours; more than `limit` once it is sure to be. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    if (Math.min(...current) > limit) return limit + 1;
    before = above;
    above = current;
  }
  return above[b.length] ?? limit + 1;
}
