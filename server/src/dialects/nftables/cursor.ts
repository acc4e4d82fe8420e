/** Reading position over the words of one statement. */
import { t } from '@vscode/l10n';
import { type Span, span } from '../../core/span.ts';
import { type Token, tokenize } from './tokens.ts';

/** What does not fit nftables' grammar; caught where the statement is read. */
export class SyntaxProblem extends Error {
  constructor(message: string, readonly span: Span) {
    super(message);
  }
}

const MAX_DEPTH = 40;

export class Cursor {
  readonly tokens: readonly Token[];
  readonly text: string;
  at = 0;
  depth = 0;
  readonly variables: string[] = [];
  readonly sets: string[] = [];

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenize(text);
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  /** The next token's text if it is a word, else ''. */
  word(ahead = 0): string {
    const token = this.tokens[this.at + ahead];
    return token?.kind === 'word' ? token.text : '';
  }

  isSign(text: string, ahead = 0): boolean {
    const token = this.tokens[this.at + ahead];
    return token?.kind === 'punctuation' && token.text === text;
  }

  next(): Token {
    const token = this.tokens[this.at];
    if (!token) throw new SyntaxProblem(t('more was expected here'), this.end());
    if (token.kind === 'bad') throw new SyntaxProblem(t('this string has no end'), span(token.start, token.end));
    this.at++;
    return token;
  }

  takeSign(text: string): boolean {
    if (!this.isSign(text)) return false;
    this.at++;
    return true;
  }

  takeWord(...words: string[]): string | undefined {
    const word = this.word();
    if (!words.includes(word)) return undefined;
    this.at++;
    return word;
  }

  expectSign(text: string): Token {
    if (!this.isSign(text)) throw this.problem(t('`{0}` was expected here', text));
    return this.next();
  }

  /** A word, string or variable; what a name or an argument may be. */
  expectName(): Token {
    const token = this.peek();
    if (token?.kind === 'word' || token?.kind === 'string' || token?.kind === 'variable') return this.next();
    throw this.problem(t('a name was expected here'));
  }

  skipNewlines(): void {
    while (this.tokens[this.at]?.kind === 'newline') this.at++;
  }

  /** From the token at index `from` to the last one taken. */
  since(from: number): Span {
    const first = this.tokens[from];
    const last = this.tokens[this.at - 1];
    return first && last && last.end >= first.start ? span(first.start, last.end) : this.end();
  }

  problem(message: string): SyntaxProblem {
    const token = this.peek();
    return new SyntaxProblem(message, token ? span(token.start, token.end) : this.end());
  }

  enter(): void {
    if (++this.depth > MAX_DEPTH) throw this.problem(t('this is nested too deeply'));
  }

  leave(): void {
    this.depth--;
  }

  private end(): Span {
    const last = this.tokens.at(-1);
    return last ? span(last.start, last.end) : span(0, this.text.length);
  }
}
