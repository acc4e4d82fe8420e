/**
 * Runs a set of packets through the policies of a path. Each run bounds the truth from one side:
 * - `may-accept`: unmodelled text accepts where it can and denies nowhere. What is not accepted is surely denied.
 * - `may-deny`: the reverse. What is not denied is surely accepted.
 * - `may-pass`: unmodelled text decides nothing. What does not reach the end of the list is surely decided within it.
 * Under an uncertain jump both ways are followed.
 */
import { type AddressSet, ANY_ADDRESS, type Family, addressIntersect, allAddresses } from '../core/addresses.ts';
import { covers, single, unionAll } from '../core/intervals.ts';
import { type Box, type PacketSet, STATE, boxCovers, boxesOverlap, fullBox, intersectBoxes, intersectSets, subtractBox, subtractSets, uniteSets } from '../core/packets.ts';
import { type Chain, type Path, type Policy, type RankedEntry, headFor } from '../model/policy.ts';
import { type Item, type Member, boxesBefore, clashes, compileChain, memberAt, restrictBox } from './compile.ts';
import { type Circumstances, holding } from './context.ts';
import { firstMatchChain } from './order.ts';

export type Mode = 'may-accept' | 'may-deny' | 'may-pass';

/** Packets that one rule, one group of like rules, or the default decided. */
export interface Part {
  readonly set: PacketSet;
  readonly policy: Policy;
  /** Absent: the policy's default. Several: each packet belongs to the first that matches it; see {@link attribute}. */
  readonly members?: readonly Member[];
  readonly outcome: 'accept' | 'deny';
  /** The rule surely matches these packets, and every jump on the way to it does. */
  readonly sure: boolean;
  /** The jumps that led to the rule, outermost first. */
  readonly jumps: readonly RankedEntry[];
  /** Why the rule may or may not decide, if it is not sure. */
  readonly doubt?: RankedEntry;
}

/** Rule tests after which a run gives up; what is left counts as unmodelled. Real files need thousands. */
const WORK_LIMIT = 4_000_000;
const DEPTH_LIMIT = 64;

export class Run {
  readonly parts: Part[] = [];
  work = 0;
  exhausted = false;
  /** Some packets met text whose effect is not known. */
  doubtful = false;
  /** Packets that may go on as others: no later policy denies them surely. */
  rewritten: PacketSet = [];

  constructor(
    readonly mode: Mode,
    readonly about: Circumstances,
    private readonly workLimit = WORK_LIMIT,
  ) {}

  /** @returns what the policy lets through (in `may-accept` what it may let through, in `may-deny` what it surely does). */
  policy(policy: Policy, packets: PacketSet): PacketSet {
    const inside: Box[] = [];
    let aside: PacketSet = packets.filter((b) => !policy.families.includes(b.family));
    for (const box of packets) {
      if (!policy.families.includes(box.family)) continue;
      if (!policy.onlyNew) inside.push(box);
      else {
        const fresh = { ...box, state: single(STATE.new) };
        const first = intersectBoxes(box, fresh);
        if (first) inside.push(first);
        aside = [...aside, ...subtractBox(box, fresh)];
      }
    }
    if (inside.length === 0) return packets;
    const from = this.parts.length;
    const left = this.chain(policy, firstMatchChain(policy), inside, true, []);
    if (left.length > 0) this.parts.push({ set: left, policy, outcome: policy.default === 'accept' ? 'accept' : 'deny', sure: true, jumps: [] });
    let passed = aside;
    for (const part of this.parts.slice(from)) if (part.outcome === 'accept') passed = uniteSets(passed, part.set);
    return passed;
  }

  /** @returns what falls off the chain's end or returns from it; with `stopBefore`, what arrives at that place. */
  chain(policy: Policy, chain: Chain, packets: PacketSet, sure: boolean, jumps: readonly RankedEntry[], stopBefore = Infinity): PacketSet {
    const compiled = compileChain(chain);
    let live = packets;
    let returned: PacketSet = [];
    const candidates = compiled.byPort.candidates(unionAll(packets.map((b) => b.dport)));
    for (let i = 0; i < candidates.length; i++) {
      if (live.length === 0) break;
      const item = compiled.items[candidates[i] as number] as Item;
      if ((item.members[0] as Member).place >= stopBefore) break;
      this.work += live.length;
      if (this.work > this.workLimit) {
        this.exhausted = true;
        break;
      }
      if (!touchesAny(item, live)) continue;
      const boxesHere = stopBefore === Infinity ? item.boxes : this.before(item, stopBefore, live);
      if (!boxesHere) continue;
      for (const { boxes, certain } of this.pieces(item, boxesHere, policy)) {
        const hit: Box[] = [];
        for (const b of live) {
          const box = boxes[b.family];
          const both = box && intersectBoxes(b, box);
          if (both) hit.push(both);
        }
        if (hit.length === 0) continue;
        if (!certain || item.action.kind === 'unknown') this.doubtful = true;
        const step = this.apply(policy, item, hit, sure, certain, jumps);
        if (step.returned.length > 0) returned = uniteSets(returned, step.returned);
        if (step.taken) for (const h of hit) live = live.flatMap((b) => subtractBox(b, h));
        if (step.back.length > 0) live = uniteSets(live, step.back);
      }
    }
    return returned.length === 0 || stopBefore !== Infinity ? live : uniteSets(live, returned);
  }

