/**
 * Rules that can decide nothing: earlier rules together surely decide every packet that they could match, in every state.
 * Proven within a work budget that depends on the text alone; a rule that the budget does not reach counts as alive.
 */
import { type Box, type PacketSet, intersectSets, uniteSets } from '../core/packets.ts';
import { type Chain, type Policy, type RankedEntry, reachableChains } from '../model/policy.ts';
import { type Item, type Member, compileChain, compiledTerms } from './compile.ts';
import type { Circumstances } from './context.ts';
import { Run } from './evaluate.ts';
import { firstMatchChain } from './order.ts';
import { type Packet, Sample, boxAround, highest, lowest, mayStop } from './sample.ts';

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
  const chains = [main, ...reachableChains(policy).slice(1)];
  // A packet may have come by a rule in another state than it has now, and no proof follows it there.
  if (chains.some((c) => compileChain(c).untracks)) return [];
  const callers = callersOf(policy, chains);
  const anywhere: Circumstances = { direction, reply: false, everything: true, interfaces: new Map(), references: new Map() };
  const out: RankedEntry[] = [];
  let spent = 0;
  for (const chain of chains) {
    if (chain !== main && !callers.has(chain.name)) continue;
    const sample = new Sample(policy, chain);
    const first = chain === main ? firstComers(chain) : undefined;
    for (let place = 0; place < chain.entries.length && spent + sample.work <= BUDGET; place++) {
      const entry = chain.entries[place] as RankedEntry;
      if (first?.[place] || entry.rule.action.kind === 'continue' || entry.rule.action.kind === 'unknown') continue;
      const box = firstBox(entry, policy);
      if (!box) continue;
      const around = about(entry, anywhere);
      const isAlive = (packet: Packet): boolean => sample.reaches(place, packet, around) && (chain === main || new Proof(policy, main, callers, around).enters(chain, [boxAround(packet)]).length > 0);
      if (isAlive(lowest(box)) || isAlive(highest(box))) continue;
      const proof = new Proof(policy, main, callers, around);
      if (proof.arrives(chain, place, boxesOf(entry, policy)).length === 0 && !proof.gaveUp) out.push(entry);
      spent += proof.work;
    }
    spent += sample.work;
  }
  return out;
}

/** By place, the rules with a port that no rule before them decides. */
function firstComers(chain: Chain): Uint8Array {
  const { items, byPort } = compileChain(chain);
  const out = new Uint8Array(chain.entries.length);
  for (const item of byPort.firstComers((item) => mayStop(items[item] as Item))) {
    const { place } = items[item]?.members[0] as Member;
    if (place >= 0) out[place] = 1;
  }
  return out;
}

function boxesOf(entry: RankedEntry, policy: Policy): PacketSet {
  return compiledTerms(entry.rule).flatMap((t) => policy.families.map((f) => t.boxes[f]).filter((b) => b !== undefined));
}

function firstBox(entry: RankedEntry, { families }: Policy): Box | undefined {
  for (const { boxes } of compiledTerms(entry.rule)) for (const family of families) if (boxes[family]) return boxes[family];
  return undefined;
}

/** Every packet; one that the rule matches has come by the interface that the rule names. */
function about({ rule }: RankedEntry, anywhere: Circumstances): Circumstances {
  const [only, ...more] = rule.match;
  if (!only?.atoms || more.length > 0) return anywhere;
  const named: { inInterface?: string; outInterface?: string } = {};
  for (const atom of only.atoms) {
    const [name, ...others] = atom.kind === 'interface' && !atom.negated ? atom.names : [];
    if (atom.kind !== 'interface' || name === undefined || others.length > 0 || name.endsWith('*')) continue;
    if (atom.side === 'in') named.inInterface = name;
    else named.outInterface = name;
  }
  return { ...anywhere, ...named };
}

function callersOf(policy: Policy, chains: readonly Chain[]): ReadonlyMap<string, readonly Caller[]> {
  const out = new Map<string, Caller[]>();
  for (const chain of chains) {
    for (const { place, entry } of compileChain(chain).jumps) {
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
