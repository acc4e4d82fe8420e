/**
 * Cuts a text into statements and blocks in one pass, without reading what the statements say. Lines that stood in the
 * previous version of the text as one statement of a chain are not looked at again.
 * After an unclosed brace it goes on where the layout shows that the block has ended.
 */
import { t } from '@vscode/l10n';
import { type Span, span } from '../../core/span.ts';
import type { LineCache, ScanCache } from './scanCache.ts';
import { continuation, endOfLine, endOfString } from './tokens.ts';

/** What a block holds: commands, a table's parts, rules, a set's properties, or an object that no rule's match needs. */
export type Context = 'top' | 'table' | 'chain' | 'set' | 'object';

export interface Sink<S> {
  /** The header runs from `at` to the brace. */
  open(context: Exclude<Context, 'top'>, outer: Context, header: string, at: number): void;
  close(context: Context, end: number): void;
  parse(context: Context, text: string): S;
  /** What can stand for the statement between the offsets because it is like others before; undefined if it has to be parsed. */
  likeOthers(context: Context, text: string, from: number, to: number): S | undefined;
  /** Of the table around the statement: what a rule becomes hangs on it. */
  readonly family: string;
  statement(context: Context, statement: S, at: number): void;
  comment(start: number, end: number): void;
  problem(where: Span, message: string): void;
}

const NEWLINE = 10;
const QUOTE = 34;
const HASH = 35;
const COMMA = 44;
const SEMICOLON = 59;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** Longer lines are cut statement by statement, so that no line is hashed as often as it has statements. */
const LONGEST_CACHED_LINE = 2000;
const LONGEST_HEADER = 400;

interface Frame {
  readonly context: Context;
  readonly at: number;
}

/** @param within what the text is a part of: an included file may hold commands, a table's parts or a chain's rules. */
export function scan<S extends object>(text: string, cache: ScanCache<S>, sink: Sink<S>, within: Context): void {
  new Scan(text, cache, sink, within).run();
}

class Scan<S extends object> {
  private readonly frames: Frame[];
  private at = 0;
  private lineEnd = -1;
  /** Line breaks before this offset are known to lie inside a sound element list. */
  private sound = -1;
  /** A comment stands inside the braces of the last statement. */
  private commented = false;

  constructor(private readonly text: string, private readonly cache: ScanCache<S>, private readonly sink: Sink<S>, within: Context) {
    this.frames = [{ context: within, at: 0 }];
  }

  run(): void {
    const { text, sink } = this;
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
    for (;;) {
      this.skipBlanks();
      if (this.at >= text.length) break;
      const c = text.charCodeAt(this.at);
      if (c === HASH) this.takeComment();
      else if (c === CLOSE) this.closeBrace();
      else this.takeStatement();
    }
    for (let i = this.frames.length - 1; i > 0; i--) {
      const frame = this.frames[i] as Frame;
      sink.problem(span(frame.at, endOfHeader(text, frame.at)), t('this block is not closed'));
      sink.close(frame.context, text.length);
    }
  }

  private get context(): Context {
    return (this.frames[this.frames.length - 1] as Frame).context;
  }

  private skipBlanks(): void {
    const { text } = this;
    for (; this.at < text.length; this.at++) {
      const c = text.charCodeAt(this.at);
      if (c === BACKSLASH && continuation(text, this.at) > 0) this.at += continuation(text, this.at) - 1;
      else if (c > 32 && c !== SEMICOLON) return;
    }
  }

