/** Statements of a rule that are neither tests nor plain verdicts, and the values that they compute. Grammar: "STATEMENTS" of nft(8). */
import { t } from '@vscode/l10n';
import type { Family } from '../../core/addresses.ts';
import { PROTOCOL } from '../../core/packets.ts';
import type { Cursor } from './cursor.ts';
import { parsePrimary, takeOperator } from './expressions.ts';
import { parseSelector } from './selectors.ts';
import type { Computed, Lookup, Selector, Statement } from './syntax.ts';

const SEPARATORS = ['.', ',', '-', '/', ':'];

/** A value computed from the packet (`ip dscp << 2 | 0x10`, `ip saddr map { ... }`, `10.0.0.1:80-90`). */
export function parseComputed(c: Cursor): Computed {
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

export function skipToComment(c: Cursor): void {
  let depth = 0;
  for (let token = c.peek(); token; token = c.peek()) {
    if (token.kind === 'bad') throw c.problem(t('this string has no end'));
    if (token.kind === 'word' && token.text === 'comment' && depth === 0) return;
    if (token.kind === 'variable') c.variables.push(token.text);
    if (c.isSign('{')) depth++;
    if (c.isSign('}')) depth--;
    c.at++;
  }
}

/** Statements that are neither tests nor plain verdicts; undefined if the word begins none. */
export function parseAction(c: Cursor, word: string): Statement | undefined {
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
      if (c.takeWord('name')) return { kind: 'maybe', why: t('`quota` depends on what has passed'), computed: parseComputed(c), span: c.since(from) };
      c.takeWord('over', 'until');
      c.at += 1;
      if (/^[a-z]+$/.test(c.word())) c.at++;
      if (c.takeWord('used')) c.at += 2;
      return { kind: 'maybe', why: t('`quota` depends on what has passed'), span: c.since(from) };
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
      return translated(t('the rule changes the destination of the packet'));
    case 'tproxy':
      return translated(t('the rule hands the packet to a local proxy'));
    case 'synproxy':
      skipToComment(c);
      return { kind: 'verdict', verdict: { kind: 'unknown', why: t('`synproxy` answers in place of the server'), span: c.since(from) }, protocol: PROTOCOL.tcp };
    case 'fwd':
      skipToComment(c);
      return unknown(t('the rule sends the packet out of another interface'));
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
  const why = t('`limit` lets through only some packets');
  if (c.takeWord('name')) return { kind: 'maybe', why, computed: parseComputed(c), span: c.since(from) };
  if (!c.takeWord('rate')) throw c.problem(t('`rate` or `name` was expected here'));
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
    return { kind: 'maybe', why: t('`ct count` depends on the connections that are open'), span: c.since(from) };
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
  if (set?.kind !== 'reference') throw c.problem(t('a set was expected here'));
  c.at++;
  return parseMembers(c, set.text, from);
}

/** `set add ip saddr @name`, the form before nftables 0.8.4. */
function parseOldSetUpdate(c: Cursor): Statement {
  if (!c.takeWord('add', 'update', 'delete')) throw c.problem(t('`add`, `update` or `delete` was expected here'));
  const uses = parseComputedKey(c);
  const set = c.next();
  if (set.kind !== 'reference') throw c.problem(t('a set was expected here'));
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
  const computed = { uses, lookups: [] };
  return limited ? { kind: 'maybe', why: t('the rule counts per element and lets through only some packets'), computed, span: c.since(from) } : { kind: 'effect', computed, updates: set };
}

