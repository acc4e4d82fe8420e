/**
 * The rule set that a text leaves behind: its statements and commands applied in order, as nft applies them in one transaction.
 * Sources: "INPUT FILE FORMATS", "TABLES", "CHAINS", "RULES", "SETS" and "MAPS" of nft(8).
 */
import { t } from '@vscode/l10n';
import { type Span, shift, span } from '../../core/span.ts';
import type { Entry, Rule } from '../../model/rule.ts';
import type { ReadContext } from '../dialect.ts';
import { lineStart } from '../../text/lines.ts';
import { type Command, type ObjectName, parseCommand } from './commands.ts';
import { type Bound, NO_VARIABLES, type SetChange, type Variables, sameItems } from './environment.ts';
import {
  type BlockState, type ChainState, type Item, type LoweredAs, type Lost, type Remembered, type RulesetMemory, type RulesetState, type SetState, type TableState, keyOf, plainRule,
} from './rulesetState.ts';
import { type Context, type Sink, scan } from './scan.ts';
import type { RuleSyntax } from './syntax.ts';

const NOT_LOWERED: readonly LoweredAs[] = [];

/** nft's own limit, include/nftables.h: MAX_INCLUDE_DEPTH. */
const DEEPEST_INCLUDE = 16;
/** Files that one text may bring in, however often each. */
const MOST_INCLUDES = 2000;
/** Variables that refer to variables, and so on: deeper ones are taken as unknown. */
const DEEPEST_VARIABLE = 50;

export function readRuleset(text: string, context: ReadContext, memory: RulesetMemory): RulesetState {
  const state: RulesetState = { tables: new Map(), blocks: [], problems: [], comments: [], includes: [], lost: [] };
  new Builder(state, context, memory).readText(text, context.uri, [new Map<string, Bound>()]);
  return state;
}

interface Frame {
  readonly table: TableState | undefined;
  readonly chain: ChainState | undefined;
  readonly set: SetState | undefined;
  readonly block: BlockState | undefined;
  /** The elements that the set's block has listed. */
  readonly elements?: SetChange;
}

type Scopes = Map<string, Bound>[];

class Builder implements Sink<Remembered | Rule> {
  private text = '';
  private uri = '';
  private frames: Frame[] = [];
  private scopes: Scopes = [];
  private depth = 0;
  /** The files that are being read, each included by the one before. */
  private readonly including: string[] = [];
  private lastTable: TableState | undefined;
  private lastChain: ChainState | undefined;
  private readonly depths = new WeakMap<Bound, number>();

  constructor(private readonly state: RulesetState, private readonly context: ReadContext, private readonly memory: RulesetMemory) {}

  readText(text: string, uri: string, scopes: Scopes, frame: Frame = { table: undefined, chain: undefined, set: undefined, block: undefined }): void {
    const outer = { text: this.text, uri: this.uri, frames: this.frames, scopes: this.scopes };
    Object.assign(this, { text, uri, frames: [frame], scopes });
    this.depth++;
    this.including.push(uri);
    scan(text, this.memory.statements, this, frame.chain ? 'chain' : frame.table ? 'table' : 'top');
    this.depth--;
    this.including.pop();
    Object.assign(this, outer);
  }

  private get own(): boolean {
    return this.depth === 1;
  }

  private get frame(): Frame {
    return this.frames[this.frames.length - 1] as Frame;
  }

  parse(context: Context, text: string): Remembered {
    return { context, text, ...parseCommand(context, text), lowered: NOT_LOWERED };
  }

  get family(): string {
    return this.frame.table?.family ?? '';
  }

  likeOthers(context: Context, text: string, from: number, to: number): Rule | undefined {
    return context === 'chain' ? this.memory.shapesOf(this.family).get(text, from, to)?.rule : undefined;
  }

  comment(start: number, end: number): void {
    if (this.own) this.state.comments.push({ span: span(start, end), text: this.text.slice(start, end) });
  }

  problem(where: Span, message: string): void {
    if (this.own) this.state.problems.push({ span: where, message });
  }

