/** Recognises in a page's wording when a row is needed and who opens its port; the catalog's features name the phrases. */
import type { ComponentId, PortItem } from '../../model/flow.ts';
import { portText } from '../../model/flow.ts';
import type { FeatureData } from '../data.ts';
import { oneLine } from './cells.ts';
import type { PartyReader } from './parties.ts';

/** Feature ids as catalog files write them, `not ...` for a feature that must be off. */
export function needsIn(text: string, features: readonly FeatureData[]): string[] {
  const wording = oneLine(text).toLowerCase();
  return features.flatMap(({ id, phrases }) => [
    ...(phrases.on.some((phrase) => wording.includes(phrase)) ? [id] : []),
    ...(phrases.off.some((phrase) => wording.includes(phrase)) ? [`not ${id}`] : []),
  ]);
}

export interface NoteParts {
  /** Without the list items that speak of single ports. */
  readonly rest: string;
  readonly ofItem: Readonly<Record<string, string[]>>;
}

/** Splits off list items such as `* 1058+: If ...`, which tell when one port item of the row is used. */
export function noteParts(note: string, items: readonly PortItem[], features: readonly FeatureData[]): NoteParts {
  const ofItem: Record<string, string[]> = {};
  const rest = oneLine(note).split(/(?=\* )/).filter((part) => {
    const item = items.find((each) => part.startsWith(`* ${portText(each)}:`));
    if (!item) return true;
    const needs = needsIn(part, features);
    if (needs.length > 0) ofItem[portText(item)] = needs;
    return needs.length === 0;
  });
  return { rest: rest.join(''), ofItem };
}

/** Two components between which Veeam's own set-up opens the ports, as a page's introduction says. */
export type OpenedPair = readonly [ComponentId, ComponentId];

export function openedPairs(paragraph: string, parties: PartyReader): OpenedPair[] {
  const [, told] = oneLine(paragraph.slice(0, 1000)).split('automatically creates firewall rules ');
  const [sentence = ''] = (told ?? '').split('. ');
  const ends = sentence.slice(sentence.lastIndexOf(' between ') + ' between '.length).replace(/\.$/, '').split(' and ');
  const [one, other] = ends.map((name) => parties.known(name));
  return sentence.includes(' between ') && ends.length === 2 && one !== undefined && other !== undefined ? [[one, other]] : [];
}

/** Veeam opens the port for the time of a session. */
export function isOpenedBySession(note: string): boolean {
  return /\bports? opened by Veeam Backup & Replication\b/.test(oneLine(note));
}

/** NFS clients send from reserved ports too. */
export function speaksOfNfs(text: string): boolean {
  return /\bNFS\b/.test(text);
}

/** A remark that may hold a condition, so that someone has to look at it. */
export function soundsConditional(remark: string): boolean {
  return /^(?:only|if|for|when|optional|unless|in case|according|depending|applies)\b/i.test(remark);
}
