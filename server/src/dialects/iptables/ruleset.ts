/**
 * The state of the kernel's tables while commands are read: what stands at the end is what is judged.
 * Source: iptables(8), "COMMANDS".
 */
import { t } from '@vscode/l10n';
import type { Family } from '../../core/addresses.ts';
import { type Span, span } from '../../core/span.ts';
import type { Problem } from '../../model/reading.ts';
import type { Entry, Rule, Unmodelled } from '../../model/rule.ts';
import { type Statement, identityOf } from './statement.ts';
import { type BuiltIn, builtIn } from './tables.ts';

/** A rule in its chain, with the command that brought it. */
interface Item extends Entry {
  readonly statement: Statement;
  /** Its place among the rules of the command. */
  readonly part: number;
}

export interface ChainState {
  readonly name: string;
  readonly builtIn?: BuiltIn;
  /** Where the text names the chain first. */
  header: Span;
  /** The start of the line or command that names it first, and the end of the last one that changes it. */
  start: number;
  end: number;
  /** A later section replaced the table; the chain is at home where it is named next. */
  homeless: boolean;
  /** Rules put before those of `items`, last first. */
  readonly front: Item[];
  readonly items: Item[];
  policy: 'accept' | 'drop';
  policySpan?: Span;
  /** Policies that were set under a condition, newest last; they act as rules at the chain's end. */
  readonly maybePolicies: Entry[];
  readonly unmodelled: Unmodelled[];
  /** The text empties the chain before it fills it. */
  emptied: boolean;
}

export interface TableState {
  readonly family: Family;
  readonly name: string;
  readonly chains: Map<string, ChainState>;
  readonly unmodelled: Unmodelled[];
  /** Every chain was emptied, those too that are named only later. */
  emptied: boolean;
}

/** Where a command stands, and the condition under which it is run, if any. */
export interface Place {
  readonly at: number;
  readonly end: number;
  /** Start of the line, for blocks. */
  readonly lineStart: number;
  readonly uri?: string;
  readonly condition?: string;
  /** For text of another file: the command of the document that reads it. */
  readonly shown?: Span;
}

const conditional = new WeakMap<Rule, Map<string, Rule>>();

const doubtful = new WeakSet<Rule>();

/** The rule as one that may not be there; one doubt is as good as many. */
function underCondition(rule: Rule, why: string): Rule {
  if (doubtful.has(rule)) return rule;
  let variants = conditional.get(rule);
  if (!variants) conditional.set(rule, (variants = new Map<string, Rule>()));
  let variant = variants.get(why);
  if (!variant) {
    variant = { ...rule, match: rule.match.map((term) => ({ ...term, atoms: [...(term.atoms ?? []), { kind: 'unknown', why, span: rule.span }] })) };
    variants.set(why, variant);
    doubtful.add(variant);
  }
  return variant;
}

export class Ruleset {
  readonly tables = new Map<string, TableState>();
  readonly problems: Problem[] = [];

  table(family: Family, name: string): TableState {
    const key = `${family} ${name}`;
    let table = this.tables.get(key);
    if (!table) this.tables.set(key, (table = { family, name, chains: new Map(), unmodelled: [], emptied: false }));
    return table;
  }

  /** Empties a table as iptables-restore does before it fills it; policies stay. */
  clear(table: TableState): void {
    table.emptied = true;
    for (const [name, chain] of table.chains) {
      if (chain.builtIn) {
        this.flush(chain);
        chain.homeless = true;
      } else table.chains.delete(name);
    }
  }

  /** The chain, created if it is built in; undefined if the text has not created it. */
  chain(table: TableState, name: string, header: Span, place: Place): ChainState | undefined {
    const chain = table.chains.get(name);
    if (chain) {
      const end = place.shown?.end ?? place.end;
      if (chain.homeless) {
        chain.header = place.shown ?? header;
        chain.start = place.shown?.start ?? place.lineStart;
        chain.end = end;
        chain.homeless = false;
      } else if (end > chain.end) chain.end = end;
      return chain;
    }
    const standard = builtIn(table.name, name);
    return standard ? this.create(table, name, header, place, standard) : undefined;
  }

