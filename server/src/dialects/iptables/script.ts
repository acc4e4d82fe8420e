/**
 * Runs a shell script of iptables commands in thought: variables, literal loops, functions and simple tests are followed;
 * what hangs on anything else may or may not run.
 * Source: POSIX.1-2017, Shell Command Language, 2.9; iptables(8), iptables-restore(8), ipset(8).
 */
import { t } from '@vscode/l10n';
import type { Family } from '../../core/addresses.ts';
import { type Span, span } from '../../core/span.ts';
import type { Block, Comment } from '../../model/reading.ts';
import type { Unmodelled } from '../../model/rule.ts';
import { lineStart, withNewlines } from '../../text/lines.ts';
import type { AndOr, Command, Item, Pipeline, Redirection, SimpleCommand } from '../../text/shellTree.ts';
import type { ReadContext } from '../dialect.ts';
import type { RuleContext } from './draft.ts';
import { IpSets } from './ipsets.ts';
import { printedBy } from './printed.ts';
import { type Place, Ruleset, type TableState } from './ruleset.ts';
import { type LineCache, readSave } from './save.ts';
import { globMatches, optionsOf, toolOf } from './scriptWords.ts';
import { Environment, type Value, expand, joined, shortened, testHolds } from './shellValues.ts';
import type { Statement } from './statement.ts';
import type { CommandMemo, CommandMemos, StatementCache } from './statementCache.ts';
import { isTable } from './tables.ts';
import { UNKNOWN, type Word, splitWords } from './words.ts';

/** Whether a command succeeded, if the text tells. */
type Status = boolean | undefined;

export interface ScriptSource {
  readonly text: string;
  readonly items: readonly Item[];
  /** Absent for the document itself. */
  readonly uri?: string;
}

export interface ScriptHost {
  readonly context: ReadContext;
  readonly statements: StatementCache;
  readonly memos: CommandMemos;
  readonly lines: LineCache;
  /** Parses a script that is read from another file. */
  readonly parse: (text: string) => readonly Item[];
  /** The sets as they are at the end; none known in the first of two runs. */
  readonly sets: IpSets | undefined;
}

/** Loops and functions may multiply commands; more than this many beyond what the text can hold are not run. */
const COMMAND_LIMIT = 20_000;
/** Characters of the shortest command worth running. */
const SHORTEST_COMMAND = 4;
const CALL_DEPTH = 16;
const TRANSPARENT: ReadonlySet<string> = new Set(['sudo', 'exec', 'command', 'nohup', 'env', 'nice', 'builtin', 'doas']);
const SUCCEEDS: ReadonlySet<string> = new Set(['echo', 'printf', ':', 'true', 'modprobe', 'insmod', 'sysctl', 'sleep', 'logger', 'cd', 'umask', 'set', 'export', 'readonly', 'local', 'declare', 'typeset', 'unset', 'shift', 'read', 'trap', 'exit', 'return', 'break', 'continue', 'eval', 'wait']);
/** System files that bring functions and settings, and no rules. */
const HARMLESS_SOURCE = /^\/(?:etc\/(?:(?:rc\.d\/)?init\.d|rc\.d|sysconfig|default|conf\.d|network|profile|bashrc|os-release)|lib|usr\/lib|usr\/share)\b/;
const PROGRAM = /^(ip6?tables)(?:-legacy|-nft)?$/;
const RESTORE = /^(ip6?tables)-(?:(?:legacy|nft)-)?restore(?:-translate)?$/;

export class ScriptRun {
  readonly ruleset = new Ruleset();
  readonly sets = new IpSets();
  readonly unmodelled: Unmodelled[] = [];
  readonly blocks: Block[] = [];
  readonly comments: Comment[] = [];
  readonly includes: string[] = [];
  /** The script was taken to be run with this argument. */
  argument: string | undefined;
  private environment: Environment;
  private readonly functions = new Map<string, readonly Item[]>();
  private condition: string | undefined;
  private stopped: 'exit' | 'return' | 'break' | undefined;
  private commandsLeft: number;
  private depth = 0;
  /** Tells whether the sets are those of another reading. */
  private readonly setsText: string;
  /** The command of the document that reads the file at hand. */
  private shown: Span | undefined;

  constructor(private source: ScriptSource, private readonly host: ScriptHost) {
    this.setsText = host.sets?.signature() ?? '';
    this.environment = new Environment(source.text.length);
    this.commandsLeft = COMMAND_LIMIT + source.text.length / SHORTEST_COMMAND;
  }

