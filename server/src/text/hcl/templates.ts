/**
 * The inside of strings and heredocs: text, `${interpolations}` and `%{directives}`.
 * Source: HCL Native Syntax Specification, "Template Sub-language"; for what `~` and `<<-` strip, HashiCorp's
 * implementation (hclsyntax/parser_template.go): `~` reaches to the end of the line, blank lines keep their blanks.
 */
import { t } from '@vscode/l10n';
import { isBreak, Scanner } from './scanner.ts';
import { type HclExpression, type HclTemplate, type HclTemplatePart, DEPTH_LIMIT } from './tree.ts';

/** What a template consists of before directives are matched with their ends. Places are offsets in the text. */
type Piece = { readonly start: number; end: number } & (
  | { readonly kind: 'text'; text: string }
  | { readonly kind: 'interpolation'; readonly expression: HclExpression }
  | { readonly kind: 'if'; readonly condition: HclExpression }
  | { readonly kind: 'for'; readonly key?: string; readonly value: string; readonly collection: HclExpression }
  | { readonly kind: 'else' | 'endif' | 'endfor' }
);

/** A directive whose end was not met yet. */
interface Open {
  readonly piece: Piece & { readonly kind: 'if' | 'for' };
  readonly first: HclTemplatePart[];
  otherwise?: HclTemplatePart[];
}

type Form = HclTemplate['form'];

const DOLLAR = 36;
const PERCENT = 37;
const BRACE = 123;
const QUOTE = 34;
const BACKSLASH = 92;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

export abstract class TemplateReader extends Scanner {
  protected depth = 0;

  protected abstract expression(): HclExpression;

  /** Whoever goes a level down comes up again by `depth--`. */
  protected deeper(): void {
    if (++this.depth > DEPTH_LIMIT) this.fail(t('More than {0} levels of nesting are not read.', DEPTH_LIMIT));
  }

  /** The token is the opening quote. */
  protected quoted(): HclExpression {
    const open = this.start;
    const close = this.plainEnd(open + 1);
    if (close >= 0) {
      this.steps += close - open;
      const parts: HclTemplatePart[] = close > open + 1 ? [{ kind: 'literal', text: this.text.slice(open + 1, close), span: this.span(open + 1, close) }] : [];
      this.end = close + 1;
      this.advance();
      return { kind: 'template', form: 'quoted', parts, span: this.span(open, close + 1) };
    }
    const pieces: Piece[] = [];
    const end = this.pieces(open + 1, 'quoted', pieces);
    if (end < 0 || this.failed) return this.fail(t('The string is not closed on its line: a quotation mark is missing.'), open, open + 1);
    return this.finish('quoted', pieces, open, end + 1);
  }

  /** The offset of the closing quote if there is nothing but plain text before it; otherwise -1. */
  private plainEnd(from: number): number {
    for (let at = from; at < this.limit; at++) {
      const c = this.text.charCodeAt(at);
      if (c === QUOTE) return at;
      if (c === DOLLAR || c === PERCENT || c === BACKSLASH || isBreak(c)) return -1;
    }
    return -1;
  }

  /** The token is the heredoc's first line. */
  protected heredoc(): HclExpression {
    const { start, end, marker, indented } = this;
    const pieces: Piece[] = [];
    let at = end;
    for (;;) {
      if (at >= this.limit) this.starved = true;
      if (at >= this.limit || this.failed) return this.fail(t('The heredoc is not closed: a line with {0} alone is missing.', marker), start, end);
      const close = this.markerEnd(at, marker);
      if (close >= 0) {
        if (indented) stripIndentation(pieces);
        return this.finish('heredoc', pieces, start, close);
      }
      at = this.pieces(at, 'heredoc', pieces);
    }
  }

  /** The offset behind the marker if it is all of the line; otherwise -1. */
  private markerEnd(from: number, marker: string): number {
    const { text } = this;
    let at = from;
    while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
    if (!text.startsWith(marker, at)) return -1;
    const end = at + marker.length;
    for (at = end; text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9; ) at++;
    if (at >= this.limit) this.problem(end - marker.length, end, t('The line with {0} must end with a line break.', marker));
    return at >= this.limit || isBreak(text.charCodeAt(at)) ? end : -1;
  }

