/** Rules that look as if they were meant for a flow that is missing: one slip away from letting it pass. */
import { t } from '@vscode/l10n';
import type { CatalogView } from '../catalog/view.ts';
import { ALL_PORTS, type Box, PROTOCOL, formatPorts, intersectSets } from '../core/packets.ts';
import { type IntervalSet, closedRange, contains, covers, equals, overlaps, single, size } from '../core/intervals.ts';
import type { Span } from '../core/span.ts';
import { type CompiledChain, type Item, compileChain } from '../engine/compile.ts';
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
  /** A port that was mistyped, and the one that the flow needs. */
  readonly slip?: { readonly read: number; readonly meant: number };
}

interface Candidate {
  readonly entry: RankedEntry;
  readonly boxes: readonly [Box, ...Box[]];
}

/** Accepting rules of certain ports. */
class Candidates {
  /** Rules of more than a few ports, but not of all. */
  readonly ranges: readonly Candidate[];
  private readonly chains: readonly CompiledChain[];
  private readonly bySourcePort = new Map<number, Candidate[]>();
  private readonly known = new Map<number, Candidate[]>();

  constructor(
    report: PathReport,
    private readonly analysis: Analysis,
  ) {
    this.chains = report.path.policies.flatMap((policy) => reachableChains(policy).map(compileChain));
    const ranges: Candidate[] = [];
    const wide = this.chains.flatMap(({ items, byPort }) => this.accepting(items, byPort.wide));
    // A set of ports may serve one flow and miss another; what serves a flow with a range is judged there.
    const serving = wide.length === 0 ? new Set() : new Set(report.flows.flatMap((f) => [...f.verdict.openedBy, ...f.verdict.decidedBy].filter((d) => d.action === 'accept').map((d) => d.entry)));
    for (const candidate of wide) {
      const [{ sport, dport }] = candidate.boxes;
      if (serving.has(candidate.entry)) continue;
      if (!equals(dport, ALL_PORTS)) ranges.push(candidate);
      else if (size(sport) <= FEW) for (const port of each(sport)) add(this.bySourcePort, port, candidate);
    }
    this.ranges = ranges;
  }

  /** Rules of a few ports, the port among them. */
  at(port: number): readonly Candidate[] {
    let found = this.known.get(port);
    if (!found) {
      found = [];
      for (const { items, byPort } of this.chains) {
        const indices = byPort.at(port);
        if (indices.length > 0) for (const candidate of this.accepting(items, indices)) found.push(candidate);
      }
      this.known.set(port, found);
    }
    return found;
  }

  /** Rules that ask for a few source ports only, the port among them. */
  from(port: number): readonly Candidate[] {
    return this.bySourcePort.get(port) ?? [];
  }

  private accepting(items: readonly Item[], indices: readonly number[]): Candidate[] {
    const out: Candidate[] = [];
    for (const index of indices) {
      const { action, members } = items[index] as Item;
      if (action.kind !== 'accept') continue;
      for (const { entry, boxes } of members) {
        const [box, ...more] = [boxes[4], boxes[6]].filter((b) => b !== undefined);
        if (box && isOurs(entry, this.analysis)) out.push({ entry, boxes: [box, ...more] });
      }
    }
    return out;
  }
}

const FEW = 16;

function add(lists: Map<number, Candidate[]>, port: number, candidate: Candidate): void {
  const list = lists.get(port);
  if (list) list.push(candidate);
  else lists.set(port, [candidate]);
}

function* each(ports: IntervalSet): Generator<number> {
  for (let i = 0; i < ports.length; i += 2) for (let port = ports[i] as number; port < (ports[i + 1] as number); port++) yield port;
}

const candidates = new WeakMap<PathReport, Candidates>();
const known = new WeakMap<JudgedFlow, readonly NearMiss[]>();

export function nearMisses(problem: Problem, report: PathReport, analysis: Analysis): NearMiss[] {
  return problem.flows.flatMap((judged) => {
    let misses = known.get(judged);
    if (misses) return misses;
    let rules = candidates.get(report);
    if (!rules) candidates.set(report, (rules = new Candidates(report, analysis)));
    known.set(judged, (misses = missesOf(judged, rules, analysis)));
    return misses;
  }).slice(0, 3);
}

function missesOf(judged: JudgedFlow, rules: Candidates, { catalog, text }: Analysis): NearMiss[] {
  const { flow } = judged;
  const { lacking } = judged.verdict;
  const out = new Map<RankedEntry, NearMiss>();
  const meant = (list: readonly Candidate[], role: FieldRole, change: (b: Box) => Partial<Box> | undefined, message: (c: Candidate) => string, slip?: NearMiss['slip']): void => {
    for (const candidate of list) {
      const { entry, boxes } = candidate;
      const changed = boxes.flatMap((b) => {
        const parts = change(b);
        return parts ? [{ ...b, ...parts }] : [];
      });
      if (out.has(entry) || intersectSets(lacking, changed).length === 0) continue;
      const fields = entry.rule.fields.filter((f) => f.role === role);
      const field = fields.find(({ span }) => slip && entry.uri === undefined && text.slice(entry.at + span.start, entry.at + span.end) === String(slip.read)) ?? fields[0];
      out.set(entry, { entry, flow: judged, span: field ? { start: entry.at + field.span.start, end: entry.at + field.span.end } : ruleSpan(entry), message: message(candidate), ...(slip ? { slip } : {}) });
    }
  };
  meant(rules.at(0), 'dport', (b) => (equals(b.dport, single(0)) ? { dport: ALL_PORTS } : undefined), () => t('Port 0 is a port of its own here; was every port meant?'));
  for (const item of flow.items) {
    for (const [transport, other] of OTHERS) {
      if (flow.transports.includes(transport)) meant(rules.at(item.first), 'protocol', (b) => (equals(b.protocol, single(PROTOCOL[other])) ? { protocol: single(PROTOCOL[transport]) } : undefined), () => t('{0} {1}; the flow needs {2}.', other.toUpperCase(), portText(item), transport.toUpperCase()));
    }
    meant(rules.from(item.first), 'sport', (b) => ({ sport: ALL_PORTS, dport: b.sport }), () => t('{0} is matched as the source port; was the destination port meant?', portText(item)));
    const range = closedRange(item.first, item.last);
    if (item.first < item.last) meant(rules.ranges, 'dport', (b) => (overlaps(b.dport, range) && !covers(b.dport, range) ? { dport: ALL_PORTS } : undefined), ({ boxes }) => t('{0}; the flow needs all of {1}.', formatPorts(boxes[0].dport).join(', '), portText(item)));
    else {
      for (const port of slipsFor(item.first, catalog)) if (rules.at(port).length > 0) meant(rules.at(port), 'dport', (b) => (contains(b.dport, port) && equals(b.sport, ALL_PORTS) ? { dport: single(item.first) } : undefined), () => t('{0}; was {1} meant?', port, item.first), { read: port, meant: item.first });
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

const slips = new WeakMap<CatalogView, Map<number, readonly number[]>>();

/** Look-alikes that are of no use themselves. */
function slipsFor(port: number, catalog: CatalogView): readonly number[] {
  const found = slips.get(catalog) ?? new Map<number, readonly number[]>();
  slips.set(catalog, found);
  let list = found.get(port);
  if (!list) found.set(port, (list = [...lookAlikes(port)].filter((p) => !COMMON.has(p) && !catalog.flows.some((f) => f.items.some((i) => p >= i.first && p <= i.last)))));
  return list;
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
