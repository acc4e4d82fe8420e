/**
 * One iptables command, or one line of a save file, lowered: which chain it changes, how, and the rules that it brings.
 * Source: iptables(8), "OPTIONS"; the checks are those of iptables 1.8.
 */
import { t } from '@vscode/l10n';
import { PROTOCOL } from '../../core/packets.ts';
import { type Span, span } from '../../core/span.ts';
import { protocolNumber } from '../../families/netfilter/protocols.ts';
import type { Problem } from '../../model/reading.ts';
import type { Rule } from '../../model/rule.ts';
import { COMMANDS, COMMON, type Command, NEGATABLE, type Operation, PARTWISE, RULE_COMMANDS, SHORT, isNumber, protocolOption } from './commandLine.ts';
import { Draft, type RuleContext } from './draft.ts';
import { type Extension, extensionOf, extensionOfProtocol } from './matches.ts';
import { type Apply, type Option, type Options, type Use, abbreviated } from './options.ts';
import { builtIn } from './tables.ts';
import { type Target, targetOf } from './targets.ts';
import { UNKNOWN, type Word, splitWords } from './words.ts';

export interface StatementSource {
  readonly text: string;
  /** Index of the first word of the command. */
  readonly first: number;
  /** Given where the words are not those of the text alone. */
  readonly words?: readonly Word[];
  readonly context: RuleContext;
}

export interface Statement {
  /** `none`: lists or zeroes counters, or is no command. */
  readonly operation: Operation;
  readonly chain?: Word;
  /** Rule number of insert, replace and delete, from 1. */
  readonly number?: number;
  /** The policy of `-P`, the new name of `-E`. */
  readonly value?: Word;
  /** Of the commands that carry a rule; several for comma lists of addresses. */
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
  /** Family that `-4` or `-6` binds the line to. */
  readonly only?: 4 | 6;
  /** What the statement was read from. */
  readonly source: StatementSource;
}

interface Loaded {
  readonly extension: Extension;
  /** Bounds of the match with its options. */
  readonly start: number;
  end: number;
}

const fullName = (options: Options, name: string): Option | undefined => options.get(name);

interface Found {
  readonly option: Option;
  readonly owner?: Loaded;
  readonly ofTarget?: boolean;
}

const NO_PROBLEMS: readonly Problem[] = [];

/** Reads the words of one command, from `first` on. */
export class StatementReader {
  private at: number;
  private readonly draft: Draft;
  private command: Command | undefined;
  private chain: Word | undefined;
  private number: number | undefined;
  private value: Word | undefined;
  private only: 4 | 6 | undefined;
  private readonly loaded: Loaded[] = [];
  /** What the options of the loaded matches did; each does it once. */
  private used: Apply[] = [];
  private target: { name: Word; known?: Target; jump: 'jump' | 'goto' } | undefined;
  /** A word that the text does not tell may hold options. */
  private mayHoldTarget = false;
  private arriving = false;
  private leaving = false;

  constructor(private readonly words: readonly Word[], private readonly source: StatementSource) {
    this.at = source.first;
    this.draft = new Draft(source.context);
  }

  read(): Statement {
    const whole = span(0, this.source.text.length);
    while (this.at < this.words.length) this.option();
    this.checkChain(whole);
    for (const { extension, start, end } of this.loaded) if (extension.why !== undefined) this.draft.unknown(start, end, extension.why());
    this.setAction(whole);
    const operation = this.command?.operation ?? 'none';
    const carries = RULE_COMMANDS.has(operation) && !(operation === 'delete' && this.number !== undefined);
    const rules = carries ? this.draft.rules(whole) : [];
    const { chain, number, value, only, source } = this;
    return { operation, chain, number, value, rules, problems: this.draft.problems.length > 0 ? this.draft.problems : NO_PROBLEMS, only, source };
  }

  identities(): string[] {
    const { rules } = this.read();
    return rules.map((rule) => identity(rule, [...this.draft.extras, this.target?.name.text ?? '']));
  }

