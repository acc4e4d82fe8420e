/**
 * Chains made ready for evaluation: each term of each rule an item with its boxes, runs of plain verdicts joined where
 * they differ in addresses only, and an index by destination port, so that a flow meets only rules that could concern it.
 */
import { type Address, type AddressIntervals, type Family, allAddresses } from '../core/addresses.ts';
import { EMPTY, intersect, overlaps, union, unionAll } from '../core/intervals.ts';
import { ALL_FLAGS, ALL_PORTS, ALL_PROTOCOLS, ALL_STATES, type Box, boxesOverlap, fullBox } from '../core/packets.ts';
import type { Chain, RankedEntry } from '../model/policy.ts';
import { type Action, type Atom, MATCH_ALL, type Rule, type Term, type Unmodelled } from '../model/rule.ts';
import { PortIndex } from './portIndex.ts';

/** A term of a rule within an item. */
export interface Member {
  readonly entry: RankedEntry;
  /** Of the entry in its chain. */
  readonly place: number;
  readonly boxes: Readonly<Partial<Record<Family, Box>>>;
}

/** One or more terms that act alike on a product of sets; more than one only for plain verdicts. */
export interface Item {
  readonly action: Action;
  readonly atoms: readonly Atom[];
  /** Of all members together. */
  readonly boxes: Member['boxes'];
  /** The dimension in which the members differ. */
  readonly joined: 'src' | 'dst';
  /** In text order. */
  readonly members: readonly Member[];
}

export interface CompiledChain {
  readonly items: readonly Item[];
  readonly byPort: PortIndex;
  /** Rules that lead to other chains. */
  readonly jumps: readonly { readonly entry: RankedEntry; readonly place: number }[];
  /** Some rule takes packets out of connection tracking. */
  readonly untracks: boolean;
}

interface CompiledTerm {
  readonly boxes: Readonly<Partial<Record<Family, Box>>>;
  readonly atoms: readonly Atom[];
  /** Equal for terms that differ in the joined address dimension only; undefined where atoms make joining wrong. */
  readonly key?: string;
  readonly joined: 'src' | 'dst';
}

const NO_ATOMS: readonly Atom[] = [];
const NOTHING = {};

/** What is known of a rule wherever it stands. */
interface CompiledRule {
  readonly terms: readonly CompiledTerm[];
  /** What a plain verdict decides; what decides alike may be joined: all accepts, or all denies. */
  readonly verdict: 'accept' | 'deny' | undefined;
}

const compiledRules = new WeakMap<Rule, CompiledRule>();

function boxOf(term: Term, family: Family): Box | undefined {
  if (term.family !== undefined && term.family !== family) return undefined;
  const all = allAddresses(family);
  const box: Box = {
    family,
    src: term.src ?? all,
    dst: term.dst ?? all,
    protocol: term.protocol ?? ALL_PROTOCOLS,
    sport: term.sport ?? ALL_PORTS,
    dport: term.dport ?? ALL_PORTS,
    state: term.state ?? ALL_STATES,
    flags: term.flags ?? ALL_FLAGS,
  };
  return [box.src, box.dst, box.protocol, box.sport, box.dport, box.state, box.flags].some((s) => s.length === 0) ? undefined : box;
}

function compileTerm(term: Term): CompiledTerm {
  const family = term.family ?? (term.src ?? term.dst ? familyOf((term.src ?? term.dst) as AddressIntervals) : undefined);
  const bound = family === undefined ? term : { ...term, family };
  const four = boxOf(bound, 4);
  const six = boxOf(bound, 6);
  const joined = term.src ? 'src' : 'dst';
  const rest = term.src ? term.dst : undefined;
  return {
    boxes: four && six ? { 4: four, 6: six } : four ? { 4: four } : six ? { 6: six } : NOTHING,
    atoms: term.atoms ?? NO_ATOMS,
    ...(term.atoms?.length ? {} : { key: `${String(family)} ${joined} ${[rest, term.protocol, term.sport, term.dport, term.state, term.flags].map((s) => (s ? s.join() : '')).join(' ')}` }),
    joined,
  };
}

/** IPv4 addresses are numbers and IPv6 addresses bigints; an empty set is of either family. */
function familyOf(set: AddressIntervals): Family | undefined {
  return set.length === 0 ? undefined : typeof set[0] === 'bigint' ? 6 : 4;
}

function compileRule({ match, action }: Rule): CompiledRule {
  const terms = match.map(compileTerm);
  const plain = terms.every((t) => t.key !== undefined);
  return { terms, verdict: !plain ? undefined : action.kind === 'accept' ? 'accept' : action.kind === 'drop' || action.kind === 'reject' ? 'deny' : undefined };
}