  /** A template without delimiters, from the text's start. */
  protected template(form: Form, end: number): HclExpression {
    const pieces: Piece[] = [];
    this.pieces(0, form, pieces);
    return this.failed ? this.fail('') : this.finish(form, pieces, 0, end);
  }

  /** Matches directives with their ends; the next token is what follows the template. */
  private finish(form: Form, pieces: readonly Piece[], start: number, end: number): HclExpression {
    const parts = this.assemble(pieces);
    if (this.failed) return this.fail('', start, end);
    this.end = end;
    this.advance();
    return { kind: 'template', form, parts, span: this.span(start, end) };
  }

  /**
   * Reads pieces up to the closing quote, to the end of a heredoc's line, or to the limit.
   * @returns the offset of the quote, of the next line, or the limit; -1 if the quote is missing
   */
  private pieces(from: number, form: Form, out: Piece[]): number {
    const { text } = this;
    let at = from;
    let first = from;
    let kept = from;
    let value = '';
    let strip = false;
    const flush = (to: number): void => {
      if (to === first) return;
      const whole = value + text.slice(kept, to);
      out.push({ kind: 'text', text: strip ? whole.trimStart() : whole, start: first, end: to });
      this.steps += to - first;
      strip = false;
    };
    while (at < this.limit) {
      const c = text.charCodeAt(at);
      if ((c === DOLLAR || c === PERCENT) && text.charCodeAt(at + 1) === BRACE) {
        flush(at);
        const before = out.at(-1);
        if (text[at + 2] === '~' && before?.kind === 'text') before.text = before.text.trimEnd();
        this.sequence(at, c === PERCENT, out);
        if (this.failed) return -1;
        strip = text.charCodeAt(this.end - 2) === 126;
        at = first = kept = this.end;
        value = '';
      } else if ((c === DOLLAR || c === PERCENT) && text.charCodeAt(at + 1) === c && text.charCodeAt(at + 2) === BRACE) {
        value += text.slice(kept, at + 1);
        kept = at + 2;
        at += 3;
      } else if (c === BACKSLASH && form === 'quoted') {
        value += text.slice(kept, at);
        const escape = this.escape(at);
        value += escape.text;
        at = kept = escape.end;
      } else if (c === QUOTE && form === 'quoted') {
        flush(at);
        return at;
      } else if (isBreak(c) && form === 'quoted') {
        return -1;
      } else if (isBreak(c) && form === 'heredoc') {
        const next = c === 13 && text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
        flush(Math.min(next, this.limit));
        return next;
      } else at++;
    }
    if (form === 'quoted') return -1;
    flush(this.limit);
    return this.limit;
  }

