/**
 * How HCL text looks on the page, without parsing it: lines and their indentation, heredocs and block comments kept in
 * one piece. It tells where a top-level block surely begins when braces no longer do.
 */
import { isBreak, isDigit, isLetter } from './scanner.ts';
import { Search } from './search.ts';

/** A line, or the lines of one heredoc or block comment with the line that opens it. */
export interface LayoutLine {
  readonly start: number;
  /** Behind its line break. */
  readonly end: number;
  /** Blanks that it starts with. */
  readonly indent: number;
  readonly kind: 'blank' | 'comment' | 'code';
}

const OPENER = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)$/u;
/** A word, labels whose quotes need not match, and a brace; or a last label without it. */
const HEADER = /[A-Za-z_][\w". \t/:*@+-]*(?:\{|"[ \t]*\r?$)/my;

export function layoutOf(text: string): LayoutLine[] {
  const lines: LayoutLine[] = [];
  eachLine(text, (start, end, indent, kind) => lines.push({ start, end, indent, kind }));
  return lines;
}

/** Offsets of lines at which a top-level block seems to begin, ascending. */
export function headersOf(text: string): number[] {
  const headers: number[] = [];
  eachLine(text, (start, _end, indent, kind) => {
    if (indent === 0 && kind === 'code' && looksLikeHeader(text, start)) headers.push(start);
  });
  return headers;
}

function eachLine(text: string, visit: (start: number, end: number, indent: number, kind: LayoutLine['kind']) => void): void {
  const ends = new LineEnds(text);
  const commentEnds = new Search(text, '*/');
  const openers = new Search(text, '<<');
  let heredocs: Heredocs | undefined;
  for (let start = 0; start < text.length; ) {
    const at = afterBlanks(text, start);
    let end = ends.from(at);
    const c = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    const close = c === 47 && next === 42 ? commentEnds.from(at + 2) : Infinity;
    let kind: LayoutLine['kind'] = 'code';
    if (close < Infinity) {
      end = ends.from(close);
      if (text.slice(close + 2, end).trim() === '') kind = 'comment';
    } else if (at >= text.length || isBreak(c)) kind = 'blank';
    else if (c === 35 || (c === 47 && next === 47)) kind = 'comment';
    else {
      const opener = openers.from(at);
      const marker = opener < end ? OPENER.exec(text.slice(opener, end).trimEnd())?.[1] : undefined;
      if (marker !== undefined) end = (heredocs ??= new Heredocs(text)).end(marker, end);
    }
    visit(start, end, at - start, kind);
    start = end;
  }
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return at;
}

function looksLikeHeader(text: string, lineStart: number): boolean {
  HEADER.lastIndex = lineStart;
  return HEADER.test(text);
}

/** Where the line of an offset ends, behind its line break. */
class LineEnds {
  private readonly lf: Search;
  private readonly cr: Search;

  constructor(private readonly text: string) {
    this.lf = new Search(text, '\n');
    this.cr = new Search(text, '\r');
  }

  from(offset: number): number {
    const lf = this.lf.from(offset);
    const cr = this.cr.from(offset);
    return Math.min((cr + 1 === lf ? lf : Math.min(lf, cr)) + 1, this.text.length);
  }
}

/** Where heredocs end. One that seems to swallow the start of a block and another heredoc of its kind is taken for unclosed. */
class Heredocs {
  private readonly openers = new Map<string, number[]>();
  private readonly markers = new Map<string, number[]>();
  private readonly headers: number[] = [];
  private readonly ends: LineEnds;

  constructor(text: string) {
    this.ends = new LineEnds(text);
    const ends = new LineEnds(text);
    const openers = new Search(text, '<<');
    for (let start = 0; start < text.length; ) {
      const end = ends.from(start);
      const at = afterBlanks(text, start);
      const wordEnd = afterWord(text, at);
      if (wordEnd > at && isBreak(text.charCodeAt(afterBlanks(text, wordEnd)))) note(this.markers, text.slice(at, wordEnd), start);
      const opener = openers.from(at);
      const marker = opener < end ? OPENER.exec(text.slice(opener, end).trimEnd())?.[1] : undefined;
      if (marker !== undefined) note(this.openers, marker, start);
      if (at === start && looksLikeHeader(text, start)) this.headers.push(start);
      start = end;
    }
  }

  /** The offset behind the marker's line, or `from` if the heredoc whose body starts there is not closed. */
  end(marker: string, from: number): number {
    const close = firstFrom(this.markers.get(marker), from);
    if (close === undefined) return from;
    const header = firstFrom(this.headers, from);
    const another = header === undefined ? undefined : firstFrom(this.openers.get(marker), header);
    return another !== undefined && another < close ? from : this.ends.from(close);
  }
}

function afterWord(text: string, from: number): number {
  let at = from;
  for (let c = text.charCodeAt(at); isLetter(c) || isDigit(c) || c === 45 || c > 127; ) c = text.charCodeAt(++at);
  return at;
}

function note(places: Map<string, number[]>, word: string, at: number): void {
  const known = places.get(word);
  if (known) known.push(at);
  else places.set(word, [at]);
}

function firstFrom(sorted: readonly number[] = [], from: number): number | undefined {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if ((sorted[mid] as number) < from) lo = mid + 1;
    else hi = mid;
  }
  return sorted[lo];
}
