/** Reads From and To cells: which components they name, what stands in brackets, whether targets are alternatives. */
import type { Component, ComponentId, WorkloadId } from '../../model/flow.ts';
import { oneLine } from './cells.ts';
import type { Read } from '../portSpec.ts';

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

interface Piece {
  readonly joint: Joint | undefined;
  readonly name: string;
  readonly component: ComponentId | undefined;
  readonly remarks: readonly string[];
}

type Joint = 'comma' | 'and' | 'or' | 'beside';

/** Knows the spellings of components as one workload's pages print them, and makes up ids for new ones. */
export class PartyReader {
  readonly #workload: WorkloadId;
  readonly #ids = new Map<string, ComponentId>();
  readonly #taken = new Set<ComponentId>();
  /** Spellings, lower case, of several components of which the workload uses none. */
  readonly #foreign = new Set<string>();
  readonly #invented = new Map<ComponentId, string>();
  /** Lower case, longest first. */
  readonly #spellings: readonly string[];

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

  read(cell: string): Read<PartyCell> {
    const pieces = this.#pieces(cell);
    const joints = new Set(pieces.map((piece) => piece.joint).filter((joint) => joint !== undefined));
    if (pieces.length === 0) return { problem: 'a cell names no component' };
    if (joints.has('or') && (joints.has('beside') || joints.has('and'))) return { problem: `"${oneLine(cell)}" can be read in more than one way` };
    const unknown = pieces.find((piece) => piece.component === undefined);
    if (unknown && [...joints].some((joint) => joint !== 'comma')) {
      return { problem: `"${unknown.name}" in "${oneLine(cell)}" is no known component, and may be a part of a name` };
    }
    const parties = new Map<ComponentId, NamedParty>();
    for (const piece of pieces) {
      const component = piece.component ?? this.#invent(piece.name);
      const known = parties.get(component);
      parties.set(component, known
        ? { ...known, remarks: [...known.remarks, ...piece.remarks] }
        : { component, name: piece.name, remarks: piece.remarks });
    }
    if (joints.has('beside') && parties.size > 1) {
      return { problem: `"${oneLine(cell)}" names several components without saying how they belong together` };
    }
    return { value: { parties: [...parties.values()], alternatives: joints.has('or') } };
  }

  /** The component with exactly this name; `Workers` is `Worker`, a leading article does not count. */
  known(name: string): ComponentId | undefined {
    const plain = name.toLowerCase().replace(/^the /, '');
    return this.#ids.get(plain) ?? this.#ids.get(plain.replace(/s$/, ''));
  }

  #pieces(cell: string): Piece[] {
    const pieces: Piece[] = [];
    let rest = cell.trim();
    let joint: Joint | undefined;
    while (rest !== '') {
      const name = this.#nameAt(rest);
      rest = rest.slice(name.length).trimStart();
      const remarks: string[] = [];
      const inBrackets: Piece[] = [];
      for (let bracket = /^\(([^()]*)\)\s*/.exec(rest); bracket; bracket = /^\(([^()]*)\)\s*/.exec(rest)) {
        const inner = (bracket[1] ?? '').trim();
        const other = /^or (.+)$/s.exec(inner)?.[1];
        if (other !== undefined) inBrackets.push(...this.#pieces(other).map((piece) => ({ ...piece, joint: 'or' as const })));
        else if (!isHostList(inner)) remarks.push(oneLine(inner));
        rest = rest.slice(bracket[0].length);
      }
      const printed = oneLine(name);
      pieces.push({ joint, name: printed, component: this.#ids.get(printed.toLowerCase()), remarks }, ...inBrackets);
      const separator = /^(?:,\s*(?:and\s+|or\s+)?|and\s+|or\s+)/.exec(rest)?.[0] ?? '';
      joint = separator === '' ? 'beside' : /\bor\b/.test(separator) ? 'or' : /\band\b/.test(separator) ? 'and' : 'comma';
      rest = rest.slice(separator.length).trimStart();
    }
    return pieces;
  }

  /** The longest known spelling that the text begins with, else all up to the next separator or bracket. */
  #nameAt(text: string): string {
    const lower = text.replace(/\s/g, ' ').toLowerCase();
    const spelling = this.#spellings.find((each) => lower.startsWith(each) && !/^[\p{L}\p{N}]/u.test(lower.slice(each.length)));
    if (spelling !== undefined) return text.slice(0, spelling.length);
    const end = /,|\n|\(| or | and /.exec(text)?.index ?? text.length;
    return text.slice(0, Math.max(end, 1));
  }

  /** One id per name, not one that the catalog has. */
  #invent(name: string): ComponentId {
    const spelling = name.toLowerCase();
    const known = this.#ids.get(spelling);
    if (known !== undefined) return known;
    const plain = madeUpId(spelling.match(/[a-z0-9]+/g)?.slice(0, 6) ?? [], 'component');
    let id = this.#foreign.has(spelling) ? `${this.#workload}-${plain}` : plain;
    while (this.#taken.has(id)) id = id === plain ? `${this.#workload}-${plain}` : `${id}-too`;
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

function isHostList(text: string): boolean {
  return text.split(/,\s*/).every((part) => /^<?[\w*-]+(?:\.[\w*-]+)+>?$/.test(part));
}