  private escape(at: number): { readonly text: string; readonly end: number } {
    const letter = this.text[at + 1] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) return { text: plain, end: at + 2 };
    const length = letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    const digits = this.text.slice(at + 2, at + 2 + length);
    if (length > 0 && digits.length === length && /^[\da-f]+$/i.test(digits) && Number.parseInt(digits, 16) <= 0x10ffff) {
      return { text: String.fromCodePoint(Number.parseInt(digits, 16)), end: at + 2 + length };
    }
    const broken = letter === '' || isBreak(letter.charCodeAt(0)) || at + 1 >= this.limit;
    if (!broken) this.problem(at, at + 2, length > 0 ? t('\\{0} must be followed by the {1} hexadecimal digits of a character.', letter, length) : t('\\{0} means nothing in HCL; known are \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN.', letter));
    return { text: broken ? '\\' : `\\${letter}`, end: at + (broken ? 1 : 2) };
  }

  /** `${expression}` or `%{directive}`; leaves its end in `end`. */
  private sequence(at: number, directive: boolean, out: Piece[]): void {
    const { newlines } = this;
    this.deeper();
    this.newlines = false;
    this.end = this.text[at + 2] === '~' ? at + 3 : at + 2;
    this.advance();
    const piece: Piece | undefined = directive ? this.directive(at) : { kind: 'interpolation', expression: this.expression(), start: at, end: at };
    this.depth--;
    if (piece && (this.at('}') || this.at('~}'))) {
      piece.end = this.end;
      out.push(piece);
    } else this.fail(t('The {0} is not closed: {1} is missing.', directive ? '%{' : '${', '}'), at, at + 2);
    this.newlines = newlines;
  }

  private directive(start: number): Piece | undefined {
    const keyword = this.at('word') ? this.word() : '';
    const end = start;
    if (keyword === 'if') {
      this.advance();
      return { kind: 'if', condition: this.expression(), start, end };
    }
    if (keyword === 'for') {
      this.advance();
      const names = this.forNames();
      return names && { kind: 'for', ...names, collection: this.expression(), start, end };
    }
    if (keyword === 'else' || keyword === 'endif' || keyword === 'endfor') {
      this.advance();
      return { kind: keyword, start, end };
    }
    this.fail(t('After %{ comes if, else, endif, for or endfor.'));
    return undefined;
  }

  /** `value in` or `key, value in`. */
  protected forNames(): { readonly key?: string; readonly value: string } | undefined {
    const names: string[] = [];
    do {
      if (names.length > 0) this.advance();
      if (!this.at('word')) {
        this.fail(t('A name is missing after for.'));
        return undefined;
      }
      names.push(this.word());
      this.advance();
    } while (this.at(',') && names.length < 2);
    if (!this.isWord('in')) {
      this.fail(t('The names after for are followed by in.'));
      return undefined;
    }
    this.advance();
    const [first = '', second] = names;
    return second === undefined ? { value: first } : { key: first, value: second };
  }

  private assemble(pieces: readonly Piece[]): HclTemplatePart[] {
    const root: HclTemplatePart[] = [];
    const open: Open[] = [];
    let into = root;
    for (const [i, piece] of pieces.entries()) {
      const { kind, start, end } = piece;
      const top = open.at(-1);
      if (kind === 'text') {
        const before = pieces[i - 1];
        const merged = before?.kind === 'text' ? into.pop() : undefined;
        if (merged?.kind === 'literal') into.push({ kind: 'literal', text: merged.text + piece.text, span: { start: merged.span.start, end: this.span(start, end).end } });
        else into.push({ kind: 'literal', text: piece.text, span: this.span(start, end) });
      } else if (kind === 'interpolation') into.push({ kind, expression: piece.expression, span: this.span(start, end) });
      else if (kind === 'if' || kind === 'for') {
        if (this.depth + open.length >= DEPTH_LIMIT) this.fail(t('More than {0} levels of nesting are not read.', DEPTH_LIMIT), start, end);
        if (this.failed) return root;
        const first: HclTemplatePart[] = [];
        open.push({ piece, first });
        into = first;
      } else if (kind === 'else' && top?.piece.kind === 'if' && !top.otherwise) into = top.otherwise = [];
      else if (top && kind === `end${top.piece.kind}`) {
        open.pop();
        const above = open.at(-1);
        into = above ? above.otherwise ?? above.first : root;
        into.push(this.closed(top, end));
      } else {
        this.fail(t('This {0} belongs to no directive.', kind), start, end);
        return root;
      }
    }
    const left = open.at(-1)?.piece;
    if (left) this.fail(t('The directive has no {0}.', `%{ end${left.kind} }`), left.start, left.end);
    return root;
  }

  private closed({ piece, first, otherwise }: Open, end: number): HclTemplatePart {
    const span = this.span(piece.start, end);
    return piece.kind === 'if'
      ? { kind: 'if', condition: piece.condition, then: first, otherwise: otherwise ?? [], span }
      : { kind: 'for', ...(piece.key === undefined ? {} : { key: piece.key }), value: piece.value, collection: piece.collection, body: first, span };
  }
}

/** Takes the blanks off that all lines begin with; lines of blanks alone do not count and are left. */
function stripIndentation(pieces: readonly Piece[]): void {
  const starts: (Piece & { kind: 'text' })[] = [];
  let least = Infinity;
  let lineStart = true;
  for (const piece of pieces) {
    if (lineStart) {
      const trimmed = piece.kind === 'text' ? piece.text.trimStart() : '';
      if (piece.kind !== 'text') least = 0;
      else if (trimmed !== '' || !piece.text.endsWith('\n')) {
        starts.push(piece);
        least = Math.min(least, piece.text.length - trimmed.length);
      }
    }
    lineStart = piece.kind === 'text' && piece.text.endsWith('\n');
  }
  for (const piece of starts) piece.text = piece.text.slice(least);
}
