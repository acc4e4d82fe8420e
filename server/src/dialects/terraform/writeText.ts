/** The text of rules as `terraform fmt` leaves it. Source: Terraform language documentation, "Style Guide". */
import { type AddressSet, toCidrs } from '../../core/addresses.ts';
import { type IntervalSet, overlaps, unionAll } from '../../core/intervals.ts';
import type { Permit, PermitEnd } from '../dialect.ts';

function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** @param named whether peers can be named by references */
export function isSnippet(permits: readonly Permit[], named: boolean): boolean {
  return permits.some((p) => [p.from, p.to].some((end) => end.kind === 'placeholder' && !(named && referenceOf(end))));
}

/** Whether a peer has names of which none can stand in a rule. */
export function isUnnamable(permits: readonly Permit[]): boolean {
  return permits.some((p) => [p.from, p.to].some((end) => end.kind === 'placeholder' && end.references !== undefined && !referenceOf(end)));
}

/** A peer's name as an expression, and as what a rule takes it. */
interface Named {
  readonly as: 'group' | 'list' | 'network';
  readonly text: string;
}

const GROUP = /^(?:data\.)?aws_(?:default_)?security_group\./;
const LIST = /^(?:data\.)?aws_(?:ec2_managed_)?prefix_list\./;
const EXPRESSION = /^[a-z_][\w-]*\.[\w.[\]"-]+$/i;

/** The first of a component's references that a rule can be given; groups before networks. */
function referenceOf(end: PermitEnd): Named | undefined {
  const names = end.kind === 'placeholder' ? (end.references ?? []) : [];
  const found = names.flatMap((name): Named[] => {
    if (/^(?:\d+\/)?sg-\w+$/.test(name)) return [{ as: 'group', text: `"${name}"` }];
    if (/^pl-\w+$/.test(name)) return [{ as: 'list', text: `"${name}"` }];
    if (!EXPRESSION.test(name)) return [];
    return [GROUP.test(name) ? { as: 'group', text: `${name}.id` } : LIST.test(name) ? { as: 'list', text: `${name}.id` } : { as: 'network', text: /[._]ip$/.test(name) ? `"\${${name}}/32"` : name }];
  });
  return found.find((n) => n.as !== 'network') ?? found[0];
}

/** Text of the new rules; in a snippet all of it but the placeholders is escaped. */
export class Writer {
  private placeholders = 0;

  /** @param named whether peers can be named by references */
  constructor(
    private readonly snippet: boolean,
    readonly named: boolean,
  ) {}

  plain(text: string): string {
    return this.snippet ? escapeSnippet(text) : text;
  }

  /** One network in quotes. */
  placeholder(label: string): string {
    return `"\${${String(++this.placeholders)}:${escapeSnippet(label)}}/32"`;
  }
}

/** An argument; the value is written as it is. */
export type Argument = readonly [name: string, value: string];

/** A block whose arguments' equals signs stand below each other. */
export function blockText(head: string, args: readonly Argument[], indent: string, newline: string, writer: Writer): string {
  const width = Math.max(...args.map(([name]) => name.length));
  const lines = args.map(([name, value]) => `${indent}  ${name.padEnd(width)} = ${value}`);
  return [`${indent}${writer.plain(`${head} {`)}`, ...lines, `${indent}${writer.plain('}')}`].join(newline);
}

/** A rule to be written: traffic between the policy's own end and its peers. */
export interface Wanted {
  readonly transport: 'tcp' | 'udp';
  readonly ports: IntervalSet;
  readonly peer: PermitEnd;
  /** What each of its ports is for. */
  readonly notes: readonly { readonly text: string; readonly ports: IntervalSet }[];
}

/** The ports that clients send from, to which answers go (IANA's dynamic ports and what older systems use). */
const CLIENT_PORTS: IntervalSet = [1024, 65536];

/** Permits to the same peer become one per transport. */
export function wantedOf(permits: readonly Permit[]): Wanted[] {
  const out = new Map<string, Wanted>();
  for (const p of permits) {
    const inbound = (p.direction === 'in') !== p.answer;
    const peer = inbound ? p.from : p.to;
    const ports = p.answer ? CLIENT_PORTS : p.ports;
    const key = `${p.transport} ${endKey(peer)}`;
    const known = out.get(key);
    out.set(key, { transport: p.transport, peer, ports: known ? unionAll([known.ports, ports]) : ports, notes: [...(known?.notes ?? []), { text: p.note, ports }] });
  }
  return [...out.values()];
}

function endKey(end: PermitEnd): string {
  return end.kind === 'addresses' ? `${end.set[4].join()} ${end.set[6].join()}` : end.kind === 'placeholder' ? `?${end.label}` : '*';
}

/** The notes on a range of ports. */
export function notesOf({ notes }: Wanted, [first, last]: readonly [number, number]): string[] {
  return [...new Set(notes.filter(({ ports }) => overlaps(ports, [first, last + 1])).map(({ text }) => text))];
}

/** First and last port of each range. */
export function rangesOf(ports: IntervalSet): (readonly [number, number])[] {
  const out: [number, number][] = [];
  for (let i = 0; i < ports.length; i += 2) out.push([ports[i] as number, (ports[i + 1] as number) - 1]);
  return out;
}

/** The peer's networks as quoted text, by family, or the group or prefix list that it is. */
export interface PeerText {
  readonly 4: readonly string[];
  readonly 6: readonly string[];
  readonly group?: string;
  readonly list?: string;
}

export function networksOf(peer: PermitEnd, writer: Writer): PeerText {
  if (peer.kind === 'any') return { 4: ['"0.0.0.0/0"'], 6: ['"::/0"'] };
  if (peer.kind === 'placeholder') {
    const named = writer.named ? referenceOf(peer) : undefined;
    if (named?.as === 'network') return { 4: [writer.plain(named.text)], 6: [] };
    return named ? { 4: [], 6: [], [named.as]: writer.plain(named.text) } : { 4: [writer.placeholder(peer.label)], 6: [] };
  }
  return { 4: quoted(peer.set, 4), 6: quoted(peer.set, 6) };
}

function quoted(set: AddressSet, family: 4 | 6): string[] {
  return toCidrs(family, set[family]).map((cidr) => `"${cidr.includes('/') ? cidr : `${cidr}/${family === 4 ? '32' : '128'}`}"`);
}

/** AWS's own limit for the description of a rule (EC2 API Reference, IpRange). */
const LONGEST_DESCRIPTION = 255;

/** A description of the characters that AWS takes: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*; those that templates use are left out. */
export function describe(notes: readonly string[]): string {
  return notes.join('; ').replace(/[^a-zA-Z0-9.\s_:/()#,@[\]+=&;!*-]/g, '').replace(/\s+/g, ' ').trim().slice(0, LONGEST_DESCRIPTION).trim();
}

/** A resource name made of words. */
export function nameFrom(text: string, taken: (name: string) => boolean): string {
  const stem = text.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').replace(/^(\d)/, '_$1').slice(0, 60).replace(/_+$/, '') || 'veeam';
  for (let n = 1; ; n++) {
    const name = n === 1 ? stem : `${stem}_${String(n)}`;
    if (!taken(name)) return name;
  }
}
