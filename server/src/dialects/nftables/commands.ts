/** Statements outside rules: commands, and the properties of chains, sets and tables. Grammar: "RULESET", "TABLES", "CHAINS", "RULES" and "SETS" of nft(8). */
import { t } from '@vscode/l10n';
import { type Span, span } from '../../core/span.ts';
import { Cursor, SyntaxProblem } from './cursor.ts';
import { parseSet, parseValues } from './expressions.ts';
import { parseFrom } from './rules.ts';
import type { Context } from './scan.ts';
import type { Element, Expr, RuleSyntax } from './syntax.ts';

export interface ObjectName {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Of the last word. */
  readonly span: Span;
}

export type Command =
  | { readonly kind: 'rule' }
  | { readonly kind: 'hook'; readonly type: string; readonly hook: string; readonly priority: Expr; readonly offset: number; readonly variables: readonly string[] }
  | { readonly kind: 'policy'; readonly value: Expr; readonly span: Span; readonly variables: readonly string[] }
  | { readonly kind: 'define'; readonly redefine: boolean; readonly name: string; readonly value: Expr | undefined; readonly variables: readonly string[] }
  | { readonly kind: 'include'; readonly path: string; readonly length: number }
  | { readonly kind: 'elements'; readonly elements: readonly Element[]; readonly variables: readonly string[] }
  | { readonly kind: 'flags'; readonly words: readonly string[] }
  | { readonly kind: 'timeout' }
  /** What has no bearing on verdicts. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'add-table' | 'delete-table' | 'flush-table'; readonly family: string; readonly table: string }
  | { readonly kind: 'flush-ruleset'; readonly family: string | undefined }
  | { readonly kind: 'add-chain' | 'delete-chain' | 'flush-chain' | 'add-set' | 'delete-set' | 'flush-set' | 'change-rule'; readonly target: ObjectName; readonly length: number }
  | { readonly kind: 'rename-chain'; readonly target: ObjectName; readonly to: string }
  /** `index` counts from 0; `handle` is a number that only the kernel knows. */
  | { readonly kind: 'add-rule'; readonly insert: boolean; readonly target: ObjectName; readonly index: number | undefined; readonly handle: boolean; readonly length: number }
  | { readonly kind: 'add-elements' | 'delete-elements'; readonly target: ObjectName; readonly elements: readonly Element[]; readonly variables: readonly string[] }
  | { readonly kind: 'error'; readonly message: string; readonly span: Span; readonly length: number };

const FAMILIES = new Set(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);
const NOTHING: Command = { kind: 'nothing' };

/** A statement, and the rule that it consists of or adds. */
export interface Parsed {
  readonly command: Command;
  readonly rule?: RuleSyntax;
}

/** Reads a statement where a block of the given kind holds it. Never throws. */
export function parseCommand(context: Context, text: string): Parsed {
  const c = new Cursor(text);
  try {
    const command = parseShared(c) ?? parseIn(context, c, text);
    if (command.kind === 'rule' || command.kind === 'add-rule') return { command, rule: parseFrom(c, text, 0) };
    if (!c.done) throw c.problem(t('this was not expected here'));
    return { command };
  } catch (problem) {
    if (!(problem instanceof SyntaxProblem)) throw problem;
    return { command: { kind: 'error', message: problem.message, span: problem.span, length: text.length } };
  }
}

function parseShared(c: Cursor): Command | undefined {
  const word = c.word();
  if (word === 'define' || word === 'redefine') {
    c.at++;
    const name = c.expectName().text;
    c.expectSign('=');
    const value = parseValues(c);
    return { kind: 'define', redefine: word === 'redefine', name, value, variables: c.variables };
  }
  if (word === 'undefine') {
    c.at++;
    return { kind: 'define', redefine: true, name: c.expectName().text, value: undefined, variables: [] };
  }
  if (word === 'include' && c.peek(1)?.kind === 'string') {
    c.at++;
    return { kind: 'include', path: c.next().text, length: c.text.length };
  }
  if (word === 'comment' && c.peek(1)?.kind === 'string' && c.tokens.length === 2) {
    c.at = 2;
    return NOTHING;
  }
  return undefined;
}

