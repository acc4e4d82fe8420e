/** How findings name flows, ports and addresses, so that all of them speak alike. */
import { toCidrs } from '../core/addresses.ts';
import { equals, unionAll } from '../core/intervals.ts';
import { type PacketSet, PROTOCOL, formatPorts } from '../core/packets.ts';
import { type Flow, portText } from '../model/flow.ts';
import type { RankedEntry } from '../model/policy.ts';
import type { Analysis, JudgedFlow } from '../workspace/analysis.ts';

export function componentName(analysis: Analysis, id: string): string {
  return analysis.catalog.components.get(id)?.name ?? id;
}

export function listed(words: readonly string[], last = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const TRANSPORTS = [
  ['TCP', PROTOCOL.tcp],
  ['UDP', PROTOCOL.udp],
] as const;

/** "TCP 135, 445 and UDP 135". */
export function portsOf(set: PacketSet): string {
  return listed(
    TRANSPORTS.flatMap(([name, protocol]) => {
      const ports = formatPorts(unionAll(set.filter((b) => b.protocol.includes(protocol)).map((b) => b.dport)));
      return ports.length > 0 ? [`${name} ${ports.join(', ')}`] : [];
    }),
  );
}

/** What a flow asks for: "TCP 443 or 80", "TCP 6162 (else 2500-3300)". */
export function neededPorts(flow: Flow): string {
  return `${flow.transports.map((t) => t.toUpperCase()).join('+')} ${neededItems(flow)}`;
}

/** The ports alone: "443 or 80". */
export function neededItems({ items, mode }: Flow): string {
  const ports = items.map(portText);
  return mode === 'any' ? listed(ports, 'or') : mode === 'prefer' ? `${ports[0] ?? ''} (else ${ports.slice(1).join(', ')})` : ports.join(', ');
}

export function lineOf(analysis: Analysis, entry: RankedEntry): string {
  return entry.uri === undefined ? `line ${String(analysis.lines.lineOf(entry.at + entry.rule.span.start) + 1)}` : entry.uri.slice(entry.uri.lastIndexOf('/') + 1);
}

/** Addresses and client ports where a part holds, if it does not hold for all that the flow asks: " from 10.0.0.5 from client ports 1024-9999". */
export function endsOf(part: PacketSet, asked: PacketSet): string {
  const words = (['src', 'dst'] as const).flatMap((end) => {
    const families = ([4, 6] as const).map((f) => ({ f, part: unionAll(part.filter((b) => b.family === f).map((b) => b[end])), all: unionAll(asked.filter((b) => b.family === f).map((b) => b[end])) }));
    if (families.every(({ part: p, all }) => equals(p, all))) return [];
    const cidrs = families.flatMap(({ f, part: p }) => toCidrs(f, p));
    return [`${end === 'src' ? 'from' : 'to'} ${listed(cidrs.slice(0, 6))}${cidrs.length > 6 ? ' and more' : ''}`];
  });
  const clients = { part: unionAll(part.map((b) => b.sport)), all: unionAll(asked.map((b) => b.sport)) };
  if (part.length > 0 && !equals(clients.part, clients.all)) words.push(`from client ports ${listed(formatPorts(clients.part))}`);
  return words.length > 0 ? ` ${words.join(' ')}` : '';
}

/** "Worker to Backup server". */
export function wayOf(analysis: Analysis, flows: readonly JudgedFlow[]): string {
  const names = (end: 'from' | 'to'): string => listed([...new Set(flows.map((f) => componentName(analysis, f.flow[end])))], 'or');
  return `${names('from')} to ${names('to')}`;
}

/** What a reader should know of a flow beside its ports. */
export function remarks(flows: readonly JudgedFlow[]): string {
  const unstated = [...new Set(flows.flatMap((f) => (f.unstated ? f.conditions.filter((c) => c.state === 'unstated').map((c) => `Needed only if it applies: ${c.text.replace(/\.$/, '')}; set “feature ${c.feature} on” or “off”.`) : [])))];
  const byVeeam = new Set(flows.map((f) => f.flow.openedBy));
  const opened = byVeeam.has('installer') ? ['Veeam’s installer adds this rule itself on a machine with the default firewall.'] : byVeeam.has('session') ? ['Veeam opens this port itself for the time of a session.'] : [];
  const assumed = [...new Set(flows.flatMap((f) => (f.verdict.verdict === 'open' ? [] : f.verdict.assumptions.filter((a) => a.startsWith('if ')))))].map((a) => `Judged ${a}.`);
  return [...unstated, ...opened, ...assumed].map((s) => ` ${s}`).join('');
}
