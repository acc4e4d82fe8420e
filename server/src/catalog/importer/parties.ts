/** Reads From and To cells: which components they name, what stands in brackets, whether they are alternatives. */
import type { Component, ComponentId, WorkloadId } from '../../model/flow.ts';
import type { Read } from '../portSpec.ts';
import { oneLine, shown } from './cells.ts';
import type { Piece } from './partyPieces.ts';
import { piecesOf } from './partyPieces.ts';

export interface NamedParty {
  readonly component: ComponentId;
  /** As printed, brackets left out. */
  readonly name: string;
  /** What brackets beside it say, other than host names. */
  readonly remarks: readonly string[];
}

export interface PartyCell {
  readonly parties: readonly NamedParty[];
  readonly alternatives: boolean;
}

const MOST_PARTIES = 20;

/** Knows the spellings of components as one workload's pages print them, and makes up ids for new ones. */
export class PartyReader {
  readonly #workload: WorkloadId;
  readonly #ids = new Map<string, ComponentId>();
  readonly #taken = new Set<ComponentId>();
  /** Spellings, lower case, of several components of which the workload uses none. */
  readonly #foreign = new Set<string>();
  readonly #invented = new Map<ComponentId, string>();
  /** How many ids were made up from the same words. */
  readonly #alike = new Map<string, number>();
  /** Lower case, longest first. */
  readonly #spellings: readonly string[];
  /** Names, lower case, that the page prints where nothing else is named beside them but after commas. */
  readonly #alone = new Set<string>();
  readonly #cells = new Map<string, Read<PartyCell>>();

  /** A spelling of several components stands for the one that the workload's pages use, if there is one. */
  constructor(
    workload: WorkloadId,
    components: Iterable<Component>,
    workloadsOf: ReadonlyMap<ComponentId, readonly WorkloadId[]>,
  ) {
    this.#workload = workload;
    const bySpelling = new Map<string, ComponentId[]>();
    for (const { id, name, aliases } of components) {
      this.#taken.add(id);
      for (const spelling of new Set([name, ...aliases].map((each) => each.toLowerCase()))) {
        bySpelling.set(spelling, [...(bySpelling.get(spelling) ?? []), id]);
      }
    }
    for (const [spelling, ids] of bySpelling) {
      const own = ids.length === 1 ? ids : ids.filter((id) => workloadsOf.get(id)?.includes(workload));
      if (own.length === 1 && own[0] !== undefined) this.#ids.set(spelling, own[0]);
      else this.#foreign.add(spelling);
    }
    this.#spellings = [...this.#ids.keys()].sort((a, b) => b.length - a.length);
  }

  /** Components that no catalog file knows: id and name. */
  get invented(): ReadonlyMap<ComponentId, string> {
    return this.#invented;
  }

  /** Notes the names that cells print, so that a cell that joins them by "or" or "and" can be taken apart with certainty. */
  learn(cells: Iterable<string>): void {
    for (const cell of new Set(cells)) {
      const pieces = piecesOf(cell, this.#spellings);
      if (pieces.some(({ joint }) => joint !== undefined && joint !== 'comma')) continue;
      for (const { name } of pieces) this.#alone.add(name.toLowerCase());
    }
  }

  read(cell: string): Read<PartyCell> {
    const known = this.#cells.get(cell) ?? this.#read(cell);
    this.#cells.set(cell, known);
    return known;
  }

  #read(cell: string): Read<PartyCell> {
    const unclear = { problem: `"${shown(cell)}" can be read in more than one way` };
    const pieces = piecesOf(cell, this.#spellings);
    const joints = new Set(pieces.map((piece) => piece.joint).filter((joint) => joint !== undefined));
    if (pieces.length === 0) return { problem: 'a cell names no component' };
    if (pieces.length > MOST_PARTIES) return { problem: `"${shown(cell)}" names more than ${MOST_PARTIES} components` };
    if (joints.has('slash')) return { problem: `"${shown(cell)}": a stroke between names may mean "and" or "or"` };
    if (joints.has('or') && (joints.has('beside') || joints.has('and'))) return unclear;
    const [first] = pieces;
    const splitIsSure = first !== undefined && this.#isName(first) && !joints.has('beside') && !pieces.some(({ name }) => name.includes('/'));
    const unknown = pieces.find((piece) => !this.#isName(piece));
    if (unknown && [...joints].some((joint) => joint !== 'comma') && !splitIsSure) {
      return { problem: `"${shown(unknown.name)}" in "${shown(cell)}" is no known component, and may be a part of a name` };
    }
    const parties = new Map<ComponentId, NamedParty>();
    for (const piece of pieces) {
      const component = this.#invent(piece.name);
      const known = parties.get(component);
      parties.set(component, known
        ? { ...known, remarks: [...known.remarks, ...piece.remarks] }
        : { component, name: piece.name, remarks: piece.remarks });
    }
    if (joints.has('beside') && parties.size > 1) {
      return { problem: `"${shown(cell)}" names several components without saying how they belong together` };
    }
    return { value: { parties: [...parties.values()], alternatives: joints.has('or') && parties.size > 1 } };
  }

  /** The component with exactly this name; `Workers` is `Worker`, a leading article does not count. */
  known(name: string): ComponentId | undefined {
    const plain = oneLine(name).toLowerCase().replace(/^the /, '');
    return this.#ids.get(plain) ?? this.#ids.get(plain.replace(/s$/, ''));
  }

  #isName({ name }: Piece): boolean {
    return this.#ids.has(name.toLowerCase()) || this.#alone.has(name.toLowerCase());
  }

  /** One id per name, not one that the catalog has. */
  #invent(name: string): ComponentId {
    const spelling = name.toLowerCase();
    const known = this.#ids.get(spelling);
    if (known !== undefined) return known;
    const plain = madeUpId(spelling.match(/[a-z0-9]+/g)?.slice(0, 6) ?? [], 'component');
    let id = this.#foreign.has(spelling) || this.#taken.has(plain) ? `${this.#workload}-${plain}` : plain;
    const base = id;
    for (let count = (this.#alike.get(base) ?? 1) + 1; this.#taken.has(id); count++) {
      id = `${base}-${count}`;
      this.#alike.set(base, count);
    }
    this.#taken.add(id);
    this.#ids.set(spelling, id);
    this.#invented.set(id, name);
    return id;
  }
}

/** The words joined by hyphens; `prefix` keeps YAML from reading a number or a truth value. */
export function madeUpId(words: readonly string[], prefix: string): string {
  const id = words.join('-');
  return /^(?!(?:true|false|null)$)[a-z]/.test(id) ? id : [prefix, ...words].join('-');
}