function parseIn(context: Context, c: Cursor, text: string): Command {
  switch (context) {
    case 'chain':
      return parseInChain(c);
    case 'set':
      return parseInSet(c);
    case 'table':
      if (c.takeWord('flags')) return { kind: 'flags', words: words(c) };
      return parseTop(c, text);
    case 'object':
      c.at = c.tokens.length;
      return NOTHING;
    case 'top':
      return parseTop(c, text);
  }
}

const RULE: Command = { kind: 'rule' };

function parseInChain(c: Cursor): Command {
  const word = c.word();
  if (word === 'type' && (c.word(2) === 'hook' || c.tokens.length <= 2)) return parseHook(c);
  if (word === 'policy') {
    c.at++;
    const where = c.peek();
    const value = parseValues(c);
    return { kind: 'policy', value, span: where ? span(where.start, where.end) : span(0, 0), variables: c.variables };
  }
  if (word === 'flags' || word === 'devices' || word === 'device') {
    c.at = c.tokens.length;
    return NOTHING;
  }
  return RULE;
}

function parseHook(c: Cursor): Command {
  c.at++;
  const type = c.expectName().text;
  if (!c.takeWord('hook')) throw c.problem(t('`hook` was expected here'));
  const hook = c.expectName().text;
  if (c.takeWord('device')) c.expectName();
  if (c.takeWord('devices')) {
    c.expectSign('=');
    parseValues(c);
  }
  if (!c.takeWord('priority')) throw c.problem(t('`priority` was expected here'));
  const negative = c.takeSign('-');
  const word = c.expectName();
  if (word.kind === 'variable') c.variables.push(word.text);
  const where = span(word.start, word.end);
  const priority: Expr = word.kind === 'variable' ? { kind: 'variable', name: word.text, span: where } : { kind: 'symbol', text: `${negative ? '-' : ''}${word.text}`, quoted: false, span: where };
  let offset = 0;
  if (c.isSign('+') || c.isSign('-')) {
    const sign = c.next().text === '+' ? 1 : -1;
    offset = sign * number(c);
  }
  return { kind: 'hook', type, hook, priority, offset, variables: c.variables };
}

function number(c: Cursor): number {
  const word = c.word();
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(word)) throw c.problem(t('a number was expected here'));
  c.at++;
  return Number(word);
}

function parseInSet(c: Cursor): Command {
  switch (c.word()) {
    case 'elements': {
      c.at++;
      c.expectSign('=');
      c.skipNewlines();
      if (!c.isSign('{')) {
        const value = parseValues(c);
        return { kind: 'elements', elements: [{ key: value, limited: false, span: value.span }], variables: c.variables };
      }
      const set = parseSet(c);
      return { kind: 'elements', elements: set.kind === 'set' ? set.elements : [], variables: c.variables };
    }
    case 'flags':
      c.at++;
      return { kind: 'flags', words: words(c) };
    case 'timeout':
      c.at = c.tokens.length;
      return { kind: 'timeout' };
    case 'type':
    case 'typeof':
    case 'gc-interval':
    case 'size':
    case 'policy':
    case 'auto-merge':
    case 'counter':
    case 'limit':
    case 'quota':
    case 'ct':
    case 'last':
    case 'comment':
      c.at = c.tokens.length;
      return NOTHING;
    default:
      throw c.problem(t('this is no property of a set'));
  }
}

function words(c: Cursor): string[] {
  const out = [c.expectName().text];
  while (c.takeSign(',')) out.push(c.expectName().text);
  return out;
}

function familyOf(c: Cursor): string {
  return FAMILIES.has(c.word()) ? c.next().text : 'ip';
}

function objectName(c: Cursor): ObjectName {
  const family = familyOf(c);
  const table = c.expectName().text;
  const name = c.expectName();
  return { family, table, name: name.text, span: span(name.start, name.end) };
}

