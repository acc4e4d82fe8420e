/**
 * Addresses that unknown hosts could have, as far as the rules tell them apart. The address sets of the rules that concern
 * a flow cut the family into cells; one address stands for its cell. First comes the address that no rule names, then the
 * widest cell (the least assumed). Each candidate carries a bound on what it could be served, so that few need judging.
 */
import { type Address, type AddressIntervals, type Family, formatAddress, next, ofFamily, previous, toCidrs } from '../core/addresses.ts';
import { contains, intersect, size, subtract, unionAll } from '../core/intervals.ts';
import { type Box, type PacketSet, answerOf, boxesOverlap, fullBox } from '../core/packets.ts';
import type { Component } from '../model/flow.ts';
import { chainsOf, type Path, type Policy } from '../model/policy.ts';
import type { Host } from '../model/verdict.ts';
import { type Item, compileChain } from './compile.ts';

export interface Candidate {
  /** Everything between the two ends; an unknown end is a single address. */
  readonly box: Box;
  /** In words, what this choice takes for granted; nothing if no rule names the addresses. */
  assumptions(): string[];
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
}

interface Ends {
  readonly from: Host;
  readonly to: Host;
  readonly path: Path;
  readonly answers?: Path;
  readonly components: ReadonlyMap<string, Component>;
}

/** The candidates of one family, made as they are asked for. */
export class Candidates {
  private readonly shapes: Shapes;
  private readonly denied: Readonly<Record<'src' | 'dst', AddressIntervals>>;
  private readonly named: Readonly<Record<'src' | 'dst', AddressIntervals>>;
  private readonly src: readonly Cell[];
  private readonly domain: AddressIntervals;
  private readonly bounded: boolean;

  /** @param asked of one family. */
  constructor(
    private readonly family: Family,
    asked: PacketSet,
    private readonly ends: Ends,
  ) {
    this.shapes = shapesOf(asked, family, ends);
    this.denied = { src: unionAll(this.shapes.denied.src), dst: unionAll(this.shapes.denied.dst) };
    this.named = { src: namedAt('src', this.shapes), dst: namedAt('dst', this.shapes) };
    this.bounded = ends.path.policies.some((p) => p.families.includes(family) && p.default !== 'accept');
    this.domain = unionAll(asked.map((b) => b.dst));
    this.src = cellsAt('src', ends.from, unionAll(asked.map((b) => b.src)), this.shapes.cutting, this.bounded);
  }

  /** Those that may be served at least `amount`: the fewest assumptions first, then the widest. */
  servedAtLeast(amount: number): Candidate[] {
    const pairs = this.src.filter((c) => c.bound >= amount).flatMap((src) => this.dst(src).filter((c) => c.bound >= amount).flatMap((dst) => this.candidate(src, dst)));
    return pairs.sort((a, b) => a.candidate.assumed - b.candidate.assumed || b.width - a.width).map((p) => p.candidate);
  }

  /** Those that may be served less than `amount`, as long as one may be served more than `floor` says. */
  *servedLess(amount: number, floor: () => number): Generator<Candidate> {
    for (const src of [...this.src].sort((a, b) => b.bound - a.bound)) {
      if (src.bound <= floor()) return;
      for (const dst of this.dst(src).filter((c) => c.bound < amount).sort((a, b) => b.bound - a.bound)) {
        if (dst.bound <= floor()) break;
        for (const { candidate } of this.candidate(src, dst)) yield candidate;
      }
    }
  }

  private dst(src: Cell): Cell[] {
    return cellsAt('dst', this.ends.to, this.domain, src.shapes, this.bounded);
  }

  private candidate(src: Cell, dst: Cell): { candidate: Candidate; width: number }[] {
    const box = representative(this.family, src.set, dst.set, this.denied, this.ends);
    if (!box) return [];
    const { from, to } = this.ends;
    const assumed = [
      ...(from.kind === 'unknown' && contains(this.named.src, box.src[0] as Address) ? [{ host: from, cell: src.set }] : []),
      ...(to.kind === 'unknown' && contains(this.named.dst, box.dst[0] as Address) ? [{ host: to, cell: dst.set }] : []),
    ];
    const assumptions = (): string[] => assumed.map(({ host, cell }) => assumption(host, this.family, cell, this.ends));
    return [{ candidate: { box, assumptions, assumed: assumed.length }, width: Number(size(src.set)) * Number(size(dst.set)) }];
  }
}

function namedAt(end: 'src' | 'dst', { cutting, denied }: Shapes): AddressIntervals {
  return unionAll([...denied[end], ...cutting.flatMap((s) => (s.names && s[end] ? [s[end]] : []))]);
}

function shapesOf(asked: PacketSet, family: Family, { from, to, path, answers }: Ends): Shapes {
  const shapes: Shapes = { cutting: [], denied: { src: [], dst: [] } };
  const bounding = path.policies.find((p) => p.families.includes(family) && p.default !== 'accept');
  const known = (['src', 'dst'] as const).filter((end) => (end === 'src' ? from : to).kind === 'known');
  for (const p of path.policies) addShapes(shapes, p, asked, family, p === bounding ? known : undefined, false);
  for (const p of answers?.policies ?? []) addShapes(shapes, p, asked.map(answerOf), family, undefined, true);
  return shapes;
}

