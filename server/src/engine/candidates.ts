/**
 * Addresses that unknown hosts could have, as far as the rules tell them apart. The address sets of the rules that concern
 * a flow cut the family into cells; one address stands for its cell. First comes the address that no rule names, then the
 * widest cell (the least assumed). Each candidate carries a bound on what it could be served, so that few need judging.
 */
import { t } from '@vscode/l10n';
import { type Address, type AddressIntervals, type Family, formatAddress, next, ofFamily, previous, toCidrs } from '../core/addresses.ts';
import { contains, covers, equals, intersect, overlaps, sharedSize, size, subtract, unionAll } from '../core/intervals.ts';
import { ALL_STATES, type Box, type PacketSet, answerOf, boxesOverlap, fullBox } from '../core/packets.ts';
import { reachableChains, type Path, type Policy } from '../model/policy.ts';
import type { Action } from '../model/rule.ts';
import { type Item, compileChain } from './compile.ts';
import { type Circumstances, holding } from './context.ts';
import { firstMatchChain } from './order.ts';
import { acceptsAll } from './evaluate.ts';

export interface Candidate {
  /** Everything between the two ends; an unknown end is a single address. */
  readonly box: Box;
  /** In words, what this choice takes for granted; nothing if no rule names the addresses. @param nameOf the unknown host at an end */
  assumptions(nameOf: (end: End) => string): string[];
  /** How many assumptions that are. */
  readonly assumed: number;
}

/** What one relevant rule says of addresses; an absent end is unrestricted. */
interface Shape {
  readonly id: number;
  readonly src?: AddressIntervals;
  readonly dst?: AddressIntervals;
  /** What the rule may open to these addresses, as `Cell.bound` counts it. */
  readonly ports: number;
  /** The rule names these addresses, by themselves or as what it leaves out. */
  readonly names: boolean;
}

/** The shapes of a flow's rules. A plain deny makes no address better than its neighbours, so its addresses are only avoided. */
interface Shapes {
  readonly cutting: Shape[];
  readonly denied: { readonly src: AddressIntervals[]; readonly dst: AddressIntervals[] };
}

interface Cell {
  readonly set: AddressIntervals;
  /** Those that hold for every address of the cell. */
  readonly shapes: readonly Shape[];
  /** No more than this is served to it: ports, times known addresses, times a fraction of the source ports. */
  readonly bound: number;
  /** Place of the first rule that names it. */
  readonly order: number;
}

type End = 'src' | 'dst';

/** What the search depends on beside what is asked. */
export interface Search {
  readonly path: Path;
  readonly answers?: Path;
  /** Ends whose address is not known. */
  readonly unknown: readonly End[];
  readonly about: Circumstances;
  readonly aboutAnswer: Circumstances;
}

/** How much a search may still cost, in boundaries and candidates; it depends on the text alone. */
export interface Effort {
  left: number;
}

const searches = new WeakMap<Path, Map<string, Candidates>>();

/** The candidates for what is asked in one family; flows that ask the same share them. */
export function candidatesFor(family: Family, asked: PacketSet, search: Search): Candidates {
  const known = searches.get(search.path) ?? new Map<string, Candidates>();
  searches.set(search.path, known);
  const key = `${String(family)} ${search.unknown.join()} ${search.about.references.size > 0 ? `${search.about.srcComponent ?? ''} ${search.about.dstComponent ?? ''}` : ''} ${asked.map((b) => [b.src, b.dst, b.protocol, b.sport, b.dport].map((set) => set.join()).join(' ')).join(';')}`;
  let candidates = known.get(key);
  if (!candidates) known.set(key, (candidates = new Candidates(family, asked, search)));
  return candidates;
}

/** Judging one candidate costs as much as this many boundaries. */
const JUDGING = 100;
/** What the first cut of a search may cost. */
const PREPARING = 50_000;

/** The candidates of one family, made as they are asked for. */
class Candidates {
  private readonly shapes: Shapes;
  private readonly denied: Readonly<Record<End, AddressIntervals>>;
  private readonly src: readonly Cell[];
  private readonly domain: AddressIntervals;
  private readonly bounded: boolean;
  /** What the first cut cost; every search pays it. */
  private readonly cost: number;

