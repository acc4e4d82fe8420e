/** Reads the port cells of Help Center tables: single ports, ranges, lists, and which of them serve only where others fail. */
import type { FlowMode, PortItem } from '../../model/flow.ts';
import { portText } from '../../model/flow.ts';
import type { Read } from '../portSpec.ts';
import { readPortItem } from '../portSpec.ts';
import { isDash, oneLine, shown } from './cells.ts';
import { soundsConditional } from './conditions.ts';

export interface PortCell {
  readonly mode: FlowMode;
  readonly items: readonly PortItem[];
  /** What brackets beside the ports say. */
  readonly remark?: string;
  /** What a person should look at. */
  readonly doubts: readonly string[];
}

const LONGEST = 400;

/**
 * `note` decides whether a second item is only the fallback of the first. Digits of `footnotes` may be glued to a
 * number, which then cannot be told from a port.
 */
export function readPortCell(cell: string, note: string, footnotes: readonly string[]): Read<PortCell> {
  const trouble = (why: string): { readonly problem: string } => ({ problem: `the port "${shown(cell)}" ${why}` });
  if (isDash(cell)) return { problem: 'no port is said' };
  if (cell.length > LONGEST) return trouble('is too long');
  if (!/\d/.test(cell)) return trouble('is no number');
  if (/<[^<>]*>/.test(cell)) return trouble('has a placeholder for a part of the number');

  const { text, inBrackets } = withoutBracket(normal(cell));
  const bracketed = inBrackets !== undefined && 'value' in readPortItem(inBrackets);
  if (/\bother\b|\banother\b/i.test(text)) return trouble('names ports without their numbers');
  if (/[,;]$/.test(text)) return trouble('ends in a comma, so that ports are lost');
  const list = bracketed ? { parts: [text, inBrackets], joint: 'bracket' as const } : partsOf(text);
  if (!list) return trouble('can be read in more than one way');
  const items: PortItem[] = [];
  for (const part of list.parts) {
    const item = readPortItem(part);
    if ('problem' in item) return trouble(`cannot be read: ${item.problem}`);
    items.push(item.value);
  }
  const glued = items.find(({ last }) => last > 9 && footnotes.some((digit) => String(last).endsWith(digit)));
  if (glued) return { problem: `the port "${portText(glued)}" may end in the digit of a footnote` };

  const pair = fallbackPair(items, note);
  if (pair && items.length === 2) return { value: { mode: 'prefer', items: pair, doubts: [] } };
  if (pair) return trouble(`needs rows of its own for ${pair.map(portText).join(' and ')}, of which the second serves where the first cannot be reached`);
  if (bracketed) return { problem: `the note does not say what the bracket in "${shown(cell)}" means` };
  const doubts: string[] = [];
  if (inBrackets !== undefined && !/^(?:used by |by )?default$/i.test(inBrackets)) {
    if (/^\d/.test(inBrackets) || (items.length > 1 && soundsConditional(inBrackets))) return trouble('can be read in more than one way');
    doubts.push(`"(${shown(inBrackets)})" beside the port may be a condition`);
  }
  if (list.joint === 'beside') doubts.push(`"${shown(cell)}" is a list without commas; all of its ports count as needed`);
  if (list.joint !== 'or' && items.length > 1 && /\boptional(?:ly)?\b/i.test(note)) doubts.push('the note calls something optional; see whether all ports are needed');
  const mode = items.length === 1 ? 'only' : list.joint === 'or' ? 'any' : 'all';
  return { value: { mode, items, ...(inBrackets !== undefined && { remark: inBrackets }), doubts } };
}

/** The catalog's notation. */
export function portSpecText({ mode, items }: Pick<PortCell, 'mode' | 'items'>): string {
  const joint = mode === 'any' ? ' or ' : mode === 'prefer' ? ' else ' : ', ';
  return items.map(portText).join(joint);
}

/** Whether a cell holds numbers and what joins them, and nothing else. */
export function looksLikePorts(cell: string): boolean {
  return cell.length <= LONGEST && /^\d(?:\d|to\b|or\b|and\b|[\s,;()+\u2010-\u2015-])*$/.test(cell);
}

/** Ranges are written 2500-3300. */
function normal(cell: string): string {
  return cell.replace(/(\d) ?\s?(?:to\b|[\u2010-\u2015\u2212-]) ?\s?(?=\d)/gi, '$1-').trim();
}

function withoutBracket(text: string): { readonly text: string; readonly inBrackets?: string } {
  const open = text.indexOf('(');
  if (open <= 0 || !text.endsWith(')') || text.lastIndexOf('(') !== open) return { text };
  return { text: text.slice(0, open).trim(), inBrackets: oneLine(text.slice(open + 1, -1)) };
}

interface List {
  readonly parts: readonly string[];
  readonly joint: 'comma' | 'or' | 'beside';
}

/** `25, 465 or 587` is one of three; blanks and line breaks join as commas do, unless they may stand within a number. */
function partsOf(text: string): List | undefined {
  const byOr = text.split(/\s+or\s+/i);
  if (byOr.length > 1) {
    const [first = '', ...others] = byOr;
    const leading = first.split(/\s*,\s*/);
    const parts = [...leading, ...others];
    if (leading.length > 1 && others.length > 1) return undefined;
    return parts.some((part) => /[\s,;]/.test(part)) ? undefined : { parts, joint: 'or' };
  }
  const byComma = text.split(/\s*[,;]\s*(?:and\s+)?|\s+and\s+/i);
  const parts = byComma.flatMap((part) => part.split(/\s+/));
  if (parts.length === byComma.length) return { parts, joint: 'comma' };
  const mayBeOne = byComma.some((part) => /^\d+ [\d ]+$/.test(part) && Number(part.replace(/ /g, '')) <= 65535);
  return mayBeOne ? undefined : { parts, joint: 'beside' };
}

const UNREACHABLE = /\bport (\d+) (?:cannot be reached|is unavailable|is not available)/i;

/** Two of the items, the preferred one first, if the note says that the other serves where it cannot be reached. */
function fallbackPair(items: readonly PortItem[], note: string): readonly [PortItem, PortItem] | undefined {
  const [one, other, ...more] = items;
  if (!one || !other) return undefined;
  const sentences = normal(oneLine(note)).split(/(?<=[.!?]) /);
  if (more.length === 0 && sentences.some((each) => /\bdefault port and failover port\b/i.test(each))) return [one, other];
  const telling = sentences.findIndex((each) => UNREACHABLE.test(each));
  if (telling < 0) return undefined;
  const lost = UNREACHABLE.exec(sentences[telling] ?? '')?.[1];
  const preferred = items.find((item) => portText(item) === lost);
  const told = sentences.slice(Math.max(telling - 1, 0), telling + 1).join(' ').split(/[^\d+-]+/);
  const fallback = items.find((item) => item !== preferred && told.includes(portText(item)));
  return preferred && fallback ? [preferred, fallback] : undefined;
}
