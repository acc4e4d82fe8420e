/** What a site declares, as the engine needs it: addresses, interfaces and references of components. */
import { type AddressSet, ANY_ADDRESS, INTERNET, NO_ADDRESSES, addressIntersect, addressIsEmpty, addressSubtract, addressUnion, parseAddressSpec, toCidrs } from '../core/addresses.ts';
import { covers } from '../core/intervals.ts';
import type { Component } from '../model/flow.ts';
import type { Host } from '../model/verdict.ts';
import type { ReferenceOwner } from './context.ts';

interface ComponentSite {
  /** Absent: not declared. */
  readonly addresses?: AddressSet;
  readonly references: readonly string[];
}

export interface Site {
  readonly components: ReadonlyMap<string, ComponentSite>;
  /** Networks behind each declared interface, as written. */
  readonly interfaces: ReadonlyMap<string, AddressSet>;
}

/** No host has an address of these kinds (RFC 6890): this-network, loopback, multicast, reserved. */
const NOT_HOSTS = addressUnion(['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3', '::/127', 'ff00::/8'].map((t) => parseAddressSpec(t) ?? NO_ADDRESSES));

export function hostOf(id: string, site: Site, catalog: ReadonlyMap<string, Component>, otherEnd: string): Host {
  const declared = site.components.get(id)?.addresses;
  const component = catalog.get(id);
  if (declared) return { kind: 'known', component: id, addresses: declared };
  if (component?.kind === 'external' && component.hostNames.length > 0) return { kind: 'known', component: id, addresses: INTERNET };
  const others: AddressSet[] = [NOT_HOSTS];
  for (const [other, { addresses }] of site.components) {
    if (other === id || !addresses || covers(addresses[4], INTERNET[4])) continue;
    if (other === otherEnd || !component?.sameMachineAs.includes(other)) others.push(addresses);
  }
  const references = site.components.get(id)?.references ?? [];
  return { kind: 'unknown', component: id, excluded: addressUnion(others), ...(references.length > 0 ? { references } : {}) };
}

export function addressesIn(host: Host): AddressSet {
  return host.kind === 'known' ? host.addresses : addressSubtract(ANY_ADDRESS, host.excluded);
}

/** The address behind several interfaces belongs to the one with the longest prefix, as routing has it. */
export function disjointInterfaces(interfaces: Site['interfaces']): Map<string, AddressSet> {
  if (interfaces.size < 2) return new Map(interfaces);
  const prefixes = [...interfaces].flatMap(([name, set]) =>
    ([4, 6] as const).flatMap((family) => toCidrs(family, set[family]).map((cidr) => ({ name, length: Number(cidr.split('/')[1] ?? (family === 4 ? 32 : 128)), family, set: parseAddressSpec(cidr) ?? NO_ADDRESSES }))),
  );
  return new Map(
    [...interfaces.keys()].map((name) => [
      name,
      addressUnion([NO_ADDRESSES, ...prefixes.filter((p) => p.name === name).map((p) => prefixes.filter((q) => q.name !== name && q.family === p.family && q.length > p.length && !addressIsEmpty(addressIntersect(q.set, p.set))).reduce((set, q) => addressSubtract(set, q.set), p.set))]),
    ]),
  );
}

export function referenceOwners(site: Site): Map<string, ReferenceOwner[]> {
  const out = new Map<string, ReferenceOwner[]>();
  for (const [component, { addresses, references }] of site.components) {
    for (const name of references) out.set(name, [...(out.get(name) ?? []), { component, ...(addresses ? { addresses } : {}) }]);
  }
  return out;
}
