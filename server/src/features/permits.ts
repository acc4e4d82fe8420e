/** From the lacking part of flows to the rules that would let exactly that pass, per policy that keeps it out. */
import { type AddressSet, NO_ADDRESSES, addressUnion, ofFamily, INTERNET } from '../core/addresses.ts';
import { type IntervalSet, covers, unionAll } from '../core/intervals.ts';
import { type Box, type PacketSet, PROTOCOL, coalesce, subtractSets, uniteSets } from '../core/packets.ts';
import type { Permit, PermitEnd } from '../dialects/dialect.ts';
import { firstMatchChain } from '../engine/order.ts';
import { type Flow, portText } from '../model/flow.ts';
import type { Policy, RankedEntry } from '../model/policy.ts';
import type { FlowVerdict, Host } from '../model/verdict.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { componentName, transportText } from '../checks/words.ts';

/** What one policy must be given. */
export interface PolicyPermits {
  readonly policy: Policy;
  readonly permits: readonly Permit[];
  /** The first rule, in the policy's main chain, on the way to a deny that decides any of it. */
  readonly before?: RankedEntry;
}

export const isInternet = (host: Host): boolean => host.kind === 'known' && covers(host.addresses[4], INTERNET[4]);

/** The end that the policy's own host is, if it guards one. */
function ownEnd(report: PathReport): 'from' | 'to' | undefined {
  return report.guard.kind === 'transit' ? undefined : report.path.direction === 'in' ? 'to' : 'from';
}

/** The peers of the flow whose addresses the site does not declare; a fix needs them from the author where the policy cannot name them otherwise. */
export function unknownEnds(judged: JudgedFlow, report: PathReport): readonly Host[] {
  const own = ownEnd(report);
  return (['from', 'to'] as const).filter((end) => end !== own).map((end) => judged.verdict[end]).filter((h) => h.kind === 'unknown' && (h.references === undefined || report.path.head.references === undefined));
}

export function permitsFor(flows: readonly JudgedFlow[], report: PathReport, analysis: Analysis): PolicyPermits[] {
  const byPolicy = new Map<Policy, { permits: Permit[]; given: Record<'request' | 'answer', PacketSet>; denies: RankedEntry[] }>();
  for (const judged of flows) {
    for (const decider of judged.verdict.decidedBy) {
      const { policy, entry, jumps, answer } = decider;
      const side = answer ? 'answer' : 'request';
      const known = byPolicy.get(policy) ?? { permits: [], given: { request: [], answer: [] }, denies: [] };
      byPolicy.set(policy, known);
      const wanted = subtractSets(decider.set, known.given[side]);
      known.given[side] = uniteSets(known.given[side], wanted);
      known.permits.push(...toPermits(wanted, judged.verdict, answer, report, analysis));
      if (entry) known.denies.push(jumps[0] ?? entry);
    }
  }
  return [...byPolicy].filter(([, { permits }]) => permits.length > 0).map(([policy, { permits, denies }]) => {
    const places = new Map(firstMatchChain(policy).entries.map((e, i) => [e, i]));
    const [first] = [...denies].sort((a, b) => (places.get(a) ?? Infinity) - (places.get(b) ?? Infinity));
    return { policy, permits: merged(permits), ...(first ? { before: first } : {}) };
  });
}

function toPermits(set: PacketSet, verdict: FlowVerdict, answer: boolean, report: PathReport, analysis: Analysis): Permit[] {
  const direction = report.path.direction;
  const own = ownEnd(report);
  const { flow } = verdict;
  const end = (which: 'from' | 'to', addresses: AddressSet): PermitEnd => {
    const host = verdict[which];
    if (isInternet(host)) return { kind: 'any' };
    if (host.kind === 'known') return { kind: 'addresses', set: addresses };
    return which === own ? { kind: 'any' } : { kind: 'placeholder', label: componentName(analysis, host.component), ...(host.references ? { references: host.references } : {}) };
  };
  return flow.transports.flatMap((transport) => {
    const boxes = coalesce(set.filter((b) => b.protocol.includes(PROTOCOL[transport])).map((b) => ({ ...b, sport: WHOLE })));
    return groupByPorts(boxes).map(({ ports, src, dst }): Permit => ({
      direction: answer ? opposite(direction) : direction,
      from: end('from', src),
      to: end('to', dst),
      transport,
      ports,
      answer,
      note: noteOf(flow, analysis),
    }));
  });
}

const WHOLE: IntervalSet = [0, 65536];

const opposite = (direction: Permit['direction']): Permit['direction'] => (direction === 'in' ? 'out' : direction === 'out' ? 'in' : direction);

/** What a written rule is for, as its comment: part of the file, so in English whatever the editor speaks; not every rule language takes other letters there. */
export function noteOf(flow: Flow, analysis: Analysis): string {
  const [first = '', ...others] = flow.items.map(portText);
  const ports = flow.mode === 'prefer' ? `${first} (else ${others.join(', ')})` : [first, ...others].join(flow.mode === 'any' ? ' or ' : ', ');
  return `Veeam: ${componentName(analysis, flow.from)} to ${componentName(analysis, flow.to)}, ${transportText(flow)} ${ports}`;
}

/** Products of addresses per port set; IPv4 and IPv6 products of the same ports go together. */
function groupByPorts(boxes: readonly Box[]): { ports: IntervalSet; src: AddressSet; dst: AddressSet }[] {
  const out: { key: string; families: Set<number>; ports: IntervalSet; src: AddressSet; dst: AddressSet }[] = [];
  for (const b of boxes) {
    const key = b.dport.join();
    const other = out.find((g) => g.key === key && !g.families.has(b.family));
    const src = ofFamily(b.family, b.src);
    const dst = ofFamily(b.family, b.dst);
    if (other) {
      other.families.add(b.family);
      other.src = addressUnion([other.src, src]);
      other.dst = addressUnion([other.dst, dst]);
    } else out.push({ key, families: new Set([b.family]), ports: b.dport, src: addressUnion([NO_ADDRESSES, src]), dst: addressUnion([NO_ADDRESSES, dst]) });
  }
  return out;
}

/** Permits of one flow that differ in their ports only become one. */
function merged(permits: readonly Permit[]): Permit[] {
  const out: Permit[] = [];
  const keyOf = ({ from, to, transport, answer, note }: Permit): string => JSON.stringify([from, to, transport, answer, note], (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  for (const permit of permits) {
    const i = out.findIndex((p) => keyOf(p) === keyOf(permit));
    const known = out[i];
    if (known) out[i] = { ...known, ports: unionAll([known.ports, permit.ports]) };
    else out.push(permit);
  }
  return out;
}
