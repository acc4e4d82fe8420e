/**
 * HCL expressions. Reading stops at the first syntax error; what was read until then is kept, the rest is an `error`.
 * Source: HCL Native Syntax Specification, "Expressions"; where it is silent (commas, line breaks), HashiCorp's
 * implementation (hclsyntax/parser.go).
 */
import { t } from '@vscode/l10n';
import { TemplateReader } from './templates.ts';
import type { HclBinary, HclExpression, HclObjectItem, HclOperator, HclStep } from './tree.ts';

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1], ['&&', 2], ['==', 3], ['!=', 3], ['<', 4], ['<=', 4], ['>', 4], ['>=', 4], ['+', 5], ['-', 5], ['*', 6], ['/', 6], ['%', 6],
]);

type Bracket = '(' | '[' | '{';
type Other = 'comma' | 'comma or line break';
const CLOSER = { '(': ')', '[': ']', '{': '}' } as const;

export abstract class ExpressionReader extends TemplateReader {
  protected expression(): HclExpression {
    const { start } = this;
    this.deeper();
    let read = this.binary(1);
    if (this.at('?')) {
      this.advance();
      const then = this.expression();
      if (this.at(':')) this.advance();
      else this.fail(t('The condition has no : and no value for the other case.'));
      const otherwise = this.expression();
      read = { kind: 'conditional', condition: read, then, otherwise, span: this.span(start, this.lastEnd) };
    }
    this.depth--;
    return read;
  }

  /** Operators of at least this precedence. */
  private binary(least: number): HclExpression {
    const { start } = this;
    let left = this.unary();
    for (;;) {
      const precedence = PRECEDENCE.get(this.kind);
      if (precedence === undefined || precedence < least) return left;
      const operations: HclBinary['operations'][number][] = [];
      while (PRECEDENCE.get(this.kind) === precedence) {
        const operator = this.kind as HclOperator;
        this.advance();
        operations.push({ operator, right: this.binary(precedence + 1) });
      }
      left = { kind: 'binary', left, operations, span: this.span(start, this.lastEnd) };
    }
  }

  private unary(): HclExpression {
    const { kind: operator, start } = this;
    if (operator !== '!' && operator !== '-') return this.access();
    this.deeper();
    this.advance();
    const operand = this.unary();
    this.depth--;
    return { kind: 'unary', operator, operand, span: this.span(start, this.lastEnd) };
  }

  private access(): HclExpression {
    const { start } = this;
    const source = this.term();
    if (!this.at('.') && !this.at('[')) return source;
    const steps: HclStep[] = [];
    let splat = false;
    while (this.at('.') || this.at('[')) {
      if (this.at('[')) splat = false;
      const step = this.at('.') ? this.dotStep(splat) : this.indexStep();
      if (step) steps.push(step);
      if (step?.kind === 'attributeSplat') splat = true;
    }
    return steps.length === 0 ? source : { kind: 'access', source, steps, span: this.span(start, this.lastEnd) };
  }

  private dotStep(splat: boolean): HclStep | undefined {
    const dot = this.start;
    this.advance();
    const { kind, start, end } = this;
    if (kind === 'word') {
      const name = this.word();
      this.advance();
      return { kind: 'attribute', name, span: this.span(dot, end) };
    }
    if (kind === 'number' && /^\d+$/.test(this.word())) {
      const index: HclExpression = { kind: 'number', value: Number(this.word()), span: this.span(start, end) };
      this.advance();
      return { kind: 'index', index, legacy: true, span: this.span(dot, end) };
    }
    if (kind === '*' && !splat) {
      this.advance();
      return { kind: 'attributeSplat', span: this.span(dot, end) };
    }
    this.fail(kind === '*' ? t('A .* cannot follow another .*; write [*].') : kind === 'number' ? t('Indexes after a dot cannot be chained; write [0][1].') : t('An attribute name is missing after the dot.'));
    return undefined;
  }

  private indexStep(): HclStep {
    const open = this.start;
    const newlines = this.enter();
    if (this.at('*')) {
      this.advance();
      this.leave('[', open, newlines);
      return { kind: 'splat', span: this.span(open, this.lastEnd) };
    }
    const index = this.expression();
    this.leave('[', open, newlines);
    return { kind: 'index', index, legacy: false, span: this.span(open, this.lastEnd) };
  }

  /** Goes into a bracket, where line breaks mean nothing. */
  private enter(): boolean {
    const { newlines } = this;
    this.newlines = false;
    this.advance();
    return newlines;
  }

  /** @param other what could have stood here besides the closing bracket */
  private leave(open: Bracket, at: number, newlines: boolean, other?: Other): void {
    this.newlines = newlines;
    if (this.at(CLOSER[open])) this.advance();
    else this.notClosed(open, at, other);
  }

  private notClosed(open: Bracket, at: number, other: Other | undefined): void {
    if (this.at('end')) this.fail(t('The {0} is not closed: {1} is missing.', open, CLOSER[open]), at, at + 1);
    else if (other === undefined) this.fail(t('Here {0} is missing.', CLOSER[open]));
    else this.fail(other === 'comma' ? t('Here a comma or {0} is missing.', CLOSER[open]) : t('Here a comma, a line break or {0} is missing.', CLOSER[open]));
  }