  private option(): void {
    let word = this.words[this.at++] as Word;
    const bang = word;
    let negated = false;
    while (word.text === '!' && this.at < this.words.length) {
      negated = !negated;
      word = this.words[this.at++] as Word;
    }
    if (word.text === '!') {
      this.draft.refuse(word, t('`!` stands before nothing'));
      return;
    }
    if (word.text.startsWith(UNKNOWN) || (word.why !== undefined && word.text.startsWith('-'))) {
      this.draft.unknownWord(word);
      this.draft.extras.push(word.text, word.why ?? '');
      this.mayHoldTarget = true;
      return;
    }
    if (!word.text.startsWith('-') || word.text === '-') {
      const comment = word.text.startsWith('#');
      const end = comment ? (this.words.at(-1) as Word).end : word.end;
      this.draft.refuse(span(word.start, end), comment ? t('a comment cannot follow a rule on its line') : t('`{0}` is out of place', word.text));
      if (comment) this.at = this.words.length;
      return;
    }
    const long = word.text.startsWith('--');
    const equals = long ? word.text.indexOf('=') : -1;
    const inline = equals < 0 ? undefined : { text: word.text.slice(equals + 1), start: word.start + equals + 1, end: word.end };
    const name = !long ? (SHORT.get(word.text) ?? '') : word.text.slice(2, equals < 0 ? undefined : equals);
    if (name === 'jump' || name === 'goto') this.readTarget(name, word, negated, inline);
    else if (name === 'match') this.readMatch(word, negated, inline);
    else if (COMMANDS.has(name)) this.readCommand(word, name, inline);
    else this.readOption(name, word, bang, negated, inline);
  }

  private next(): Word | undefined {
    return this.words[this.at];
  }

  /** The value of an option, `undefined` (and a problem) at the end of the words. */
  private take(option: Word, inline?: Word): Word | undefined {
    const value = inline ?? this.words[this.at];
    if (!inline) this.at++;
    if (!value) this.draft.refuse(option, t('`{0}` needs a value', option.text));
    return value;
  }

  private readCommand(word: Word, name: string, inline: Word | undefined): void {
    const command = COMMANDS.get(name) as Command;
    if (this.command) {
      this.draft.refuse(word, t('a line holds one command'));
      return;
    }
    this.command = command;
    const { takes } = command;
    const optional = takes === 'maybe-chain' || takes === 'maybe-number';
    if (optional && !inline && (this.next() === undefined || this.next()?.text.startsWith('-') || this.next()?.text === '!')) return;
    this.chain = this.take(word, inline);
    if (takes === 'chain-value') this.value = this.take(word);
    const number = this.next();
    if ((takes === 'number-rule' || takes === 'rule-or-number' || takes === 'maybe-number') && isNumber(number?.text)) {
      this.number = Number(number?.text);
      this.at++;
      if (this.number === 0) this.draft.refuse(number as Word, t('rules are numbered from 1'));
    } else if (command.operation === 'replace') this.draft.refuse(word, t('`{0}` needs a rule number', word.text));
  }

  private readTarget(jump: 'jump' | 'goto', word: Word, negated: boolean, inline: Word | undefined): void {
    const name = this.take(word, inline);
    if (!name) return;
    if (negated) this.draft.refuse(word, t('`!` cannot stand before `{0}`', word.text));
    if (this.target) {
      this.draft.refuse(word, t('a rule has one target'));
      return;
    }
    const known = jump === 'jump' ? targetOf(name.text) : undefined;
    this.target = { name, jump, ...(known ? { known } : {}) };
    this.draft.field('action', name);
  }

  private readMatch(word: Word, negated: boolean, inline: Word | undefined): void {
    const name = this.take(word, inline);
    if (!name) return;
    if (negated) this.draft.refuse(word, t('`!` cannot stand before `{0}`', word.text));
    if (name.why !== undefined) {
      this.draft.unknownWord(name);
      return;
    }
    const extension = extensionOf(name.text) ?? extensionOfProtocol(protocolNumber(name.text) ?? 0);
    if (!extension) this.unmodelled(word.start, name.end, t('the match `{0}` is not modelled', name.text));
    else if (extension.why !== undefined) this.draft.extras.push(`-m ${name.text}`);
    this.load(extension ?? { options: new Map() }, word.start, name.end);
  }

  private load(extension: Extension, start: number, end: number): Loaded {
    if (this.used.length > 0) this.used = this.used.filter((apply) => ![...extension.options.values()].some((o) => o.apply === apply));
    const loaded = { extension, start, end };
    this.loaded.push(loaded);
    return loaded;
  }