/** @param counted the known ends, whose addresses count towards the bound; undefined: the policy opens nothing that counts. */
function addShapes({ cutting, denied }: Shapes, policy: Policy, asked: PacketSet, family: Family, counted: readonly ('src' | 'dst')[] | undefined, swapped: boolean): void {
  if (!policy.families.includes(family)) return;
  const dports = unionAll(asked.map((b) => b.dport));
  const full = fullBox(family);
  const add = (src: AddressIntervals | undefined, dst: AddressIntervals | undefined, ports: number, names: boolean): void => {
    cutting.push({ id: cutting.length, ...(swapped ? { src: dst, dst: src } : { src, dst }), ports, names });
  };
  for (const chain of chainsOf(policy)) {
    const { items, byPort } = compileChain(chain);
    const list = byPort.candidates(dports);
    for (let i = 0; i < list.length; i++) {
      const { action, boxes } = items[list[i] as number] as Item;
      const box = boxes[family];
      if (!box || !asked.some((b) => boxesOverlap(box, b))) continue;
      const [src, dst] = (['src', 'dst'] as const).map((end) => (box[end] === full[end] ? undefined : box[end]));
      const [namedSrc, namedDst] = [src, dst].map((set) => set && smaller(set, full.src));
      const whole = namedSrc === src && namedDst === dst;
      if ((action.kind === 'drop' || action.kind === 'reject') && whole && (src === undefined) !== (dst === undefined)) {
        if (src) denied[swapped ? 'dst' : 'src'].push(src);
        if (dst) denied[swapped ? 'src' : 'dst'].push(dst);
        continue;
      }
      const opens = counted !== undefined && (action.kind === 'accept' || action.kind === 'unknown');
      const amount = (b: Box): number => counted?.reduce((n, end) => n * Number(size(intersect(b[end], box[end]))), (size(intersect(b.dport, box.dport)) * size(intersect(b.sport, box.sport))) / 65536) ?? 0;
      const ports = opens ? asked.reduce((n, b) => n + (boxesOverlap(box, b) ? amount(b) : 0), 0) : 0;
      if (opens || (src ?? dst)) add(src, dst, ports, whole);
      if (!whole) add(namedSrc, namedDst, 0, true);
    }
  }
}

/** A set of more than half of all addresses names the rest by exception. */
function smaller(set: AddressIntervals, whole: AddressIntervals): AddressIntervals {
  return Number(size(set)) > Number(size(whole)) / 2 ? subtract(whole, set) : set;
}

/** The domain cut into cells that lie in the same shapes; a known end is one cell. */
function cellsAt(end: 'src' | 'dst', host: Host, domain: AddressIntervals, shapes: readonly Shape[], bounded: boolean): Cell[] {
  const boundOf = (of: readonly Shape[]): number => (bounded ? of.reduce((sum, s) => sum + s.ports, 0) : Infinity);
  if (host.kind === 'known') return [{ set: domain, shapes, bound: boundOf(shapes) }];
  const everywhere: Shape[] = [];
  const events: { at: Address; shape: Shape; opens: boolean }[] = [];
  for (const shape of shapes) {
    const set = shape[end];
    if (!set) everywhere.push(shape);
    else for (const [i, at] of set.entries()) events.push({ at, shape, opens: i % 2 === 0 });
  }
  events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const active = new Set<Shape>();
  const cells = new Map<string, { bounds: Address[]; shapes: readonly Shape[] }>();
  let from = domain[0] as Address;
  const close = (until: Address): void => {
    if (until <= from) return;
    const key = [...active].map((s) => s.id).sort().join();
    const cell = cells.get(key);
    if (cell) cell.bounds.push(from, until);
    else cells.set(key, { bounds: [from, until], shapes: [...everywhere, ...active] });
    from = until;
  };
  for (const { at, shape, opens } of events) {
    close(at);
    if (opens) active.add(shape);
    else active.delete(shape);
  }
  close(domain.at(-1) as Address);
  return [...cells.values()].map(({ bounds, shapes: of }) => ({ set: intersect(joined(bounds), domain), shapes: of, bound: boundOf(of) })).filter((c) => c.set.length > 0);
}

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
function representative(family: Family, src: AddressIntervals, dst: AddressIntervals, denied: Readonly<Record<'src' | 'dst', AddressIntervals>>, { from, to }: Ends): Box | undefined {
  const pick = (set: AddressIntervals, end: 'src' | 'dst'): AddressIntervals => {
    const left = subtract(set, denied[end]);
    const [first] = left.length > 0 ? left : set;
    return first === undefined ? [] : ofFamily(family, [first, next(first)])[family];
  };
  const a = from.kind === 'unknown' ? pick(src, 'src') : src;
  const b = to.kind === 'unknown' ? pick(from.kind === 'unknown' ? subtract(dst, a) : dst, 'dst') : dst;
  return a.length === 0 || b.length === 0 ? undefined : { ...fullBox(family), src: a, dst: b };
}

function assumption(host: Host, family: Family, cell: AddressIntervals, { components }: Ends): string {
  const name = components.get(host.component)?.name ?? host.component;
  const cidrs = toCidrs(family, cell.slice(0, 12));
  const [only] = cidrs;
  if (cidrs.length === 1 && only !== undefined && cell.length === 2) return only.includes('/') ? `if ${name} is in ${only}` : `if ${only} is ${name}`;
  if (cell.length === 2 && cidrs.length > 4) return `if ${name} is in ${formatAddress(cell[0] as Address)}-${formatAddress(previous(cell[1] as Address))}`;
  return `if ${name} is in ${cidrs.slice(0, 4).join(', ')}${cidrs.length > 4 || cell.length > 12 ? ', ...' : ''}`;
}
