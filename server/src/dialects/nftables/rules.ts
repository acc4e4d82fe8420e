/** Reads one rule: tests, statements and verdicts in a row. Grammar: "STATEMENTS" and "RULES" of nft(8). */
import type { Family } from '../../core/addresses.ts';
import { PROTOCOL } from '../../core/packets.ts';
import type { Field } from '../../model/rule.ts';
import { Cursor, SyntaxProblem } from './cursor.ts';
import { parsePrimary, parseSet, parseValues, parseVerdict, takeOperator } from './expressions.ts';
import { fieldsOf } from './fields.ts';
import { parseSelector } from './selectors.ts';
import type { Computed, Expr, Lookup, Nested, Relation, RuleSyntax, Selector, Statement } from './syntax.ts';

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
      if (last && isFinal(last)) throw c.problem('nothing can follow the verdict');
      const before = c.at;
      const statement = parseStatement(c);
      statements.push(statement);
      fields.push(...fieldsOf(statement, c, before));
      if (statement.kind === 'verdict' && 'block' in statement.verdict) blocks++;
    }
    if (!c.done) throw c.problem('nothing can follow the comment');
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
  if (token?.kind === 'bad') throw c.problem('this string has no end');
  return parseTest(c);
}

function parseVerdictStatement(c: Cursor): Statement | undefined {
  const from = c.at;
  const word = c.word();
  if (word === 'queue') {
    skipToComment(c);
    return { kind: 'verdict', verdict: { kind: 'unknown', why: 'a program in user space decides queued packets', span: c.since(from) } };
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
    } else throw c.problem('this is nested too deeply');
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
  if (!first) throw c.problem(c.done ? 'more was expected here' : `\`${c.peek()?.text ?? ''}\` is not known here`);
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
  if (shifted) left[0] = { subject: { kind: 'opaque', what: 'this calculation' }, span: first.span };
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
  return { subject: { kind: 'opaque', what: 'a constant in the test' }, span: value.span };
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
  if (REWRITTEN.has(target.subject.kind)) return { kind: 'verdict', verdict: { kind: 'unknown', why: 'the rule rewrites the packet', rewrites: true, span: c.since(from) }, computed };
  return { kind: 'effect', computed };
}

function isMetadata(s: Selector): boolean {
  return s.subject.kind === 'opaque' && s.subject.family === undefined && s.subject.protocol === undefined;
}

const SEPARATORS = ['.', ',', '-', '/', ':'];

/** A value computed from the packet (`ip dscp << 2 | 0x10`, `ip saddr map { ... }`, `10.0.0.1:80-90`). */
function parseComputed(c: Cursor): Computed {
  const uses: Selector[] = [];
  const lookups: Lookup[] = [];
  let key: Selector[] = [];
  for (;;) {
    c.takeSign(':');
    const bracketed = c.takeSign('[');
    if (c.takeSign('(')) {
      c.enter();
      const inner = parseComputed(c);
      uses.push(...inner.uses);
      lookups.push(...inner.lookups);
      c.leave();
      c.expectSign(')');
    } else {
      const selector = parseSelector(c);
      if (selector) key.push(selector);
      else parsePrimary(c);
    }
    if (bracketed) c.expectSign(']');
    if (c.takeWord('map')) {
      uses.push(...key);
      lookups.push({ left: key, right: parsePrimary(c) });
      key = [];
    }
    if (c.takeSign('.')) continue;
    uses.push(...key);
    key = [];
    if (!takeOperator(c) && !SEPARATORS.some((sign) => c.takeSign(sign))) return { uses, lookups };
  }
}

/** `[ip|ip6] [prefix|interval] [to] [ADDRESS][:PORT] [FLAGS]` of the address-translating statements. */
function parseTranslation(c: Cursor): { family: Family | undefined; computed: Computed } {
  c.at++;
  const family = familyWord(c);
  c.takeWord('prefix', 'interval');
  c.takeWord('to');
  const flags = ['random', 'fully-random', 'persistent', 'netmap', 'comment'];
  const computed = c.done || flags.includes(c.word()) || c.isSign('}') ? NOTHING_READ : parseComputed(c);
  if (c.takeWord('random', 'fully-random', 'persistent', 'netmap')) while (c.takeSign(',')) c.next();
  return { family, computed };
}