  open(context: Exclude<Context, 'top'>, outer: Context, header: string, at: number): void {
    const words = [...header.matchAll(/\S+/g)].map((m) => ({ text: m[0].replace(/^"(.*)"$/, '$1'), span: span(at + m.index, at + m.index + m[0].length) }));
    if (words[0]?.text === 'add' || words[0]?.text === 'create') words.shift();
    const named = words.at(-1) ?? { text: '', span: span(at, at) };
    const start = this.own ? lineStart(this.text, at) : at;
    this.scopes = [...this.scopes, new Map<string, Bound>()];
    if (context === 'table') {
      const table = this.table(words.length > 2 ? (words[1]?.text ?? '') : 'ip', named.text);
      this.push({ table, chain: undefined, set: undefined, block: this.block({ table: keyOf(table), name: span(words[1]?.span.start ?? named.span.start, named.span.end), span: span(start, at) }) });
      return;
    }
    if (context === 'object') {
      this.push({ table: undefined, chain: undefined, set: undefined, block: undefined });
      return;
    }
    const table = this.tableOf(outer, words.map((w) => w.text), named.span);
    if (context === 'chain') {
      const chain = this.chain(table, named.text, named.span, span(start, at));
      this.push({ table, chain, set: undefined, block: this.block({ table: keyOf(table), chain: named.text, name: named.span, span: span(start, at) }) });
    } else this.push({ table, chain: undefined, set: this.set(table, named.text), block: undefined });
  }

  /** The table of a header: the one around it, or the one that a command names. */
  private tableOf(outer: Context, words: readonly string[], where: Span): TableState {
    if (outer !== 'top' && this.frame.table) return this.frame.table;
    const [, a, b] = words;
    if (words.length >= 4) return this.table(a ?? '', b ?? '');
    if (words.length === 3) return this.table('ip', a ?? '');
    this.problem(where, t('this block stands outside its table'));
    return this.lastTable ?? this.table('ip', '');
  }

  close(_context: Context, end: number): void {
    const frame = this.frames.pop();
    this.scopes = this.scopes.slice(0, -1);
    if (frame?.block) frame.block.span = span(frame.block.span.start, end);
    const chain = frame?.chain;
    if (chain && chain.uri === this.uri && chain.span.end <= chain.header.start) chain.span = span(chain.span.start, end);
  }

  private push(frame: Frame): void {
    this.frames.push(frame);
  }

  private block(block: BlockState): BlockState | undefined {
    if (!this.own) return undefined;
    this.state.blocks.push(block);
    return block;
  }

  private table(family: string, name: string): TableState {
    const key = `${family} ${name}`;
    let table = this.state.tables.get(key);
    if (!table) this.state.tables.set(key, (table = { family, name, chains: new Map(), sets: new Map(), dormant: false, lost: [] }));
    this.lastTable = table;
    return table;
  }

  private chain(table: TableState, name: string, header: Span, whole: Span): ChainState {
    let chain = table.chains.get(name);
    if (!chain) table.chains.set(name, (chain = { name, uri: this.uri, header, span: whole, items: [], lost: [] }));
    this.lastChain = chain;
    return chain;
  }

  private set(table: TableState, name: string): SetState {
    let set = table.sets.get(name);
    if (!set) table.sets.set(name, (set = { name, dynamic: false, expiring: false, changes: [] }));
    return set;
  }

  statement(context: Context, remembered: Remembered | Rule, at: number): void {
    if ('match' in remembered) {
      this.frame.chain?.items.push(this.entry(remembered, at));
      return;
    }
    const { command } = remembered;
    switch (command.kind) {
      case 'rule':
        if (this.frame.chain && this.frame.table) this.addRule(this.frame.table, this.frame.chain, remembered, at, this.frame.chain.items.length);
        return;
      case 'nothing':
        return;
      case 'error':
        this.loseText(context, command.message, command.span, command.length, at);
        return;
      case 'define':
        this.define(remembered, command);
        return;
      case 'include':
        this.include(command.path, command.length, at);
        return;
      case 'hook':
        if (this.frame.chain) this.frame.chain.hook = { type: command.type, hook: command.hook, priority: command.priority, offset: command.offset, variables: this.bind(command.variables) };
        return;
      case 'policy':
        if (this.frame.chain) this.frame.chain.policy = { value: command.value, variables: this.bind(command.variables), span: shift(command.span, at), uri: this.uri };
        return;
      case 'elements':
        this.setElements(command);
        return;
      case 'timeout':
        if (this.frame.set) this.frame.set.expiring = true;
        return;
      case 'flags':
        if (this.frame.set && command.words.includes('dynamic')) this.frame.set.dynamic = true;
        else if (this.frame.table && !this.frame.set && command.words.includes('dormant')) this.frame.table.dormant = true;
        return;
      default:
        this.apply(command, remembered, at);
    }
  }

