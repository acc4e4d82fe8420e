/**
 * How HCL text looks on the page, without parsing it: lines and their indentation, heredocs and block comments kept in
 * one piece. It tells where a top-level block surely begins when braces no longer do.
 */
import { nextLine } from '../lines.ts';
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
const OPENERS = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?$/gmu;
const MARKERS = /^[ \t]*([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?$/gmu;
/** A word, labels whose quotes need not match, and a brace; or a last label without it. */
const HEADER = /[A-Za-z_][\w". \t/:*@+-]*(?:\{|"[ \t]*\r?$)/my;
const HEADERS = new RegExp(`^${HEADER.source}`, 'gm');

export function layoutOf(text: string): LayoutLine[] {
  const lines: LayoutLine[] = [];
  const commentEnds = new Search(text, '*/');
  const openers = new Search(text, '<<');
  let heredocs: Heredocs | undefined;
  for (let start = 0; start < text.length; start = (lines.at(-1) as LayoutLine).end) {
    let at = start;
    while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
    const end = nextLine(text, at);
    const indent = at - start;
    const c = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    const close = c === 47 && next === 42 ? commentEnds.from(at + 2) : Infinity;
    if (close < Infinity) {
      const whole = nextLine(text, close);
      lines.push({ start, end: whole, indent, kind: text.slice(close + 2, whole).trim() === '' ? 'comment' : 'code' });
    } else if (at >= text.length || c === 10 || c === 13) lines.push({ start, end, indent, kind: 'blank' });
    else if (c === 35 || (c === 47 && next === 47)) lines.push({ start, end, indent, kind: 'comment' });
    else {
      const opener = openers.from(at);
      const marker = opener < end ? OPENER.exec(text.slice(opener, end).trimEnd())?.[1] : undefined;
      if (marker !== undefined) heredocs ??= new Heredocs(text);
      lines.push({ start, end: heredocs && marker !== undefined ? heredocs.end(marker, end) : end, indent, kind: 'code' });
    }
  }
  return lines;
}

/** Whether a top-level block seems to begin at the start of a line. */
export function looksLikeHeader(text: string, lineStart: number): boolean {
  HEADER.lastIndex = lineStart;
  return HEADER.test(text);
}

/** Where heredocs end. One that seems to swallow the start of a block and another heredoc of its kind is taken for unclosed. */
class Heredocs {
  private readonly openers: Map<string, number[]>;
  private readonly markers: Map<string, number[]>;
  private readonly headers: number[];

  constructor(private readonly text: string) {
    this.openers = byWord(text, OPENERS);
    this.markers = byWord(text, MARKERS);
    this.headers = [...text.matchAll(HEADERS)].map((m) => m.index);
  }

  /** The offset behind the marker's line, or `from` if the heredoc whose body starts there is not closed. */
  end(marker: string, from: number): number {
    const close = firstFrom(this.markers.get(marker), from);
    if (close === undefined) return from;
    const header = firstFrom(this.headers, from);
    const another = header === undefined ? undefined : firstFrom(this.openers.get(marker), header);
    return another !== undefined && another < close ? from : nextLine(this.text, close);
  }
}

function byWord(text: string, pattern: RegExp): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { 1: word = '', index } of text.matchAll(pattern)) {
    const places = found.get(word);
    if (places) places.push(index);
    else found.set(word, [index]);
  }
  return found;
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