  private term(): HclExpression {
    const { start, end } = this;
    switch (this.kind) {
      case '"':
        return this.quoted();
      case '<<':
        return this.heredoc();
      case 'word':
        return this.named();
      case 'number': {
        const value = Number(this.word());
        this.advance();
        return { kind: 'number', value, span: this.span(start, end) };
      }
      case '(': {
        const newlines = this.enter();
        const inner = this.expression();
        this.leave('(', start, newlines);
        return { kind: 'parentheses', inner, span: this.span(start, this.lastEnd) };
      }
      case '[':
        return this.tuple();
      case '{':
        return this.object();
      case 'end':
      case 'newline':
        return this.fail(t('A value is missing here.'));
      default:
        return this.fail(this.at('invalid') && this.word() === "'" ? t('HCL quotes strings with {0}, not with {1}.', '"', "'") : t('This cannot begin a value.'));
    }
  }

  private named(): HclExpression {
    const { start, end } = this;
    const name = this.word();
    this.advance();
    if (this.at('(') || this.at('::')) return this.call(name, start, end);
    const span = this.span(start, end);
    if (name === 'true' || name === 'false') return { kind: 'boolean', value: name === 'true', span };
    return name === 'null' ? { kind: 'null', span } : { kind: 'variable', name, span };
  }

  private call(first: string, start: number, firstEnd: number): HclExpression {
    let name = first;
    let nameEnd = firstEnd;
    while (this.at('::')) {
      this.advance();
      if (!this.at('word')) return this.fail(t('A function name is missing after ::.'), start);
      name += `::${this.word()}`;
      nameEnd = this.end;
      this.advance();
    }
    if (!this.at('(')) return this.fail(t('A function is called with parentheses; ( is missing.'), start, nameEnd);
    const open = this.start;
    const newlines = this.enter();
    const args: HclExpression[] = [];
    let expanded = false;
    while (!this.at(')') && !this.failed) {
      args.push(this.expression());
      if (this.at('...')) {
        expanded = true;
        this.advance();
        break;
      }
      if (!this.at(',')) break;
      this.advance();
    }
    this.leave('(', open, newlines, expanded ? undefined : 'comma');
    return { kind: 'call', name, nameSpan: this.span(start, nameEnd), arguments: args, expanded, span: this.span(start, this.lastEnd) };
  }

  private tuple(): HclExpression {
    const open = this.start;
    const newlines = this.enter();
    if (this.isWord('for')) return this.loop('[', open, newlines);
    const items: HclExpression[] = [];
    while (!this.at(']') && !this.failed) {
      items.push(this.expression());
      if (!this.at(',')) break;
      this.advance();
    }
    this.leave('[', open, newlines, 'comma');
    return { kind: 'tuple', items, span: this.span(open, this.lastEnd) };
  }

  private object(): HclExpression {
    const open = this.start;
    const noted = this.comments.length;
    const newlines = this.enter();
    if (this.isWord('for')) return this.loop('{', open, newlines);
    this.comments.length = noted;
    this.newlines = true;
    this.end = open + 1;
    this.advance();
    const items: HclObjectItem[] = [];
    for (;;) {
      while (this.at('newline')) this.advance();
      if (this.at('}') || this.failed) break;
      if (this.at('end')) break;
      items.push(this.objectItem());
      if (!this.at(',') && !this.at('newline')) break;
      this.advance();
    }
    this.leave('{', open, newlines, 'comma or line break');
    return { kind: 'object', items, span: this.span(open, this.lastEnd) };
  }

  private objectItem(): HclObjectItem {
    const { start } = this;
    const bare = this.at('word') ? this.word() : undefined;
    const key = this.expression();
    if (this.at('=') || this.at(':')) this.advance();
    else this.fail(t("After the name of an object's entry = or : is missing."));
    const value = this.expression();
    const name = nameOf(key, bare);
    return { key, ...(name === undefined ? {} : { name }), value, span: this.span(start, this.lastEnd) };
  }

  private loop(open: '[' | '{', at: number, newlines: boolean): HclExpression {
    this.advance();
    const names = this.forNames();
    if (!names) {
      this.newlines = newlines;
      return { kind: 'error', span: this.span(at, this.lastEnd) };
    }
    const collection = this.expression();
    if (this.at(':')) this.advance();
    else this.fail(t('After the collection of a for expression : is missing.'));
    let value = this.expression();
    let key: HclExpression | undefined;
    if (this.at('=>') !== (open === '{')) this.fail(open === '{' ? t('A for expression in braces needs a key and =>.') : t('A for expression in square brackets has no key.'));
    if (this.at('=>')) {
      this.advance();
      key = value;
      value = this.expression();
    }
    const grouped = this.at('...');
    if (grouped && open === '[') this.fail(t('Only a for expression in braces groups with ... .'));
    else if (grouped) this.advance();
    let condition: HclExpression | undefined;
    if (this.isWord('if')) {
      this.advance();
      condition = this.expression();
    }
    this.leave(open, at, newlines);
    return {
      kind: 'for', ...(names.key === undefined ? {} : { keyName: names.key }), valueName: names.value, collection,
      ...(key ? { key } : {}), value, grouped, ...(condition ? { condition } : {}), span: this.span(at, this.lastEnd),
    };
  }
}

/** The text of a key that is a bare word or a plain string. */
function nameOf(key: HclExpression, bare: string | undefined): string | undefined {
  if (key.kind === 'variable' || key.kind === 'boolean' || key.kind === 'null') return bare;
  if (key.kind !== 'template') return undefined;
  const [part, second] = key.parts;
  if (second) return undefined;
  return part === undefined ? '' : part.kind === 'literal' ? part.text : undefined;
}