  /** A block has one list of elements: its last one. */
  private setElements(command: Command & { kind: 'elements' }): void {
    const { set, elements } = this.frame;
    if (!set) return;
    const change: SetChange = { remove: false, elements: command.elements, variables: this.bind(command.variables) };
    if (elements) set.changes[set.changes.indexOf(elements)] = change;
    else set.changes.push(change);
    this.frames[this.frames.length - 1] = { ...this.frame, elements: change };
  }

  /** Commands, which name what they act on. */
  private apply(command: Command, remembered: Remembered, at: number): void {
    const { tables } = this.state;
    switch (command.kind) {
      case 'add-table':
        this.table(command.family, command.table);
        return;
      case 'delete-table':
        tables.delete(`${command.family} ${command.table}`);
        return;
      case 'flush-table':
        for (const chain of tables.get(`${command.family} ${command.table}`)?.chains.values() ?? []) chain.items = [];
        return;
      case 'flush-ruleset':
        for (const [key, table] of tables) if (command.family === undefined || table.family === command.family) tables.delete(key);
        return;
      case 'add-chain':
        this.chainFor(command.target, command.length, at);
        return;
      case 'delete-chain':
        this.known(command.target)?.chains.delete(command.target.name);
        return;
      case 'flush-chain': {
        const chain = this.known(command.target)?.chains.get(command.target.name);
        if (chain) chain.items = [];
        return;
      }
      case 'rename-chain': {
        const table = this.known(command.target);
        const chain = table?.chains.get(command.target.name);
        if (!table || !chain) return;
        table.chains.delete(chain.name);
        chain.name = command.to;
        table.chains.set(command.to, chain);
        return;
      }
      case 'add-set':
        this.set(this.table(command.target.family, command.target.table), command.target.name);
        return;
      case 'delete-set':
        this.known(command.target)?.sets.delete(command.target.name);
        return;
      case 'flush-set': {
        const set = this.known(command.target)?.sets.get(command.target.name);
        if (set) set.changes = [];
        return;
      }
      case 'add-elements':
      case 'delete-elements': {
        const table = this.table(command.target.family, command.target.table);
        const inSight = table.sets.get(command.target.name);
        if (inSight) inSight.changes.push({ remove: command.kind === 'delete-elements', elements: command.elements, variables: this.bind(command.variables) });
        return;
      }
      case 'change-rule':
        this.chainFor(command.target, command.length, at).lost.push({ span: span(at, at + command.length), why: t('the rule is named by a handle, which only the kernel knows'), uri: this.uri });
        return;
      case 'add-rule':
        this.addByCommand(command, remembered, at);
        return;
      default:
        return;
    }
  }

  private known(target: ObjectName): TableState | undefined {
    return this.state.tables.get(`${target.family} ${target.table}`);
  }

  private chainFor(target: ObjectName, length: number, at: number): ChainState {
    return this.chain(this.table(target.family, target.table), target.name, shift(target.span, at), span(at, at + length));
  }

  /** `index` counts the rules of the chain from 0: `add` puts the rule after that one, `insert` before it; without one at the end, or the start. */
  private addByCommand(command: Command & { kind: 'add-rule' }, remembered: Remembered, at: number): void {
    const chain = this.chainFor(command.target, command.length, at);
    if (command.handle) {
      chain.lost.push({ span: span(at, at + command.length), why: t('the place of the rule is a handle, which only the kernel knows'), uri: this.uri });
      return;
    }
    const place = command.index === undefined ? (command.insert ? 0 : chain.items.length) : command.index + (command.insert ? 0 : 1);
    this.addRule(this.table(command.target.family, command.target.table), chain, remembered, at, Math.min(place, chain.items.length));
  }

