/**
 * Tokens of POSIX shell text (bash's arrays and here-strings too), with exact places. Expansions are kept as parts of
 * words; nothing is run. Total: a quote or bracket that nothing closes ends with the text.
 * Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting, 2.3 Token Recognition, 2.6 Word Expansions.
 */

export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  /** `$name`, `${name}`, `${name:-other}`; positional and special parameters by their character. */
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean; readonly operator?: string; readonly other?: readonly WordPart[] }
  /** Command substitution (`text` is the command), arithmetic, and expansions of other kinds (`text` is as written). */
  | { readonly kind: 'command' | 'other'; readonly text: string; readonly quoted: boolean };

export interface ShellWord {
  readonly kind: 'word';
  readonly parts: readonly WordPart[];
  /** The text, if the word has neither expansion nor quote: what keywords are compared with. */
  readonly bare?: string;
  readonly start: number;
  readonly end: number;
  /** A quote or bracket of the word is not closed. */
  readonly open?: boolean;
}

export interface ShellSign {
  /** `\n` is the operator of a line's end; a redirection may begin with a number. */
  readonly kind: 'operator' | 'redirection' | 'comment' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type ShellToken = ShellWord | ShellSign;

const OPERATORS = [';;&', '&&', '||', '|&', ';;', ';&', '\n', ';', '&', '|', '(', ')'];
const REDIRECTIONS = ['<<<', '<<-', '&>>', '<<', '>>', '<&', '>&', '<>', '>|', '&>', '<', '>'];
const NAME = /[A-Za-z_]\w*/y;
const PLAIN = /[^ \t\r\n"'\\$`;&|()<>#]+/y;
/** Characters that end a word outside of quotes; other spaces, such as the no-break space, are part of it. */
const ENDS: ReadonlySet<string> = new Set(' \t\r\n;&|()<>');
const BLANK = /(?:[ \t\ufeff]|\\\r?\n)*/y;
/** Expansions within expansions deeper than this are not looked into. */
const DEPTH_LIMIT = 16;

export class ShellScanner {
  constructor(private readonly text: string, public at = 0, private readonly end = text.length) {}

  /** The next token; at the end of the text always the same. */
  next(): ShellToken {
    this.at = Math.min(matchEnd(BLANK, this.text, this.at), this.end);
    const start = this.at;
    if (start >= this.end) return { kind: 'end', text: '', start, end: start };
    const c = this.text.charAt(start);
    if (c === '#') {
      const feed = this.lineEnd(start);
      this.at = feed;
      return { kind: 'comment', text: this.text.slice(start + 1, feed), start, end: feed };
    }
    if (c === '\r') {
      this.at = start + (this.text.charAt(start + 1) === '\n' ? 2 : 1);
      return { kind: 'operator', text: '\n', start, end: this.at };
    }
    const sign = this.sign(start, c);
    return sign ?? this.word();
  }

  lineEnd(from: number): number {
    for (let i = from; i < this.end; i++) {
      const c = this.text.charCodeAt(i);
      if (c === 10 || c === 13) return i;
    }
    return this.end;
  }

  private sign(start: number, c: string): ShellSign | undefined {
    if (c >= '0' && c <= '9') {
      const digits = matchEnd(/\d+/y, this.text, start);
      const next = this.text.charAt(digits);
      if (next !== '<' && next !== '>') return undefined;
      this.at = digits;
    } else if (!'\n;&|()<>'.includes(c)) return undefined;
    const redirection = REDIRECTIONS.find((r) => this.text.startsWith(r, this.at));
    const operator = redirection ?? OPERATORS.find((o) => this.text.startsWith(o, this.at));
    if (operator === undefined) return undefined;
    this.at = Math.min(this.at + operator.length, this.end);
    return { kind: redirection === undefined ? 'operator' : 'redirection', text: operator, start, end: this.at };
  }

  private word(): ShellWord {
    const start = this.at;
    const parts: WordPart[] = [];
    const open = this.parts(parts, (c) => ENDS.has(c), 0);
    const { length } = parts;
    const [first] = parts;
    const whole = this.text.slice(start, this.at);
    const bare = length === 1 && first?.kind === 'text' && !first.quoted && first.text === whole ? whole : undefined;
    return { kind: 'word', parts, start, end: this.at, ...(bare === undefined ? {} : { bare }), ...(open ? { open } : {}) };
  }

  /** Reads parts up to a character that ends them outside quotes. @returns whether something stayed open. */
  private parts(into: WordPart[], ends: (c: string) => boolean, depth: number): boolean {
    while (this.at < this.end) {
      const c = this.text.charAt(this.at);
      if (ends(c)) return false;
      if (c === "'") {
        const close = this.text.indexOf("'", this.at + 1);
        const stop = close < 0 || close >= this.end ? this.end : close;
        push(into, this.text.slice(this.at + 1, stop), true);
        this.at = Math.min(stop + 1, this.end);
        if (stop === this.end) return true;
      } else if (c === '"') {
        this.at++;
        if (this.quoted(into, depth)) return true;
      } else if (c === '\\') {
        this.escape(into);
      } else if (c === '$' || c === '`') {
        if (this.expansion(into, false, depth)) return true;
      } else {
        const stop = Math.min(Math.max(matchEnd(PLAIN, this.text, this.at), this.at + 1), this.end);
        let from = this.at;
        while (from < stop && !ends(this.text.charAt(from))) from++;
        push(into, this.text.slice(this.at, from), false);
        this.at = from;
      }
    }
    return false;
  }

  private escape(into: WordPart[]): void {
    const c = this.text.charAt(this.at + 1);
    const breaks = c === '\n' || c === '\r';
    if (!breaks && this.at + 1 < this.end) push(into, c, true);
    this.at = Math.min(this.at + (c === '\r' && this.text.charAt(this.at + 2) === '\n' ? 3 : 2), this.end);
  }

  /** Between double quotes; the opening one is behind. */
  private quoted(into: WordPart[], depth: number): boolean {
    push(into, '', true);
    while (this.at < this.end) {
      const c = this.text.charAt(this.at);
      if (c === '"') {
        this.at++;
        return false;
      }
      if (c === '\\' && '$`"\\\n\r'.includes(this.text.charAt(this.at + 1))) this.escape(into);
      else if (c === '$' || c === '`') {
        if (this.expansion(into, true, depth)) return true;
      } else {
        const from = this.at++;
        while (this.at < this.end && !'"\\$`'.includes(this.text.charAt(this.at))) this.at++;
        push(into, this.text.slice(from, this.at), true);
      }
    }
    return true;
  }

  private expansion(into: WordPart[], quoted: boolean, depth: number): boolean {
    const start = this.at;
    if (this.text.charAt(start) === '`') {
      const stop = this.backquote(start + 1);
      into.push({ kind: 'command', text: this.text.slice(start + 1, stop), quoted });
      this.at = Math.min(stop + 1, this.end);
      return stop >= this.end;
    }
    const c = this.text.charAt(start + 1);
    if (c === '(' || c === '{') {
      if (c === '{' && depth < DEPTH_LIMIT && this.braced(into, quoted, depth)) return false;
      const stop = this.balanced(start + 1);
      const arithmetic = this.text.startsWith('((', start + 1);
      into.push({ kind: c === '(' && !arithmetic ? 'command' : 'other', text: c === '(' && !arithmetic ? this.text.slice(start + 2, stop) : this.text.slice(start, stop + 1), quoted });
      this.at = Math.min(stop + 1, this.end);
      return stop >= this.end;
    }
    const stop = matchEnd(NAME, this.text, start + 1);
    const name = stop > start + 1 ? this.text.slice(start + 1, stop) : '?@*#$!-0123456789'.includes(c) && c !== '' ? c : '';
    if (name === '') push(into, '$', quoted);
    else into.push({ kind: 'variable', name, quoted });
    this.at = start + 1 + name.length;
    return false;
  }

  /** `${name}` and `${name:-other}`, when nothing else stands between the braces. */
  private braced(into: WordPart[], quoted: boolean, depth: number): boolean {
    const start = this.at;
    const name = /(?:[A-Za-z_]\w*(?:\[[@*\d]+\])?|\d+|[@*#?$!-])/y;
    const stop = matchEnd(name, this.text, start + 2);
    if (stop === start + 2) return false;
    const parameter = this.text.slice(start + 2, stop);
    if (this.text.charAt(stop) === '}') {
      into.push({ kind: 'variable', name: parameter, quoted });
      this.at = stop + 1;
      return true;
    }
    const operator = /:?[-=+?]/y;
    const behind = matchEnd(operator, this.text, stop);
    if (behind === stop) return false;
    this.at = behind;
    const other: WordPart[] = [];
    const open = this.parts(other, (c) => c === '}', depth + 1);
    if (open || this.text.charAt(this.at) !== '}') {
      this.at = start;
      return false;
    }
    into.push({ kind: 'variable', name: parameter, quoted, operator: this.text.slice(stop, behind), other });
    this.at++;
    return true;
  }

  private backquote(from: number): number {
    for (let i = from; i < this.end; i++) {
      const c = this.text.charAt(i);
      if (c === '\\') i++;
      else if (c === '`') return i;
    }
    return this.end;
  }

  /** The offset of the bracket that closes the one at `from`, quotes and nested brackets of the same kind skipped. */
  private balanced(from: number): number {
    const opening = this.text.charAt(from);
    const closing = opening === '(' ? ')' : '}';
    let depth = 0;
    for (let i = from; i < this.end; i++) {
      const c = this.text.charAt(i);
      if (c === '\\') i++;
      else if (c === "'") i = indexOrEnd(this.text, "'", i + 1, this.end);
      else if (c === '"') i = this.closingQuote(i + 1);
      else if (c === opening) depth++;
      else if (c === closing && --depth === 0) return i;
    }
    return this.end;
  }

  private closingQuote(from: number): number {
    for (let i = from; i < this.end; i++) {
      const c = this.text.charAt(i);
      if (c === '\\') i++;
      else if (c === '"') return i;
    }
    return this.end;
  }
}

function push(into: WordPart[], text: string, quoted: boolean): void {
  const last = into.at(-1);
  if (last?.kind === 'text' && last.quoted === quoted) into[into.length - 1] = { kind: 'text', text: last.text + text, quoted };
  else into.push({ kind: 'text', text, quoted });
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function indexOrEnd(text: string, what: string, from: number, end: number): number {
  const at = text.indexOf(what, from);
  return at < 0 || at > end ? end : at;
}
