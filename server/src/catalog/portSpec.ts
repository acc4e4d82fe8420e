/** The notation of ports, protocols and conditions in catalog files. */
import type { FeatureId, FlowMode, PortItem, PortRange, Transport } from '../model/flow.ts';
import { TRANSPORTS } from './rows.ts';

export type Read<T> = { readonly value: T } | { readonly problem: string };

export interface PortSpec {
  readonly mode: FlowMode;
  readonly items: readonly PortItem[];
}

const MODES: readonly (readonly [separator: string, mode: FlowMode])[] = [[' else ', 'prefer'], [' or ', 'any'], [',', 'all']];

/** `443` · `2500-3300` · `1058+` · `135, 445` (all) · `443 or 80` (any) · `6162 else 2500-3300` (prefer, fallback). */
export function readPortSpec(text: string): Read<PortSpec> {
  const used = MODES.filter(([separator]) => text.includes(separator));
  if (used.length > 1) return { problem: `"${text}" mixes "else", "or" and commas` };
  const [separator, mode] = used[0] ?? [undefined, 'only' as const];
  const items: PortItem[] = [];
  for (const part of separator === undefined ? [text] : text.split(separator)) {
    const item = readPortItem(part.trim());
    if ('problem' in item) return item;
    items.push(item.value);
  }
  if (mode === 'prefer' && items.length !== 2) return { problem: `"${text}": "else" joins one port and its fallback` };
  return { value: { mode, items } };
}

export function readPortItem(text: string): Read<PortItem> {
  const parts = /^(\d{1,5})(?:-(\d{1,5})|(\+))?$/.exec(text);
  if (!parts) return { problem: `"${text}" is no port; write 443, 2500-3300 or 1058+` };
  const first = Number(parts[1]);
  const last = parts[2] === undefined ? first : Number(parts[2]);
  if (first < 1 || last > 65535) return { problem: `"${text}": ports run from 1 to 65535` };
  if (last < first) return { problem: `"${text}" runs backwards` };
  return { value: { first, last, openEnded: parts[3] !== undefined } };
}

/** `1024-65535`. */
export function readPortRange(text: string): Read<PortRange> {
  const item = readPortItem(text);
  if ('problem' in item) return item;
  if (item.value.openEnded) return { problem: `"${text}" has no end` };
  return { value: { first: item.value.first, last: item.value.last } };
}

export interface Protocol {
  readonly transports: readonly Transport[];
  readonly application?: string;
}

/** `TCP` · `TCP, UDP` · `TCP/HTTPS`, one transport with its application protocol. */
export function readProtocol(text: string): Read<Protocol> {
  const [transport = '', application, ...more] = text.split('/').map((part) => part.trim());
  const named = transport.split(',').map((part) => part.trim().toLowerCase());
  const transports = TRANSPORTS.filter((each) => named.includes(each));
  const unknown = named.some((name) => !TRANSPORTS.some((each) => each === name));
  const noApplication = application !== undefined && (application === '' || TRANSPORTS.some((each) => each === application.toLowerCase()));
  if (unknown || more.length > 0 || transports.length !== named.length || noApplication || (application !== undefined && transports.length > 1)) {
    return { problem: `"${text}" is no protocol; write TCP, UDP, "TCP, UDP" or TCP/HTTPS` };
  }
  return { value: { transports, ...(application !== undefined && { application }) } };
}

/** `file-level-restore`, or `not file-level-restore` for what is needed while the feature is off. */
export function readNeed(text: string): { readonly feature: FeatureId; readonly needs: 'on' | 'off' } {
  const off = /^not +(.+)$/.exec(text);
  return off?.[1] === undefined ? { feature: text, needs: 'on' } : { feature: off[1], needs: 'off' };
}
