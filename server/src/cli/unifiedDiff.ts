/** The difference of two texts as diff(1) -u writes it, so that patch(1) and git take it. */

const CONTEXT = 3;

interface Block {
  /** Lines of the old and the new text, ends exclusive, from 0. */
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Empty if the texts are equal. */
export function unifiedDiff(before: string, after: string, path: string): string {
  const a = linesOf(before);
  const b = linesOf(after);
  const blocks = changedBlocks(a, b);
  if (blocks.length === 0) return '';
  const out = [`--- ${path}\n`, `+++ ${path}\n`];
  for (const hunk of hunksOf(blocks)) out.push(hunkText(hunk, a, b));
  return out.join('');
}

/** Each line with its break. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Myers' greedy algorithm between the common beginning and end. */
function changedBlocks(a: readonly string[], b: readonly string[]): Block[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  if (n === 0 && m === 0) return [];
  const kept = matches(a.slice(head, head + n), b.slice(head, head + m));
  const blocks: Block[] = [];
  let [x, y] = [0, 0];
  for (const [i, j] of [...kept, [n, m] as const]) {
    if (i > x || j > y) blocks.push({ oldStart: head + x, oldEnd: head + i, newStart: head + y, newEnd: head + j });
    [x, y] = [i + 1, j + 1];
  }
  return blocks;
}

/** Pairs of places of a longest common subsequence, ascending. */
function matches(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const most = a.length + b.length;
  const reach = new Int32Array(2 * most + 2);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(reach.slice(most - edits, most + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && at(reach, most + k - 1) < at(reach, most + k + 1));
      let x = down ? at(reach, most + k + 1) : at(reach, most + k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[most + k] = x;
      if (x >= a.length && x - k >= b.length) return trail(history, a.length, b.length);
    }
  }
  return [];
}

/** Walks back along what was reached with ever fewer edits; `history[d]` holds the diagonals -d to d+1. */
function trail(history: readonly Int32Array[], n: number, m: number): (readonly [number, number])[] {
  const out: (readonly [number, number])[] = [];
  let [x, y] = [n, m];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const reach = history[edits] as Int32Array;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(reach, k - 1 + edits) < at(reach, k + 1 + edits));
    const fromK = down ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : at(reach, fromK + edits);
    const fromY = edits === 0 ? 0 : fromX - fromK;
    const startX = edits === 0 ? 0 : down ? fromX : fromX + 1;
    while (x > startX) out.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  return out.reverse();
}

const at = (values: Int32Array, index: number): number => values[index] ?? 0;

function hunksOf(blocks: readonly Block[]): Block[][] {
  const hunks: Block[][] = [];
  for (const block of blocks) {
    const last = hunks.at(-1)?.at(-1);
    if (last && block.oldStart - last.oldEnd <= 2 * CONTEXT) hunks.at(-1)?.push(block);
    else hunks.push([block]);
  }
  return hunks;
}

function hunkText(hunk: readonly Block[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [hunk[0] as Block, hunk.at(-1) as Block];
  const lead = Math.min(CONTEXT, first.oldStart);
  const [oldFrom, newFrom] = [first.oldStart - lead, first.newStart - lead];
  const trailing = Math.min(CONTEXT, a.length - last.oldEnd);
  const [oldTo, newTo] = [last.oldEnd + trailing, last.newEnd + trailing];
  const lines = [`@@ -${range(oldFrom, oldTo)} +${range(newFrom, newTo)} @@\n`];
  let place = oldFrom;
  const keep = (until: number): void => {
    for (; place < until; place++) lines.push(line(' ', a[place]));
  };
  for (const { oldStart, oldEnd, newStart, newEnd } of hunk) {
    keep(oldStart);
    for (; place < oldEnd; place++) lines.push(line('-', a[place]));
    for (let i = newStart; i < newEnd; i++) lines.push(line('+', b[i]));
  }
  keep(oldTo);
  return lines.join('');
}

function range(from: number, to: number): string {
  const count = to - from;
  return count === 1 ? `${from + 1}` : `${count === 0 ? from : from + 1},${count}`;
}

function line(mark: string, text = ''): string {
  return text.endsWith('\n') ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`;
}
