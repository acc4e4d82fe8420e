// A generated rule set as a tree: what the shrinker may take away, which dialect items each rule uses, where a probe should aim.
import type { AddressRange, Family } from './address.ts';
import type { Loader } from './kernel.ts';

export type Dialect = 'nftables' | 'iptables';
export type Direction = 'in' | 'out' | 'transit';

/** Inclusive on both ends. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** What a packet must be like to come near a rule's edges. Absent: anything. */
export interface Aim {
  readonly family?: Family;
  readonly from?: readonly AddressRange[];
  readonly to?: readonly AddressRange[];
  readonly protocols?: readonly number[];
  readonly sourcePorts?: readonly NumberRange[];
  readonly ports?: readonly NumberRange[];
  readonly icmpTypes?: readonly number[];
  readonly inInterface?: string;
  readonly outInterface?: string;
  readonly directions?: readonly Direction[];
}

/** A piece of a line that may be left out, and inside it elements of which some may be. */
export interface Part {
  readonly text: string;
  readonly items?: readonly string[];
  readonly aim?: Aim;
  /** The chain that the part jumps or goes to. */
  readonly calls?: string;
  readonly elements?: readonly string[];
  readonly separator?: string;
  readonly tail?: string;
}

export interface Line {
  readonly kind: 'line';
  readonly parts: readonly Part[];
  readonly items: readonly string[];
  /** The rule's comment, by which the kernel's trace names it. Absent: not a rule, or the set is not tagged. */
  readonly tag?: string;
  readonly aim?: Aim;
  /** The regular or user chain that the rule stands in. */
  readonly inside?: string;
  /** The line sets the policy of this chain: `ip filter INPUT`. */
  readonly policyOf?: string;
}

export interface Block {
  readonly kind: 'block';
  readonly head: string;
  readonly tail: string;
  readonly items: readonly string[];
  readonly children: readonly Node[];
}

export type Node = Line | Block;

export interface Path {
  readonly family: Family;
  readonly direction: Direction;
}

export interface RuleSet {
  readonly dialect: Dialect;
  readonly seed: number;
  readonly loader: Loader;
  readonly fileName: string;
  readonly nodes: readonly Node[];
  /** Included files, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Shell commands that make what the text refers to and does not make (ipsets). */
  readonly before?: string;
  /** What the rules filter, so that probes ask nothing else. */
  readonly paths: readonly Path[];
  /** Some rule has a match that the text alone cannot decide (a limit, a mark). */
  readonly maybe: boolean;
  /** Some rule looks at the connection: unsolicited ICMP errors would be INVALID, which no query can say. */
  readonly tracked: boolean;
  /** Some rule reads ports without asking for the protocol: other headers would be read as ports. */
  readonly portsOnly: boolean;
  /** NAT may change the packets' addresses, so their answers have other ends. */
  readonly translated: boolean;
  /** Some rule takes packets out of connection tracking: their answers belong to no connection. */
  readonly untracked: boolean;
  /** A verdict has one reason: no maybe-match lets several rules count, no two base chains share hook and priority (their order is not documented). */
  readonly oneReason: boolean;
  /** Every rule carries its tag as a comment. */
  readonly tagged: boolean;
}

interface RenderedLine {
  readonly line: Line;
  readonly items: readonly string[];
}

export interface Rendered {
  readonly text: string;
  /** By line number, from 1. */
  readonly lines: ReadonlyMap<number, RenderedLine>;
}

const partText = (part: Part): string => (part.elements ? part.text + part.elements.join(part.separator ?? ', ') + (part.tail ?? '') : part.text);

export function render(nodes: readonly Node[]): Rendered {
  const out: string[] = [];
  const lines = new Map<number, RenderedLine>();
  const write = (node: Node, indent: string, inherited: readonly string[]): void => {
    const items = [...inherited, ...node.items];
    if (node.kind === 'block') {
      out.push(indent + node.head);
      for (const child of node.children) write(child, `${indent}\t`, items);
      out.push(indent + node.tail);
      return;
    }
    const all = new Set([...items, ...node.parts.flatMap(part => part.items ?? [])]);
    for (const text of (indent + node.parts.map(partText).join(' ')).split('\n')) {
      out.push(text);
      lines.set(out.length, { line: node, items: [...all] });
    }
  };
  for (const node of nodes) write(node, '', []);
  return { text: `${out.join('\n')}\n`, lines };
}

export function rulesOf(nodes: readonly Node[]): Line[] {
  return nodes.flatMap(node => (node.kind === 'line' ? [node] : rulesOf(node.children)));
}

export function aimOf(line: Line): Aim {
  return Object.assign({}, line.aim, ...line.parts.map(part => part.aim)) as Aim;
}