const NOTHING_READ: Computed = { uses: [], lookups: [] };

function skipToComment(c: Cursor): void {
  let depth = 0;
  for (let token = c.peek(); token; token = c.peek()) {
    if (token.kind === 'bad') throw c.problem('this string has no end');
    if (token.kind === 'word' && token.text === 'comment' && depth === 0) return;
    if (token.kind === 'variable') c.variables.push(token.text);
    if (c.isSign('{')) depth++;
    if (c.isSign('}')) depth--;
    c.at++;
  }
}

/** Statements that are neither tests nor plain verdicts; undefined if the word begins none. */
function parseAction(c: Cursor, word: string): Statement | undefined {
  const from = c.at;
  const unknown = (why: string): Statement => ({ kind: 'verdict', verdict: { kind: 'unknown', why, span: c.since(from) } });
  const NOTHING: Statement = { kind: 'effect' };
  const translated = (why: string): Statement => {
    const { family, computed } = parseTranslation(c);
    return { kind: 'verdict', verdict: { kind: 'unknown', why, rewrites: true, span: c.since(from) }, family, computed };
  };
  switch (word) {
    case 'counter':
      c.at++;
      if (c.takeWord('name')) return { kind: 'effect', computed: parseComputed(c) };
      if (c.takeWord('packets')) c.next();
      if (c.takeWord('bytes')) c.next();
      return NOTHING;
    case 'log':
      c.at++;
      while (c.takeWord('prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags')) {
        c.next();
        while (c.takeSign(',')) c.next();
        if (c.word(-1) === 'tcp' || c.word(-1) === 'ip') {
          c.next();
          while (c.takeSign(',')) c.next();
        }
      }
      return NOTHING;
    case 'limit':
      return parseLimit(c);
    case 'quota':
      c.at++;
      if (c.takeWord('name')) return { kind: 'maybe', why: '`quota` depends on what has passed', computed: parseComputed(c), span: c.since(from) };
      c.takeWord('over', 'until');
      c.at += 1;
      if (/^[a-z]+$/.test(c.word())) c.at++;
      if (c.takeWord('used')) c.at += 2;
      return { kind: 'maybe', why: '`quota` depends on what has passed', span: c.since(from) };
    case 'ct':
      return parseCt(c);
    case 'reject':
      return parseReject(c);
    case 'notrack':
      c.at++;
      return { kind: 'untrack' };
    case 'snat':
    case 'masquerade': {
      const { family, computed } = parseTranslation(c);
      return { kind: 'translate', family, computed, span: c.since(from) };
    }
    case 'dnat':
    case 'redirect':
      return translated('the rule changes the destination of the packet');
    case 'tproxy':
      return translated('the rule hands the packet to a local proxy');
    case 'synproxy':
      skipToComment(c);
      return { kind: 'verdict', verdict: { kind: 'unknown', why: '`synproxy` answers in place of the server', span: c.since(from) }, protocol: PROTOCOL.tcp };
    case 'fwd':
      skipToComment(c);
      return unknown('the rule sends the packet out of another interface');
    case 'dup': {
      c.at++;
      c.takeWord('to');
      const computed = parseComputed(c);
      if (c.takeWord('device')) c.next();
      return { kind: 'effect', computed };
    }
    case 'flow':
      c.at += 2;
      c.next();
      return NOTHING;
    case 'last':
      c.at++;
      if (c.takeWord('used')) c.next();
      return NOTHING;
    case 'reset':
      c.at += 4;
      return NOTHING;
    case 'add':
    case 'update':
    case 'delete':
      return parseSetUpdate(c);
    case 'set':
      c.at++;
      return parseOldSetUpdate(c);
    case 'meter': {
      c.at += 2;
      if (c.takeWord('size')) c.next();
      return parseMembers(c, undefined, from);
    }
    case 'nftrace':
      return undefined;
    default:
      return undefined;
  }
}

