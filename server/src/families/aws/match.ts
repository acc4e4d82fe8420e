/** A rule's match from the peers that it names: one term per family of known addresses, one per symbolic peer. */
import type { AddressSet } from '../../core/addresses.ts';
import type { Span } from '../../core/span.ts';
import type { Direction } from '../../model/policy.ts';
import type { Atom, Match, Term } from '../../model/rule.ts';
import type { Traffic } from './traffic.ts';

/** The other end of a rule's traffic. */
export type Peer =
  /** With a doubt: one of several possibilities. */
  | { readonly kind: 'addresses'; readonly set: AddressSet; readonly doubt?: { readonly why: string; readonly span: Span } }
  /** The members of a security group, a prefix list, a value known after apply: whoever a component's `references` name. */
  | { readonly kind: 'reference'; readonly name: string; readonly span: Span }
  | { readonly kind: 'unknown'; readonly why: string; readonly span: Span };

/** @param doubts things in the whole rule that are not known */
export function matchOf(traffic: Traffic, peers: readonly Peer[], direction: Direction, doubts: readonly Atom[]): Match {
  const end = direction === 'in' ? 'src' : 'dst';
  const terms = peers.flatMap((peer): Term[] => {
    if (peer.kind === 'addresses') {
      const atoms: Atom[] = peer.doubt ? [{ kind: 'unknown', ...peer.doubt }] : [];
      return ([4, 6] as const).filter((family) => peer.set[family].length > 0).map((family) => ({ family, [end]: peer.set[family], ...(atoms.length > 0 ? { atoms } : {}) }));
    }
    const atom: Atom = peer.kind === 'reference' ? { kind: 'reference', end, name: peer.name, negated: false, span: peer.span } : { kind: 'unknown', why: peer.why, span: peer.span };
    return [{ atoms: [atom] }];
  });
  return terms.map((term) => {
    const atoms = [...doubts, ...(term.atoms ?? [])];
    return { ...traffic, ...term, ...(atoms.length > 0 ? { atoms } : {}) };
  });
}
