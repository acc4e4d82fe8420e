/** What happens to one packet, or to a set of packets that differ in what was left out, on one path. */
import { type Address, type Family, next, ofFamily } from '../core/addresses.ts';
import { closedRange, single } from '../core/intervals.ts';
import { ALL_PORTS, type Box, PROTOCOL, type PacketSet, STATE, SYN, SYN_ACK, subtractSets } from '../core/packets.ts';
import type { Path, RankedEntry, Policy } from '../model/policy.ts';
import type { Circumstances } from './context.ts';
import { type Part, attribute, evaluate } from './evaluate.ts';
import { type Site, disjointInterfaces, referenceOwners } from './site.ts';

export interface PacketQuestion {
  readonly family: Family;
  readonly from: Address;
  readonly to: Address;
  /** IP protocol number. */
  readonly protocol: number;
  /** All ports if absent. */
  readonly sourcePort?: number;
  readonly port?: number;
  /** An echo request if absent; code 0 if absent. */
  readonly icmpType?: number;
  readonly icmpCode?: number;
  /** `new`: for TCP a SYN. `established`: the answer to a connection, for TCP a SYN-ACK. */
  readonly state: 'new' | 'established';
  readonly inInterface?: string;
  readonly outInterface?: string;
}

export type TraceVerdict = 'accept' | 'drop' | 'undecided' | 'mixed';

export interface TraceStep {
  readonly policy: Policy;
  /** Absent: the policy's default. */
  readonly entry?: RankedEntry;
  readonly action: 'accept' | 'drop' | 'reject' | 'default' | 'jump' | 'goto' | 'undecided';
}

export interface PathTrace {
  readonly path: Path;
  readonly verdict: TraceVerdict;
  /** The step that settles it: the deny, or the accept of the policy that names the path; of a mixed verdict the first deny. */
  readonly decidedBy: TraceStep;
  readonly steps: readonly TraceStep[];
}

export function packetsOf(q: PacketQuestion): PacketSet {
  const icmp = q.protocol === PROTOCOL.icmp || q.protocol === PROTOCOL.icmpv6;
  const echo = q.protocol === PROTOCOL.icmp ? 8 : 128;
  const set = (a: Address): Box['src'] => ofFamily(q.family, [a, next(a)])[q.family];
  const port = (p: number | undefined): Box['dport'] => (p === undefined ? ALL_PORTS : closedRange(p, p));
  return [
    {
      family: q.family,
      src: set(q.from),
      dst: set(q.to),
      protocol: single(q.protocol),
      sport: port(q.sourcePort),
      dport: icmp ? single((q.icmpType ?? echo) * 256 + (q.icmpCode ?? 0)) : port(q.port),
      state: single(STATE[q.state]),
      flags: single(q.state === 'new' ? SYN : SYN_ACK),
    },
  ];
}

export function tracePath(path: Path, q: PacketQuestion, site: Site): PathTrace {
  const about: Circumstances = {
    direction: path.direction,
    reply: q.state === 'established',
    interfaces: disjointInterfaces(site.interfaces),
    references: referenceOwners(site),
    ...(q.inInterface === undefined ? {} : { inInterface: q.inInterface }),
    ...(q.outInterface === undefined ? {} : { outInterface: q.outInterface }),
  };
  const asked = packetsOf(q);
  const { upper, lower, denials, accepts, doubts } = evaluate(path, asked, about);
  const some = {
    accept: lower.length > 0,
    drop: subtractSets(asked, upper).length > 0,
    undecided: subtractSets(upper, lower).length > 0,
  };
  const outcomes = (['drop', 'undecided', 'accept'] as const).filter((o) => some[o]);
  const verdict: TraceVerdict = outcomes.length > 1 ? 'mixed' : (outcomes[0] ?? 'undecided');
  const decisive = some.drop ? denials : some.undecided ? doubts : accepts;
  const steps = [...accepts, ...denials].filter((p) => p.sure).flatMap((part) => stepsOf(part, asked));
  const [first] = decisive.flatMap((part) => (part.doubt ? [{ policy: part.policy, entry: part.doubt, action: 'undecided' as const }] : stepsOf(part, asked).slice(-1)));
  return { path, verdict, steps, decidedBy: first ?? { policy: path.head, action: some.undecided ? 'undecided' : 'default' } };
}

function stepsOf(part: Part, asked: PacketSet): TraceStep[] {
  const jumps = part.jumps.map((entry): TraceStep => ({ policy: part.policy, entry, action: entry.rule.action.kind === 'goto' ? 'goto' : 'jump' }));
  const decisions = attribute(part, asked).map(({ entry }): TraceStep => {
    const kind = entry?.rule.action.kind;
    return { policy: part.policy, ...(entry ? { entry } : {}), action: kind === 'accept' || kind === 'drop' || kind === 'reject' ? kind : 'default' };
  });
  return [...jumps, ...decisions];
}