  private addRule(table: TableState, chain: ChainState, remembered: Remembered, at: number, place: number): void {
    const syntax = remembered.plain ? undefined : this.syntaxOf(remembered, table);
    const item: Item = remembered.plain ? this.entry(remembered.plain, at) : { remembered, syntax, at, uri: this.uri, variables: this.bind(syntax?.variables ?? []) };
    if (place >= chain.items.length) chain.items.push(item);
    else chain.items.splice(place, 0, item);
    this.lastChain = chain;
    if (syntax?.error) this.problem(shift(syntax.error.span, at), syntax.error.message);
  }

  private entry(rule: Rule, at: number): Entry {
    return this.uri === this.context.uri ? { rule, at } : { rule, at, uri: this.uri };
  }

  /** Undefined if the statement is a plain rule, which is then lowered, so that the tree of a rule seldom outlives its reading. */
  private syntaxOf(remembered: Remembered, { family }: TableState): RuleSyntax | undefined {
    const rule = remembered.rule ?? parseCommand(remembered.context, remembered.text).rule;
    const plain = plainRule({ rule }, family)?.rule;
    if (!plain) {
      remembered.rule = rule;
      return rule;
    }
    remembered.plain = plain;
    remembered.rule = undefined;
    return undefined;
  }

  /** Text that could not be read may have held a rule: of the chain that it stands in, else of the one above it. */
  private loseText(context: Context, message: string, where: Span, length: number, at: number): void {
    this.problem(shift(where, at), message);
    const chain = this.frame.chain ?? (context === 'top' || context === 'table' ? this.lastChain : undefined);
    if (chain) chain.items.push({ lost: { why: message, length }, at, uri: this.uri, variables: NO_VARIABLES });
    else this.state.lost.push({ span: span(at, at + length), why: message, uri: this.uri });
  }

  private lookup(name: string): Bound | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i]?.get(name);
      if (found) return found;
    }
    return undefined;
  }

  private bind(names: readonly string[]): Variables {
    if (names.length === 0) return NO_VARIABLES;
    const out = new Map<string, Bound>();
    for (const name of names) {
      const bound = this.lookup(name);
      if (bound) out.set(name, bound);
    }
    return out;
  }

  private define(remembered: Remembered, command: Command & { kind: 'define' }): void {
    if (command.value === undefined) {
      for (const scope of this.scopes) scope.delete(command.name);
      return;
    }
    const variables = this.bind(command.variables);
    const names = command.variables.map((name) => variables.get(name));
    if (!remembered.bound || !sameItems(remembered.boundTo ?? [], names)) {
      remembered.bound = { value: command.value, variables, memo: new Map() };
      remembered.boundTo = names;
    }
    const depth = 1 + Math.max(0, ...[...variables.values()].map((v) => this.depths.get(v) ?? 0));
    this.depths.set(remembered.bound, depth);
    if (depth <= DEEPEST_VARIABLE) this.scopes.at(-1)?.set(command.name, remembered.bound);
  }

  private include(path: string, length: number, at: number): void {
    const deep = this.depth > DEEPEST_INCLUDE || this.state.includes.length >= MOST_INCLUDES;
    const files = deep ? undefined : this.context.include?.(path);
    const circular = files?.some((f) => this.including.includes(f.uri));
    if (!files || circular) {
      const why = circular ? t('the file includes itself') : deep ? t('too many files include each other') : t('the included file "{0}" is not in sight', path);
      const lost: Lost = { span: span(at, at + length), why, uri: this.uri };
      const { chain, table } = this.frame;
      if (chain) chain.items.push({ lost: { why, length }, at, uri: this.uri, variables: NO_VARIABLES });
      else (table ? table.lost : this.state.lost).push(lost);
      return;
    }
    for (const file of files) {
      this.state.includes.push(file.uri);
      this.readText(file.text, file.uri, this.scopes, this.frame);
    }
  }
}
