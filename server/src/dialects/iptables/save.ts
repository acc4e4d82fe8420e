/**
 * The format of iptables-save: sections of tables, each with chains, rules and COMMIT.
 * Source: iptables-save(8), iptables-restore(8); without `--noflush` a section replaces its table (iptables/iptables-restore.c).
 */
import { t } from '@vscode/l10n';
import type { Family } from '../../core/addresses.ts';
import { type Span, span } from '../../core/span.ts';
import { type Likeness, Shapes } from '../../families/netfilter/shapes.ts';
import type { Block, Comment } from '../../model/reading.ts';
import { policyKey } from './policies.ts';
import { type Place, Ruleset, type TableState } from './ruleset.ts';
import { type Statement, StatementReader } from './statement.ts';
import { builtIn, isTable } from './tables.ts';
import { type SplitLine, type Word, splitWords } from './words.ts';
import type { RuleContext } from './draft.ts';

/** What one line says, wherever it stands in its section. */
export type SaveLine =
  | { readonly kind: 'table' | 'comment'; readonly name: Word }
  | { readonly kind: 'commit' }
  | { readonly kind: 'chain'; readonly name: Word; readonly policy?: Word }
  | { readonly kind: 'statement'; readonly statement: Statement };

/** Lines of one table that were read before, by text, and those that are put there only when there is another reading: many texts are read but once. */
class Section {
  readonly lines = new Map<string, { readonly line: SaveLine; reading: number }>();
  private readonly shapes: Shapes<Sample>;
  private later: Statement[] = [];

  constructor({ family, table }: RuleContext) {
    this.shapes = new Shapes((text) => singleRule(readLine(text, { family, table })));
  }

  /** A line that is like others before. */
  alike(text: string, context: RuleContext): SaveLine | undefined {
    const made = context.sets ? undefined : this.shapes.get(text, 0, text.length);
    if (!made) return undefined;
    const { operation, chain, number, value, problems, only } = made.rest;
    const statement: Statement = { operation, chain, number, value, rules: [made.rule], problems, only, source: { text, first: 0, context } };
    this.later.push(statement);
    return { kind: 'statement', statement };
  }

  /** @returns how many lines of the reading were left to be put in place. */
  settle(reading: number): number {
    const { later } = this;
    for (const statement of later) this.lines.set(statement.source.text, { line: { kind: 'statement', statement }, reading });
    this.later = [];
    return later.length;
  }
}

/** Lines that were read before, by family, table and text; those that the last reading had no use for are dropped in time. */
export class LineCache {
  private readonly sections = new Map<string, Section>();
  private reading = 0;
  private used = 0;

  /** Begins a reading. */
  turn(): void {
    let size = 0;
    for (const section of this.sections.values()) {
      this.used += section.settle(this.reading);
      size += section.lines.size;
    }
    if (size > 2 * this.used + 100) {
      for (const { lines } of this.sections.values()) for (const [text, cached] of lines) if (cached.reading !== this.reading) lines.delete(text);
    }
    this.reading++;
    this.used = 0;
  }

  /** A look-up for lines of one context. */
  section(context: RuleContext, key: string): (text: string) => SaveLine {
    let known = this.sections.get(key);
    if (!known) this.sections.set(key, (known = new Section(context)));
    const section = known;
    const first = this.reading <= 1;
    return (text) => {
      let cached = first ? undefined : section.lines.get(text);
      if (!cached) {
        // A slice would keep the whole document of its reading alive.
        const own = first ? text : ` ${text}`.slice(1);
        const alike = section.alike(own, context);
        if (alike) return alike;
        cached = section.lines.get(own);
        if (!cached) section.lines.set(own, (cached = { line: readLine(own, context), reading: 0 }));
      }
      if (cached.reading !== this.reading) {
        cached.reading = this.reading;
        this.used++;
      }
      return cached.line;
    };
  }
}

type Sample = Omit<Statement, 'rules' | 'source'>;

/** A line with nothing but one rule. */
function singleRule(line: SaveLine): Likeness<Sample> | undefined {
  if (line.kind !== 'statement' || line.statement.source.first !== 0) return undefined;
  const { operation, chain, number, value, rules, problems, only } = line.statement;
  const [rule] = rules;
  return rule && rules.length === 1 && problems.length === 0 ? { rule, rest: { operation, chain, number, value, problems, only } } : undefined;
}

const COUNTERS = /^\[\d+:\d+\][ \t]*/;

function readLine(text: string, context: RuleContext, expand?: (word: Word) => Word): SaveLine {
  const first = text.charAt(0);
  if (first === '#') return { kind: 'comment', name: { text: text.slice(1), start: 1, end: text.length } };
  const counters = first === '[' ? (COUNTERS.exec(text)?.[0].length ?? 0) : 0;
  const plain = splitWords(text);
  const split = expand ? { ...plain, words: plain.words.map(expand) } : plain;
  const [head, second] = split.words as [Word, Word?];
  if (first === '*') return { kind: 'table', name: { text: head.text.slice(1), start: 1, end: head.end } };
  if (text === 'COMMIT') return { kind: 'commit' };
  if (first === ':' && head.text.length > 1) return { kind: 'chain', name: { text: head.text.slice(1), start: 1, end: head.end }, ...(second ? { policy: second } : {}) };
  return { kind: 'statement', statement: statementOf(split, text, context, counters > 0 ? 1 : 0, expand ? split.words : undefined) };
}

