/**
 * HCL files. The text is cut where top-level blocks seem to begin; each piece is read by itself and remembered by its text,
 * so that an edit costs the block it touches. A piece that is no whole number of items is read on across the cuts, as
 * HashiCorp's parser would. Only when that fails, too, the file is broken: from there on each piece is read by
 * itself, by layout if need be.
 */
import { t } from '@vscode/l10n';
import type { Span } from '../../core/span.ts';
import { BodyReader } from './bodies.ts';
import { headersOf } from './layout.ts';
import { RecoveryReader } from './recovery.ts';
import type { HclComment, HclFile, HclProblem, HclTop } from './tree.ts';

/** What a stretch of text holds; places count from its start. */
interface Part {
  readonly length: number;
  readonly items: readonly HclTop[];
  readonly comments: readonly HclComment[];
  readonly problems: readonly HclProblem[];
}

interface Piece {
  readonly text: string;
  /** What it holds, if its syntax is whole. */
  readonly whole?: Part;
  /** Why it is not, and whether the text behind it could help. */
  readonly failure?: HclProblem;
  readonly starved?: boolean;
  /** What began here and went on across cuts when it was last read. */
  across?: { readonly text: string; readonly part: Part };
  recovered?: Part;
}

export function parseHcl(text: string): HclFile {
  return new HclParser().parse(text);
}

/** Remembers what it read last. What it gives equals what a new one would give; unchanged items are the same objects. */
export class HclParser {
  /** Characters looked at so far: what reading costs. */
  steps = 0;
  private previous = new Map<string, Piece>();
  private current = new Map<string, Piece>();

  parse(text: string): HclFile {
    this.previous = this.current;
    this.current = new Map();
    const cuts = this.cuts(text);
    const isCut = new Set(cuts);
    const found = { items: [] as HclTop[], comments: [] as HclComment[], problems: [] as HclProblem[] };
    let broken = false;
    for (let i = 0; i < cuts.length; ) {
      const from = cuts[i] as number;
      const to = cuts[i + 1] ?? text.length;
      const piece = this.piece(text.slice(from, to));
      let part = piece.whole;
      if (!part && !broken) {
        part = piece.starved && to < text.length ? this.across(piece, text, from, isCut) : undefined;
        broken = !part;
      }
      part ??= piece.recovered ??= this.recover(piece);
      add(found, part, from);
      while (i < cuts.length && (cuts[i] as number) < from + part.length) i++;
    }
    const problems = [...found.problems, ...repeated(found.items)].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    return { syntax: 'native', items: found.items, comments: found.comments, problems };
  }

  /** Offsets at which pieces start, ascending. */
  private cuts(text: string): number[] {
    this.steps += text.length;
    const cuts = headersOf(text);
    return text === '' || cuts[0] === 0 ? cuts : [0, ...cuts];
  }

  private piece(slice: string): Piece {
    const known = this.current.get(slice) ?? this.previous.get(slice);
    if (known) {
      this.current.set(known.text, known);
      return known;
    }
    // A slice would keep the whole document of its reading alive.
    const text = ` ${slice}`.slice(1);
    const reader = new BodyReader(text, text.length);
    const read = reader.readTop(start(text), () => false);
    this.steps += reader.steps;
    const piece: Piece = read ? { text, whole: partOf(reader, read.items, 0, text.length) } : { text, failure: reader.problems.at(-1), starved: reader.starved };
    this.current.set(text, piece);
    return piece;
  }

  private across(piece: Piece, text: string, from: number, isCut: ReadonlySet<number>): Part | undefined {
    const known = piece.across;
    if (known && text.startsWith(known.text, from)) {
      const end = from + known.text.length;
      if (end === text.length || isCut.has(end)) return known.part;
    }
    const reader = new BodyReader(text, text.length);
    const read = reader.readTop(from + (from === 0 ? start(text) : 0), (at) => isCut.has(at));
    this.steps += reader.steps;
    if (!read) return undefined;
    const part = partOf(reader, read.items, from, read.end - from);
    piece.across = { text: text.slice(from, read.end), part };
    return part;
  }

  private recover({ text, failure }: Piece): Part {
    const reader = new RecoveryReader(text);
    const items = reader.read();
    this.steps += text.length + reader.steps;
    if (reader.problems.length === 0 && failure) reader.problems.push(failure);
    return partOf(reader, items, 0, text.length);
  }
}

/** Behind the byte order mark. */
const start = (text: string): number => (text.startsWith('\ufeff') ? 1 : 0);

function partOf(reader: BodyReader, items: readonly HclTop[], from: number, length: number): Part {
  if (from === 0) return { length, items, comments: reader.comments, problems: reader.problems };
  return {
    length,
    items: items.map(({ base, item }) => ({ base: base - from, item })),
    comments: reader.comments.map(({ span, text }) => ({ span: moved(span, -from), text })),
    problems: reader.problems.map(({ span, message }) => ({ span: moved(span, -from), message })),
  };
}

function add(to: { items: HclTop[]; comments: HclComment[]; problems: HclProblem[] }, part: Part, by: number): void {
  for (const { base, item } of part.items) to.items.push({ base: base + by, item });
  for (const { span, text } of part.comments) to.comments.push({ span: moved(span, by), text });
  for (const { span, message } of part.problems) to.problems.push({ span: moved(span, by), message });
}

const moved = (span: Span, by: number): Span => ({ start: span.start + by, end: span.end + by });

/** Top-level arguments that are set twice. */
function repeated(items: readonly HclTop[]): HclProblem[] {
  const names = new Set<string>();
  const problems: HclProblem[] = [];
  for (const { base, item } of items) {
    if (item.kind !== 'attribute') continue;
    const { text } = item.name;
    if (names.has(text)) problems.push({ span: { start: base, end: base + text.length }, message: t('{0} is set twice in this body.', text) });
    names.add(text);
  }
  return problems;
}
