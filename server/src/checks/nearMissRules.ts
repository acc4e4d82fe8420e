/** Rules that look as if they were meant for a flow that is missing: one slip away from letting it pass. */
import { ALL_PORTS, type Box, PROTOCOL, formatPorts, intersectSets } from '../core/packets.ts';
import { type IntervalSet, closedRange, contains, covers, equals, overlaps, single } from '../core/intervals.ts';
import type { Span } from '../core/span.ts';
import { compileChain } from '../engine/compile.ts';
import { portText } from '../model/flow.ts';
import { reachableChains, type RankedEntry } from '../model/policy.ts';
import type { FieldRole } from '../model/rule.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { isOurs, ruleSpan } from './check.ts';
import type { Problem } from './problems.ts';

export interface NearMiss {
  readonly entry: RankedEntry;
  /** The field that is wrong. */
  readonly span: Span;
  readonly message: string;
  readonly flow: JudgedFlow;
}

interface Candidate {
  readonly entry: RankedEntry;
  readonly boxes: readonly [Box, ...Box[]];
}

/** Accepting rules of certain ports, found by their ports. */
interface Candidates {
  readonly byPort: ReadonlyMap<number, readonly Candidate[]>;
  readonly bySourcePort: ReadonlyMap<number, readonly Candidate[]>;
  readonly ranges: readonly Candidate[];
}

const candidates = new WeakMap<PathReport, Candidates>();

function candidatesOf(report: PathReport, analysis: Analysis): Candidates {
  const known = candidates.get(report);
  if (known) return known;
  const serving = new Set(report.flows.flatMap((f) => [...f.verdict.openedBy, ...f.verdict.decidedBy].filter((d) => d.action === 'accept').map((d) => d.entry)));
  const byPort = new Map<number, Candidate[]>();
  const bySourcePort = new Map<number, Candidate[]>();
  const ranges: Candidate[] = [];
  for (const policy of report.path.policies) {
    for (const { entry, boxes } of reachableChains(policy).flatMap((chain) => compileChain(chain).items).filter((i) => i.action.kind === 'accept').flatMap((i) => i.members)) {
      const [box, ...more] = [boxes[4], boxes[6]].filter((b) => b !== undefined);
      if (!box || !isOurs(entry, analysis)) continue;
      const candidate: Candidate = { entry, boxes: [box, ...more] };
      // A set of ports may serve one flow and miss another; what serves a flow with a range is judged there.
      if (few(box.dport)) for (const port of each(box.dport)) add(byPort, port, candidate);
      else if (serving.has(entry)) continue;
      else if (!equals(box.dport, ALL_PORTS)) ranges.push(candidate);
      else if (few(box.sport)) for (const port of each(box.sport)) add(bySourcePort, port, candidate);
    }
  }
  const found = { byPort, bySourcePort, ranges };
  candidates.set(report, found);
  return found;
}

function add(lists: Map<number, Candidate[]>, port: number, candidate: Candidate): void {
  const list = lists.get(port);
  if (list) list.push(candidate);
  else lists.set(port, [candidate]);
}

const count = (ports: IntervalSet): number => ports.reduce((n, bound, i) => n + (i % 2 === 0 ? -bound : bound), 0);
const few = (ports: IntervalSet): boolean => count(ports) <= 16;

function* each(ports: IntervalSet): Generator<number> {
  for (let i = 0; i < ports.length; i += 2) for (let port = ports[i] as number; port < (ports[i + 1] as number); port++) yield port;
}

export function nearMisses(problem: Problem, report: PathReport, analysis: Analysis): NearMiss[] {
  return problem.flows.flatMap((judged) => missesOf(judged, candidatesOf(report, analysis), analysis)).slice(0, 3);
}

