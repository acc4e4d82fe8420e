/**
 * Rules that can decide nothing: earlier rules together surely decide every packet that they could match, in every state.
 * Proven within a work budget that depends on the text alone; a rule that the budget does not reach counts as alive.
 */
import { type Address, allAddresses, next, previous } from '../core/addresses.ts';
import { covers } from '../core/intervals.ts';
import { type Box, type PacketSet, boxesOverlap, intersectSets, uniteSets } from '../core/packets.ts';
import { chainsOf, type Chain, type Policy, type RankedEntry } from '../model/policy.ts';
import { type CompiledChain, type Item, type Member, clashes, compileChain, compiledTerms } from './compile.ts';
import { type Circumstances, holding } from './context.ts';
import { Run } from './evaluate.ts';
import { firstMatchChain } from './order.ts';

/** Rule tests per policy, and per rule that its corners leave in doubt. */
const BUDGET = 100_000;
const BUDGET_PER_RULE = 20_000;

interface Caller {
  readonly chain: Chain;
  readonly place: number;
  readonly entry: RankedEntry;
}

export function deadEntries(policy: Policy, direction: Circumstances['direction']): RankedEntry[] {
  const main = firstMatchChain(policy);
  const callers = callersOf(policy, main);
  // A packet may have come by a rule in another state than it has now, and no proof follows it there.
  if (chainsOf(policy).some((c) => c.entries.some((e) => e.rule.action.kind === 'untrack'))) return [];
  const out: RankedEntry[] = [];
  let spent = 0;
  for (const chain of [main, ...chainsOf(policy).slice(1)]) {
    if (chain !== main && !callers.has(chain.name)) continue;
    for (const [place, entry] of chain.entries.entries()) {
      if (entry.rule.action.kind === 'continue' || entry.rule.action.kind === 'unknown' || spent > BUDGET) continue;
      const boxes = boxesOf(entry, policy);
      if (boxes.length === 0) continue;
      const around = about(entry, direction);
      const sample = new Sample(policy, chain, around);
      const proof = new Proof(policy, main, callers, around);
      const alive = corners(boxes).some((corner) => sample.reaches(place, corner) && (chain === main || proof.enters(chain, [corner]).length > 0));
      spent += sample.work;
      if (alive) continue;
      const dead = proof.arrives(chain, place, boxes).length === 0;
      spent += proof.work;
      if (dead && !proof.gaveUp) out.push(entry);
    }
  }
  return out;
}

function boxesOf(entry: RankedEntry, policy: Policy): PacketSet {
  return compiledTerms(entry.rule).flatMap((t) => policy.families.map((f) => t.boxes[f]).filter((b): b is Box => b !== undefined));
}

/** The lowest and the highest packet of the first box: if no earlier rule decides one of them, the rule is alive. */
function corners(boxes: PacketSet): Box[] {
  const [box] = boxes as readonly [Box];
  const low = (set: readonly (number | bigint)[]): never => [set[0], next(set[0] as Address)] as never;
  const high = (set: readonly (number | bigint)[]): never => [previous(set.at(-1) as Address), set.at(-1)] as never;
  return [low, high].map((pick) => ({ family: box.family, src: pick(box.src), dst: pick(box.dst), protocol: pick(box.protocol), sport: pick(box.sport), dport: pick(box.dport), state: pick(box.state), flags: pick(box.flags) }));
}

const DECIDES = new Set(['accept', 'drop', 'reject', 'return', 'goto']);

/** Tests single packets against the earlier rules of one chain, without following jumps. */
class Sample {
  work = 0;
  private readonly compiled: CompiledChain;

  constructor(
    private readonly policy: Policy,
    chain: Chain,
    private readonly around: Circumstances,
  ) {
    this.compiled = compileChain(chain);
  }

