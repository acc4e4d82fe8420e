/** The state of the kernel's tables while a text is read, and what a reader remembers of the statements that made it. */
import type { Span } from '../../core/span.ts';
import { type Likeness, Shapes } from '../../families/netfilter/shapes.ts';
import type { Comment, Problem } from '../../model/reading.ts';
import type { Entry, Rule } from '../../model/rule.ts';
import { type Command, type Parsed, parseCommand } from './commands.ts';
import { type Bound, NO_VARIABLES, type SetChange, type Variables, within } from './environment.ts';
import { type Lowered, lowerRule } from './lower.ts';
import type { Context } from './scan.ts';
import { ScanCache } from './scanCache.ts';
import type { Expr, RuleSyntax } from './syntax.ts';
import type { TableFamily } from './tests.ts';

/** A statement as it is remembered from read to read, with what was made of it last. */
export interface Remembered {
  readonly context: Context;
  readonly text: string;
  readonly command: Command;
  /** Of a statement with a rule, until a plain rule has come of it. */
  rule?: RuleSyntax;
  bound?: Bound;
  boundTo?: readonly unknown[];
  lowered: readonly LoweredAs[];
  /** The model's rule, where that is all that the statement becomes, whatever stands around it. */
  plain?: Rule;
}

/** A lowering holds as long as the names in the rule stand for the same objects. */
export interface LoweredAs {
  readonly family: string;
  readonly names: readonly unknown[];
  readonly lowered: Lowered;
}

/** A rule of a chain that is lowered when names are known, or text that was lost there. `lost`: why, for text that is no rule. */
export interface OpenItem {
  readonly remembered?: Remembered;
  readonly syntax?: RuleSyntax;
  readonly lost?: { readonly why: string; readonly length: number };
  readonly at: number;
  readonly uri: string;
  readonly variables: Variables;
}

/** A plain rule is lowered as it is read. */
export type Item = Entry | OpenItem;

export interface Lost {
  readonly span: Span;
  readonly why: string;
  readonly uri: string;
}

export interface ChainState {
  name: string;
  readonly uri: string;
  readonly header: Span;
  span: Span;
  hook?: { readonly type: string; readonly hook: string; readonly priority: Expr; readonly offset: number; readonly variables: Variables };
  policy?: { readonly value: Expr; readonly variables: Variables; readonly span: Span; readonly uri: string };
  items: Item[];
  readonly lost: Lost[];
}

export interface SetState {
  readonly name: string;
  dynamic: boolean;
  expiring: boolean;
  changes: SetChange[];
}

export interface TableState {
  readonly family: string;
  readonly name: string;
  readonly chains: Map<string, ChainState>;
  readonly sets: Map<string, SetState>;
  dormant: boolean;
  readonly lost: Lost[];
}

/** A block of the document itself: a table with the chains in it, or a chain. */
export interface BlockState {
  readonly table: string;
  readonly chain?: string;
  readonly name: Span;
  span: Span;
}

export interface RulesetState {
  readonly tables: Map<string, TableState>;
  readonly blocks: BlockState[];
  readonly problems: Problem[];
  readonly comments: Comment[];
  readonly includes: string[];
  /** Text outside tables that may hold any rule. */
  readonly lost: Lost[];
}

/** What stays from one reading of a document to the next. */
export class RulesetMemory {
  readonly statements = new ScanCache<Remembered | Rule>();
  private readonly shapes = new Map<string, Shapes<undefined>>();

  /** Of the plain rules of tables of a family. */
  shapesOf(family: string): Shapes<undefined> {
    let shapes = this.shapes.get(family);
    if (!shapes) this.shapes.set(family, (shapes = new Shapes((text) => plainRule(parseCommand('chain', text), family))));
    return shapes;
  }
}

/** The model's rule, if it is all that the statement becomes in tables of the family, whatever stands around it. */
export function plainRule({ rule }: Pick<Parsed, 'rule'>, family: string): Likeness<undefined> | undefined {
  if (!rule || rule.error || rule.nested || rule.variables.length + rule.sets.length + rule.updates.length > 0) return undefined;
  const { rules, translates } = lowerRule(rule, within(NO_VARIABLES), tableFamily(family));
  const [only] = rules;
  return only && rules.length === 1 && !translates ? { rule: only, rest: undefined } : undefined;
}

export function tableFamily(family: string): TableFamily {
  return family === 'ip' ? 4 : family === 'ip6' ? 6 : undefined;
}

export function keyOf(table: TableState): string {
  return `${table.family} ${table.name}`;
}
