/** The numbers of a port field, and the transports of the rules that it belongs to. */
import type { Span } from '../core/span.ts';
import type { Transport } from '../model/flow.ts';
import type { RankedEntry } from '../model/policy.ts';

/** A port or a range as written; bounds are inclusive. */
export interface PortWord extends Span {
  readonly first: number;
  readonly last: number;
}

const NUMBERS = /(?<![\w.$@":/-])(\d{1,5})(?:[-:](\d{1,5}))?(?![\w."/:-])/g;

/** Ports and ranges that are written as numbers; names speak for themselves. */
export function portWordsIn(text: string, field: Span): PortWord[] {
  return [...text.slice(field.start, field.end).matchAll(NUMBERS)].map((found) => {
    const [whole, first, last = first] = found;
    const start = field.start + found.index;
    return { start, end: start + whole.length, first: Number(first), last: Number(last) };
  });
}

const NUMBER: readonly (readonly [Transport, number])[] = [['tcp', 6], ['udp', 17]];

/** Those that a rule may match; none for ICMP. */
export function transportsOf(rules: readonly RankedEntry[]): readonly Transport[] {
  return NUMBER.flatMap(([transport, number]) =>
    rules.some(({ rule }) => rule.match.some(({ protocol }) => !protocol || protocol.some((low, i) => i % 2 === 0 && low <= number && number < (protocol[i + 1] ?? 0)))) ? [transport] : [],
  );
}
