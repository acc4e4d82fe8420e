/** A rule's statements as rules of the model. */
import { t } from '@vscode/l10n';
import { contains, single } from '../../core/intervals.ts';
import { STATE } from '../../core/packets.ts';
import { type Span, span } from '../../core/span.ts';
import { type Alternative, complementOf, conjoin } from '../../families/netfilter/matches.ts';
import { type Action, type Atom, MATCH_ALL, MATCH_NONE, type Match, type Rule, type Term } from '../../model/rule.ts';
import { type Environment, within } from './environment.ts';
import { dynamic, expires } from './values.ts';
import type { Computed, Element, Expr, Nested, RuleSyntax, Selector, Statement, Verdict } from './syntax.ts';
import { type TableFamily, relate, requirement, resolve, testValues } from './tests.ts';

/** What a rule of the text became. `translates`: an `accept` in it changes the source address. */
export interface Lowered {
  readonly rules: readonly Rule[];
  readonly translates: boolean;
  /** The anonymous chain that the last rule jumps to; its action names it `block`. */
  readonly block?: readonly Nested[];
}

/** Beyond this many terms a match is said to be unknown. */
const MOST_TERMS = 4096;
/** The same for what is left beside the elements of a set, which takes the square of the time. */
const MOST_LEFT = 1000;
/** Elements of concatenations in one rule. */
const MOST_TUPLES = 100_000;

export function lowerRule(syntax: RuleSyntax, env: Environment, table: TableFamily): Lowered {
  const lowered = new Lowering(syntax, env, table).run();
  return syntax.statements.some((s) => s.kind === 'untrack') ? withTracked(lowered, syntax, env, table) : lowered;
}

/** `notrack` ignores a packet that connection tracking has seen (net/netfilter/nft_ct.c, nft_notrack_eval): for such packets the rule is as if it were not there. */
function withTracked(lowered: Lowered, syntax: RuleSyntax, env: Environment, table: TableFamily): Lowered {
  const { rules } = new Lowering({ ...syntax, statements: syntax.statements.filter((s) => s.kind !== 'untrack') }, env, table).run();
  let next = 0;
  return { ...lowered, rules: lowered.rules.map((rule) => ({ ...rule, tracked: rule.action.kind === 'untrack' ? MATCH_NONE : rules[next++]?.match ?? MATCH_NONE })) };
}

class Lowering {
  private match: Match = MATCH_ALL;
  private readonly rules: Rule[] = [];
  private translates = false;
  private block: readonly Nested[] | undefined;
  private tuples = 0;

  constructor(private readonly syntax: RuleSyntax, private readonly env: Environment, private readonly table: TableFamily) {}

  run(): Lowered {
    for (const statement of this.syntax.statements) this.add(statement);
    if (this.rules.length === 0 || this.rules.every((r) => r.action.kind === 'untrack')) this.emit({ kind: 'continue' });
    return { rules: this.rules, translates: this.translates, ...(this.block ? { block: this.block } : {}) };
  }

  private add(statement: Statement): void {
    switch (statement.kind) {
      case 'match':
        this.require(statement.left);
        this.and(this.testOf(statement));
        return;
      case 'vmap':
        this.require(statement.left);
        this.addVerdictMap(statement);
        return;
      case 'maybe':
        this.compute(statement.computed);
        this.and(unknown(statement.why, statement.span));
        return;
      case 'effect':
        this.compute(statement.computed);
        return;
      case 'untrack':
        this.emit({ kind: 'untrack' });
        this.match = this.match.map((t) => untrackedBy(t, span(this.syntax.start, this.syntax.length)));
        return;
      case 'translate':
        if (statement.family) this.and([{ family: statement.family }]);
        this.compute(statement.computed);
        this.translates = true;
        this.emit({ kind: 'accept' });
        return;
      case 'error':
        this.and(unknown(statement.message, statement.span));
        this.emit({ kind: 'unknown', why: statement.message });
        return;
      case 'verdict':
        if (statement.family) this.and([{ family: statement.family }]);
        if (statement.protocol !== undefined) this.and([{ protocol: single(statement.protocol) }]);
        this.compute(statement.computed);
        if ('block' in statement.verdict) this.block = statement.verdict.block;
        this.emit(this.actionOf(statement.verdict, this.env));
        return;
    }
  }

  private emit(action: Action): void {
    const { start, length, fields } = this.syntax;
    this.rules.push({ span: span(start, length), match: this.match, action, fields });
  }

  private and(match: Match): void {
    if (this.match.length * match.length > MOST_TERMS) this.match = unknown(t('the rule has too many combinations'), span(this.syntax.start, this.syntax.length));
    else this.match = conjoin(this.match, match);
  }

  private require(selectors: readonly Selector[]): void {
    for (const { subject } of selectors) this.and(requirement(subject, this.table));
  }

  /** A map that has no element for the packet ends the rule (net/netfilter/nft_lookup.c). */
  private compute(computed: Computed | undefined): void {
    if (!computed) return;
    this.require(computed.uses);
    for (const { left, right } of computed.lookups) this.and(this.testOf({ kind: 'match', left, relation: 'is', right, span: right.span }));
  }