  private takeComment(): void {
    const end = endOfLine(this.text, this.at);
    this.sink.comment(this.at + 1, this.text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    this.at = end;
  }

  private closeBrace(): void {
    this.at++;
    if (this.frames.length === 1) {
      this.sink.problem(span(this.at - 1, this.at), t('this brace closes nothing'));
      return;
    }
    const frame = this.frames.pop() as Frame;
    this.sink.close(frame.context, this.at);
  }

  private takeStatement(): void {
    const { text, sink, context, at } = this;
    if (this.lineEnd < at) this.lineEnd = endOfLine(text, at);
    const { lineEnd } = this;
    const lines = (context === 'chain' || context === 'top') && lineEnd - at <= LONGEST_CACHED_LINE ? this.cache.lines(context === 'chain' ? sink.family : '') : undefined;
    const first = this.cache.isFirstRead;
    if (lines && !first && this.takeKnown(lines, at)) return;
    if (lines && context === 'chain') {
      const alike = sink.likeOthers(context, text, at, this.endOfWords(at, lineEnd));
      if (alike) {
        lines.setLater(text, at, lineEnd, alike);
        sink.statement(context, alike, at);
        this.at = lineEnd;
        return;
      }
    }
    if (lines && first && this.takeKnown(lines, at)) return;
    const end = this.endOfStatement(at);
    if (end === undefined) return;
    const stop = this.endOfWords(at, end);
    const rest = this.afterSeparators(end);
    const whole = lines && !this.commented && end <= this.lineEnd && (rest >= this.lineEnd || text.charCodeAt(rest) === HASH);
    const statement = whole ? sink.parse(context, ` ${text.slice(at, stop)}`.slice(1)) : this.parse(context, text.slice(at, stop));
    if (whole) lines.set(text.slice(at, this.lineEnd), { statement, comment: rest >= this.lineEnd ? -1 : rest - at });
    sink.statement(context, statement, at);
    this.at = end;
  }

  /** Takes the line if it was read before. */
  private takeKnown(lines: LineCache<S>, at: number): boolean {
    const known = lines.get(this.text.slice(at, this.lineEnd));
    if (!known) return false;
    this.sink.statement(this.context, known.statement, at);
    this.at = known.comment >= 0 ? at + known.comment : this.lineEnd;
    return true;
  }

  /** Before the blanks that end at `to`. */
  private endOfWords(from: number, to: number): number {
    let end = to;
    while (end > from && this.text.charCodeAt(end - 1) <= 32) end--;
    return end;
  }

  private afterSeparators(from: number): number {
    let at = from;
    while (at < this.lineEnd && (this.text.charCodeAt(at) <= 32 || this.text.charCodeAt(at) === SEMICOLON)) at++;
    return at;
  }

  private parse(context: Context, text: string): S {
    const key = `${context} ${this.sink.family}\n${text}`;
    const known = this.cache.statements.get(key);
    if (known) return known.statement;
    const statement = this.sink.parse(context, text);
    this.cache.statements.set(key, { statement });
    return statement;
  }

  /** The offset after the statement's last character; undefined if it was a block's header, which is then entered. */
  private endOfStatement(start: number): number | undefined {
    const { text, sink, context } = this;
    const length = text.length;
    /** Open braces: whether each holds statements (an anonymous chain) or elements. */
    const braces: boolean[] = [];
    let significant = 0;
    let at = start;
    this.commented = false;
    while (at < length) {
      const c = text.charCodeAt(at);
      if (c === NEWLINE) {
        if (braces.length === 0 || this.isBroken(at, braces.at(-1) as boolean, significant)) return at;
        at++;
        continue;
      }
      if (c <= 32) {
        at++;
        continue;
      }
      if (c === QUOTE) at = endOfString(text, at);
      else if (c === HASH) {
        if (braces.length === 0) return at;
        const end = endOfLine(text, at);
        sink.comment(at + 1, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
        this.commented = true;
        at = end;
        continue;
      } else if (c === BACKSLASH && continuation(text, at) > 0) {
        at += continuation(text, at);
        continue;
      } else if (c === SEMICOLON && braces.at(-1) !== true) return at;
      else if (c === OPEN) {
        if (braces.length === 0 && at - start <= LONGEST_HEADER && this.enter(context, text.slice(start, at), start)) {
          this.at = at + 1;
          return undefined;
        }
        braces.push(/\b(?:jump|goto)\s*$/.test(text.slice(Math.max(start, at - 12), at)));
        at++;
      } else if (c === CLOSE) {
        if (braces.length === 0) return at;
        braces.pop();
        at++;
      } else at++;
      significant = c;
    }
    return length;
  }

  /** Whether the braces that are open at this line break were left unclosed: an element list goes on only after or before a comma. */
  private isBroken(at: number, holdsStatements: boolean, significant: number): boolean {
    const { text } = this;
    if (at < this.sound || (!holdsStatements && (significant === COMMA || significant === OPEN))) return false;
    let next = at;
    for (;;) {
      while (next < text.length && text.charCodeAt(next) <= 32) next++;
      if (text.charCodeAt(next) !== HASH) break;
      next = endOfLine(text, next);
    }
    this.sound = next;
    if (holdsStatements) return /^(?:chain|table)\s+[\w-]+(?:\s+[\w-]+)?\s*\{/.test(text.slice(next, next + 100));
    const c = text.charCodeAt(next);
    return c !== CLOSE && c !== COMMA;
  }

  /** Enters the block that the header opens; false if the brace is no block's. */
  private enter(context: Context, header: string, at: number): boolean {
    const words = header.trim().split(/\s+/);
    if (context === 'top' && (words[0] === 'add' || words[0] === 'create')) words.shift();
    const kind = blockOf(context, words);
    if (!kind) return false;
    const outermost = words[0] === 'table';
    while (this.frames.length > 1 && (outermost || this.context !== 'table') && context !== 'top') {
      if (this.context === 'table' && !outermost) break;
      const frame = this.frames.pop() as Frame;
      this.sink.problem(span(frame.at, endOfHeader(this.text, frame.at)), t('this block is not closed'));
      this.sink.close(frame.context, at);
    }
    const outer = this.context;
    this.frames.push({ context: kind, at });
    this.sink.open(kind, outer, header, at);
    return true;
  }
}

/** Which block the words before a brace open. Inside a chain or set only headers that nothing else could be. */
function blockOf(context: Context, words: readonly string[]): Exclude<Context, 'top'> | undefined {
  const [first] = words;
  const named = words.length === 2;
  switch (first) {
    case 'table':
      return words.length <= 3 ? 'table' : undefined;
    case 'chain':
      return named || (context === 'top' && words.length <= 4) ? 'chain' : undefined;
    case 'set':
    case 'map':
      return named || (context === 'top' && words.length <= 4) ? 'set' : undefined;
    case 'flowtable':
    case 'counter':
    case 'quota':
    case 'limit':
    case 'secmark':
    case 'synproxy':
    case 'ct':
      return context === 'table' || context === 'top' ? 'object' : undefined;
    default:
      return undefined;
  }
}

function endOfHeader(text: string, at: number): number {
  const brace = text.indexOf('{', at);
  const end = endOfLine(text, at);
  return Math.max(at, brace < 0 ? end : Math.min(brace, end));
}