  /** @param asked of one family. */
  constructor(
    private readonly family: Family,
    asked: PacketSet,
    private readonly search: Search,
  ) {
    this.shapes = shapesOf(asked, family, search);
    this.denied = { src: unionAll(this.shapes.denied.src), dst: unionAll(this.shapes.denied.dst) };
    this.bounded = search.path.policies.some((p) => bounds(p, family));
    this.domain = unionAll(asked.map((b) => b.dst));
    const effort = { left: PREPARING };
    this.src = this.cells('src', unionAll(asked.map((b) => b.src)), this.shapes.cutting, effort);
    this.cost = PREPARING - effort.left;
  }

  /** Those that may be served at least `amount`: the fewest assumptions first, then the widest, then in rule order. */
  *servedAtLeast(amount: number, effort: Effort): Generator<Candidate> {
    effort.left -= this.cost;
    // What no rule names serves most flows that anyone serves; the others are looked at only if it does not.
    const src = this.src.filter((c) => c.bound >= amount).sort((a, b) => Number(this.named('src', a.set[0] as Address)) - Number(this.named('src', b.set[0] as Address)));
    const [first, ...others] = src;
    if (!first) return;
    const nearest = this.pairs(first, amount, effort);
    for (const { candidate } of nearest) if (candidate.assumed === 0) yield candidate;
    const rest = [...nearest.filter((p) => p.candidate.assumed > 0), ...others.flatMap((cell) => this.pairs(cell, amount, effort))];
    rest.sort((a, b) => a.candidate.assumed - b.candidate.assumed || b.width - a.width || a.order - b.order);
    for (const { candidate } of rest) {
      effort.left -= JUDGING;
      yield candidate;
    }
  }

  /** Those that may be served more than `floor` says, the highest bound first. */
  *servedBeyond(floor: () => number, effort: Effort): Generator<Candidate> {
    effort.left -= this.cost;
    for (const src of [...this.src].sort((a, b) => b.bound - a.bound)) {
      if (src.bound <= floor()) return;
      for (const dst of this.dst(src, effort).sort((a, b) => b.bound - a.bound)) {
        if (dst.bound <= floor()) break;
        effort.left -= JUDGING;
        for (const { candidate } of this.candidate(src, dst)) yield candidate;
      }
    }
  }

  private pairs(src: Cell, amount: number, effort: Effort): { candidate: Candidate; width: number; order: number }[] {
    return this.dst(src, effort).filter((c) => c.bound >= amount).flatMap((dst) => this.candidate(src, dst));
  }

  /** None once the effort is spent. */
  private dst(src: Cell, effort: Effort): Cell[] {
    if (effort.left <= 0) return [];
    return this.cells('dst', this.domain, src.shapes, effort);
  }

  /** A cell of which every address is denied something falls into the cells of those denies. */
  private cells(end: End, domain: AddressIntervals, shapes: readonly Shape[], effort: Effort): Cell[] {
    const cells = cellsAt(end, this.search, domain, shapes, this.bounded);
    effort.left -= shapes.length + cells.length;
    if (this.denied[end].length === 0 || !this.search.unknown.includes(end)) return cells;
    return cells.flatMap((cell) => {
      if (effort.left <= 0 || !covers(this.denied[end], cell.set)) return [cell];
      const denies = this.shapes.denied[end].filter((set) => overlaps(set, cell.set)).map((set, i): Shape => ({ id: i, [end]: set, ports: 0, names: true }));
      effort.left -= this.shapes.denied[end].length;
      return cellsAt(end, this.search, cell.set, denies, this.bounded).map(({ set }) => ({ ...cell, set }));
    });
  }

  private named(end: End, address: Address): boolean {
    return contains(this.denied[end], address) || this.shapes.cutting.some((s) => s.names && s[end] !== undefined && contains(s[end], address));
  }

  private candidate(src: Cell, dst: Cell): { candidate: Candidate; width: number; order: number }[] {
    const box = representative(this.family, src.set, dst.set, this.denied, this.search.unknown);
    if (!box) return [];
    const assumed = this.search.unknown.filter((end) => this.named(end, box[end][0] as Address)).map((end) => ({ end, cell: end === 'src' ? src.set : dst.set }));
    const assumptions: Candidate['assumptions'] = (nameOf) => assumed.map(({ end, cell }) => assumption(nameOf(end), this.family, cell));
    return [{ candidate: { box, assumptions, assumed: assumed.length }, width: Number(size(src.set)) * Number(size(dst.set)), order: Math.min(src.order, dst.order) }];
  }
}

/** Whether all that the path lets through must be accepted by a rule of the policy. */
const bounds = (p: Policy, family: Family): boolean => p.families.includes(family) && p.default !== 'accept' && !p.onlyNew;