  private testOf({ left, mask, relation, right }: Statement & { kind: 'match' }): Match {
    const [only] = left;
    if (left.length === 1 && only) return relate(only, mask, relation, right, this.env);
    const tuples = this.tuplesOf(left, right, this.env);
    if (!tuples || (relation !== 'is' && relation !== '==' && relation !== '!=')) return unknown(t('this concatenation is not understood'), right.span);
    if (relation !== '!=') return tuples.flatMap((t) => t.match);
    return complementOf(tuples, MOST_LEFT) ?? unknown(t('the rule has too many combinations'), right.span);
  }

  /** The elements of a set of concatenations; undefined if the value is no such set. */
  private tuplesOf(left: readonly Selector[], right: Expr, env: Environment, depth = 0): Alternative[] | undefined {
    const { expr, env: inner } = resolve(right, env);
    const where = right.span;
    if (depth > 40) return undefined;
    if (expr.kind === 'reference') return this.tuplesOfNamed(left, expr.name, where, inner);
    if (expr.kind !== 'set') return undefined;
    const out: Alternative[] = [];
    for (const { keys, limited } of mergeTuples(left, expr.elements)) {
      if (this.tuples > MOST_TUPLES) return [doubt(t('the rule has too many combinations'), where)];
      out.push(...this.tupleOf(left, keys, limited, where, inner, depth));
    }
    return out;
  }

  private tuplesOfNamed(left: readonly Selector[], name: string, where: Span, env: Environment): Alternative[] {
    const set = env.set(name);
    if (!set) return [doubt(t('the set @{0} is not in this file', name), where)];
    if (set.dynamic) return [doubt(dynamic(), where)];
    if (set.changes.some((c) => c.remove)) return [doubt(t('elements were deleted from this set of concatenations'), where)];
    return set.changes.flatMap((c) => mergeTuples(left, c.elements).flatMap((e) => this.tupleOf(left, e.keys, e.limited || set.expiring, where, within(c.variables), 0)));
  }

  private tupleOf(left: readonly Selector[], keys: readonly (readonly Expr[])[], limited: boolean, where: Span, env: Environment, depth: number): Alternative[] {
    this.tuples++;
    const [key] = keys[0] ?? [];
    if (keys.length === 1 && key) {
      if (key.kind === 'any') return [{ match: MATCH_ALL, complement: MATCH_NONE }];
      const { expr, env: inner } = resolve(key, env);
      if (expr.kind === 'set') return this.tuplesOf(left, expr, inner, depth + 1) ?? [doubt(t('this is no concatenation'), where)];
      if (expr.kind === 'concat') return this.tupleOf(left, expr.parts.map((p) => [p]), limited, where, inner, depth + 1);
    }
    if (keys.length !== left.length) return [doubt(t('the number of fields differs'), where)];
    let match: Match = MATCH_ALL;
    let complement: Term[] = [];
    for (const [i, { subject }] of left.entries()) {
      const values = keys[i] as readonly Expr[];
      const test: Alternative = subject.kind === 'opaque' ? doubt(subject.why, where) : testValues(subject, values, where, env);
      complement = [...complement, ...conjoin(match, test.complement)];
      match = conjoin(match, test.match);
    }
    return [limited ? { match: conjoin(match, unknown(expires(), where)), complement: [...complement, ...conjoin(match, unknown(expires(), where))] } : { match, complement }];
  }

  /** The keys of a map are disjoint, so each verdict becomes a rule of its own; `*` takes what no other key does (nft(8), "VERDICT MAPS", "catch-all"). */
  private addVerdictMap(statement: Statement & { kind: 'vmap' }): void {
    const before = this.match;
    const { left, mask, right } = statement;
    const groups = this.groupsOf(right, this.env);
    if (!groups || mask) {
      this.and(unknown(mask ? t('this mask is not understood') : right.kind === 'reference' ? t('the map @{0} is not in this file', right.name) : t('the map is not in this file'), right.span));
      this.emit({ kind: 'unknown', why: t('the verdict map is not in sight') });
      return;
    }
    const tests = groups.map((g) => ({ ...g, tests: g.catchAll ? [] : this.keyTests(left, g) }));
    const all = tests.flatMap((g) => g.tests);
    let goesOn: Match = MATCH_NONE;
    for (const group of tests) {
      const keys = group.catchAll ? complementOf(all, MOST_LEFT) ?? unknown(t('the map has too many combinations'), right.span) : group.tests.flatMap((t) => t.match);
      this.match = before;
      this.and(keys);
      if (group.verdict.kind === 'continue') goesOn = [...goesOn, ...this.match];
      else this.emit(this.actionOf(group.verdict, group.env));
    }
    this.match = goesOn;
  }

  private keyTests(left: readonly Selector[], group: Group): Alternative[] {
    const [only] = left;
    if (left.length > 1) return mergeTuples(left, group.elements).flatMap((e) => this.tupleOf(left, e.keys, e.limited || group.expiring, group.where, group.env, 0));
    if (!only) return [];
    if (only.subject.kind === 'opaque') return [doubt(only.subject.why, group.where)];
    const set: Expr = { kind: 'set', elements: group.expiring ? group.elements.map((e) => ({ ...e, limited: true })) : group.elements, span: group.where };
    return [testValues(only.subject, [set], group.where, group.env)];
  }

