/** The text of rules that let permits through. Grammar: "EXPRESSIONS" and "VERDICT STATEMENTS" of nft(8). */
import { type Address, type AddressIntervals, type Family, formatAddress, previous, toCidrs } from '../../core/addresses.ts';
import { type IntervalSet, unionAll } from '../../core/intervals.ts';
import { formatPorts } from '../../core/packets.ts';
import type { Permit, PermitEnd } from '../dialect.ts';

/** A rule's match and verdict, without a line's indentation or comment. */
export interface RuleText {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Names of the file for addresses: `$backup_server` where that variable stands for exactly these. */
export type AddressNames = (family: Family, set: AddressIntervals) => string | undefined;

const NO_NAMES: AddressNames = () => undefined;

/** Placeholders of a snippet are counted through the whole edit. */
export class Placeholders {
  private count = 0;

  next(label: string): string {
    return `\${${String(++this.count)}:${escapeSnippet(label)}}`;
  }
}

export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

export function isSnippet(permits: readonly Permit[]): boolean {
  return permits.some((p) => p.from.kind === 'placeholder' || p.to.kind === 'placeholder');
}

export function ruleTexts(permits: readonly Permit[], families: readonly Family[], placeholders: Placeholders, names: AddressNames = NO_NAMES): RuleText[] {
  const escape = isSnippet(permits) ? escapeSnippet : (text: string): string => text;
  return joinPorts(permits).flatMap((p) => familiesOf(p, families).map((family): RuleText => {
    const src = p.answer ? p.to : p.from;
    const dst = p.answer ? p.from : p.to;
    const ports = escape(portsText(p.ports));
    const words = [
      endText('saddr', src, family ?? 4, placeholders, names, escape),
      endText('daddr', dst, family ?? 4, placeholders, names, escape),
      `${p.transport} ${p.answer ? 'sport' : 'dport'} ${ports}`,
      p.answer ? 'ct state established' : '',
      'accept',
    ];
    return { text: words.filter((w) => w !== '').join(' '), notes: p.notes };
  }));
}

type Joined = Omit<Permit, 'note'> & { readonly notes: readonly string[] };

/** Permits between the same ends become one rule per transport. */
function joinPorts(permits: readonly Permit[]): Joined[] {
  const out = new Map<string, Joined>();
  for (const { note, ...p } of permits) {
    const key = `${p.transport} ${String(p.answer)} ${endKey(p.from)} > ${endKey(p.to)}`;
    const known = out.get(key);
    out.set(key, known ? { ...known, ports: unionAll([known.ports, p.ports]), notes: [...new Set([...known.notes, note])] } : { ...p, notes: [note] });
  }
  return [...out.values()];
}

function endKey(end: PermitEnd): string {
  return end.kind === 'addresses' ? `${end.set[4].join()} ${end.set[6].join()}` : end.kind === 'placeholder' ? `?${end.label}` : '*';
}

/** One rule per family that both ends have; one without a family (undefined) if neither end is written. */
function familiesOf({ from, to }: Joined, filtered: readonly Family[]): (Family | undefined)[] {
  if (from.kind === 'any' && to.kind === 'any') return [undefined];
  const has = (end: PermitEnd, family: Family): boolean => end.kind !== 'addresses' || end.set[family].length > 0;
  const fit = filtered.filter((f) => has(from, f) && has(to, f));
  const written = [from, to].filter((e) => e.kind === 'addresses');
  return written.length > 0 ? fit : fit.slice(0, 1);
}

function endText(key: 'saddr' | 'daddr', end: PermitEnd, family: Family, placeholders: Placeholders, names: AddressNames, escape: (text: string) => string): string {
  if (end.kind === 'any') return '';
  const header = family === 4 ? 'ip' : 'ip6';
  if (end.kind === 'placeholder') return `${header} ${key} ${placeholders.next(end.label)}`;
  const name = names(family, end.set[family]);
  return `${header} ${key} ${escape(name ?? braced(addressItems(family, end.set[family])))}`;
}

/** Networks as such, everything else as ranges: the fewest words. */
function addressItems(family: Family, set: AddressIntervals): string[] {
  const out: string[] = [];
  for (let i = 0; i < set.length; i += 2) {
    const interval = [set[i] as Address, set[i + 1] as Address];
    const cidrs = toCidrs(family, interval);
    out.push(cidrs.length === 1 ? (cidrs[0] as string) : `${formatAddress(interval[0] as Address)}-${formatAddress(previous(interval[1] as Address))}`);
  }
  return out;
}

function portsText(ports: IntervalSet): string {
  return braced(formatPorts(ports));
}

function braced(items: readonly string[]): string {
  return items.length === 1 ? (items[0] as string) : `{ ${items.join(', ')} }`;
}
