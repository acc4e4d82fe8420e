/** What the engine says about one required flow behind one path, with the trace that proves it. */
import type { AddressSet } from '../core/addresses.ts';
import type { PacketSet } from '../core/packets.ts';
import type { Flow } from './flow.ts';
import type { Path, Policy, RankedEntry } from './policy.ts';

export type Verdict = 'open' | 'missing' | 'blocked' | 'partial' | 'undecided';

/** Who decided a part of the traffic. */
export interface Decider {
  readonly policy: Policy;
  /** Absent: the policy's default. */
  readonly entry?: RankedEntry;
  readonly jumps: readonly RankedEntry[];
  readonly action: 'accept' | 'drop' | 'reject' | 'default';
  /** The request packets that it decided; for a dropped answer, the requests whose answers it drops. */
  readonly set: PacketSet;
  readonly answer: boolean;
  /** A deny of everything at the end of a list: the default written out. */
  readonly standsForDefault: boolean;
}

/** One party of a flow as the site declares it. */
export type Host =
  | { readonly kind: 'known'; readonly component: string; readonly addresses: AddressSet }
  /** One single address outside `excluded`, not known which; `references` are the names by which rules may mean it. */
  | { readonly kind: 'unknown'; readonly component: string; readonly excluded: AddressSet; readonly references?: readonly string[] };

export interface FlowVerdict {
  readonly flow: Flow;
  readonly path: Path;
  readonly verdict: Verdict;
  readonly from: Host;
  readonly to: Host;
  /** The requests asked about; an unknown host stands there with the address that was judged. */
  readonly required: PacketSet;
  readonly open: PacketSet;
  /** What even the upper bound lacks. */
  readonly lacking: PacketSet;
  /** Accepted by the upper bound only. */
  readonly undecided: PacketSet;
  /** Of an open flow what accepts it, of another what keeps `lacking` out, denies before defaults. */
  readonly decidedBy: readonly Decider[];
  /** What accepts the open part of a flow that is not open. */
  readonly openedBy: readonly Decider[];
  /** Rules whose effect on `undecided` is not known. */
  readonly doubts: readonly { readonly policy: Policy; readonly entry: RankedEntry }[];
  /** Conditions under which the verdict holds, in words. */
  readonly assumptions: readonly string[];
  /** Those of them that say which address was judged of a host that nothing declares: "if 10.0.0.5 is Prism Central". */
  readonly supposed: readonly string[];
  /** An open `prefer` flow of which some traffic finds only the fallback ports open. */
  readonly fallbackOnly: boolean;
}
