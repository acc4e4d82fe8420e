/**
 * HCL tokens. Strings and heredocs are only announced here: their content is read by the template reader, since
 * expressions nest in it. After a syntax error the scanner stands at its limit and every token is the end, so that whoever
 * reads unwinds at once; the text up to the limit is lost to that reader, and to no other.
 * Source: HCL Native Syntax Specification, "Syntax Notation" to "Operators and Delimiters".
 */
import { t } from '@vscode/l10n';
import type { Span } from '../../core/span.ts';
import { Search } from './search.ts';
import type { HclComment, HclError, HclProblem } from './tree.ts';

/** An operator or delimiter is its own kind. `"` and `<<` open a template; `~}` ends an interpolation. */
export type TokenKind =
  | 'end' | 'newline' | 'word' | 'number' | '"' | '<<' | 'invalid'
  | '{' | '}' | '~}' | '[' | ']' | '(' | ')' | '=' | '=>' | ':' | '::' | ',' | '.' | '...' | '?'
  | '!' | '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';

const LONG = ['...', '==', '=>', '!=', '<=', '>=', '&&', '||', '::', '~}'] as const;
const SHORT: ReadonlySet<string> = new Set(['{', '}', '[', ']', '(', ')', '=', ':', ',', '.', '?', '!', '<', '>', '+', '-', '*', '/', '%']);
const WORD = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const HEREDOC = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

const LF = 10;
const CR = 13;

export const isDigit = (c: number): boolean => c >= 48 && c <= 57;
export const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;

export class Scanner {
  readonly comments: HclComment[] = [];
  readonly problems: HclProblem[] = [];
  /** The syntax was broken somewhere before the limit. */
  failed = false;
  /** What stands behind the limit could have made a difference. */
  starved = false;
  /** Characters looked at: what reading costs. */
  steps = 0;

  /** Up to where the text was read when it failed. */
  protected failedAt = 0;

  protected kind: TokenKind = 'end';
  /** Of the token. */
  protected start = 0;
  protected end = 0;
  /** End of the token before. */
  protected lastEnd = 0;
  /** Whether line breaks are tokens. */
  protected newlines = true;
  /** Of the heredoc that the token opens; its body starts at the token's end. */
  protected marker = '';
  protected indented = false;
  /** What places count from. */
  protected base = 0;

  /** A carriage return that ends a line was reported. */
  private oldLines = false;
  private readonly commentEnds: Search;

  constructor(protected readonly text: string, protected limit: number) {
    this.commentEnds = new Search(text, '*/');
  }

  protected span(start: number, end: number): Span {
    return { start: start - this.base, end: end - this.base };
  }

  /** Starts over at an offset; comments behind it are noted anew. */
  protected seek(at: number, limit: number): void {
    while ((this.comments.at(-1)?.span.start ?? -1) >= at) this.comments.pop();
    this.limit = limit;
    this.failed = false;
    this.newlines = true;
    this.end = at;
    this.advance();
  }