  private unmodelled(start: number, end: number, why: string): void {
    this.draft.unknown(start, end, why);
    this.draft.unmodelled.push({ span: span(start, end), why });
    this.draft.extras.push(...this.words.filter((w) => w.start >= start && w.end <= end).map((w) => w.text));
  }

  /** The option of that name among those of the target, the loaded matches, all rules, and the match that the protocol brings along; full names first. */
  private lookup(name: string): Found | undefined {
    return this.search(name, fullName) ?? (name.length > 1 ? this.search(name, abbreviated) : undefined);
  }

  private search(name: string, get: (options: Options, name: string) => Option | undefined): Found | undefined {
    const ofTarget = this.target?.known && get(this.target.known.options, name);
    if (ofTarget) return { option: ofTarget, ofTarget: true };
    for (let i = this.loaded.length - 1; i >= 0; i--) {
      const owner = this.loaded[i] as Loaded;
      const option = get(owner.extension.options, name);
      if (option) return { option, owner };
    }
    const common = get(COMMON, name);
    if (common) return { option: common };
    const { protocol, anyProtocol } = this.draft;
    const extension = anyProtocol ? extensionOfProtocol(PROTOCOL.tcp) : protocol === undefined ? undefined : extensionOfProtocol(protocol);
    const option = extension && get(extension.options, name);
    if (!option) return undefined;
    const at = this.words[this.at - 1] as Word;
    return { option, owner: this.load(extension, at.start, at.end) };
  }

  private readOption(name: string, word: Word, bang: Word, negatedBefore: boolean, inline: Word | undefined): void {
    let negated = negatedBefore;
    const found = this.lookup(name);
    if (!found) {
      const commands = name.length > 1 ? [...COMMANDS.keys()].filter((c) => c.startsWith(name)) : [];
      if (commands.length === 1) this.readCommand(word, commands[0] as string, inline);
      else this.unknownOption(word, bang);
      return;
    }
    const { option, owner } = found;
    if (found.ofTarget) {
      this.targetOption(name, option, word, inline);
      return;
    }
    if (name === 'wait' && isNumber(this.next()?.text)) this.at++;
    if (name === 'ipv4' || name === 'ipv6') this.only = name === 'ipv4' ? 4 : 6;
    const values: Word[] = [];
    for (let i = 0; i < option.arity; i++) {
      if (!inline && this.next()?.text === '!') {
        negated = !negated;
        this.at++;
      }
      const value = this.take(word, i === 0 ? inline : undefined);
      if (!value) return;
      values.push(value);
    }
    if (owner) owner.end = Math.max(owner.end, values.at(-1)?.end ?? word.end);
    else if (negated && !NEGATABLE.has(option.apply)) this.draft.refuse(bang, t('`!` cannot stand before `{0}`', word.text));
    if (name.startsWith('in-')) this.arriving = true;
    if (name.startsWith('out-')) this.leaving = true;
    if (!option.apply) {
      if (owner) this.draft.extras.push(...(negated ? ['!'] : []), name, ...values.map((v) => v.text));
      return;
    }
    if (owner && this.used.includes(option.apply)) {
      this.draft.refuse(word, t('`{0}` stands twice', word.text));
      return;
    }
    this.used.push(option.apply);
    const unknown = values.find((v) => v.why !== undefined);
    if (unknown) this.draft.extras.push(name, ...values.map((v) => `${v.text} ${v.why ?? ''}`));
    if (unknown && !PARTWISE.has(option.apply)) {
      this.draft.unknownWord(unknown);
      if (option.apply === protocolOption) this.draft.anyProtocol = true;
      return;
    }
    option.apply(this.draft, { option: word, values: (values.length > 0 ? values : [word]) as unknown as Use['values'], negated });
  }

  private targetOption(name: string, option: Option, word: Word, inline: Word | undefined): void {
    this.draft.extras.push(name);
    for (let i = 0; i < option.arity; i++) {
      const value = this.take(word, i === 0 ? inline : undefined);
      if (!value) return;
      this.draft.extras.push(value.text);
    }
    if (name === 'notrack') this.draft.action = { kind: 'untrack' };
  }

