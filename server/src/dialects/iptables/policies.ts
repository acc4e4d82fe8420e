/** The tables at the end of a text as policies of the model. */
import { t } from '@vscode/l10n';
import { netfilterPolicy } from '../../families/netfilter/policy.ts';
import type { Chain } from '../../model/policy.ts';
import type { Fragment } from '../../model/reading.ts';
import type { Entry, Rule, Unmodelled } from '../../model/rule.ts';
import type { ChainState, Ruleset, TableState } from './ruleset.ts';

export const DIALECT_ID = 'iptables';

/** `ip filter INPUT`, `ip6 nat OUTPUT`. */
export const policyKey = (table: TableState, chain: string): string => `${table.family === 4 ? 'ip' : 'ip6'} ${table.name} ${chain}`;

/** Chains of the last reading; one that is the same is given out again, so that what was derived from it holds. */
export type ChainCache = Map<string, Chain>;

const unresolved = new WeakMap<Rule, Rule>();

/** The rule with a jump to a chain that is not there. */
function withoutChain(rule: Rule, why: string): Rule {
  let variant = unresolved.get(rule);
  if (!variant) unresolved.set(rule, (variant = { ...rule, action: { kind: 'unknown', why } }));
  return variant;
}

export interface PolicyContext {
  readonly uri: string;
  /** What a chain without a policy of its own starts from. */
  readonly assumption: (chain: ChainState) => string | undefined;
  /** Text that may hold rules of any chain. */
  readonly unmodelled: readonly Unmodelled[];
  readonly previous: ChainCache;
  readonly next: ChainCache;
}

export function fragmentsOf(ruleset: Ruleset, context: PolicyContext): Fragment[] {
  const out: Fragment[] = [];
  for (const table of ruleset.tables.values()) {
    const chains = new Map<string, Chain>();
    for (const state of table.chains.values()) if (!state.builtIn) chains.set(state.name, chainOf(table, state, ruleset, context));
    for (const state of table.chains.values()) {
      const { builtIn } = state;
      if (!builtIn) continue;
      const key = policyKey(table, state.name);
      const assumption = context.assumption(state);
      const policy = netfilterPolicy({
        ...builtIn,
        key,
        name: `${table.name} ${state.name}`,
        dialect: DIALECT_ID,
        uri: context.uri,
        header: state.header,
        span: { start: state.start, end: state.end },
        families: [table.family],
        default: state.policy,
        ...(state.policySpan ? { defaultSpan: state.policySpan } : {}),
        main: chainOf(table, state, ruleset, context),
        chains,
        unmodelled: [...context.unmodelled, ...table.unmodelled, ...state.unmodelled],
        assumptions: assumption === undefined ? [] : [assumption],
      });
      out.push({ key, scope: 'file', policy });
    }
  }
  return out.sort((a, b) => a.policy.header.start - b.policy.header.start);
}

function chainOf(table: TableState, state: ChainState, ruleset: Ruleset, context: PolicyContext): Chain {
  const entries: Entry[] = [];
  const add = (entry: Entry): void => {
    const { action } = entry.rule;
    if ((action.kind === 'jump' || action.kind === 'goto') && (!table.chains.has(action.chain) || table.chains.get(action.chain)?.builtIn)) {
      const why = t('there is no chain `{0}` in the table {1} here', action.chain, table.name);
      const field = entry.rule.fields.find((f) => f.role === 'action')?.span ?? entry.rule.span;
      ruleset.problem(entry.at + field.start, entry.at + field.end, why);
      entries.push(entryAt(withoutChain(entry.rule, why), entry));
    } else entries.push(entryAt(entry.rule, entry));
  };
  for (let i = state.front.length - 1; i >= 0; i--) add(state.front[i] as Entry);
  for (const item of state.items) add(item);
  for (let i = state.maybePolicies.length - 1; i >= 0; i--) entries.push(state.maybePolicies[i] as Entry);
  const key = policyKey(table, state.name);
  const old = context.previous.get(key);
  const chain = old && sameEntries(old.entries, entries) ? old : { name: state.name, entries };
  context.next.set(key, chain);
  return chain;
}

const entryAt = (rule: Rule, { at, uri }: Entry): Entry => (uri === undefined ? { rule, at } : { rule, at, uri });

const sameEntries = (a: readonly Entry[], b: readonly Entry[]): boolean => a.length === b.length && a.every((x, i) => x.rule === b[i]?.rule && x.at === b[i].at && x.uri === b[i].uri);