  protected at(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  protected word(): string {
    return this.text.slice(this.start, this.end);
  }

  protected isWord(text: string): boolean {
    return this.kind === 'word' && this.end - this.start === text.length && this.text.startsWith(text, this.start);
  }

  /** A problem that leaves the structure readable. */
  protected problem(start: number, end: number, message: string): void {
    this.problems.push({ span: { start, end }, message });
  }

  /** The first one until the next `seek` is reported. By default it stands at the token, or before it if that shows nothing. */
  protected fail(message: string, start = this.start, end = this.end): HclError {
    if (!this.failed) {
      if (this.kind === 'end') this.starved = true;
      const shown = start < this.limit && !isBreak(this.text.charCodeAt(start));
      if (shown) this.problem(start, Math.max(start, Math.min(end, this.limit)), message);
      else this.problem(Math.max(this.lastEnd - 1, 0), this.lastEnd, message);
      let stop = this.limit;
      while (stop > this.lastEnd && isBlankOrBreak(this.text.charCodeAt(stop - 1))) stop--;
      this.failedAt = this.end;
      this.failed = true;
      this.kind = 'end';
      this.start = this.end = this.lastEnd = stop;
    }
    return { kind: 'error', span: this.span(Math.min(start, this.lastEnd), this.lastEnd) };
  }

  protected advance(): void {
    if (this.failed) return;
    this.lastEnd = this.end;
    const at = this.skipBlanks(this.end);
    this.start = at;
    this.kind = this.scan(at);
    this.steps += this.end - this.lastEnd + 1;
  }

  private skipBlanks(from: number): number {
    const { text } = this;
    let at = from;
    while (at < this.limit) {
      const c = text.charCodeAt(at);
      if (c === 32 || c === 9) at++;
      else if (c === 35 || (c === 47 && text.charCodeAt(at + 1) === 47)) at = this.lineComment(at, c === 35 ? at + 1 : at + 2);
      else if (c === 47 && text.charCodeAt(at + 1) === 42) {
        const close = this.commentEnds.from(at + 2);
        if (close + 2 > this.limit) {
          this.starved = true;
          return at;
        }
        this.comment(at + 2, close);
        at = close + 2;
      } else if (!this.newlines && (c === LF || c === CR)) at++;
      else return at;
    }
    return this.limit;
  }

  /** @returns the offset of the line's end. */
  private lineComment(from: number, textFrom: number): number {
    let at = textFrom;
    while (at < this.limit && !isBreak(this.text.charCodeAt(at))) at++;
    if (at > from) this.comment(textFrom, at);
    return at;
  }

  protected comment(start: number, end: number): void {
    this.comments.push({ span: { start, end }, text: this.text.slice(start, end) });
  }

  private scan(at: number): TokenKind {
    const { text } = this;
    this.end = Math.min(at, this.limit);
    if (at >= this.limit) return 'end';
    const c = text.charCodeAt(at);
    if (isLetter(c) || c > 127) return this.scanWord(at, c);
    if (isDigit(c)) return this.scanNumber(at);
    if (c === 34) return this.ends(at + 1, '"');
    if (c === LF) return this.ends(at + 1, 'newline');
    if (c === CR) return this.scanReturn(at);
    if (c === 60 && text.charCodeAt(at + 1) === 60) return this.scanHeredoc(at);
    const next = text.charCodeAt(at + 1);
    if (next === 61 || next === 62 || next === 46 || next === 38 || next === 124 || next === 58 || next === 125) {
      for (const long of LONG) if (text.startsWith(long, at)) return this.ends(at + long.length, long);
    }
    const short = text[at] as string;
    return this.ends(at + 1, SHORT.has(short) ? (short as TokenKind) : 'invalid');
  }

  private ends(end: number, kind: TokenKind): TokenKind {
    this.end = Math.min(end, this.limit);
    return kind;
  }

  private scanWord(at: number, first: number): TokenKind {
    const { text } = this;
    let end = at;
    if (first <= 127) {
      end++;
      for (let c = text.charCodeAt(end); isLetter(c) || isDigit(c) || c === 45; ) c = text.charCodeAt(++end);
      if (!(text.charCodeAt(end) > 127)) return this.ends(end, 'word');
    }
    WORD.lastIndex = at;
    const found = WORD.exec(text)?.[0];
    return found === undefined ? this.ends(at + (text.codePointAt(at) as number > 0xffff ? 2 : 1), 'invalid') : this.ends(at + found.length, 'word');
  }

  /** `12`, `1.5`, `1e-9`. */
  private scanNumber(at: number): TokenKind {
    const { text } = this;
    const digits = (from: number): number => {
      let end = from;
      while (isDigit(text.charCodeAt(end))) end++;
      return end;
    };
    let end = digits(at + 1);
    if (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))) end = digits(end + 1);
    if ((text.charCodeAt(end) | 32) === 101) {
      const sign = text[end + 1] === '+' || text[end + 1] === '-' ? 1 : 0;
      if (isDigit(text.charCodeAt(end + 1 + sign))) end = digits(end + 1 + sign);
    }
    return this.ends(end, 'number');
  }

  private scanReturn(at: number): TokenKind {
    if (this.text.charCodeAt(at + 1) === LF) return this.ends(at + 2, 'newline');
    if (!this.oldLines) this.problem(at, at + 1, t('A carriage return alone does not end a line in HCL; use LF or CR LF.'));
    this.oldLines = true;
    return this.ends(at + 1, 'newline');
  }

  private scanHeredoc(at: number): TokenKind {
    HEREDOC.lastIndex = at;
    const found = HEREDOC.exec(this.text);
    if (!found) return this.ends(at + 2, 'invalid');
    this.indented = found[1] === '-';
    this.marker = found[2] as string;
    return this.ends(at + found[0].length, '<<');
  }
}

export const isBreak = (c: number): boolean => c === LF || c === CR;
export const isBlankOrBreak = (c: number): boolean => c === 32 || c === 9 || c === LF || c === CR;