  create(table: TableState, name: string, header: Span, place: Place, standard?: BuiltIn): ChainState {
    const chain: ChainState = { name, ...(standard ? { builtIn: standard } : {}), header: place.shown ?? header, start: place.shown?.start ?? place.lineStart, end: place.shown?.end ?? place.end, homeless: false, front: [], items: [], policy: 'accept', maybePolicies: [], unmodelled: [], emptied: table.emptied };
    table.chains.set(name, chain);
    return chain;
  }

  /** @returns for `-C` and `-D`, whether the rule is there; otherwise whether the command succeeds. */
  apply(table: TableState, statement: Statement, place: Place): boolean {
    if (place.uri === undefined) for (const { span: s, message } of statement.problems) this.problem(place.at + s.start, place.at + s.end, message);
    const { operation, chain: name } = statement;
    if (operation === 'none' || (!name && operation !== 'flush' && operation !== 'erase')) return statement.problems.length === 0;
    if (!name) {
      for (const chain of [...table.chains.values()]) this.empty(chain, operation, table, place);
      if (operation === 'flush' && place.condition === undefined) table.emptied = true;
      return true;
    }
    const header = span(place.at + name.start, place.at + name.end);
    if (operation === 'new') return this.declare(table, name.text, header, place);
    const chain = this.chain(table, name.text, header, place);
    if (!chain) {
      if (operation === 'append' || operation === 'insert' || operation === 'replace') this.problem(header.start, header.end, t('the table {0} has no chain {1} here', table.name, name.text));
      return false;
    }
    switch (operation) {
      case 'policy':
        return this.setPolicy(chain, statement.value?.text ?? '', span(place.at + (statement.value?.start ?? 0), place.at + (statement.value?.end ?? 0)), place);
      case 'flush':
      case 'erase':
        this.empty(chain, operation, table, place);
        return true;
      case 'rename':
        return this.rename(table, chain, statement.value?.text, place);
      case 'check':
        return statement.rules.every((_, i) => find(chain, identityOf(statement, i)) >= 0);
      case 'delete':
        return this.remove(chain, statement, place);
      default:
        return this.add(chain, statement, place);
    }
  }

  /** `:CHAIN` and `-N`. */
  declare(table: TableState, name: string, header: Span, place: Place): boolean {
    const old = table.chains.get(name);
    if (old) return false;
    this.create(table, name, header, place, builtIn(table.name, name));
    return true;
  }

  setPolicy(chain: ChainState, value: string, at: Span, place: Place): boolean {
    const policy = value === 'ACCEPT' ? 'accept' : value === 'DROP' ? 'drop' : undefined;
    if (!policy || !chain.builtIn) {
      const message = chain.builtIn ? t('`{0}` is no policy: it is ACCEPT or DROP', value) : t('a chain of your own has no policy');
      this.problem(at.start, at.end, message);
      if (chain.builtIn) chain.unmodelled.push({ span: place.shown ?? at, why: message });
      return false;
    }
    if (place.condition === undefined) {
      chain.policy = policy;
      chain.policySpan = place.shown ?? at;
      chain.maybePolicies.length = 0;
    } else {
      const whole = span(0, place.end - place.at);
      const rule: Rule = { span: whole, match: [{ atoms: [{ kind: 'unknown', why: place.condition, span: whole }] }], action: { kind: policy }, fields: [{ role: 'action', span: span(at.start - place.at, at.end - place.at) }] };
      chain.maybePolicies.push({ rule, at: place.at, uri: place.uri });
    }
    return true;
  }

  flush(chain: ChainState): void {
    chain.emptied = true;
    chain.front.length = 0;
    chain.items.length = 0;
  }