  /** The item's boxes before a place. A member that shares no packet with its fellows meets none of them. */
  private before(item: Item, place: number, live: PacketSet): Item['boxes'] | undefined {
    const last = (item.members.at(-1) as Member).place;
    if (last < place) return item.boxes;
    const own = memberAt(item, place);
    if (own && !clashes(item).has(place) && live.every((b) => boxCovers(own.boxes[b.family] ?? b, b) && own.boxes[b.family] !== undefined)) return undefined;
    this.work += item.members.length;
    return boxesBefore(item, place);
  }

  /** The item's surely matching part, then the part that only may match. */
  private pieces(item: Item, boxes: Item['boxes'], policy: Policy): { boxes: Item['boxes']; certain: boolean }[] {
    if (item.atoms.length === 0) return [{ boxes, certain: true }];
    const sure = { src: ANY_ADDRESS, dst: ANY_ADDRESS };
    const maybe = { src: ANY_ADDRESS, dst: ANY_ADDRESS };
    for (const atom of item.atoms) {
      const h = holding(atom, policy, this.about);
      sure[h.end] = addressIntersect(sure[h.end], h.sure);
      maybe[h.end] = addressIntersect(maybe[h.end], h.maybe);
    }
    const cut = (by: { src: AddressSet; dst: AddressSet }): Item['boxes'] => {
      const out: { 4?: Box; 6?: Box } = {};
      for (const family of [4, 6] as const) {
        const box = boxes[family];
        const part = box && restrictBox(box, by.src[family], by.dst[family]);
        if (part) out[family] = part;
      }
      return out;
    };
    return [
      { boxes: cut(sure), certain: true },
      { boxes: cut(maybe), certain: false },
    ];
  }

  private apply(policy: Policy, item: Item, hit: PacketSet, sure: boolean, certain: boolean, jumps: readonly RankedEntry[]): { taken: boolean; returned: PacketSet; back: PacketSet } {
    const none: PacketSet = [];
    const { action } = item;
    const surely = sure && certain;
    const entry = (item.members[0] as Member).entry;
    const decide = (outcome: 'accept' | 'deny', by: boolean): void => {
      this.parts.push({ set: hit, policy, members: item.members, outcome, sure: by, jumps, ...(by ? {} : { doubt: certain && action.kind !== 'unknown' ? (jumps.at(-1) ?? entry) : entry }) });
    };
    switch (action.kind) {
      case 'accept':
      case 'drop':
      case 'reject': {
        const outcome = action.kind === 'accept' ? 'accept' : 'deny';
        const leaning = (this.mode === 'may-accept') === (outcome === 'accept') && this.mode !== 'may-pass';
        if (leaning) {
          decide(outcome, surely);
          // A packet that certainly stops here goes no further on this way.
          return { taken: certain, returned: none, back: none };
        }
        if (surely) decide(outcome, true);
        return { taken: certain, returned: none, back: none };
      }
      case 'unknown':
        if (this.mode !== 'may-pass') decide(this.mode === 'may-accept' ? 'accept' : 'deny', false);
        if (action.rewrites && this.mode === 'may-accept') this.rewritten = uniteSets(this.rewritten, hit);
        return { taken: false, returned: none, back: none };
      case 'return':
        return { taken: certain, returned: hit, back: none };
      case 'untrack':
        return { taken: certain, returned: none, back: hit.map((b) => ({ ...b, state: single(STATE.untracked) })) };
      case 'jump':
      case 'goto': {
        const target = policy.chains.get(action.chain);
        if (!target || jumps.length >= DEPTH_LIMIT || jumps.includes(entry)) {
          this.doubtful = true;
          if (this.mode !== 'may-pass') decide(this.mode === 'may-accept' ? 'accept' : 'deny', false);
          return { taken: false, returned: none, back: none };
        }
        const fallen = this.chain(policy, target, hit, surely, [...jumps, entry]);
        return action.kind === 'goto' ? { taken: certain, returned: fallen, back: none } : { taken: certain, returned: none, back: fallen };
      }
      case 'continue':
        return { taken: false, returned: none, back: none };
    }
  }
}