const untracks = (path: Path): boolean => path.policies.some((p) => reachableChains(p).some((c) => compileChain(c).untracks));

function shapesOf(asked: PacketSet, family: Family, { path, answers, unknown, about, aboutAnswer }: Search): Shapes {
  const shapes: Shapes = { cutting: [], denied: { src: [], dst: [] } };
  const met = untracks(path) ? asked.map((b) => ({ ...b, state: ALL_STATES })) : asked;
  const bounding = path.policies.find((p) => bounds(p, family));
  const known = (['src', 'dst'] as const).filter((end) => !unknown.includes(end));
  for (const p of path.policies) addShapes(shapes, p, met, family, p === bounding ? known : undefined, about, false);
  const back = asked.map((b) => ({ ...answerOf(b), ...(answers && untracks(answers) ? { state: ALL_STATES } : {}) }));
  // Where every answer passes, as behind a rule for established connections, answers tell no address from another.
  if (answers && !acceptsAll(answers, back, aboutAnswer)) for (const p of answers.policies) addShapes(shapes, p, back, family, undefined, aboutAnswer, true);
  return shapes;
}

/** @param counted the known ends, whose addresses count towards the bound; undefined: the policy opens nothing that counts. */
function addShapes({ cutting, denied }: Shapes, policy: Policy, asked: PacketSet, family: Family, counted: readonly End[] | undefined, about: Circumstances, swapped: boolean): void {
  if (!policy.families.includes(family)) return;
  const dports = unionAll(asked.map((b) => b.dport));
  const full = fullBox(family);
  const add = (src: AddressIntervals | undefined, dst: AddressIntervals | undefined, ports: number, names: boolean): void => {
    cutting.push({ id: cutting.length, ...(swapped ? { src: dst, dst: src } : { src, dst }), ports, names });
  };
  for (const chain of [firstMatchChain(policy), ...reachableChains(policy).slice(1)]) {
    const { items, byPort } = compileChain(chain);
    const list = byPort.candidates(dports);
    for (let i = 0; i < list.length; i++) {
      const { action, atoms, boxes } = items[list[i] as number] as Item;
      const box = boxes[family];
      if (!box || !asked.some((b) => boxesOverlap(box, b))) continue;
      for (const atom of atoms) {
        const { end, sure, maybe } = holding(atom, policy, about);
        for (const set of [sure[family], maybe[family]]) if (set.length > 0 && !equals(set, full[end])) add(end === 'src' ? smaller(set, full.src) : undefined, end === 'dst' ? smaller(set, full.dst) : undefined, 0, true);
      }
      const src = box.src === full.src ? undefined : box.src;
      const dst = box.dst === full.dst ? undefined : box.dst;
      const namedSrc = src && smaller(src, full.src);
      const namedDst = dst && smaller(dst, full.dst);
      const whole = namedSrc === src && namedDst === dst;
      if ((action.kind === 'drop' || action.kind === 'reject') && whole && (src === undefined) !== (dst === undefined)) {
        if (src) denied[swapped ? 'dst' : 'src'].push(src);
        if (dst) denied[swapped ? 'src' : 'dst'].push(dst);
        continue;
      }
      const opens = counted !== undefined && mayAccept(action, policy);
      if (opens || (src ?? dst)) add(src, dst, opens ? amountOf(box, asked, counted) : 0, whole);
      if (!whole) add(namedSrc, namedDst, 0, true);
    }
  }
}

function amountOf(box: Box, asked: PacketSet, counted: readonly End[]): number {
  let amount = 0;
  for (const b of asked) {
    if (!boxesOverlap(box, b)) continue;
    let n = (sharedSize(b.dport, box.dport) * sharedSize(b.sport, box.sport)) / 65536;
    for (const end of counted) n *= Number(size(intersect(b[end], box[end])));
    amount += n;
  }
  return amount;
}

/** What is not known to lead elsewhere may accept: a jump to a chain that is not in sight too. */
function mayAccept(action: Action, { chains }: Policy): boolean {
  return action.kind === 'accept' || action.kind === 'unknown' || ((action.kind === 'jump' || action.kind === 'goto') && !chains.has(action.chain));
}

/** A set of more than half of all addresses names the rest by exception. */
function smaller(set: AddressIntervals, whole: AddressIntervals): AddressIntervals {
  return Number(size(set)) > Number(size(whole)) / 2 ? subtract(whole, set) : set;
}