  /** Any rule of the chain may be gone. */
  doubt(chain: ChainState, why: string): void {
    for (const list of [chain.front, chain.items]) list.forEach((item, i) => (list[i] = { ...item, rule: underCondition(item.rule, why) }));
  }

  private empty(chain: ChainState, operation: string, table: TableState, place: Place): void {
    if (operation === 'erase') {
      if (!chain.builtIn && place.condition === undefined && chain.front.length + chain.items.length === 0) table.chains.delete(chain.name);
    } else if (place.condition === undefined) this.flush(chain);
    else this.doubt(chain, place.condition);
  }

  private rename(table: TableState, chain: ChainState, name: string | undefined, place: Place): boolean {
    if (name === undefined || chain.builtIn || table.chains.has(name)) return false;
    if (place.condition !== undefined) {
      table.unmodelled.push({ span: place.shown ?? span(place.at, place.end), why: place.condition });
      return true;
    }
    table.chains.delete(chain.name);
    table.chains.set(name, { ...chain, name });
    for (const other of table.chains.values()) {
      for (const list of [other.front, other.items]) list.forEach((item, i) => (list[i] = retarget(item, chain.name, name)));
    }
    return true;
  }

  private remove(chain: ChainState, statement: Statement, place: Place): boolean {
    const drop = (index: number): void => {
      const [list, i] = locate(chain, index);
      const item = list[i] as Item;
      if (place.condition === undefined) list.splice(i, 1);
      else list[i] = { ...item, rule: underCondition(item.rule, place.condition) };
    };
    if (statement.number !== undefined) {
      if (statement.number > length(chain)) return false;
      drop(statement.number - 1);
      return true;
    }
    let found = statement.rules.length > 0;
    for (const i of statement.rules.keys()) {
      const index = find(chain, identityOf(statement, i));
      if (index >= 0) drop(index);
      else found = false;
    }
    return found;
  }

  private add(chain: ChainState, statement: Statement, place: Place): boolean {
    const { operation, rules } = statement;
    const number = statement.number ?? 1;
    const tooFar = number > length(chain) + (operation === 'insert' ? 1 : 0);
    const fits = operation === 'append' || !tooFar;
    if (!fits) this.problem(place.at, place.end, t('the chain {0} has fewer than {1} rules here', chain.name, operation === 'insert' ? number - 1 : number));
    const condition = fits ? place.condition : t('the chain has too few rules here');
    if (operation === 'replace' && fits) {
      const [list, i] = locate(chain, number - 1);
      const old = list[i] as Item;
      if (condition === undefined) list.splice(i, 1);
      else list[i] = { ...old, rule: underCondition(old.rule, condition) };
    }
    rules.forEach((rule, part) => {
      const item: Item = { rule: condition === undefined ? rule : underCondition(rule, condition), at: place.at, uri: place.uri, statement, part };
      if (operation === 'append' || !fits) chain.items.push(item);
      else if (number === 1) chain.front.push(item);
      else if (number - 1 <= chain.front.length) chain.front.splice(chain.front.length - (number - 1), 0, item);
      else chain.items.splice(number - 1 - chain.front.length, 0, item);
    });
    return fits;
  }

  problem(start: number, end: number, message: string): void {
    this.problems.push({ span: span(start, end), message });
  }
}

const length = (chain: ChainState): number => chain.front.length + chain.items.length;

function locate(chain: ChainState, index: number): [Item[], number] {
  return index < chain.front.length ? [chain.front, chain.front.length - 1 - index] : [chain.items, index - chain.front.length];
}

function find(chain: ChainState, identity: string): number {
  for (let i = 0; i < length(chain); i++) {
    const [list, at] = locate(chain, i);
    const item = list[at] as Item;
    if (identityOf(item.statement, item.part) === identity) return i;
  }
  return -1;
}

const retarget = (item: Item, from: string, to: string): Item =>
  (item.rule.action.kind === 'jump' || item.rule.action.kind === 'goto') && item.rule.action.chain === from ? { ...item, rule: { ...item.rule, action: { ...item.rule.action, chain: to } } } : item;
