/** Reads one rule: tests, statements and verdicts in a row. Grammar: "STATEMENTS" and "RULES" of nft(8). */
import { t } from '@vscode/l10n';
import type { Field } from '../../model/rule.ts';
import { parseAction, parseComputed, skipToComment } from './actions.ts';
import { Cursor, SyntaxProblem } from './cursor.ts';
import { parsePrimary, parseSet, parseValues, parseVerdict, takeOperator } from './expressions.ts';
import { fieldsOf } from './fields.ts';
import { parseSelector } from './selectors.ts';
import type { Expr, Nested, Relation, RuleSyntax, Selector, Statement } from './syntax.ts';

const RELATIONS: Readonly<Record<string, Relation>> = {
  '==': '==', '!=': '!=', '<': '<', '>': '>', '<=': '<=', '>=': '>=', '!': 'not', eq: '==', ne: '!=', lt: '<', gt: '>', le: '<=', ge: '>=', not: 'not',
};

/** Payload and metadata whose change alters what later rules see of the packet. */
const REWRITTEN = new Set(['address', 'port', 'protocol', 'flags', 'icmp', 'ethertype', 'nfproto', 'version4', 'version6', 'interface', 'fragment']);

/** Reads the rule that begins at the cursor. Never throws: what is not understood ends it as an `error` statement. `start` is where its text begins. */
export function parseFrom(c: Cursor, text: string, start: number): RuleSyntax {
  const statements: Statement[] = [];
  const fields: Field[] = [];
  let blocks = 0;
  let error: RuleSyntax['error'];
  try {
    while (!c.done) {
      c.skipNewlines();
      if (c.peek() === undefined || takeComment(c)) break;
      const last = statements.at(-1);
      if (last && isFinal(last)) throw c.problem(t('nothing can follow the verdict'));
      const before = c.at;
      const statement = parseStatement(c);
      statements.push(statement);
      fields.push(...fieldsOf(statement, c, before));
      if (statement.kind === 'verdict' && 'block' in statement.verdict) blocks++;
    }
    if (!c.done) throw c.problem(t('nothing can follow the comment'));
  } catch (problem) {
    if (!(problem instanceof SyntaxProblem)) throw problem;
    error = { message: problem.message, span: problem.span };
    statements.push({ kind: 'error', ...error });
  }
  return {
    start, length: text.length, statements, fields, nested: blocks > 0, variables: c.variables, sets: c.sets,
    updates: statements.flatMap((s) => (s.kind === 'effect' && s.updates !== undefined ? [s.updates] : [])),
    ...(error ? { error } : {}),
  };
}

function isFinal(s: Statement): boolean {
  return (s.kind === 'verdict' && s.verdict.kind !== 'continue' && s.verdict.kind !== 'unknown') || s.kind === 'translate';
}

function takeComment(c: Cursor): boolean {
  if (c.word() !== 'comment') return false;
  c.at++;
  c.expectName();
  return true;
}

function parseStatement(c: Cursor): Statement {
  const token = c.peek();
  if (token?.kind === 'word') {
    const verdict = parseVerdictStatement(c) ?? parseAction(c, token.text);
    if (verdict) return verdict;
  }
  if (token?.kind === 'bad') throw c.problem(t('this string has no end'));
  return parseTest(c);
}

function parseVerdictStatement(c: Cursor): Statement | undefined {
  const from = c.at;
  const word = c.word();
  if (word === 'queue') {
    skipToComment(c);
    return { kind: 'verdict', verdict: { kind: 'unknown', why: t('a program in user space decides queued packets'), span: c.since(from) } };
  }
  if ((word === 'jump' || word === 'goto') && c.isSign('{', 1)) {
    c.at++;
    const block = parseBlock(c);
    return { kind: 'verdict', verdict: { kind: word, block, span: c.since(from) } };
  }
  const verdict = parseVerdict(c);
  return verdict && { kind: 'verdict', verdict };
}

/** The statements between the braces of an anonymous chain. */
function parseBlock(c: Cursor): Nested[] {
  c.expectSign('{');
  c.enter();
  const out: Nested[] = [];
  for (;;) {
    while (c.peek()?.kind === 'newline' || c.isSign(';')) c.at++;
    const first = c.peek();
    if (!first || c.isSign('}')) break;
    let depth = 0;
    let end = first.end;
    for (let token = c.peek(); token; token = c.peek()) {
      if (token.kind === 'punctuation') {
        if (token.text === '{') depth++;
        else if (token.text === '}' && depth-- === 0) break;
        else if (token.text === ';' && depth === 0) break;
      } else if (token.kind === 'newline' && depth === 0) break;
      end = token.end;
      c.at++;
    }
    if (c.depth < 16) {
      const rule = nestedRule(c.text.slice(first.start, end), c.depth);
      c.variables.push(...rule.variables);
      c.sets.push(...rule.sets);
      out.push({ at: first.start, rule });
    } else throw c.problem(t('this is nested too deeply'));
  }
  c.leave();
  c.expectSign('}');
  return out;
}

function nestedRule(text: string, depth: number): RuleSyntax {
  const inner = new Cursor(text);
  inner.depth = depth;
  return parseFrom(inner, text, 0);
}

/** A test, a verdict map, or a statement that sets what its left side names. */
function parseTest(c: Cursor): Statement {
  const from = c.at;
  const first = parseSelector(c);
  if (!first) throw c.problem(c.done ? t('more was expected here') : t('`{0}` is not known here', c.peek()?.text ?? ''));
  if (c.word() === 'set') return parseAssignment(c, first, from);
  const left = [first];
  while (c.takeSign('.')) {
    const more = parseSelector(c) ?? constant(c);
    left.push(more);
  }
  let mask: Expr | undefined;
  let shifted = false;
  for (let operator = takeOperator(c); operator; operator = takeOperator(c)) {
    const value = parsePrimary(c);
    if (operator === '&' && !mask) mask = value;
    else shifted = true;
  }
  if (shifted) left[0] = { subject: { kind: 'opaque', why: t('this calculation is not in sight') }, span: first.span };
  if (c.takeWord('vmap')) {
    const right = c.isSign('{') ? parseSet(c) : parsePrimary(c);
    return { kind: 'vmap', left, mask, right, span: c.since(from) };
  }
  const relation = takeRelation(c);
  const right = parseValues(c);
  return { kind: 'match', left, mask, relation, right, span: c.since(from) };
}

/** A value among the fields of a concatenation. */
function constant(c: Cursor): Selector {
  const value = parsePrimary(c);
  return { subject: { kind: 'opaque', why: t('a constant in the test is not in sight') }, span: value.span };
}

function takeRelation(c: Cursor): Relation {
  const token = c.peek();
  if (token?.kind === 'punctuation' || token?.kind === 'word') {
    const relation = Object.hasOwn(RELATIONS, token.text) ? RELATIONS[token.text] : undefined;
    if (relation) {
      c.at++;
      return relation;
    }
  }
  return 'is';
}

function parseAssignment(c: Cursor, target: Selector, from: number): Statement {
  c.at++;
  const { uses, lookups } = parseComputed(c);
  const computed = { uses: isMetadata(target) ? uses : [target, ...uses], lookups };
  if (REWRITTEN.has(target.subject.kind)) return { kind: 'verdict', verdict: { kind: 'unknown', why: t('the rule rewrites the packet'), rewrites: true, span: c.since(from) }, computed };
  return { kind: 'effect', computed };
}

function isMetadata(s: Selector): boolean {
  return s.subject.kind === 'opaque' && s.subject.family === undefined && s.subject.protocol === undefined;
}
