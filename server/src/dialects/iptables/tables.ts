/**
 * The tables and their built-in chains.
 * Source: iptables(8), "TABLES"; priorities from linux/netfilter_ipv4.h (NF_IP_PRI_*), the same for IPv6.
 */
import type { Hook } from '../../families/netfilter/hooks.ts';

export interface BuiltIn {
  readonly hook: Hook;
  readonly priority: number;
  readonly naming: 'filter' | 'other' | 'nat';
}

type Chains = Readonly<Record<string, BuiltIn>>;

const at = (priority: number, naming: BuiltIn['naming'], ...hooks: readonly Hook[]): Chains =>
  Object.fromEntries(hooks.map((hook) => [hook.toUpperCase(), { hook, priority, naming }]));

const TABLES: Readonly<Record<string, Chains>> = {
  raw: at(-300, 'other', 'prerouting', 'output'),
  mangle: at(-150, 'other', 'prerouting', 'input', 'forward', 'output', 'postrouting'),
  nat: { ...at(-100, 'nat', 'prerouting', 'output'), ...at(100, 'nat', 'input', 'postrouting') },
  filter: at(0, 'filter', 'input', 'forward', 'output'),
  security: at(50, 'other', 'input', 'forward', 'output'),
};

export const isTable = (name: string): boolean => Object.hasOwn(TABLES, name);

/** The built-in chain of that name in the table, if there is one. */
export function builtIn(table: string, chain: string): BuiltIn | undefined {
  const chains = TABLES[table];
  return chains && Object.hasOwn(chains, chain) ? chains[chain] : undefined;
}
