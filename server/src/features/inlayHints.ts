/** What a port in a rule is for: the peer of the flows that the rule lets pass here, else the service that is known by the port. */
import { type InlayHint, MarkupKind } from 'vscode-languageserver-types';
import { either } from '../core/lists.ts';
import { serviceName } from '../core/services.ts';
import { type Span, shift } from '../core/span.ts';
import type { Flow, Transport } from '../model/flow.ts';
import type { RankedEntry } from '../model/policy.ts';
import { type Analysis, entriesOf } from '../workspace/analysis.ts';
import type { ClientSupport } from './client.ts';
import { type FlowHere, flowList } from './flowCard.ts';
import { MARKDOWN, type Markup, PLAIN } from './markup.ts';
import { type PortWord, portWordsIn, transportsOf } from './portWords.ts';
import { servingRules } from './serving.ts';

interface PeerHint extends Hint {
  readonly flows: readonly Required<FlowHere>[];
  readonly rule: RankedEntry | undefined;
}

interface Hint {
  readonly at: number;
  readonly label: string;
  readonly flows: readonly FlowHere[];
  /** Whose flows they are. */
  readonly owner: Analysis;
}

/** @param owners analyses of the module whose rules may stand in the document, beside its own. */
export function inlayHintsOf(range: Span, here: Analysis, owners: readonly Analysis[], client: ClientSupport): InlayHint[] {
  const hints = new Map<number, Hint>();
  for (const owner of [here, ...owners]) for (const hint of hintsOf(owner, range, here)) if (!hints.has(hint.at)) hints.set(hint.at, hint);
  const tooltip = tooltips(client.markdown.hover ? MARKDOWN : PLAIN);
  const kind = client.markdown.hover ? MarkupKind.Markdown : MarkupKind.PlainText;
  return [...hints.values()].sort((a, b) => a.at - b.at).map((hint) => ({
    position: here.lines.position(hint.at),
    label: hint.label,
    paddingLeft: true,
    ...(hint.flows.length > 0 ? { tooltip: { kind, value: tooltip(hint) } } : {}),
  }));
}

/** Many rules serve the same flows: what a hint tells of them is written once. */
function tooltips(markup: Markup): (hint: Hint) => string {
  const known = new Map<string, string>();
  return ({ flows, owner }) => {
    const key = flows.map(({ flow, report }) => `${flow.id} ${report?.path.name ?? ''} ${report?.path.direction ?? ''}`).join('\n');
    let text = known.get(key);
    if (text === undefined) known.set(key, (text = flowList(flows, owner, markup)));
    return text;
  };
}

function* hintsOf(owner: Analysis, range: Span, here: Analysis): Generator<Hint> {
  const serving = servingRules(owner);
  const documented = new DocumentedPorts(owner);
  const found = new Map<string, { readonly field: Span; readonly role: 'sport' | 'dport'; readonly entries: RankedEntry[]; readonly alone: boolean }>();
  for (const entry of entriesOf(owner.paths)) {
    const { rule, at } = entry;
    if (at + rule.span.start > range.end || at + rule.span.end < range.start || (entry.uri ?? owner.uri) !== here.uri) continue;
    for (const [i, { role, span }] of rule.fields.entries()) {
      const field = shift(span, at);
      // First and last of a range are the same word twice where it is one port.
      const said = here.text.slice(field.start, field.end);
      if (rule.fields.some((other, k) => k > i && other.role === role && said === here.text.slice(at + other.span.start, at + other.span.end))) continue;
      if ((role !== 'dport' && role !== 'sport') || field.start > range.end || field.end < range.start) continue;
      const key = `${role} ${field.start}`;
      const known = found.get(key);
      // One statement may say several rules.
      if (known) known.entries.push(entry);
      else found.set(key, { field, role, entries: [entry], alone: rule.fields.every((other) => other.role === role || other.span.start !== span.start) });
    }
  }
  let peers: PeerHint | undefined;
  for (const { field, role, entries, alone } of found.values()) {
    const words = portWordsIn(here.text, field);
    const flows = role === 'dport' ? uniqueFlows(entries.flatMap((entry) => serving.get(entry) ?? [])).filter(({ flow }) => words.length === 0 || words.some((word) => asksFor(flow, word))) : [];
    const [rule] = entries;
    const hint: PeerHint | undefined = flows.length > 0 ? { at: field.end, label: peersOf(flows), flows, owner, rule } : undefined;
    // Of a rule's ports that serve the same peers, the last one names them.
    const again = peers !== undefined && peers.rule === rule && peers.label === hint?.label;
    if (peers && !again) yield peers;
    peers = hint && { ...hint, flows: uniqueFlows([...(again ? (peers?.flows ?? []) : []), ...flows]) };
    if (!hint && alone) for (const word of words) if (words.length > 1 || isWhole(word, role, entries)) yield* wordHint(word, transportsOf(entries), role === 'dport' ? documented : undefined, owner);
  }
  if (peers) yield peers;
}