function touchesAny(item: Item, live: PacketSet): boolean {
  for (const box of live) {
    const mine = item.boxes[box.family];
    if (mine !== undefined && boxesOverlap(mine, box)) return true;
  }
  return false;
}

export interface Evaluation {
  /** What the path may accept. */
  readonly upper: PacketSet;
  /** What it surely accepts. */
  readonly lower: PacketSet;
  /** Sure decisions to deny, outside `upper`. */
  readonly denials: readonly Part[];
  /** Decisions to accept of the policy that speaks for the path's traffic of that family. */
  readonly accepts: readonly Part[];
  /** Uncertain decisions, in the policies' order: what keeps `lower` below `upper`. */
  readonly doubts: readonly Part[];
}

/** @param packets all of one tracking state; `notrack` rules change it only on the way. */
export function evaluate(path: Path, packets: PacketSet, about: Circumstances): Evaluation {
  const state = packets[0]?.state;
  const tracked = (set: PacketSet): PacketSet => (state === undefined || set.every((b) => b.state === state) ? set : set.reduce<PacketSet>((all, b) => uniteSets(all, [{ ...b, state }]), []));
  const may = new Run('may-accept', about);
  const upper = tracked(through(may, path, packets));
  const parts = may.parts.map((p) => ({ ...p, set: tracked(p.set) }));
  const accepts = parts.filter((p) => p.outcome === 'accept').map((p) => ({ ...p, set: p.set.filter((b) => headFor(path, b.family) === p.policy) })).filter((p) => p.set.length > 0);
  if (may.exhausted) return { upper: packets, lower: [], denials: [], accepts, doubts: [] };
  const denials = parts.filter((p) => p.outcome === 'deny').map((p) => ({ ...p, set: subtractSets(p.set, upper) })).filter((p) => p.set.length > 0);
  if (!may.doubtful) return { upper, lower: upper, denials, accepts, doubts: [] };
  const against = new Run('may-deny', about);
  const passed = tracked(through(against, path, packets));
  const opposed = against.parts.map((p) => ({ ...p, set: tracked(p.set) }));
  const lower = against.exhausted ? [] : opposed.reduce((set, p) => (p.outcome === 'deny' ? subtractSets(set, p.set) : set), passed);
  return { upper, lower, denials, accepts, doubts: [...parts, ...opposed].filter((p) => !p.sure) };
}

/** Whether a path surely accepts all of the packets, as far as a small amount of work shows. */
export function acceptsAll(path: Path, packets: PacketSet, about: Circumstances): boolean {
  const against = new Run('may-deny', about, QUICK_LOOK);
  through(against, path, packets);
  return !against.exhausted && against.parts.every((p) => p.outcome === 'accept');
}

/** Rule tests of a look that is only worth its while if it is short. */
const QUICK_LOOK = 500;

function through(run: Run, path: Path, packets: PacketSet): PacketSet {
  let live = packets;
  for (const policy of path.policies) {
    if (live.length === 0) break;
    live = subtractSets(run.policy(policy, live), run.rewritten);
  }
  return uniteSets(live, run.rewritten);
}

/** Splits a part among the entries that decided it, each packet to the first that matches. */
export function attribute(part: Part, within: PacketSet): { entry?: RankedEntry; set: PacketSet }[] {
  const set = intersectSets(part.set, within);
  if (set.length === 0) return [];
  if (!part.members) return [{ set }];
  if (part.members.length === 1) return [{ entry: (part.members[0] as Member).entry, set }];
  const out: { entry: RankedEntry; set: PacketSet }[] = [];
  let rest = set;
  for (const { entry, boxes } of part.members) {
    if (rest.length === 0) break;
    const mine = [boxes[4], boxes[6]].filter((b) => b !== undefined);
    const hit = intersectSets(rest, mine);
    if (hit.length === 0) continue;
    out.push({ entry, set: hit });
    rest = subtractSets(rest, mine);
  }
  return out;
}

/** Whether a deny stands for the default: it and every jump to it match whatever the policy sees in the direction. */
export function isUnconditional(entry: RankedEntry, part: Part, about: Circumstances, family: Family): boolean {
  return [...part.jumps, entry].every((e) =>
    compileChain({ name: '', entries: [e] }).items.some((item) => {
      const box = item.boxes[family];
      return box !== undefined && boxCovers(box, fullBox(family)) && item.atoms.every((atom) => covers(holding(atom, part.policy, about).sure[family], allAddresses(family)));
    }),
  );
}
