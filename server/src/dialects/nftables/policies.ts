/** Base chains of the rule set as policies of the model. Sources: "ADDRESS FAMILIES", "CHAINS" and "VERDICT STATEMENTS" of nft(8). */
import { t } from '@vscode/l10n';
import type { Family } from '../../core/addresses.ts';
import { span } from '../../core/span.ts';
import { HOOKS, type Hook, NETFILTER_ATTACHMENT, STANDARD_PRIORITY, outerStages } from '../../families/netfilter/hooks.ts';
import { netfilterPolicy } from '../../families/netfilter/policy.ts';
import type { Chain, Policy } from '../../model/policy.ts';
import type { Action, Entry, Rule, Unmodelled } from '../../model/rule.ts';
import { type Environment, type NamedSet, type Variables, sameItems, within } from './environment.ts';
import { type Lowered, lowerRule } from './lower.ts';
import { type ChainState, type Lost, type OpenItem, type RulesetState, type TableState, keyOf, tableFamily } from './rulesetState.ts';
import { parseInteger } from './scales.ts';
import type { Expr, Nested, RuleSyntax } from './syntax.ts';
import { type TableFamily, resolve } from './tests.ts';

const DIALECT = 'nftables';
const MOST_REMEMBERED = 4;

const FAMILIES: Readonly<Record<string, readonly Family[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

/** A named set is the same object as in the last read if it was built from the same text and variables. */
export class SetStore {
  #last = new Map<string, { parts: readonly unknown[]; set: NamedSet }>();
  #now = new Map<string, { parts: readonly unknown[]; set: NamedSet }>();

  turn(): void {
    this.#last = this.#now;
    this.#now = new Map();
  }

  keep(key: string, parts: readonly unknown[], make: () => NamedSet): NamedSet {
    const known = this.#last.get(key);
    const kept = known && sameItems(known.parts, parts) ? known : { parts, set: make() };
    this.#now.set(key, kept);
    return kept.set;
  }
}

export interface Assembled {
  readonly policies: readonly Policy[];
  /** Text that may hold rules and belongs to no policy. */
  readonly unmodelled: readonly Unmodelled[];
}

export function assemble(state: RulesetState, uri: string, sets: SetStore): Assembled {
  sets.turn();
  const policies: Policy[] = [];
  const unmodelled: Unmodelled[] = [];
  for (const table of state.tables.values()) {
    if (table.dormant || table.family === 'arp') continue;
    const { chains, built } = new TableAssembly(table, sets, uri).run();
    for (const chain of table.chains.values()) {
      const policy = policyOf(table, chain, built.get(chain.name) as Chain, chains, state.lost, uri);
      if (policy === 'unknown hook') unmodelled.push({ span: chain.header, why: t('the hook {0} is not known', chain.hook?.hook ?? '') });
      else if (policy) policies.push(policy);
    }
  }
  return { policies: withTranslations(policies), unmodelled: policies.length === 0 ? [...state.lost.filter((l) => l.uri === uri), ...unmodelled] : unmodelled };
}

class TableAssembly {
  private readonly named = new Map<string, NamedSet>();
  private readonly chains = new Map<string, Chain>();
  private readonly family: TableFamily;
  private blocks = 0;

  constructor(private readonly table: TableState, private readonly sets: SetStore, private readonly uri: string) {
    this.family = tableFamily(table.family);
  }

  run(): { chains: ReadonlyMap<string, Chain>; built: ReadonlyMap<string, Chain> } {
    this.nameSets();
    for (const chain of this.table.chains.values()) this.chains.set(chain.name, this.chainOf(chain));
    return { chains: this.chains, built: this.chains };
  }

  private nameSets(): void {
    const updated = new Set<string>();
    const look = (syntax: RuleSyntax | undefined): void => {
      if (!syntax || (syntax.updates.length === 0 && !syntax.nested)) return;
      for (const name of syntax.updates) updated.add(name);
      for (const s of syntax.statements) if (s.kind === 'verdict' && 'block' in s.verdict) for (const { rule } of s.verdict.block) look(rule);
    };
    for (const chain of this.table.chains.values()) for (const item of chain.items) if (!('rule' in item)) look(item.syntax);
    for (const set of this.table.sets.values()) {
      const dynamic = set.dynamic || updated.has(set.name);
      const parts = [dynamic, set.expiring, ...set.changes.flatMap((c) => [c.remove, c.elements, ...c.variables.values()])];
      this.named.set(set.name, this.sets.keep(`${keyOf(this.table)} ${set.name}`, parts, () => ({ name: set.name, dynamic, expiring: set.expiring, changes: set.changes, memo: new Map() })));
    }
  }

  private environment(variables: Variables): Environment {
    return { variables, set: (name) => this.named.get(name) };
  }

  private chainOf(chain: ChainState): Chain {
    const entries: Entry[] = chain.lost.map((l) => lostEntry(l, this.uri));
    for (const item of chain.items) {
      if ('rule' in item) {
        const rule = this.resolved(item.rule);
        entries.push(rule === item.rule ? item : { ...item, rule });
        continue;
      }
      const place = item.uri === this.uri ? {} : { uri: item.uri };
      if (item.lost) entries.push({ rule: lostRule(item.lost), at: item.at, ...place });
      else this.addEntries(this.lowered(item), chain.name, item, entries, place);
    }
    return { name: chain.name, entries };
  }

  private addEntries(lowered: Lowered, chain: string, item: Pick<OpenItem, 'at' | 'variables' | 'uri'>, entries: Entry[], place: { readonly uri?: string }): void {
    for (const rule of lowered.rules) {
      const { action } = rule;
      if (lowered.translates && action.kind === 'accept') translating.add(rule);
      if (lowered.block && (action.kind === 'jump' || action.kind === 'goto') && action.chain === 'block') entries.push({ rule: { ...rule, action: { kind: action.kind, chain: this.blockChain(lowered.block, chain, item, place) } }, at: item.at, ...place });
      else entries.push({ rule: this.resolved(rule), at: item.at, ...place });
    }
  }

  private resolved(rule: Rule): Rule {
    const { action } = rule;
    if ((action.kind !== 'jump' && action.kind !== 'goto') || this.table.chains.has(action.chain)) return rule;
    return withAction(rule, { kind: 'unknown', why: t('the chain {0} is not in this file', action.chain) });
  }

  /** The rules between the braces of `jump { ... }` as a chain with a name that no chain of the text can have. */
  private blockChain(block: readonly Nested[], chain: string, item: Pick<OpenItem, 'at' | 'variables' | 'uri'>, place: { readonly uri?: string }): string {
    const name = `${chain} {${String(++this.blocks)}}`;
    const entries: Entry[] = [];
    for (const { at, rule } of block) {
      const inner = { at: item.at + at, variables: item.variables, uri: item.uri };
      this.addEntries(lowerRule(rule, this.environment(item.variables), this.family), name, inner, entries, place);
    }
    this.chains.set(name, { name, entries });
    return name;
  }

  private lowered({ remembered, syntax, variables }: OpenItem): Lowered {
    if (!syntax || !remembered) return { rules: [], translates: false };
    const names = syntax.variables.length + syntax.sets.length === 0 ? NO_NAMES : [...syntax.variables.map((n) => variables.get(n)), ...syntax.sets.map((n) => this.named.get(n))];
    const { lowered: known } = remembered;
    for (const k of known) if (k.family === this.table.family && sameItems(k.names, names)) return k.lowered;
    const lowered = lowerRule(syntax, this.environment(variables), this.family);
    remembered.lowered = [...known.slice(1 - MOST_REMEMBERED), { family: this.table.family, names, lowered }];
    return lowered;
  }
}

const NO_NAMES: readonly unknown[] = [];

function lostRule({ why, length }: { readonly why: string; readonly length: number }): Rule {
  const where = span(0, length);
  return { span: where, match: [{ atoms: [{ kind: 'unknown', why, span: where }] }], action: { kind: 'unknown', why }, fields: [] };
}

/** Text that may have put a rule anywhere: as a first rule of which nothing is known it leaves all that follows undecided. */
function lostEntry({ span: where, why, uri }: Lost, home: string): Entry {
  return { rule: lostRule({ why, length: where.end - where.start }), at: where.start, ...(uri === home ? {} : { uri }) };
}

const variants = new WeakMap<Rule, Rule>();

/** The rule with another action; the same object for the same rule. */
function withAction(rule: Rule, action: Action & { readonly kind: 'unknown' }): Rule {
  let variant = variants.get(rule);
  if (variant?.action.kind !== 'unknown' || variant.action.why !== action.why) variants.set(rule, (variant = { ...rule, action }));
  return variant;
}

function policyOf(table: TableState, chain: ChainState, main: Chain, chains: ReadonlyMap<string, Chain>, everywhere: readonly Lost[], uri: string): Policy | 'unknown hook' | undefined {
  const { hook } = chain;
  if (!hook) return undefined;
  const families = FAMILIES[table.family] ?? [4, 6];
  const policy = chain.policy && resolve(chain.policy.value, within(chain.policy.variables)).expr;
  const verdict = policy?.kind === 'symbol' ? policy.text : undefined;
  const lost: Lost[] = [...everywhere, ...table.lost];
  if (chain.policy && verdict !== 'accept' && verdict !== 'drop') lost.push({ span: chain.policy.span, why: t('the policy of the chain is not known'), uri: chain.policy.uri });
  const name = `${table.family} ${table.name} ${chain.name}`;
  const shared = {
    key: name, name, dialect: DIALECT, uri: chain.uri, header: chain.header, span: chain.span, families, default: verdict === 'drop' ? ('drop' as const) : ('accept' as const),
    ...(chain.policy && chain.policy.uri === chain.uri ? { defaultSpan: chain.policy.span } : {}), chains, unmodelled: [], assumptions: [],
    main: lost.length === 0 ? main : { ...main, entries: [...lost.map((l) => lostEntry(l, uri)), ...main.entries] },
  };
  if (table.family === 'netdev' || table.family === 'bridge' || hook.hook === 'ingress' || hook.hook === 'egress') {
    if (shared.main.entries.length === 0 && shared.default === 'accept') return undefined;
    const where = table.family === 'bridge' ? 'bridge' : hook.hook === 'egress' ? 'egress' : 'ingress';
    const why = table.family === 'inet' ? t('chains of the {0} hook are not modelled', where) : t('chains of family {0} are not modelled', table.family);
    return {
      ...shared, main: { name: main.name, entries: [lostEntry({ span: chain.header, why, uri: chain.uri }, uri)] }, default: 'accept', order: { kind: 'first-match' }, stateful: false,
      attachment: NETFILTER_ATTACHMENT, stages: outerStages(where),
    };
  }
  if (!HOOKS.includes(hook.hook as Hook)) return 'unknown hook';
  const naming = hook.type === 'nat' ? 'nat' : hook.type === 'filter' ? 'filter' : 'other';
  return netfilterPolicy({ ...shared, hook: hook.hook as Hook, priority: priorityOf(hook.priority, hook.variables, hook.offset), naming });
}

/** A name of the table of standard priorities or a number, moved by an offset (in a variable's string, too); 0 if the text does not tell. */
function priorityOf(expr: Expr, variables: Variables, offset: number): number {
  const { expr: value } = resolve(expr, { variables, set: () => undefined });
  const found = value.kind === 'symbol' ? /^(-?)([\w]+)(?:\s*([+-])\s*(\d+))?$/.exec(value.text) : null;
  if (!found) return offset;
  const [, minus, word = '', sign, moved] = found;
  const number = parseInteger(word) ?? (Object.hasOwn(STANDARD_PRIORITY, word) ? STANDARD_PRIORITY[word] ?? 0 : 0);
  return (minus ? -number : number) + (moved === undefined ? 0 : sign === '-' ? -Number(moved) : Number(moved)) + offset;
}

const translating = new WeakSet<Rule>();

/**
 * SNAT and masquerade change nothing that a later chain sees, unless one of the same hook looks at the source address
 * (nft(8), "NAT STATEMENTS": they work in postrouting and input).
 */
function withTranslations(policies: readonly Policy[]): Policy[] {
  return policies.map((policy) => {
    if (!policy.onlyNew || !hasTranslation(policy)) return policy;
    const [stage] = policy.stages;
    const later = policies.some((p) => p !== policy && p.stages.some((s) => policy.stages.some((mine) => mine.direction === s.direction && s.rank > mine.rank)) && stage && looksAtSource(p));
    if (!later) return policy;
    const change = (chain: Chain): Chain => ({
      ...chain,
      entries: chain.entries.map((e) => (translating.has(e.rule) ? { ...e, rule: withAction(e.rule, { kind: 'unknown', why: t('a later chain looks at the source address that this rule changes') }) } : e)),
    });
    return { ...policy, main: change(policy.main), chains: new Map([...policy.chains].map(([name, chain]) => [name, change(chain)])) };
  });
}

function hasTranslation(policy: Policy): boolean {
  return reachable(policy).some((c) => c.entries.some((e) => translating.has(e.rule)));
}

function looksAtSource(policy: Policy): boolean {
  return reachable(policy).some((c) => c.entries.some((e) => e.rule.match.some((t) => t.src !== undefined || t.atoms?.some((a) => (a.kind === 'reference' || a.kind === 'address-type') && a.end === 'src'))));
}

/** The chains that the policy's packets may come through. */
function reachable(policy: Policy): Chain[] {
  const out: Chain[] = [];
  const seen = new Set<Chain>();
  const todo: Chain[] = [policy.main];
  for (let chain = todo.pop(); chain; chain = todo.pop()) {
    if (seen.has(chain)) continue;
    seen.add(chain);
    out.push(chain);
    for (const { rule } of chain.entries) {
      const next = rule.action.kind === 'jump' || rule.action.kind === 'goto' ? policy.chains.get(rule.action.chain) : undefined;
      if (next) todo.push(next);
    }
  }
  return out;
}