function compiled(rule: Rule): CompiledRule {
  let known = compiledRules.get(rule);
  if (!known) compiledRules.set(rule, (known = compileRule(rule)));
  return known;
}

export function compiledTerms(rule: Rule): readonly CompiledTerm[] {
  return compiled(rule).terms;
}

/** A term of a rule as the only member of its item. */
class Single implements Item, Member {
  constructor(
    readonly entry: RankedEntry,
    readonly place: number,
    private readonly term: Omit<CompiledTerm, 'key'>,
  ) {}

  get action(): Action {
    return this.entry.rule.action;
  }

  get atoms(): readonly Atom[] {
    return this.term.atoms;
  }

  get boxes(): Member['boxes'] {
    return this.term.boxes;
  }

  get joined(): 'src' | 'dst' {
    return this.term.joined;
  }

  get members(): readonly Member[] {
    return [this];
  }

  /** Whether some packet matches both. */
  meets({ boxes }: Member): boolean {
    return FAMILIES.some((family) => {
      const [mine, theirs] = [this.boxes[family], boxes[family]];
      return mine !== undefined && theirs !== undefined && boxesOverlap(mine, theirs);
    });
  }
}

/** Terms of one key: alike but for one address dimension. Once all of them are known, an item. */
class Group implements Item {
  readonly atoms = NO_ATOMS;
  readonly action: Action;
  readonly joined: 'src' | 'dst';
  boxes: Member['boxes'];
  /** The joined dimension of the first members together, and how many they are; the others are looked at one by one. */
  private cover: Readonly<Partial<Record<Family, AddressIntervals>>> = NOTHING;
  private covered = 0;

  constructor(readonly members: [Single, ...Single[]]) {
    const [{ action, joined, boxes }] = members;
    this.action = action;
    this.joined = joined;
    this.boxes = boxes;
  }

  /** Whether some packet matches both the member and one of the group. */
  meets({ boxes }: Member): boolean {
    const first = this.members[0].boxes;
    return FAMILIES.some((family) => {
      const [mine, theirs] = [first[family], boxes[family]];
      if (!mine || !theirs || !overlaps(mine.dport, theirs.dport)) return false;
      const other = this.joined === 'src' ? 'dst' : 'src';
      if (!(overlaps(mine.protocol, theirs.protocol) && overlaps(mine[other], theirs[other]) && overlaps(mine.sport, theirs.sport) && overlaps(mine.state, theirs.state) && overlaps(mine.flags, theirs.flags))) return false;
      if (this.members.length - this.covered > TAIL) this.coverAll();
      return overlaps(this.cover[family] ?? EMPTY, theirs[this.joined]) || this.members.slice(this.covered).some((m) => overlaps(m.boxes[family]?.[this.joined] ?? EMPTY, theirs[this.joined]));
    });
  }

  private coverAll(): void {
    const tail = joinBoxes(this.members.slice(this.covered), this.joined);
    const widened = (family: Family): AddressIntervals => union(this.cover[family] ?? EMPTY, tail[family]?.[this.joined] ?? EMPTY);
    this.cover = { 4: widened(4), 6: widened(6) };
    this.covered = this.members.length;
  }
}

const FAMILIES = [4, 6] as const;
const TAIL = 32;
/** Over how many groups a term is compared; beyond, joining costs more than it saves. */
const REACH = 256;

/**
 * Terms of consecutive rules of one verdict: their order does not matter to what they decide together. A term joins its
 * group only where it passes no other term that it shares packets with, so that each packet stays with the rule that decides it.
 */
class Run {
  private readonly items: (Single | Group)[] = [];
  private readonly latest = new Map<string, number>();
  verdict: CompiledRule['verdict'];

  add(term: Single, key: string): void {
    const index = this.latest.get(key);
    const known = index === undefined || this.meetsAfter(index, term) ? undefined : this.items[index];
    if (known instanceof Group) known.members.push(term);
    else if (known && index !== undefined) this.items[index] = new Group([known, term]);
    else {
      this.latest.set(key, this.items.length);
      this.items.push(term);
    }
  }

  private meetsAfter(index: number, member: Member): boolean {
    if (this.items.length - index > REACH) return true;
    for (let i = index + 1; i < this.items.length; i++) if (this.items[i]?.meets(member)) return true;
    return false;
  }

  drain(into: Item[]): void {
    for (const item of this.items) {
      if (item instanceof Group) item.boxes = joinBoxes(item.members, item.joined);
      into.push(item);
    }
    this.items.length = 0;
    this.latest.clear();
  }
}

