/** How findings name flows, ports and addresses, so that all of them speak alike. */
import { t } from '@vscode/l10n';
import { catalogText } from '../catalog/text.ts';
import { toCidrs } from '../core/addresses.ts';
import { equals, unionAll } from '../core/intervals.ts';
import { either, listed } from '../core/lists.ts';
import { type PacketSet, PROTOCOL, formatPorts } from '../core/packets.ts';
import { type Flow, portText } from '../model/flow.ts';
import type { RankedEntry } from '../model/policy.ts';
import type { Analysis, JudgedFlow } from '../workspace/analysis.ts';

export function componentName(analysis: Analysis, id: string): string {
  return analysis.catalog.components.get(id)?.name ?? id;
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

/** "TCP+UDP". */
export function transportText({ transports }: Flow): string {
  return transports.map((transport) => transport.toUpperCase()).join('+');
}

/** What a flow asks for: "TCP 443 or 80", "TCP 6162 (else 2500-3300)". */
export function neededPorts(flow: Flow): string {
  return `${transportText(flow)} ${neededItems(flow)}`;
}

/** The ports alone: "443 or 80". */
export function neededItems({ items, mode }: Flow): string {
  const ports = items.map(portText);
  return mode === 'any' ? either(ports) : mode === 'prefer' ? t('{0} (else {1})', ports[0] ?? '', ports.slice(1).join(', ')) : ports.join(', ');
}

export function lineOf(analysis: Analysis, entry: RankedEntry): string {
  return entry.uri === undefined ? t('line {0}', analysis.lines.lineOf(entry.at + entry.rule.span.start) + 1) : entry.uri.slice(entry.uri.lastIndexOf('/') + 1);
}

/** Ports of a part of what a flow asks, with the addresses and client ports that it holds for if it does not hold for all: "TCP 443 from 10.0.0.5 from client ports 1024-9999". */
export function partText(part: PacketSet, asked: PacketSet): string {
  let text = portsOf(part);
  for (const end of ['src', 'dst'] as const) {
    const families = ([4, 6] as const).map((f) => ({ f, part: unionAll(part.filter((b) => b.family === f).map((b) => b[end])), all: unionAll(asked.filter((b) => b.family === f).map((b) => b[end])) }));
    if (families.every(({ part: p, all }) => equals(p, all))) continue;
    const cidrs = families.flatMap(({ f, part: p }) => toCidrs(f, p));
    const shown = listed(cidrs.slice(0, 6));
    const addresses = cidrs.length > 6 ? t('{0} and more', shown) : shown;
    text = end === 'src' ? t('{0} from {1}', text, addresses) : t('{0} to {1}', text, addresses);
  }
  const clients = { part: unionAll(part.map((b) => b.sport)), all: unionAll(asked.map((b) => b.sport)) };
  return part.length > 0 && !equals(clients.part, clients.all) ? t('{0} from client ports {1}', text, listed(formatPorts(clients.part))) : text;
}

/** "Worker to Backup server". */
export function wayOf(analysis: Analysis, flows: readonly JudgedFlow[]): string {
  const names = (end: 'from' | 'to'): string => either([...new Set(flows.map((f) => componentName(analysis, f.flow[end])))]);
  return t('{0} to {1}', names('from'), names('to'));
}

/** A sentence of the catalog without its full stop, to stand in another one. */
const clause = (sentence: string): string => catalogText(sentence).replace(/\.$/, '');

/** What a flow is for: to stand in brackets. */
export function purposeOf(flow: Flow | undefined): string {
  return flow ? clause(flow.purpose) : '';
}

/** What a reader should know of a flow beside its ports. */
export function remarks(flows: readonly JudgedFlow[]): string {
  const unstated = [...new Set(flows.flatMap((f) => (f.unstated ? f.conditions.filter((c) => c.state === 'unstated').map((c) => t('Needed only if it applies: {0}; set “feature {1} on” or “off”.', clause(c.text), c.feature)) : [])))];
  const byVeeam = new Set(flows.map((f) => f.flow.openedBy));
  const opened = byVeeam.has('installer') ? [t('Veeam’s installer adds this rule itself on a machine with the default firewall.')] : byVeeam.has('session') ? [t('Veeam opens this port itself for the time of a session.')] : [];
  const assumed = [...new Set(flows.flatMap((f) => (f.verdict.verdict === 'open' ? [] : f.verdict.supposed)))].map((a) => t('Judged {0}.', a));
  return [...unstated, ...opened, ...assumed].map((s) => ` ${s}`).join('');
}