function statementOf({ words, openQuote }: SplitLine, text: string, context: RuleContext, first: number, given: readonly Word[] | undefined): Statement {
  const statement = new StatementReader(words, { text, first, context, words: given }).read();
  if (openQuote === undefined) return statement;
  const why = t('the quote is not closed');
  return {
    ...statement,
    problems: [...statement.problems, { span: span(openQuote, text.length), message: why }],
    rules: statement.rules.map((rule) => ({ ...rule, match: rule.match.map((t) => ({ ...t, atoms: [...(t.atoms ?? []), { kind: 'unknown', why, span: span(openQuote, text.length) }] })), action: { kind: 'unknown', why } })),
  };
}

export interface SaveOptions {
  /** Offset of `text` in its document. */
  readonly offset: number;
  readonly family: Family;
  /** Sections add to their tables instead of replacing them (`--noflush`). */
  readonly keep: boolean;
  readonly context: (family: Family, table: string) => RuleContext;
  readonly cacheKey: string;
  readonly condition?: string;
  readonly uri?: string;
  readonly shown?: Span;
  /** Gives a word its value where the text stands in a script that expands it. */
  readonly expand?: (word: Word) => Word;
}

const GENERATED = /^\s*Generated (?:by|with) (ip6?tables)/;

/** Reads save format into the rule set; blocks of sections and comments go into the given lists. */
export function readSave(text: string, ruleset: Ruleset, cache: LineCache, options: SaveOptions, blocks: Block[], comments: Comment[]): void {
  const { offset } = options;
  let family = options.family;
  let section: { table: TableState; start: number; name: Span; lookup: (text: string) => SaveLine } | undefined;
  let outside = cache.section(options.context(family, ''), `${options.cacheKey} ${family}`);
  const close = (end: number): void => {
    if (!section) return;
    const { table, start, name } = section;
    const names = [...table.chains.values()].filter((c) => c.builtIn).map((c) => policyKey(table, c.name));
    blocks.push({ span: span(offset + start, offset + end), kind: 'container', policies: names, name });
    section = undefined;
  };
  const problem = (at: Span, message: string): void => { if (options.uri === undefined) ruleset.problem(offset + at.start, offset + at.end, message); };
  for (let lineStart = 0, end; lineStart < text.length; lineStart = end + 1) {
    const feed = text.indexOf('\n', lineStart);
    end = feed < 0 ? text.length : feed;
    const { from, to } = trimmed(text, lineStart, end);
    if (from === to) continue;
    const content = text.slice(from, to);
    const line = options.expand && content.includes('$') ? readLine(content, options.context(family, section?.table.name ?? ''), options.expand) : (section?.lookup ?? outside)(content);
    const whole = span(from, to);
    switch (line.kind) {
      case 'comment': {
        comments.push({ span: span(offset + from + 1, offset + to), text: line.name.text });
        const generated = GENERATED.exec(line.name.text);
        if (generated && !section) {
          family = generated[1] === 'ip6tables' ? 6 : 4;
          outside = cache.section(options.context(family, ''), `${options.cacheKey} ${family}`);
        }
        break;
      }
      case 'table': {
        if (section) problem(whole, t('COMMIT is missing before this table'));
        close(lineStart);
        const { text: name } = line.name;
        if (!isTable(name)) {
          problem(whole, t('`{0}` is no table of iptables', name));
          break;
        }
        const table = ruleset.table(family, name);
        if (!options.keep && options.condition === undefined) ruleset.clear(table);
        section = { table, start: lineStart, name: span(offset + from + 1, offset + from + line.name.end), lookup: cache.section(options.context(family, name), `${options.cacheKey} ${family} ${name}`) };
        break;
      }
      case 'commit':
        if (!section) problem(whole, t('COMMIT stands outside a table'));
        close(to);
        break;
      default: {
        if (!section) {
          problem(whole, t('the line stands outside a table'));
          break;
        }
        const place: Place = { at: offset + from, end: offset + to, lineStart: offset + lineStart, condition: options.condition, uri: options.uri, shown: options.shown };
        if (line.kind === 'chain') declare(ruleset, section.table, line, place);
        else if (line.statement.only === undefined || line.statement.only === family) run(ruleset, section.table, line.statement, place);
      }
    }
  }
  if (section) problem(span(section.start, section.start + 1), t('COMMIT is missing at the end of this table'));
  close(text.length);
}

function declare(ruleset: Ruleset, table: TableState, line: SaveLine & { kind: 'chain' }, place: Place): void {
  const { name, policy } = line;
  const header = span(place.at + name.start, place.at + name.end);
  const standard = builtIn(table.name, name.text);
  const old = table.chains.get(name.text);
  if (old && !standard) ruleset.flush(old);
  const chain = ruleset.chain(table, name.text, header, place) ?? ruleset.create(table, name.text, header, place);
  if (!policy) ruleset.problem(header.start, header.end, t('the chain {0} has no policy', name.text));
  else if (policy.text !== '-') ruleset.setPolicy(chain, policy.text, span(place.at + policy.start, place.at + policy.end), place);
  if (!policy && standard) chain.unmodelled.push({ span: header, why: t('the policy of the chain is missing') });
}

function run(ruleset: Ruleset, table: TableState, statement: Statement, place: Place): void {
  if (statement.operation === 'none' && statement.problems.length > 0) table.unmodelled.push({ span: place.shown ?? span(place.at, place.end), why: statement.problems[0]?.message ?? '' });
  ruleset.apply(table, statement, place);
}

/** Bounds of a line without the blanks around it. */
function trimmed(text: string, start: number, end: number): { from: number; to: number } {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return { from, to };
}

const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === 0xfeff;