function joinBoxes(members: readonly Member[], joined: 'src' | 'dst'): Member['boxes'] {
  if (members.length === 1) return (members[0] as Member).boxes;
  const out: Partial<Record<Family, Box>> = {};
  for (const family of [4, 6] as const) {
    const boxes = members.map((m) => m.boxes[family]).filter((b) => b !== undefined);
    const [first] = boxes;
    if (first) out[family] = { ...first, [joined]: unionAll(boxes.map((b) => b[joined])) };
  }
  return out;
}

const EVERYTHING: Member['boxes'] = { 4: fullBox(4), 6: fullBox(6) };

function lostEntry({ span, why, uri }: Unmodelled & { readonly uri?: string }): RankedEntry {
  return { at: 0, rule: { span, match: MATCH_ALL, action: { kind: 'unknown', why }, fields: [] }, ...(uri === undefined ? {} : { uri }) };
}

const compiledChains = new WeakMap<Chain, CompiledChain>();

export function compileChain(chain: Chain): CompiledChain {
  let compiled = compiledChains.get(chain);
  if (!compiled) compiledChains.set(chain, (compiled = build(chain)));
  return compiled;
}

function build(chain: Chain): CompiledChain {
  const items: Item[] = [];
  const jumps: CompiledChain['jumps'][number][] = [];
  const run = new Run();
  // Text that was lost may have held any rule, before the others.
  for (const lost of chain.unmodelled ?? []) items.push(new Single(lostEntry(lost), -1, { atoms: NO_ATOMS, boxes: EVERYTHING, joined: 'src' }));
  for (let place = 0; place < chain.entries.length; place++) {
    const entry = chain.entries[place] as RankedEntry;
    const { action } = entry.rule;
    if (action.kind === 'continue') continue;
    const { terms, verdict } = compiled(entry.rule);
    if (verdict === undefined || verdict !== run.verdict) {
      run.drain(items);
      run.verdict = verdict;
    }
    if (action.kind === 'jump' || action.kind === 'goto') jumps.push({ entry, place });
    for (const term of terms) {
      const item = new Single(entry, place, term);
      if (verdict !== undefined && term.key !== undefined) run.add(item, term.key);
      else items.push(item);
    }
  }
  run.drain(items);
  return { items, byPort: new PortIndex(items), jumps, untracks: items.some((i) => i.action.kind === 'untrack') };
}

/** The item's first member at a place in the chain. */
export function memberAt({ members }: Item, place: number): Member | undefined {
  let from = 0;
  for (let to = members.length; from < to; ) {
    const middle = (from + to) >> 1;
    if ((members[middle] as Member).place < place) from = middle + 1;
    else to = middle;
  }
  return members[from]?.place === place ? members[from] : undefined;
}

/** The item's boxes as far as it stands before a place in the chain; undefined if none of it does. */
export function boxesBefore(item: Item, place: number): Item['boxes'] | undefined {
  if ((item.members.at(-1) as Member).place < place) return item.boxes;
  const earlier = item.members.filter((m) => m.place < place);
  return earlier.length > 0 ? joinBoxes(earlier, item.joined) : undefined;
}

const clashing = new WeakMap<Item, ReadonlySet<number>>();

/** Places of those members of an item that share packets with another member. */
export function clashes(item: Item): ReadonlySet<number> {
  const known = clashing.get(item);
  if (known) return known;
  const out = new Set<number>();
  for (const family of [4, 6] as const) {
    const spans: { lo: Address; hi: Address; place: number }[] = [];
    for (const { boxes, place } of item.members) {
      const set = boxes[family]?.[item.joined] ?? [];
      for (let i = 0; i < set.length; i += 2) spans.push({ lo: set[i] as Address, hi: set[i + 1] as Address, place });
    }
    spans.sort((x, y) => (x.lo < y.lo ? -1 : x.lo > y.lo ? 1 : 0));
    let widest = spans[0];
    for (const span of spans.slice(1)) {
      if (widest && span.lo < widest.hi) out.add(span.place).add(widest.place);
      if (!widest || span.hi > widest.hi) widest = span;
    }
  }
  clashing.set(item, out);
  return out;
}

/** The item's box cut down to addresses for which its atoms surely, or may, hold. */
export function restrictBox(box: Box, src: AddressIntervals, dst: AddressIntervals): Box | undefined {
  const restricted = { ...box, src: intersect(box.src, src), dst: intersect(box.dst, dst) };
  return restricted.src.length === 0 || restricted.dst.length === 0 ? undefined : restricted;
}
