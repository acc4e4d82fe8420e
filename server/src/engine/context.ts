/** What the site knows about a packet beside its header: interfaces, symbolic references, routing class. Decides the atoms of matches. */
import { type AddressSet, ANY_ADDRESS, NO_ADDRESSES, addressSubtract, addressUnion, parseAddressSpec } from '../core/addresses.ts';
import type { Direction, Policy } from '../model/policy.ts';
import type { Atom } from '../model/rule.ts';

/** A component that lists a reference; its addresses if they are declared. */
export interface ReferenceOwner {
  readonly component: string;
  readonly addresses?: AddressSet;
}

export interface Circumstances {
  readonly direction: Direction;
  /** The packet answers a connection that the other side opened. */
  readonly reply: boolean;
  /** Networks behind each declared interface, made disjoint. */
  readonly interfaces: ReadonlyMap<string, AddressSet>;
  readonly inInterface?: string;
  readonly outInterface?: string;
  readonly references: ReadonlyMap<string, readonly ReferenceOwner[]>;
  /** Ask of every packet there is, loopback traffic and both directions of a connection included. */
  readonly everything?: boolean;
  /** The components at the packet's ends, where they are known. */
  readonly srcComponent?: string;
  readonly dstComponent?: string;
}

/** For which addresses at one end an atom surely holds, and for which it may hold. */
export interface Holding {
  readonly end: 'src' | 'dst';
  readonly sure: AddressSet;
  readonly maybe: AddressSet;
}

const YES: Holding = { end: 'src', sure: ANY_ADDRESS, maybe: ANY_ADDRESS };
const NO: Holding = { end: 'src', sure: NO_ADDRESSES, maybe: NO_ADDRESSES };
const MAYBE: Holding = { end: 'src', sure: NO_ADDRESSES, maybe: ANY_ADDRESS };

const complement = (set: AddressSet): AddressSet => addressSubtract(ANY_ADDRESS, set);

function negate(h: Holding, negated: boolean): Holding {
  return negated ? { end: h.end, sure: complement(h.maybe), maybe: complement(h.sure) } : h;
}

export function holding(atom: Atom, policy: Policy, about: Circumstances): Holding {
  switch (atom.kind) {
    case 'unknown':
      return MAYBE;
    case 'direction':
      return about.everything ? MAYBE : atom.reply === about.reply ? YES : NO;
    case 'interface':
      return negate(interfaceHolding(atom, policy, about), atom.negated);
    case 'reference':
      return negate(referenceHolding(atom, about), atom.negated);
    case 'address-type':
      return negate(addressTypeHolding(atom, about.direction), atom.negated);
  }
}

/** Interface names as the kernel compares them: exactly, or by prefix before a trailing `*` (nft(8) "META EXPRESSIONS", iptables(8) `-i`). */
function interfaceMatches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function interfaceHolding(atom: Atom & { kind: 'interface' }, policy: Policy, about: Circumstances): Holding {
  const { side } = atom;
  const absent = (policy.interfaces !== undefined && policy.interfaces !== side) || about.direction === (side === 'in' ? 'out' : 'in');
  const known = absent ? '' : side === 'in' ? about.inInterface : about.outInterface;
  if (known !== undefined) return atom.names.some((p) => interfaceMatches(p, known)) ? YES : NO;
  if (atom.names.includes('*')) return YES;
  if (about.everything) return { ...MAYBE, end: side === 'in' ? 'src' : 'dst' };
  // Packets between different hosts never use the loopback interface.
  const names = atom.names.filter((p) => p !== 'lo');
  if (names.length === 0) return NO;
  const sure: AddressSet[] = [];
  const others: AddressSet[] = [];
  for (const [name, networks] of about.interfaces) (names.some((p) => interfaceMatches(p, name)) ? sure : others).push(networks);
  const undeclared = names.some((p) => p.endsWith('*') || !about.interfaces.has(p));
  const matching = addressUnion([NO_ADDRESSES, ...sure]);
  const elsewhere = addressUnion([NO_ADDRESSES, ...others]);
  // Networks declared behind several interfaces alike may come by any of them.
  return { end: side === 'in' ? 'src' : 'dst', sure: addressSubtract(matching, elsewhere), maybe: undeclared ? addressUnion([matching, complement(elsewhere)]) : matching };
}

function referenceHolding(atom: Atom & { kind: 'reference' }, about: Circumstances): Holding {
  const owners = about.references.get(atom.name);
  if (!owners) return { ...MAYBE, end: atom.end };
  const component = atom.end === 'src' ? about.srcComponent : about.dstComponent;
  const sets: AddressSet[] = [NO_ADDRESSES];
  for (const owner of owners) {
    if (owner.addresses) sets.push(owner.addresses);
    else if (owner.component === component) return YES;
  }
  const set = addressUnion(sets);
  // An owner without addresses at an end that is no component in particular (trace) may still be meant.
  return { end: atom.end, sure: set, maybe: component === undefined && owners.some((o) => !o.addresses) ? ANY_ADDRESS : set };
}

const MULTICAST = addressUnion(['224.0.0.0/4', 'ff00::/8'].map((t) => parseAddressSpec(t) ?? NO_ADDRESSES));
const BROADCAST = parseAddressSpec('255.255.255.255') ?? NO_ADDRESSES;

/**
 * The classes of iptables-extensions(8) addrtype and nft(8) fib: what a host delivers to itself is LOCAL, what it sends or
 * routes elsewhere is UNICAST. Flows run between hosts, so directed broadcasts are not among them.
 */
function addressTypeHolding(atom: Atom & { kind: 'address-type' }, direction: Direction): Holding {
  const { end, type } = atom;
  const exactly = (set: AddressSet): Holding => ({ end, sure: set, maybe: set });
  if (type === 'multicast') return exactly(MULTICAST);
  if (type === 'broadcast') return exactly(BROADCAST);
  if (type === 'anycast') return { end, sure: NO_ADDRESSES, maybe: ANY_ADDRESS };
  const own = direction === (end === 'dst' ? 'in' : 'out');
  const hosts = complement(addressUnion([MULTICAST, BROADCAST]));
  return own === (type === 'local') ? exactly(hosts) : exactly(NO_ADDRESSES);
}