/** Whether a lone number says all of a port or range, not one end of a range whose other end is written elsewhere. */
function isWhole({ first, last }: PortWord, role: 'sport' | 'dport', rules: readonly RankedEntry[]): boolean {
  return rules.some(({ rule }) => rule.match.some(({ [role]: ports }) => ports?.includes(first) === true && ports.includes(last + 1)));
}

const asksFor = ({ items }: Flow, { first, last }: PortWord): boolean => items.some((item) => item.first <= last && item.last >= first);

function uniqueFlows(flows: readonly Required<FlowHere>[]): Required<FlowHere>[] {
  return [...new Map(flows.map((here) => [`${here.flow.id} ${here.report.path.name} ${here.report.path.direction}`, here])).values()];
}

const MOST_PEERS = 2;

/** `→ backup-server`, `← console, mount-server`, or both ends where the policy stands between them; `→ prism-central?` where nothing says that it has the address. */
function peersOf(flows: readonly Required<FlowHere>[]): string {
  const sure = flows.filter(({ judged }) => judged.verdict.supposed.length === 0);
  return sure.length > 0 ? peersText(sure) : `${peersText(flows)}?`;
}

function peersText(flows: readonly Required<FlowHere>[]): string {
  const peers = [...new Set(flows.map(({ flow: { from, to }, report: { path, guard } }) => (guard.kind === 'transit' ? `${from} → ${to}` : path.direction === 'in' ? `← ${from}` : `→ ${to}`)))];
  const [first, ...others] = peers.slice(0, MOST_PEERS);
  const shown = [first, ...others.map((peer) => (first !== undefined && peer.charAt(0) === first.charAt(0) ? peer.replace(/^[←→] /, '') : peer))].join(', ');
  return peers.length > MOST_PEERS ? `${shown} +${peers.length - MOST_PEERS}` : shown;
}

/** What the catalog knows of ports written exactly as it documents them, for the workloads of the file, or for all where it names none. */
class DocumentedPorts {
  private readonly flows = new Map<string, Flow[]>();

  constructor({ catalog, declared: { use } }: Analysis) {
    for (const flow of catalog.flows) {
      if (use.length > 0 && !use.includes(flow.workload)) continue;
      for (const { first, last, openEnded } of flow.items) {
        if (openEnded) continue;
        for (const transport of flow.transports) {
          const key = `${transport} ${first}-${last}`;
          const known = this.flows.get(key);
          if (known) known.push(flow);
          else this.flows.set(key, [flow]);
        }
      }
    }
  }

  of({ first, last }: PortWord, transports: readonly Transport[]): Flow[] {
    return [...new Set(transports.flatMap((transport) => this.flows.get(`${transport} ${first}-${last}`) ?? []))];
  }
}

/** Ports below are registered for what really listens there. */
const FIRST_USER_PORT = 1024;

function* wordHint(word: PortWord, transports: readonly Transport[], documented: DocumentedPorts | undefined, owner: Analysis): Generator<Hint> {
  const flows = documented?.of(word, transports) ?? [];
  const service = word.first === word.last ? transports.map((transport) => serviceName(word.first, transport)).find((name) => name !== undefined) : undefined;
  const applications = [...new Set(flows.map(({ application }) => application))];
  // What is registered above is seldom what Veeam's components use the port for.
  const ours = applications.every((name) => name !== undefined) ? either(applications) : 'Veeam';
  const label = flows.length > 0 && word.first >= FIRST_USER_PORT ? ours : service;
  if (label !== undefined) yield { at: word.end, label, flows: flows.map((flow) => ({ flow })), owner };
}