  /** An option that no match in sight has, with all that could be its values. */
  private unknownOption(word: Word, bang: Word): void {
    let end = word.end;
    while (this.at < this.words.length) {
      const next = this.words[this.at] as Word;
      if (next.text === '!' || (next.text.startsWith('-') && !isNumber(next.text.slice(1)))) break;
      end = next.end;
      this.at++;
    }
    const portLike = /^--(?:[sd]ports?|source-ports?|destination-ports?)$/.test(word.text);
    const why = portLike ? portNeeds(word.text) : t('the option `{0}` is not known', word.text);
    if (portLike) this.draft.problems.push({ span: span(word.start, end), message: why });
    this.unmodelled(bang.start, end, why);
    if (this.target && !this.target.known) this.draft.extras.push('options');
  }

  /** `-o` cannot stand in a chain that sees arriving packets, `-i` in one that sees leaving ones. */
  private checkChain(whole: Span): void {
    if (!this.command) {
      this.draft.refuse(whole, t('the line holds no command'));
      return;
    }
    const chain = this.chain && builtIn(this.draft.context.table, this.chain.text);
    if (!chain || !RULE_COMMANDS.has(this.command.operation)) return;
    const option = this.leaving && (chain.hook === 'prerouting' || chain.hook === 'input') ? '-o' : this.arriving && (chain.hook === 'output' || chain.hook === 'postrouting') ? '-i' : undefined;
    if (option) this.draft.refuse(this.chain as Word, t('`{0}` cannot be used with {1}', option, (this.chain as Word).text));
  }

  private setAction(whole: Span): void {
    const { draft, target } = this;
    if (!target && this.mayHoldTarget) {
      draft.action = { kind: 'unknown', why: t('the target is not known here') };
      return;
    }
    if (target?.name.why !== undefined) {
      draft.action = { kind: 'unknown', why: target.name.why };
      return;
    }
    if (!target) {
      const half = draft.problems.length > 0;
      if (half) draft.action = { kind: 'unknown', why: (draft.problems[0] as Problem).message };
      return;
    }
    if (draft.action.kind === 'untrack') return;
    if (target.known) {
      draft.action = target.known.action();
      if (target.name.text === 'DROP' && draft.context.table === 'nat') draft.refuse(target.name, t('the nat table is not for filtering: DROP cannot be used in it'));
    }
    else if (builtIn(draft.context.table, target.name.text)) {
      draft.refuse(target.name, t('a rule cannot jump to a built-in chain'));
      draft.action = { kind: 'unknown', why: t('a rule cannot jump to a built-in chain') };
    } else draft.action = draft.extras.includes('options') ? { kind: 'unknown', why: t('the target `{0}` is not modelled', target.name.text) } : { kind: target.jump, chain: target.name.text };
    if (draft.protocol !== undefined && draft.protocol !== PROTOCOL.tcp && this.words.some((w) => w.text === 'tcp-reset')) draft.refuse(whole, t('`tcp-reset` needs `-p tcp`'));
  }
}

const identities = new WeakMap<Statement, readonly string[]>();

/** Equal for rules of the same meaning, as `-D` and `-C` compare them; of the rule at that place in the statement's. Few are asked for, so the words are read again. */
export function identityOf(statement: Statement, index: number): string {
  let known = identities.get(statement);
  if (!known) {
    const { source } = statement;
    identities.set(statement, (known = new StatementReader(source.words ?? splitWords(source.text).words, source).identities()));
  }
  return known[index] ?? '';
}

/** A rule without the places of its parts. */
function identity(rule: Rule | undefined, extras: readonly string[]): string {
  const plain = (key: string, value: unknown): unknown => (key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value);
  const sorted = (list: readonly object[]): string[] => list.map((x) => JSON.stringify(Object.entries(x).sort(([a], [b]) => (a < b ? -1 : 1)), plain)).sort();
  const terms = rule?.match.map((term) => ({ ...term, atoms: sorted(term.atoms ?? []) }));
  return JSON.stringify([sorted(terms ?? []), rule?.action, [...extras].sort()]);
}

function portNeeds(option: string): string {
  return option.endsWith('s') ? t('`{0}` needs `-p tcp` or `-p udp` and `-m multiport` before it', option) : t('`{0}` needs `-p tcp` or `-p udp` before it', option);
}
