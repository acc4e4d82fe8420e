/**
 * What stands on an iptables command line beside matches and targets: commands, options of every rule, and their short forms.
 * Source: iptables(8), "COMMANDS" and "PARAMETERS".
 */
import { t } from '@vscode/l10n';
import { type IntervalSet, single, subtract } from '../../core/intervals.ts';
import { ALL_PROTOCOLS, PROTOCOL } from '../../core/packets.ts';
import { span } from '../../core/span.ts';
import { protocolNumber } from '../../families/netfilter/protocols.ts';
import { addressOption } from './addresses.ts';
import { extensionOf } from './matches.ts';
import type { Apply, Option, Options } from './options.ts';

export type Operation = 'append' | 'insert' | 'replace' | 'delete' | 'check' | 'policy' | 'new' | 'flush' | 'erase' | 'rename' | 'none';

export interface Command {
  readonly operation: Operation;
  readonly takes: 'rule' | 'number-rule' | 'rule-or-number' | 'chain' | 'chain-value' | 'maybe-chain' | 'maybe-number';
}

export const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries<Command>({
  append: { operation: 'append', takes: 'rule' },
  insert: { operation: 'insert', takes: 'number-rule' },
  replace: { operation: 'replace', takes: 'number-rule' },
  delete: { operation: 'delete', takes: 'rule-or-number' },
  check: { operation: 'check', takes: 'rule' },
  policy: { operation: 'policy', takes: 'chain-value' },
  'new-chain': { operation: 'new', takes: 'chain' },
  flush: { operation: 'flush', takes: 'maybe-chain' },
  'delete-chain': { operation: 'erase', takes: 'maybe-chain' },
  'rename-chain': { operation: 'rename', takes: 'chain-value' },
  zero: { operation: 'none', takes: 'maybe-number' },
  list: { operation: 'none', takes: 'maybe-number' },
  'list-rules': { operation: 'none', takes: 'maybe-number' },
  help: { operation: 'none', takes: 'maybe-chain' },
}));

export const SHORT: ReadonlyMap<string, string> = new Map(Object.entries({
  A: 'append', I: 'insert', R: 'replace', D: 'delete', C: 'check', P: 'policy', N: 'new-chain', F: 'flush', X: 'delete-chain', E: 'rename-chain', Z: 'zero', L: 'list', S: 'list-rules', h: 'help',
  p: 'protocol', s: 'source', d: 'destination', i: 'in-interface', o: 'out-interface', j: 'jump', g: 'goto', m: 'match', f: 'fragments', c: 'set-counters', t: 'table', v: 'verbose', n: 'numeric',
  x: 'exact', w: 'wait', W: 'wait-interval', M: 'modprobe', 4: 'ipv4', 6: 'ipv6',
}).map(([letter, name]) => [`-${letter}`, name]));

export const RULE_COMMANDS: ReadonlySet<Operation> = new Set(['append', 'insert', 'replace', 'delete', 'check']);

export const isNumber = (text: string | undefined): boolean => text !== undefined && /^\d{1,9}$/.test(text);

/** iptables(8): a name with `+` at its end stands for every name that begins so. */
const interfaceOption =
  (side: 'in' | 'out'): Apply =>
  (draft, { values: [value], negated }) => {
    const { text } = value;
    draft.field('interface', value);
    if (text === '') return;
    if (text === '+' && !negated) return;
    draft.require({ kind: 'interface', side, names: [text.endsWith('+') ? `${text.slice(0, -1)}*` : text], negated, span: span(value.start, value.end) });
  };

const USUAL: ReadonlyMap<string, number> = new Map([['tcp', PROTOCOL.tcp], ['udp', PROTOCOL.udp], ['icmp', PROTOCOL.icmp]]);
const ONE_PROTOCOL: readonly IntervalSet[] = Array.from({ length: 256 }, (_, n) => single(n));

export const protocolOption: Apply = (draft, { option, values: [value], negated }) => {
  if (draft.protocol !== undefined) {
    draft.refuse(option, t('`{0}` stands twice', option.text));
    return;
  }
  const number = USUAL.get(value.text) ?? (value.text.toLowerCase() === 'all' ? 0 : protocolNumber(value.text));
  draft.field('protocol', value);
  if (number === undefined) draft.refuse(value, t('`{0}` is no protocol', value.text));
  else if (number === 0 && negated) draft.refuse(value, t('the rule would never match a protocol'));
  else if (number !== 0) {
    if (!negated) draft.protocol = number;
    draft.restrict('protocol', negated ? subtract(ALL_PROTOCOLS, single(number)) : (ONE_PROTOCOL[number] as IntervalSet));
  }
};

/** Packets of flows are whole, and conntrack puts fragments together again: none is a later fragment. */
const fragmentOption: Apply = (draft, { negated }) => {
  if (!negated) draft.restrict('state', []);
};

const sourceOption = addressOption('src');
const destinationOption = addressOption('dst');

export const COMMON: Options = new Map<string, Option>([
  ['protocol', { arity: 1, apply: protocolOption }],
  ['source', { arity: 1, apply: sourceOption }],
  ['src', { arity: 1, apply: sourceOption }],
  ['destination', { arity: 1, apply: destinationOption }],
  ['dst', { arity: 1, apply: destinationOption }],
  ['in-interface', { arity: 1, apply: interfaceOption('in') }],
  ['out-interface', { arity: 1, apply: interfaceOption('out') }],
  ['fragments', { arity: 0, apply: fragmentOption }],
  ['set-counters', { arity: 2 }],
  ['table', { arity: 1 }],
  ['verbose', { arity: 0 }], ['numeric', { arity: 0 }], ['exact', { arity: 0 }], ['line-numbers', { arity: 0 }],
  ['wait', { arity: 0 }], ['wait-interval', { arity: 1 }], ['modprobe', { arity: 1 }],
  ['ipv4', { arity: 0 }], ['ipv6', { arity: 0 }],
]);

export const NEGATABLE: ReadonlySet<Apply | undefined> = new Set([...COMMON.values()].map((o) => o.apply).filter((a) => a !== undefined));

/** Options that make something of a value of which only some items are told. */
export const PARTWISE: ReadonlySet<Apply> = new Set([sourceOption, destinationOption, ...[...(extensionOf('multiport')?.options.values() ?? [])].flatMap((o) => o.apply ?? [])]);