  run(): void {
    const { text } = this.source;
    this.environment.bash = !/^\ufeff?#!.*(?:\/|\s)(?:da|)sh\b/.test(text);
    if (/\bstart\b["']?\s*(?:\||\)|\])/.test(text) && /\$\{?1\b/.test(text)) {
      this.argument = 'start';
      this.environment.setArguments([{ text: 'start' }]);
    }
    this.items(this.source.items);
  }

  private items(items: readonly Item[]): Status {
    let status: Status = true;
    for (const item of items) {
      if (this.stopped) return status;
      if (item.kind === 'lost') {
        this.lose(item.start, item.end, item.why);
        status = undefined;
      } else status = this.list(item);
    }
    return status;
  }

  private lose(start: number, end: number, why: string): void {
    if (this.source.uri === undefined) this.ruleset.problem(start, end, why);
    this.unmodelled.push({ span: this.shown ?? span(start, end), why });
  }

  private list({ steps, base }: AndOr): Status {
    let status: Status = true;
    let before: Pipeline | undefined;
    for (const { how, pipeline } of steps) {
      if (this.stopped) return status;
      const wanted = how === 'and' ? status : how === 'or' ? (status === undefined ? undefined : !status) : true;
      if (wanted === undefined) {
        const quoted = before ? this.quote(before, base) : '';
        this.conditionally(how === 'and' ? t('it runs only if `{0}` succeeds', quoted) : t('it runs only if `{0}` fails', quoted), () => this.pipeline(pipeline, base));
        status = undefined;
      } else if (wanted) status = this.pipeline(pipeline, base);
      before = pipeline;
    }
    return status;
  }

  private quote({ commands }: Pipeline, base: number): string {
    const [first] = commands;
    const last = commands.at(-1);
    return first && last ? shortened(this.source.text.slice(base + first.start, base + last.end)) : '';
  }

  /** Runs what may not be run: its rules are maybe there, its assignments are not known afterwards. */
  private conditionally(why: string, run: () => void): void {
    const { condition, stopped } = this;
    this.condition ??= why;
    this.environment.uncertain((name) => t('the value of ${0} depends on a condition', name), run);
    this.condition = condition;
    this.stopped = stopped;
  }

  private pipeline({ commands, negated }: Pipeline, base: number): Status {
    let status: Status;
    const last = commands.at(-1);
    if (commands.length === 1 && last) status = this.command(last, base);
    else if (last?.kind === 'simple' && this.isRestore(last)) status = this.restore(last, base, commands.slice(0, -1));
    else {
      const outer = this.environment;
      for (const command of commands) {
        this.environment = new Environment(outer);
        this.command(command, base);
      }
      this.environment = outer;
      if (this.stopped !== 'exit') this.stopped = undefined;
    }
    return negated && status !== undefined ? !status : status;
  }

  private command(command: Command, base: number): Status {
    if (--this.commandsLeft < 0) {
      if (this.commandsLeft >= -1) this.lose(base + command.start, base + command.end, t('loops and functions run too many commands to follow'));
      return undefined;
    }
    switch (command.kind) {
      case 'simple':
        return this.simple(command, base);
      case 'group':
        return this.items(command.body);
      case 'subshell': {
        const outer = this.environment;
        this.environment = new Environment(outer);
        const status = this.items(command.body);
        this.environment = outer;
        return status;
      }
      case 'function':
        this.functions.set(command.name, command.body);
        return true;
      case 'if':
        return this.choose(command);
      case 'for':
        this.each(command);
        return undefined;
      case 'while':
        this.conditionally(t('how often the loop runs is known only when the script runs'), () => {
          this.items(command.test);
          this.items(command.body);
        });
        return undefined;
      case 'case':
        this.match(command);
        return undefined;
    }
  }

  private choose({ branches, otherwise }: Command & { kind: 'if' }): Status {
    let doubt: string | undefined;
    const perhaps = (why: string | undefined, items: readonly Item[]): Status => {
      if (why === undefined) return this.items(items);
      let status: Status;
      this.conditionally(why, () => { status = this.items(items); });
      return status;
    };
    for (const { test, body } of branches) {
      const holds = perhaps(doubt, test);
      if (this.stopped) return undefined;
      if (holds === false) continue;
      const text = this.itemsText(test);
      const status = perhaps(holds ? doubt : t('it runs only if `{0}` holds', text), body);
      if (holds) return doubt === undefined ? status : undefined;
      doubt ??= t('it runs only if `{0}` does not hold', text);
    }
    if (!otherwise) return doubt === undefined ? true : undefined;
    const status = perhaps(doubt, otherwise);
    return doubt === undefined ? status : undefined;
  }

  private itemsText(items: readonly Item[]): string {
    const first = items[0];
    const pipeline = first?.kind === 'list' ? first.steps[0]?.pipeline : undefined;
    return pipeline && first?.kind === 'list' ? this.quote(pipeline, first.base) : '';
  }

  private each({ name, words, body }: Command & { kind: 'for' }): void {
    if (name === undefined) {
      this.conditionally(t('how often the loop runs is known only when the script runs'), () => this.items(body));
      return;
    }
    for (const value of words.flatMap((word) => expand(word, this.environment))) {
      if (this.stopped) break;
      this.environment.set(name, value);
      if (value.text === UNKNOWN || (value.why !== undefined && value.text.includes(UNKNOWN))) this.conditionally(value.why ?? '', () => this.items(body));
      else this.items(body);
    }
    if (this.stopped === 'break') this.stopped = undefined;
  }

  private match({ word, branches }: Command & { kind: 'case' }): void {
    const value = joined(word.parts, this.environment);
    for (const { patterns, body } of branches) {
      const verdicts = patterns.map((p) => globMatches(joined(p.parts, this.environment), value));
      if (verdicts.includes(true)) {
        this.items(body);
        return;
      }
      if (verdicts.includes(undefined)) {
        const wanted = patterns.map((p) => this.source.text.slice(p.start, p.end)).reduce((list, pattern) => t('{0} or {1}', list, pattern));
        this.conditionally(t('it runs only if `{0}` is `{1}`', shortened(this.source.text.slice(word.start, word.end)), wanted), () => this.items(body));
      }
    }
  }

  private simple(command: SimpleCommand, base: number): Status {
    const { assignments, words } = command;
    for (const { name, append, value, elements } of assignments) {
      if (elements) this.environment.setArray(name, elements.flatMap((e) => expand(e, this.environment)));
      else {
        const given = joined(value.parts, this.environment);
        const before = append ? this.environment.get(name) : undefined;
        this.environment.set(name, before ? { text: before.text + given.text, ...((before.why ?? given.why) === undefined ? {} : { why: before.why ?? given.why }) } : given);
      }
    }
    const memo = this.host.memos.of(command, this.environment);
    const { fields } = memo;
    if (fields.length === 0) return assignments.length > 0 || words.length === 0 ? true : undefined;
    const first = words[0]?.parts[0];
    return this.invoke(memo, command, base, first?.kind === 'variable' ? first.name : undefined);
  }

  /** @param variable the name of the variable that the command's name came from. */
  private invoke(memo: CommandMemo, command: SimpleCommand, base: number, variable: string | undefined): Status {
    let { fields } = memo;
    while (fields.length > 1 && TRANSPARENT.has(fields[0]?.text ?? '')) {
      fields = fields.slice(1);
      while (fields.length > 1 && (fields[0]?.text.startsWith('-') || /^\w+=/.test(fields[0]?.text ?? ''))) fields = fields.slice(1);
    }
    const [head, ...rest] = fields as [Word, ...Word[]];
    const name = head.text.slice(head.text.lastIndexOf('/') + 1);
    const body = fields === memo.fields ? this.functions.get(head.text) : undefined;
    if (body) return this.call(body, rest);
    const tool = PROGRAM.exec(name)?.[1] ?? (head.why === undefined ? undefined : toolOf(variable ?? '', rest));
    if (tool !== undefined) return this.iptables(tool === 'ip6tables' ? 6 : 4, fields, memo, command, base);
    if (RESTORE.test(name)) return this.restore(command, base, []);
    if (name === 'ipset') return this.ipset(rest, command);
    return this.builtin(name, rest, command, base);
  }

  private call(body: readonly Item[], values: readonly Value[]): Status {
    if (this.depth >= CALL_DEPTH) return undefined;
    this.depth++;
    const before = this.environment.setArguments(values);
    const status = this.items(body);
    this.environment.setArguments(before);
    this.depth--;
    if (this.stopped === 'return') this.stopped = undefined;
    return status;
  }

  private builtin(name: string, rest: readonly Word[], command: SimpleCommand, base: number): Status {
    const texts = rest.map((w) => w.text);
    switch (name) {
      case 'true':
      case ':':
        return true;
      case 'false':
        return false;
      case '[':
      case 'test':
      case '[[':
        return testHolds(name === 'test' ? rest : rest.slice(0, -1));
      case 'exit':
      case 'return':
      case 'break':
        this.stopped = name;
        return true;
      case 'set':
        if (texts[0] === '--') this.environment.setArguments(rest.slice(1));
        else if (texts[0]?.startsWith('-') === false && !texts[0].startsWith('+')) this.environment.setArguments(rest);
        return true;
      case 'shift':
        this.environment.setArguments(this.environment.arguments().slice(Number(texts[0] ?? 1)));
        return true;
      case 'unset':
        for (const text of texts) this.environment.unset(text);
        return true;
      case 'read':
        for (const text of texts.filter((t) => !t.startsWith('-'))) this.environment.set(text, { text: UNKNOWN, why: t('what is read into ${0} is known only when the script runs', text) });
        return undefined;
      case '.':
      case 'source':
        return this.include(rest[0], command, base);
      case 'eval':
        if (texts.some((t) => /ip6?tables/.test(t))) this.lose(base + command.start, base + command.end, t('`eval` is not modelled'));
        return undefined;
      default:
        return SUCCEEDS.has(name) ? true : undefined;
    }
  }

  private include(path: Word | undefined, command: SimpleCommand, base: number): Status {
    if (!path || HARMLESS_SOURCE.test(path.text) || /functions$/.test(path.text)) return undefined;
    const found = path.why === undefined ? this.host.context.include?.(path.text) : undefined;
    if (!found || this.depth >= CALL_DEPTH) {
      this.lose(base + command.start, base + command.end, t('the file `{0}` is not in sight', path.text.replaceAll(UNKNOWN, '…')));
      return undefined;
    }
    const outer = this.source;
    const { shown } = this;
    this.shown ??= span(base + command.start, base + command.end);
    this.depth++;
    for (const { uri, text: written } of found) {
      const text = withNewlines(written);
      this.includes.push(uri);
      this.source = { uri, text, items: this.host.parse(text) };
      this.items(this.source.items);
    }
    this.depth--;
    this.source = outer;
    this.shown = shown;
    if (this.stopped === 'return') this.stopped = undefined;
    return true;
  }

  private place(start: number, end: number): Place {
    const { text, uri } = this.source;
    return { at: start, end, lineStart: lineStart(text, start), condition: this.condition, uri, shown: this.shown };
  }

  private iptables(family: Family, fields: readonly Word[], memo: CommandMemo, command: SimpleCommand, base: number): Status {
    const at = base + command.start;
    const place = this.place(at, base + command.end);
    const { table, changes } = (memo.options ??= optionsOf(fields));
    if (table !== undefined && table.why === undefined && !isTable(table.text)) {
      this.report(at + table.start, at + table.end, t('`{0}` is no table of iptables', table.text));
      return false;
    }
    const name = table?.why === undefined ? (table?.text ?? 'filter') : 'filter';
    const statement = this.statement(memo, fields, this.source.text.slice(at, place.end), { family, table: name, sets: this.host.sets?.lookup });
    if (statement.only !== undefined && statement.only !== family) return true;
    for (const set of changes) this.sets.changes(set);
    const unclear = table?.why ?? statement.chain?.why;
    if (unclear !== undefined || (statement.operation === 'none' && fields.some((w) => w.why !== undefined))) {
      this.unclear(table?.why === undefined ? [this.ruleset.table(family, name)] : [...this.ruleset.tables.values()].filter((t) => t.family === family), statement.operation, unclear ?? fields.find((w) => w.why !== undefined)?.why ?? '', place);
      return undefined;
    }
    const status = this.ruleset.apply(this.ruleset.table(family, name), statement, place);
    return this.condition === undefined ? status : undefined;
  }

  /** What was made of the command when its words were the same, if they were. */
  private statement(memo: CommandMemo, fields: readonly Word[], text: string, context: RuleContext): Statement {
    const { last } = memo;
    if (last?.context.family === context.family && last.context.table === context.table && last.sets === this.setsText) return last.statement;
    const statement = this.host.statements.get(text, fields, 1, context, this.setsText);
    memo.last = { statement, context, sets: this.setsText };
    return statement;
  }

  /** A command on a chain that the text does not name: what it takes away may be gone, what it adds may be anywhere. */
  private unclear(tables: readonly TableState[], operation: string, why: string, place: Place): void {
    if (operation === 'check' || operation === 'erase' || operation === 'new') return;
    if (operation !== 'flush' && operation !== 'delete') this.unmodelled.push({ span: this.shown ?? span(place.at, place.end), why });
    for (const table of tables) for (const chain of table.chains.values()) this.ruleset.doubt(chain, why);
  }

  private report(start: number, end: number, message: string): void {
    if (this.source.uri === undefined) this.ruleset.problem(start, end, message);
  }

  private ipset(rest: readonly Word[], command: SimpleCommand): Status {
    const texts = rest.map((w) => w.text);
    if (texts.includes('restore') || texts.includes('-R')) {
      for (const r of command.redirections) if (r.document) for (const line of this.source.text.slice(r.document.start, r.document.end).split(/\r?\n/)) this.sets.run(splitWords(line).words.map((w) => w.text), this.condition);
      return true;
    }
    const status = this.sets.run(texts, this.condition);
    return this.condition === undefined ? status : undefined;
  }

  private isRestore(command: SimpleCommand): boolean {
    return this.restoreName(command) !== undefined;
  }

  private restoreName(command: SimpleCommand): RegExpExecArray | undefined {
    for (const { text, why } of command.words.flatMap((w) => expand(w, this.environment))) {
      const m = RESTORE.exec(text.slice(text.lastIndexOf('/') + 1));
      if (m) return m;
      if (why !== undefined && !TRANSPARENT.has(text)) return undefined;
    }
    return undefined;
  }

  /** `iptables-restore` from a here-document, from `cat` of one, from a group of `echo`, or from a file. */
  private restore(command: SimpleCommand, base: number, before: readonly Command[]): Status {
    const family: Family = this.restoreName(command)?.[1] === 'ip6tables' ? 6 : 4;
    const words = command.words.flatMap((w) => expand(w, this.environment));
    const keep = words.some((w) => w.text === '--noflush' || w.text === '-n');
    const sources: readonly Redirection[] = [command, ...before].flatMap((c) => (c.kind === 'simple' || c.kind === 'group' || c.kind === 'subshell' ? c.redirections : []));
    const document = sources.find((r) => r.document)?.document;
    if (document) {
      const { text, uri } = this.source;
      this.save(text.slice(document.start, document.end), document.start, family, keep, uri, document.literal);
      return true;
    }
    const [printing] = before;
    const printed = printing && before.length === 1 && !this.functions.has('echo') ? printedBy(printing, base, this.source.text) : undefined;
    if (printed) {
      this.save(printed.text, printed.start, family, keep, this.source.uri, true);
      return true;
    }
    const file = sources.find((r) => r.operator === '<')?.target;
    const named = file ? expand(file, this.environment)[0] : words.slice(1).find((w) => /[/.]/.test(w.text) && !w.text.startsWith('-') && !RESTORE.test(w.text.slice(w.text.lastIndexOf('/') + 1)));
    const found = named && named.why === undefined ? this.host.context.include?.(named.text) : undefined;
    const { shown } = this;
    this.shown ??= span(base + command.start, base + command.end);
    for (const { uri, text: written } of found ?? []) {
      const text = withNewlines(written);
      this.includes.push(uri);
      this.save(text, 0, family, keep, uri, true);
    }
    this.shown = shown;
    if (!found) this.lose(base + command.start, base + command.end, named ? t('the file `{0}` is not in sight', named.text.replaceAll(UNKNOWN, '…')) : before.length > 0 ? t('what other commands print for iptables-restore is not followed') : t('what iptables-restore reads is not in this text'));
    return true;
  }

  private save(text: string, offset: number, family: Family, keep: boolean, uri: string | undefined, literal: boolean): void {
    const context = (f: Family, table: string): RuleContext => ({ family: f, table, sets: this.host.sets?.lookup });
    const blocks = uri === undefined ? this.blocks : [];
    const comments = uri === undefined ? this.comments : [];
    readSave(text, this.ruleset, this.host.lines, { offset, family, keep, context, cacheKey: this.setsText, condition: this.condition, uri, shown: this.shown, ...(literal ? {} : { expand: (word: Word) => this.expandPlain(word) }) }, blocks, comments);
  }

  /** Variables in a word of a here-document. */
  private expandPlain(word: Word): Word {
    let why: string | undefined;
    const text = word.text.replace(/\$(?:\{(\w+)\}|(\w+))|`[^`]*`|\$\([^)]*\)/g, (_, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare;
      const value = name === undefined ? undefined : this.environment.get(name);
      why ??= value ? value.why : name === undefined ? t('what a command prints is known only when the script runs') : t('the variable ${0} has no value in this file', name);
      return value?.text ?? UNKNOWN;
    });
    return { ...word, text, ...(why === undefined ? {} : { why }) };
  }
}