function missesOf(judged: JudgedFlow, { byPort, bySourcePort, ranges }: Candidates, analysis: Analysis): NearMiss[] {
  const { flow } = judged;
  const { lacking } = judged.verdict;
  const out = new Map<RankedEntry, NearMiss>();
  const meant = (list: readonly Candidate[] | undefined, role: FieldRole, change: (b: Box) => Partial<Box> | undefined, message: (c: Candidate) => string): void => {
    for (const candidate of list ?? []) {
      const { entry, boxes } = candidate;
      const changed = boxes.flatMap((b) => {
        const parts = change(b);
        return parts ? [{ ...b, ...parts }] : [];
      });
      if (out.has(entry) || intersectSets(lacking, changed).length === 0) continue;
      const field = entry.rule.fields.find((f) => f.role === role);
      out.set(entry, { entry, flow: judged, span: field ? { start: entry.at + field.span.start, end: entry.at + field.span.end } : ruleSpan(entry), message: message(candidate) });
    }
  };
  meant(byPort.get(0), 'dport', (b) => (equals(b.dport, single(0)) ? { dport: ALL_PORTS } : undefined), () => 'Port 0 is a port of its own here; was every port meant?');
  for (const item of flow.items) {
    for (const [transport, other] of OTHERS) {
      if (flow.transports.includes(transport)) meant(byPort.get(item.first), 'protocol', (b) => (equals(b.protocol, single(PROTOCOL[other])) ? { protocol: single(PROTOCOL[transport]) } : undefined), () => `${other.toUpperCase()} ${portText(item)}; the flow needs ${transport.toUpperCase()}.`);
    }
    meant(bySourcePort.get(item.first), 'sport', (b) => ({ sport: ALL_PORTS, dport: b.sport }), () => `${portText(item)} is matched as the source port; was the destination port meant?`);
    const range = closedRange(item.first, item.last);
    if (item.first < item.last) meant(ranges, 'dport', (b) => (overlaps(b.dport, range) && !covers(b.dport, range) ? { dport: ALL_PORTS } : undefined), ({ boxes }) => `${formatPorts(boxes[0].dport).join(', ')}; the flow needs all of ${portText(item)}.`);
    else {
      for (const port of lookAlikes(item.first)) {
        if (!isOfUse(port, analysis)) meant(byPort.get(port), 'dport', (b) => (contains(b.dport, port) && equals(b.sport, ALL_PORTS) ? { dport: single(item.first) } : undefined), () => `${String(port)}; was ${String(item.first)} meant?`);
      }
    }
  }
  return [...out.values()];
}

const OTHERS = [
  ['tcp', 'udp'],
  ['udp', 'tcp'],
] as const;

/** Ports that people open for their own sake. */
const COMMON = new Set([20, 21, 22, 23, 25, 53, 67, 68, 69, 80, 88, 110, 111, 119, 123, 135, 137, 138, 139, 143, 161, 162, 179, 389, 443, 445, 464, 465, 514, 515, 587, 631, 636, 853, 873, 990, 993, 995, 1433, 1434, 1521, 2049, 3128, 3268, 3269, 3306, 3389, 5060, 5432, 5666, 5900, 5985, 5986, 6379, 8000, 8008, 8080, 8443, 9090, 9100, 9200, 9300, 9392, 9419, 10050, 10051]);

function isOfUse(port: number, { catalog }: Analysis): boolean {
  return COMMON.has(port) || catalog.flows.some((f) => f.items.some((i) => port >= i.first && port <= i.last));
}

/** Ports written with one digit wrong, missing or too many, or with two neighbours swapped. */
function lookAlikes(port: number): Set<number> {
  const text = String(port);
  const out = new Set<number>();
  const keep = (s: string): void => {
    if (s.length >= 3 && !s.startsWith('0') && Number(s) < 65536) out.add(Number(s));
  };
  for (let i = 0; i <= text.length; i++) {
    const head = text.slice(0, i);
    keep(head + text.slice(i + 1));
    keep(head + text.charAt(i + 1) + text.charAt(i) + text.slice(i + 2));
    for (const digit of '0123456789') {
      keep(head + digit + text.slice(i));
      keep(head + digit + text.slice(i + 1));
    }
  }
  out.delete(port);
  return text.length < 3 ? new Set() : out;
}
