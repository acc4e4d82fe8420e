/** Rules that look as if they were meant for a flow that is missing: one slip away from letting it pass. */
import { ALL_PORTS, type Box, PROTOCOL, formatPorts, intersectSets } from '../core/packets.ts';
import { closedRange, covers, equals, overlaps, single } from '../core/intervals.ts';
import type { Span } from '../core/span.ts';
import { compileChain } from '../engine/compile.ts';
import { portText } from '../model/flow.ts';
import { chainsOf, type RankedEntry } from '../model/policy.ts';
import type { FieldRole } from '../model/rule.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { ruleSpan } from './check.ts';
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
  readonly boxes: readonly Box[];
}

const candidates = new WeakMap<PathReport, readonly Candidate[]>();

/** Accepting rules of certain ports that serve no required flow. */
function candidatesOf(report: PathReport): readonly Candidate[] {
  const known = candidates.get(report);
  if (known) return known;
  const serving = new Set(report.flows.flatMap((f) => [...f.verdict.openedBy, ...f.verdict.decidedBy].filter((d) => d.action === 'accept').map((d) => d.entry)));
  const out: Candidate[] = [];
  for (const policy of report.path.policies) {
    for (const chain of chainsOf(policy)) {
      for (const item of compileChain(chain).items) {
        if (item.action.kind !== 'accept') continue;
        for (const { entry, boxes } of item.members) {
          const both = [boxes[4], boxes[6]].filter((b) => b !== undefined);
          if (entry.uri === undefined && !serving.has(entry) && both.some((b) => !equals(b.dport, ALL_PORTS) || few(b.sport))) out.push({ entry, boxes: both });
        }
      }
    }
  }
  candidates.set(report, out);
  return out;
}

const few = (ports: readonly number[]): boolean => ports.reduce((n, bound, i) => n + (i % 2 === 0 ? -bound : bound), 0) <= 16;

export function nearMisses(problem: Problem, report: PathReport, analysis: Analysis): NearMiss[] {
  return problem.flows.flatMap((judged) => candidatesOf(report).flatMap((candidate) => {
    const miss = missOf(candidate, judged, analysis);
    return miss ? [miss] : [];
  })).slice(0, 3);
}

function missOf({ entry, boxes }: Candidate, judged: JudgedFlow, analysis: Analysis): NearMiss | undefined {
  const { lacking } = judged.verdict;
  const { flow } = judged;
  const at = (role: FieldRole): Span => {
    const field = entry.rule.fields.find((f) => f.role === role);
    return field ? { start: entry.at + field.span.start, end: entry.at + field.span.end } : ruleSpan(entry);
  };
  const serves = (changed: readonly Box[]): boolean => intersectSets(lacking, changed).length > 0;
  const [box] = boxes;
  if (!box) return undefined;
  if (equals(box.dport, single(0)) && serves(boxes.map((b) => ({ ...b, dport: ALL_PORTS })))) return { entry, flow: judged, span: at('dport'), message: 'Port 0 is a port of its own here; was every port meant?' };
  for (const [transport, other] of [['tcp', 'udp'], ['udp', 'tcp']] as const) {
    if (!flow.transports.includes(transport) || !equals(box.protocol, single(PROTOCOL[other])) || !few(box.dport)) continue;
    if (serves(boxes.map((b) => ({ ...b, protocol: single(PROTOCOL[transport]) })))) return { entry, flow: judged, span: at('protocol'), message: `${other.toUpperCase()} ${needed(judged)}; the flow needs ${transport.toUpperCase()}.` };
  }
  if (few(box.sport) && equals(box.dport, ALL_PORTS) && serves(boxes.map((b) => ({ ...b, sport: ALL_PORTS, dport: b.sport })))) return { entry, flow: judged, span: at('sport'), message: `${needed(judged)} is matched as the source port; was the destination port meant?` };
  const range = flow.items.find((i) => i.first < i.last && overlaps(box.dport, closedRange(i.first, i.last)) && !covers(box.dport, closedRange(i.first, i.last)));
  if (range && serves(boxes.map((b) => ({ ...b, dport: ALL_PORTS })))) return { entry, flow: judged, span: at('dport'), message: `${formatPorts(box.dport).join(', ')}; the flow needs all of ${portText(range)}.` };
  if (!few(box.dport) || !equals(box.sport, ALL_PORTS)) return undefined;
  for (const item of flow.items.filter((i) => i.first === i.last)) {
    for (let i = 0; i < box.dport.length; i += 2) {
      const port = box.dport[i] as number;
      if (box.dport[i + 1] !== port + 1 || !looksLike(String(port), String(item.first)) || isOfUse(port, analysis)) continue;
      if (serves(boxes.map((b) => ({ ...b, dport: single(item.first) })))) return { entry, flow: judged, span: at('dport'), message: `${String(port)}; was ${String(item.first)} meant?` };
    }
  }
  return undefined;
}

const needed = (judged: JudgedFlow): string => portText(judged.flow.items[0] ?? { first: 0, last: 0, openEnded: false });

/** Ports that people open for their own sake. */
const COMMON = new Set([20, 21, 22, 23, 25, 53, 67, 68, 69, 80, 88, 110, 111, 119, 123, 135, 137, 138, 139, 143, 161, 162, 179, 389, 443, 445, 464, 465, 514, 515, 587, 631, 636, 853, 873, 990, 993, 995, 1433, 1434, 1521, 2049, 3128, 3268, 3269, 3306, 3389, 5060, 5432, 5666, 5900, 5985, 5986, 6379, 8000, 8008, 8080, 8443, 9090, 9100, 9200, 9300, 9392, 9419, 10050, 10051]);

function isOfUse(port: number, { catalog }: Analysis): boolean {
  return COMMON.has(port) || catalog.flows.some((f) => f.items.some((i) => port >= i.first && port <= i.last));
}

/** One digit wrong, missing or too many, or two neighbours swapped. */
function looksLike(a: string, b: string): boolean {
  if (a === b || Math.min(a.length, b.length) < 3) return false;
  if (a.length === b.length) {
    const differing = [...a].map((c, i) => (c === b[i] ? -1 : i)).filter((i) => i >= 0);
    const [i = 0, j = 0] = differing;
    return differing.length === 1 || (differing.length === 2 && j === i + 1 && a[i] === b[j] && a[j] === b[i]);
  }
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.length === short.length + 1 && [...long].some((_, i) => long.slice(0, i) + long.slice(i + 1) === short);
}
