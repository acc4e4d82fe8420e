/** Reads the protocol and port cells of Help Center tables into the notation of catalog files. */
import type { FlowMode, PortItem } from '../../model/flow.ts';
import { portText } from '../../model/flow.ts';
import type { Read } from '../portSpec.ts';
import { readPortItem } from '../portSpec.ts';

/** `TCP/HTTPS` stays; `TCP  UDP`, `UDP and TCP` and the like become `TCP, UDP`. */
export function readProtocolCell(cell: string): Read<string> {
  const parts = cell.split(/\s+and\s+|[\s,]+/).filter((part) => part !== '');
  const [first] = parts;
  if (first !== undefined && parts.length === 1 && /^(?:TCP|UDP)(?:\/[A-Za-z()]+)?$/.test(first)) return { value: first };
  const sorted = [...new Set(parts)].sort();
  if (sorted.join() === 'TCP,UDP') return { value: 'TCP, UDP' };
  return { problem: `the protocol "${oneLine(cell)}" does not say TCP or UDP` };
}

export interface PortCell {
  readonly mode: FlowMode;
  readonly items: readonly PortItem[];
}

/**
 * `note` decides whether a second item is only the fallback of the first. Digits of `footnotes` may be glued to a
 * number, which then cannot be told from a port.
 */
export function readPortCell(cell: string, note: string, footnotes: readonly string[]): Read<PortCell> {
  const text = cell.replace(/\s+/g, ' ').replace(/ ?(?:\bto\b|[\u2013-]) ?/g, '-');
  const bracketed = /^(\S+) \((\S+)\)$/.exec(text);
  const separator = bracketed ? 'bracket' : text.includes(' or ') ? ' or ' : ',';
  const parts = bracketed ? [bracketed[1] ?? '', bracketed[2] ?? ''] : text.split(separator);
  const items: PortItem[] = [];
  for (const part of parts) {
    const item = readPortItem(part.trim());
    if ('problem' in item) return { problem: `the port "${oneLine(cell)}": ${item.problem}` };
    items.push(item.value);
  }
  const glued = items.find(({ last }) => last > 9 && footnotes.some((digit) => String(last).endsWith(digit)));
  if (glued) return { problem: `the port "${portText(glued)}" may end in the digit of a footnote` };

  const [first] = items;
  const second = items.length === 2 ? items[1] : undefined;
  if (first && second && isFallback(first, second, note)) return { value: { mode: 'prefer', items } };
  if (bracketed) return { problem: `the note does not say what the bracket in "${oneLine(cell)}" means` };
  return { value: { mode: items.length === 1 ? 'only' : separator === ',' ? 'all' : 'any', items } };
}

/** The note says that the second item serves where the first cannot be reached. */
function isFallback(first: PortItem, second: PortItem, note: string): boolean {
  const text = note.replace(/\s+/g, ' ').replace(/(\d) ?(?:to|[\u2013-]) ?(?=\d)/g, '$1-');
  const unreachable = new RegExp(`\\bport ${first.first} (?:cannot be reached|is unavailable|is not available)`);
  return unreachable.test(text) && text.includes(portText(second));
}

/** The catalog's notation. */
export function portSpecText({ mode, items }: PortCell): string {
  const joint = mode === 'any' ? ' or ' : mode === 'prefer' ? ' else ' : ', ';
  return items.map(portText).join(joint);
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