  /** The elements of a verdict map by verdict; undefined if the map is not in sight. */
  private groupsOf(right: Expr, outer: Environment): Group[] | undefined {
    const { expr, env } = resolve(right, outer);
    const out = new Map<string, Group>();
    const add = (elements: readonly Element[], where: Environment, expiring: boolean): void => {
      for (const e of elements) {
        if (!e.verdict) continue;
        const catchAll = e.key.kind === 'any';
        const key = `${String(catchAll)} ${verdictKey(e.verdict)}`;
        const group = out.get(key);
        if (group && group.env === where) (group.elements as Element[]).push(e);
        else out.set(group ? `${key} ${String(out.size)}` : key, { verdict: e.verdict, elements: [e], env: where, catchAll, expiring, where: right.span });
      }
    };
    if (expr.kind === 'set') add(expr.elements, env, false);
    else if (expr.kind === 'reference') {
      const map = env.set(expr.name);
      if (!map || map.dynamic || map.changes.some((c) => c.remove)) return undefined;
      for (const change of map.changes) add(change.elements, within(change.variables), map.expiring);
    } else return undefined;
    return [...out.values()];
  }

  private actionOf(verdict: Verdict, env: Environment): Action {
    switch (verdict.kind) {
      case 'unknown':
        return { kind: 'unknown', why: verdict.why, ...(verdict.rewrites ? { rewrites: true } : {}) };
      case 'jump':
      case 'goto': {
        if ('block' in verdict) return { kind: verdict.kind, chain: 'block' };
        const { expr } = resolve(verdict.chain, env);
        if (expr.kind === 'symbol') return { kind: verdict.kind, chain: expr.text };
        return { kind: 'unknown', why: expr.kind === 'variable' ? t('the chain ${0} is not known', expr.name) : t('the chain is not known') };
      }
      default:
        return { kind: verdict.kind };
    }
  }
}

/** After `notrack`. A state that the rule asked for before is no longer seen: whether the packet had it or was untracked all along is not told. */
function untrackedBy(term: Term, where: Span): Term {
  const [doubtful] = term.state && !contains(term.state, STATE.untracked) ? unknown(t('the packet may have been untracked before'), where) : [];
  return { ...term, state: single(STATE.untracked), ...(doubtful ? { atoms: [...(term.atoms ?? []), ...(doubtful.atoms ?? [])] } : {}) };
}

interface Group {
  readonly verdict: Verdict;
  readonly elements: readonly Element[];
  readonly env: Environment;
  readonly catchAll: boolean;
  readonly expiring: boolean;
  readonly where: Span;
}

function verdictKey(v: Verdict): string {
  return v.kind === 'jump' || v.kind === 'goto' ? `${v.kind} ${'chain' in v && v.chain.kind === 'symbol' ? v.chain.text : JSON.stringify(v)}` : v.kind;
}

function unknown(why: string, where: Span): Match {
  const atom: Atom = { kind: 'unknown', why, span: where };
  return [{ atoms: [atom] }];
}

function doubt(why: string, where: Span): Alternative {
  return { match: unknown(why, where), complement: unknown(why, where) };
}

interface Tuple {
  /** Alternatives per field; a single field that holds the whole element if it was not written as a concatenation. */
  readonly keys: readonly (readonly Expr[])[];
  readonly limited: boolean;
}

/** Elements that differ in one field only, the first or the last, become one: the same set in fewer terms. */
function mergeTuples(left: readonly Selector[], elements: readonly Element[]): Tuple[] {
  const plain: Tuple[] = elements.map((e) => ({ keys: e.key.kind === 'concat' ? e.key.parts.map((p) => [p]) : [[e.key]], limited: e.limited }));
  return mergeOn(mergeOn(plain, 0, left.length), left.length - 1, left.length);
}

function mergeOn(tuples: readonly Tuple[], field: number, fields: number): Tuple[] {
  const out = new Map<string, { keys: Expr[][]; limited: boolean }>();
  for (const [i, { keys, limited }] of tuples.entries()) {
    const rest = keys.length === fields && fields > 1 ? keys.flatMap((k, f) => (f === field ? [] : [k.map(spell).join('|')])).join(' . ') : `alone ${String(i)}`;
    const key = `${String(limited)} ${rest}`;
    const group = out.get(key);
    if (group) for (const k of keys[field] ?? []) group.keys[field]?.push(k);
    else out.set(key, { keys: keys.map((k) => [...k]), limited });
  }
  return [...out.values()];
}

function spell(e: Expr): string {
  switch (e.kind) {
    case 'symbol':
      return e.text;
    case 'variable':
    case 'reference':
      return `${e.kind} ${e.name}`;
    case 'range':
      return `${spell(e.from)}-${spell(e.to)}`;
    case 'prefix':
      return `${spell(e.base)}/${String(e.length)}`;
    default:
      return JSON.stringify(e);
  }
}