  /** False if an earlier rule decides the packet, or a jump or a chain's caller might. */
  reaches(place: number, packet: Box): boolean {
    for (const list of this.compiled.byPort.listsFor(packet.dport[0] as number)) {
      for (const index of list) {
        const item = this.compiled.items[index] as Item;
        if ((item.members[0] as Member).place >= place) break;
        this.work++;
        const box = item.boxes[packet.family];
        if (box && boxesOverlap(box, packet) && this.stops(item, place, packet)) return false;
      }
    }
    return true;
  }

  private stops(item: Item, place: number, packet: Box): boolean {
    const { kind } = item.action;
    if (kind === 'jump' || kind === 'untrack') return true;
    if (!DECIDES.has(kind)) return false;
    if (item.atoms.length > 0 && !item.atoms.every((a) => covers(holding(a, this.policy, this.around).sure[packet.family], allAddresses(packet.family)))) return false;
    if ((item.members.at(-1) as Member).place < place) return true;
    if (item.members.length > 1 && !clashes(item).has(place) && item.members.some((m) => m.place === place)) return false;
    this.work += item.members.length;
    return item.members.some((m) => m.place < place && boxesOverlap(m.boxes[packet.family] ?? packet, packet) && m.boxes[packet.family] !== undefined);
  }
}

/** Every packet; one that the rule matches has come by the interface that the rule names. */
function about(entry: RankedEntry, direction: Circumstances['direction']): Circumstances {
  const named: { inInterface?: string; outInterface?: string } = {};
  const [only, ...more] = entry.rule.match;
  for (const atom of more.length === 0 ? (only?.atoms ?? []) : []) {
    const [name, ...others] = atom.kind === 'interface' && !atom.negated ? atom.names : [];
    if (atom.kind !== 'interface' || name === undefined || others.length > 0 || name.endsWith('*')) continue;
    if (atom.side === 'in') named.inInterface = name;
    else named.outInterface = name;
  }
  return { direction, reply: false, everything: true, interfaces: new Map(), references: new Map(), ...named };
}

function callersOf(policy: Policy, main: Chain): ReadonlyMap<string, readonly Caller[]> {
  const out = new Map<string, Caller[]>();
  for (const chain of [main, ...chainsOf(policy).slice(1)]) {
    for (const [place, entry] of chain.entries.entries()) {
      const { action } = entry.rule;
      if (action.kind !== 'jump' && action.kind !== 'goto') continue;
      const target = policy.chains.get(action.chain)?.name ?? action.chain;
      const caller = { chain, place, entry };
      const known = out.get(target);
      if (known) known.push(caller);
      else out.set(target, [caller]);
    }
  }
  return out;
}

class Proof {
  private readonly run: Run;
  private depth = 0;
  gaveUp = false;

  constructor(
    private readonly policy: Policy,
    private readonly main: Chain,
    private readonly callers: ReadonlyMap<string, readonly Caller[]>,
    circumstances: Circumstances,
  ) {
    this.run = new Run('may-pass', circumstances, BUDGET_PER_RULE);
  }

  get work(): number {
    return this.run.work;
  }

  /** A superset of those packets that reach a place in a chain undecided. */
  arrives(chain: Chain, place: number, packets: PacketSet): PacketSet {
    const entering = chain === this.main ? packets : this.enters(chain, packets);
    if (entering.length === 0 || this.gaveUp) return entering;
    const left = this.run.chain(this.policy, chain, entering, true, [], place);
    if (this.run.exhausted || left.length > 64) this.gaveUp = true;
    return left;
  }

  /** A superset of those packets that a jump brings into a chain. */
  enters(chain: Chain, packets: PacketSet): PacketSet {
    if (this.depth > 16) {
      this.gaveUp = true;
      return packets;
    }
    this.depth++;
    let entering: PacketSet = [];
    for (const { chain: from, place, entry } of this.callers.get(chain.name) ?? []) {
      if (this.gaveUp) break;
      const jumped = intersectSets(packets, boxesOf(entry, this.policy));
      if (jumped.length > 0) entering = uniteSets(entering, this.arrives(from, place, jumped));
    }
    this.depth--;
    return this.gaveUp ? packets : entering;
  }
}
