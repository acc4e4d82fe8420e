/** Composes successive edits of one text into one list of changes against the original. */

export interface Change {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export function applyChanges(text: string, changes: readonly Change[]): string {
  let out = '';
  let at = 0;
  for (const { start, end, newText } of [...changes].sort((a, b) => a.start - b.start)) {
    out += text.slice(at, start) + newText;
    at = end;
  }
  return out + text.slice(at);
}

type Piece = { readonly kept: true; readonly start: number; readonly end: number } | { readonly kept: false; readonly text: string };

const lengthOf = (p: Piece): number => (p.kept ? p.end - p.start : p.text.length);

function cutAt(pieces: readonly Piece[], offset: number): [Piece[], Piece[]] {
  const left: Piece[] = [];
  const right: Piece[] = [];
  let at = 0;
  for (const p of pieces) {
    const size = lengthOf(p);
    const k = Math.min(Math.max(offset - at, 0), size);
    if (k > 0) left.push(p.kept ? { ...p, end: p.start + k } : { kept: false, text: p.text.slice(0, k) });
    if (k < size || (size === 0 && offset <= at)) right.push(p.kept ? { ...p, start: p.start + k } : { kept: false, text: p.text.slice(k) });
    at += size;
  }
  return [left, right];
}

export class Edits {
  private pieces: readonly Piece[];

  constructor(readonly original: string) {
    this.pieces = [{ kept: true, start: 0, end: original.length }];
  }

  /** @param changes against the current text, not overlapping. */
  apply(changes: readonly Change[]): void {
    for (const { start, end, newText } of [...changes].sort((a, b) => b.start - a.start)) {
      const [before, rest] = cutAt(this.pieces, start);
      const [, after] = cutAt(rest, end - start);
      this.pieces = [...before, { kept: false, text: newText }, ...after];
    }
  }

  get text(): string {
    return this.pieces.map((p) => (p.kept ? this.original.slice(p.start, p.end) : p.text)).join('');
  }

  /** Against the original text, ascending. */
  get changes(): Change[] {
    const out: Change[] = [];
    let at = 0;
    let inserted = '';
    const flush = (until: number): void => {
      if (inserted !== '' || until > at) out.push({ start: at, end: until, newText: inserted });
      inserted = '';
    };
    for (const p of this.pieces) {
      if (!p.kept) inserted += p.text;
      else if (p.end > p.start) {
        flush(p.start);
        at = p.end;
      }
    }
    flush(this.original.length);
    return out;
  }
}