/** The domain cut into cells that lie in the same shapes; a known end is one cell. */
function cellsAt(end: End, { unknown }: Search, domain: AddressIntervals, shapes: readonly Shape[], bounded: boolean): Cell[] {
  const boundOf = (of: readonly Shape[]): number => (bounded ? of.reduce((sum, s) => sum + s.ports, 0) : Infinity);
  if (!unknown.includes(end)) return [{ set: domain, shapes, bound: boundOf(shapes), order: Infinity }];
  const everywhere: Shape[] = [];
  const cutting: Shape[] = [];
  for (const shape of shapes) (shape[end] ? cutting : everywhere).push(shape);
  const active = new Set<Shape>();
  const cells = new Map<string | number, { bounds: Address[]; active: readonly Shape[] }>();
  let from = domain[0] as Address;
  const close = (until: Address): void => {
    if (until <= from) return;
    const [only] = active;
    const key = active.size === 1 && only ? only.id : [...active].map((s) => s.id).sort().join();
    const cell = cells.get(key);
    if (cell) cell.bounds.push(from, until);
    else cells.set(key, { bounds: [from, until], active: [...active] });
    from = until;
  };
  for (const { at, shape, opens } of boundariesOf(cutting, end)) {
    close(at);
    if (opens) active.add(shape);
    else active.delete(shape);
  }
  close(domain.at(-1) as Address);
  const common = boundOf(everywhere);
  const out: Cell[] = [];
  for (const { bounds, active: of } of cells.values()) {
    const set = intersect(joined(bounds), domain);
    if (set.length > 0) out.push({ set, shapes: [...everywhere, ...of], bound: common + boundOf(of), order: of.reduce((least, s) => Math.min(least, s.id), Infinity) });
  }
  return out;
}

interface Boundary {
  readonly at: Address;
  readonly shape: Shape;
  readonly opens: boolean;
}

/** The boundaries of the shapes' sets in order. IPv4 boundaries are sorted as numbers, an address and a running number in one. */
function boundariesOf(shapes: readonly Shape[], end: End): Boundary[] {
  const out: Boundary[] = [];
  for (const shape of shapes) for (const [i, at] of (shape[end] ?? []).entries()) out.push({ at, shape, opens: i % 2 === 0 });
  if (out.length >= NUMBERED || out.some((b) => typeof b.at === 'bigint')) return out.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const keys = Float64Array.from(out, (b, i) => (b.at as number) * NUMBERED + i).sort();
  return Array.from(keys, (key) => out[key % NUMBERED] as Boundary);
}

/** 2^32 addresses times this many numbers are exact in a double. */
const NUMBERED = 2 ** 20;

/** Neighbouring intervals made one. */
function joined(bounds: readonly Address[]): AddressIntervals {
  const out: Address[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    if (out.at(-1) === bounds[i]) out[out.length - 1] = bounds[i + 1] as Address;
    else out.push(bounds[i] as Address, bounds[i + 1] as Address);
  }
  return out;
}

/** One address of each unknown end, outside denied sets where the cell reaches beyond them; never the same address twice. */
function representative(family: Family, src: AddressIntervals, dst: AddressIntervals, denied: Readonly<Record<End, AddressIntervals>>, unknown: readonly End[]): Box | undefined {
  const pick = (set: AddressIntervals, end: End): AddressIntervals => {
    const left = subtract(set, denied[end]);
    const [first] = left.length > 0 ? left : set;
    return first === undefined ? [] : ofFamily(family, [first, next(first)])[family];
  };
  const taken = unknown.length === 2 && Number(size(dst)) === 1 ? dst : [];
  const a = unknown.includes('src') ? pick(subtract(src, taken), 'src') : src;
  const b = unknown.includes('dst') ? pick(unknown.includes('src') ? subtract(dst, a) : dst, 'dst') : dst;
  return a.length === 0 || b.length === 0 ? undefined : { ...fullBox(family), src: a, dst: b };
}

function assumption(name: string, family: Family, cell: AddressIntervals): string {
  const cidrs = toCidrs(family, cell.slice(0, 12));
  const [only] = cidrs;
  if (cidrs.length === 1 && only !== undefined && cell.length === 2) return only.includes('/') ? t('if {0} is in {1}', name, only) : t('if {0} is {1}', only, name);
  if (cell.length === 2 && cidrs.length > 4) return t('if {0} is in {1}', name, `${formatAddress(cell[0] as Address)}-${formatAddress(previous(cell[1] as Address))}`);
  return t('if {0} is in {1}', name, `${cidrs.slice(0, 4).join(', ')}${cidrs.length > 4 || cell.length > 12 ? ', ...' : ''}`);
}