function familyWord(c: Cursor): Family | undefined {
  const word = c.takeWord('ip', 'ip6');
  return word === undefined ? undefined : word === 'ip' ? 4 : 6;
}

function parseLimit(c: Cursor): Statement {
  const from = c.at;
  c.at++;
  const why = '`limit` lets through only some packets';
  if (c.takeWord('name')) return { kind: 'maybe', why, computed: parseComputed(c), span: c.since(from) };
  if (!c.takeWord('rate')) throw c.problem('`rate` or `name` was expected here');
  c.takeWord('over');
  c.next();
  if (c.isSign('/')) c.at += 2;
  else if (c.word().includes('/')) c.at++;
  else {
    c.next();
    c.expectSign('/');
    c.next();
  }
  if (c.takeWord('burst')) {
    c.next();
    c.takeWord('packets', 'bytes', 'kbytes', 'mbytes', 'gbytes');
  }
  return { kind: 'maybe', why, span: c.since(from) };
}

/** `ct count`; assignments to connection-tracking fields are read as tests with `set`. */
function parseCt(c: Cursor): Statement | undefined {
  const from = c.at;
  const key = c.word(1);
  if (key === 'count') {
    c.at += 2;
    c.takeWord('over');
    c.next();
    return { kind: 'maybe', why: '`ct count` depends on the connections that are open', span: c.since(from) };
  }
  if ((key === 'timeout' || key === 'expectation') && c.word(2) === 'set') {
    c.at += 3;
    return { kind: 'effect', computed: parseComputed(c) };
  }
  return undefined;
}

/** A reset needs TCP and an ICMP error its family: nft adds that test itself (`nft --debug=netlink`). */
function parseReject(c: Cursor): Statement {
  const from = c.at;
  c.at++;
  let family: Family | undefined;
  let protocol: number | undefined;
  if (c.takeWord('with')) {
    const kind = c.next().text;
    c.takeWord('type');
    c.next();
    if (kind === 'tcp') protocol = PROTOCOL.tcp;
    else if (kind === 'icmp') family = 4;
    else if (kind === 'icmpv6') family = 6;
  }
  return { kind: 'verdict', verdict: { kind: 'reject', span: c.since(from) }, family, protocol };
}

function parseSetUpdate(c: Cursor): Statement {
  const from = c.at;
  c.at++;
  const set = c.peek();
  if (set?.kind !== 'reference') throw c.problem('a set was expected here');
  c.at++;
  return parseMembers(c, set.text, from);
}

/** `set add ip saddr @name`, the form before nftables 0.8.4. */
function parseOldSetUpdate(c: Cursor): Statement {
  if (!c.takeWord('add', 'update', 'delete')) throw c.problem('`add`, `update` or `delete` was expected here');
  const uses = parseComputedKey(c);
  const set = c.next();
  if (set.kind !== 'reference') throw c.problem('a set was expected here');
  return { kind: 'effect', computed: { uses, lookups: [] }, updates: set.text };
}

function parseComputedKey(c: Cursor): Selector[] {
  const uses: Selector[] = [];
  do {
    const selector = parseSelector(c);
    if (selector) uses.push(selector);
    else parsePrimary(c);
    if (takeOperator(c)) parsePrimary(c);
  } while (c.takeSign('.'));
  return uses;
}

/** `{ key [options] [: data] [statements] }` of a set that the rule keeps. */
function parseMembers(c: Cursor, set: string | undefined, from: number): Statement {
  c.expectSign('{');
  const uses = parseComputedKey(c);
  let limited = false;
  let depth = 0;
  for (let token = c.peek(); token; token = c.peek()) {
    if (c.isSign('{')) depth++;
    if (c.isSign('}') && depth-- === 0) break;
    const word = c.word();
    limited ||= depth === 0 && (word === 'limit' || word === 'quota' || (word === 'ct' && c.word(1) === 'count'));
    c.at++;
  }
  c.expectSign('}');
  const why = 'the rule counts per element and lets through only some packets';
  const computed = { uses, lookups: [] };
  return limited ? { kind: 'maybe', why, computed, span: c.since(from) } : { kind: 'effect', computed, updates: set };
}

