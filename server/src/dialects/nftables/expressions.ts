/** Values: what stands on the right of a test, in a set's braces, or after `define x =`. Grammar: "EXPRESSIONS", "SETS" and "DATA TYPES" of nft(8). */
import { t } from '@vscode/l10n';
import { span } from '../../core/span.ts';
import type { Cursor } from './cursor.ts';
import type { BinaryOperator, Element, Expr, Verdict } from './syntax.ts';

const OPERATORS: Readonly<Record<string, BinaryOperator>> = { '|': '|', '&': '&', '^': '^', '<<': '<<', '>>': '>>', or: '|', and: '&', xor: '^', lshift: '<<', rshift: '>>' };

/** A value, or several with commas between them and no braces. */
export function parseValues(c: Cursor): Expr {
  const from = c.at;
  const list = parseList(c);
  if (!c.takeSign('/')) return list;
  const mask = parseList(c);
  return { kind: 'masked', value: list, mask, span: c.since(from) };
}

function parseList(c: Cursor): Expr {
  const from = c.at;
  const first = parseValue(c);
  if (!c.isSign(',')) return first;
  const parts = [first];
  while (c.takeSign(',')) parts.push(parseValue(c));
  return { kind: 'list', parts, span: c.since(from) };
}

/** One value or concatenation. */
function parseValue(c: Cursor): Expr {
  const from = c.at;
  const first = parseBasic(c);
  if (!c.isSign('.')) return first;
  const parts = [first];
  while (c.takeSign('.')) parts.push(parseBasic(c));
  return { kind: 'concat', parts, span: c.since(from) };
}

function parseBasic(c: Cursor): Expr {
  const from = c.at;
  let left = parseBits(c);
  if (c.isSign('/') && /^\d{1,3}$/.test(c.word(1)) && takesPrefix(left)) {
    c.next();
    left = { kind: 'prefix', base: left, length: Number(c.next().text), span: c.since(from) };
  }
  if (!c.takeSign('-')) return left;
  const to = parseBits(c);
  return { kind: 'range', from: left, to, span: c.since(from) };
}

function takesPrefix(e: Expr): boolean {
  return e.kind === 'variable' || (e.kind === 'symbol' && /[.:]/.test(e.text));
}

function parseBits(c: Cursor): Expr {
  const from = c.at;
  let left = parsePrimary(c);
  for (;;) {
    const operator = takeOperator(c);
    if (!operator) return left;
    const right = parsePrimary(c);
    left = { kind: 'binary', operator, left, right, span: c.since(from) };
  }
}

export function takeOperator(c: Cursor): BinaryOperator | undefined {
  const token = c.peek();
  if (token?.kind !== 'punctuation' && token?.kind !== 'word') return undefined;
  const operator = Object.hasOwn(OPERATORS, token.text) ? OPERATORS[token.text] : undefined;
  if (operator) c.at++;
  return operator;
}

/** A name, number, address, variable, set or parenthesis. */
export function parsePrimary(c: Cursor): Expr {
  const token = c.peek();
  if (!token) throw c.problem(t('a value was expected here'));
  const where = span(token.start, token.end);
  if (token.kind === 'word' || token.kind === 'string') {
    c.at++;
    return { kind: 'symbol', text: token.text, quoted: token.kind === 'string', span: where };
  }
  if (token.kind === 'variable' || token.kind === 'reference') {
    c.at++;
    (token.kind === 'variable' ? c.variables : c.sets).push(token.text);
    return { kind: token.kind, name: token.text, span: where };
  }
  if (c.takeSign('*')) return { kind: 'any', span: where };
  if (c.isSign('{')) return parseSet(c);
  if (c.takeSign('(')) {
    c.enter();
    const inner = parseValues(c);
    c.leave();
    c.expectSign(')');
    return inner;
  }
  if (c.isSign('-') && /^\d/.test(c.word(1))) {
    c.at++;
    const number = c.next();
    return { kind: 'symbol', text: `-${number.text}`, quoted: false, span: span(token.start, number.end) };
  }
  throw c.problem(t('a value was expected here'));
}

/** `{ ... }` with elements, of which each may carry data after a colon. */
export function parseSet(c: Cursor): Expr {
  const from = c.at;
  c.expectSign('{');
  c.enter();
  const elements: Element[] = [];
  for (;;) {
    c.skipNewlines();
    if (c.isSign('}')) break;
    elements.push(parseElement(c));
    c.skipNewlines();
    if (!c.takeSign(',')) break;
  }
  c.leave();
  c.expectSign('}');
  return { kind: 'set', elements, span: c.since(from) };
}

function parseElement(c: Cursor): Element {
  const from = c.at;
  const key = parseValue(c);
  let limited = parseElementOptions(c);
  if (!c.takeSign(':')) return { key, limited, span: c.since(from) };
  c.skipNewlines();
  const verdict = parseVerdict(c);
  if (!verdict) parseValue(c);
  limited = parseElementOptions(c) || limited;
  return { key, limited, ...(verdict ? { verdict } : {}), span: c.since(from) };
}

/** `timeout`, `expires`, `comment` and the stateful parts of an element; whether one of them limits it. */
function parseElementOptions(c: Cursor): boolean {
  let limited = false;
  for (;;) {
    const word = c.word();
    if (word === 'comment') {
      c.at++;
      c.expectName();
    } else if (word === 'timeout' || word === 'expires' || word === 'limit' || word === 'quota' || word === 'counter' || word === 'ct' || word === 'last') {
      limited ||= word !== 'counter' && word !== 'last';
      c.at++;
      while (!c.done && !c.isSign(',') && !c.isSign(':') && !c.isSign('}') && c.peek()?.kind !== 'newline' && !isElementOption(c.word())) c.at++;
    } else return limited;
  }
}

function isElementOption(word: string): boolean {
  return ['comment', 'timeout', 'expires', 'limit', 'quota', 'counter', 'last'].includes(word);
}

/** A verdict without a block; undefined if the words are none. */
export function parseVerdict(c: Cursor): Verdict | undefined {
  const from = c.at;
  switch (c.word()) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return': {
      const token = c.next();
      return { kind: token.text as 'accept', span: span(token.start, token.end) };
    }
    case 'jump':
    case 'goto': {
      if (c.isSign('{', 1)) return undefined;
      const kind = c.next().text as 'jump';
      const name = c.expectName();
      if (name.kind === 'variable') c.variables.push(name.text);
      const where = span(name.start, name.end);
      const chain: Expr = name.kind === 'variable' ? { kind: 'variable', name: name.text, span: where } : { kind: 'symbol', text: name.text, quoted: name.kind === 'string', span: where };
      return { kind, chain, span: c.since(from) };
    }
    case 'queue':
      c.at++;
      return { kind: 'unknown', why: t('a program in user space decides queued packets'), span: c.since(from) };
    default:
      return undefined;
  }
}