function parseTop(c: Cursor, text: string): Command {
  const verb = c.takeWord('add', 'create', 'insert', 'delete', 'destroy', 'flush', 'replace', 'rename', 'reset', 'list', 'monitor', 'describe', 'export') ?? 'add';
  switch (verb) {
    case 'add':
    case 'create':
      return parseAdd(c, text);
    case 'insert':
      c.takeWord('rule');
      return parseAddRule(c, text, true);
    case 'delete':
    case 'destroy':
      return parseDelete(c, text);
    case 'flush':
      return parseFlush(c, text);
    case 'replace': {
      c.takeWord('rule');
      const target = objectName(c);
      c.at = c.tokens.length;
      return { kind: 'change-rule', target, length: text.length };
    }
    case 'rename': {
      c.takeWord('chain');
      const target = objectName(c);
      return { kind: 'rename-chain', target, to: c.expectName().text };
    }
    default:
      c.at = c.tokens.length;
      return NOTHING;
  }
}

function parseAdd(c: Cursor, text: string): Command {
  switch (c.word()) {
    case 'table':
      c.at++;
      return { kind: 'add-table', family: familyOf(c), table: c.expectName().text };
    case 'chain':
      c.at++;
      return { kind: 'add-chain', target: objectName(c), length: text.length };
    case 'set':
    case 'map':
      c.at++;
      return { kind: 'add-set', target: objectName(c), length: text.length };
    case 'element':
      return parseElements(c, 'add-elements');
    case 'counter':
    case 'quota':
    case 'limit':
    case 'ct':
    case 'flowtable':
    case 'secmark':
    case 'synproxy':
      c.at = c.tokens.length;
      return NOTHING;
    case 'rule':
      c.at++;
      return parseAddRule(c, text, false);
    default:
      throw c.problem(t('`{0}` is not known here', c.peek()?.text ?? ''));
  }
}

function parseAddRule(c: Cursor, text: string, insert: boolean): Command {
  const target = objectName(c);
  let index: number | undefined;
  let handle = false;
  if (c.takeWord('index')) index = number(c);
  else if (c.takeWord('handle', 'position')) {
    number(c);
    handle = true;
  }
  return { kind: 'add-rule', insert, target, index, handle, length: text.length };
}

function parseElements(c: Cursor, kind: 'add-elements' | 'delete-elements'): Command {
  c.at++;
  const target = objectName(c);
  const set = c.isSign('{') ? parseSet(c) : parseValues(c);
  return { kind, target, elements: set.kind === 'set' ? set.elements : [{ key: set, limited: false, span: set.span }], variables: c.variables };
}

function parseDelete(c: Cursor, text: string): Command {
  switch (c.word()) {
    case 'table':
      c.at++;
      if (c.takeWord('handle')) throw c.problem(t('a handle is known to the kernel only'));
      return { kind: 'delete-table', family: familyOf(c), table: c.expectName().text };
    case 'chain':
      c.at++;
      return { kind: 'delete-chain', target: objectName(c), length: text.length };
    case 'set':
    case 'map':
      c.at++;
      return { kind: 'delete-set', target: objectName(c), length: text.length };
    case 'element':
      return parseElements(c, 'delete-elements');
    case 'rule': {
      c.at++;
      const target = objectName(c);
      c.at = c.tokens.length;
      return { kind: 'change-rule', target, length: text.length };
    }
    default:
      c.at = c.tokens.length;
      return NOTHING;
  }
}

function parseFlush(c: Cursor, text: string): Command {
  switch (c.word()) {
    case 'ruleset':
      c.at++;
      return { kind: 'flush-ruleset', family: FAMILIES.has(c.word()) ? c.next().text : undefined };
    case 'table':
      c.at++;
      return { kind: 'flush-table', family: familyOf(c), table: c.expectName().text };
    case 'chain':
      c.at++;
      return { kind: 'flush-chain', target: objectName(c), length: text.length };
    case 'set':
    case 'map':
    case 'meter':
      c.at++;
      return { kind: 'flush-set', target: objectName(c), length: text.length };
    default:
      throw c.problem(t('`ruleset`, `table`, `chain`, `set` or `map` was expected here'));
  }
}

