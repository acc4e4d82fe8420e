/** New rules in each form that the language has for them. */
import { type Argument, type PeerText, type Wanted, type Writer, blockText, describe, nameFrom, networksOf, notesOf, rangesOf } from './writeText.ts';

export interface Form {
  readonly side: 'ingress' | 'egress';
  readonly writer: Writer;
  readonly newline: string;
  /** Whether a resource of that type and name exists. */
  readonly taken: (type: string, name: string) => boolean;
}

const ports = ([first, last]: readonly [number, number]): Argument[] => [['from_port', String(first)], ['to_port', String(last)]];

/** Of AWS's three forms of a group's rule the arguments that they share, one list per range of ports. */
function* rangesIn(wanted: readonly Wanted[], writer: Writer): Generator<{ readonly one: Wanted; readonly range: readonly [number, number]; readonly networks: PeerText; readonly note: string }> {
  for (const one of wanted) {
    for (const range of rangesOf(one.ports)) yield { one, range, networks: networksOf(one.peer, writer), note: describe(notesOf(one, range)) };
  }
}

const listed = (items: readonly string[]): string => `[${items.join(', ')}]`;

/** @param groups the argument that takes a group, and its value */
function listArguments(peer: PeerText, groups: (group: string) => Argument): Argument[] {
  return [
    ...(peer[4].length > 0 ? [['cidr_blocks', listed(peer[4])] as const] : []),
    ...(peer[6].length > 0 ? [['ipv6_cidr_blocks', listed(peer[6])] as const] : []),
    ...(peer.list === undefined ? [] : [['prefix_list_ids', listed([peer.list])] as const]),
    ...(peer.group === undefined ? [] : [groups(peer.group)]),
  ];
}

/** `ingress { ... }` within the group. */
export function inlineBlocks(wanted: readonly Wanted[], indent: string, { side, writer, newline }: Form): string[] {
  return [...rangesIn(wanted, writer)].map(({ one, range, networks, note }) =>
    blockText(side, [['description', writer.plain(`"${note}"`)], ...ports(range), ['protocol', `"${one.transport}"`], ...listArguments(networks, (group) => ['security_groups', listed([group])])], indent, newline, writer),
  );
}

/** Elements of `ingress = [...]`, in which every argument must stand. */
export function inlineObjects(wanted: readonly Wanted[], indent: string, { writer, newline }: Form): string[] {
  return [...rangesIn(wanted, writer)].map(({ one, range, networks, note }) =>
    blockText('', [
      ['description', writer.plain(`"${note}"`)], ...ports(range), ['protocol', `"${one.transport}"`], ['cidr_blocks', listed(networks[4])], ['ipv6_cidr_blocks', listed(networks[6])],
      ['prefix_list_ids', listed(networks.list === undefined ? [] : [networks.list])], ['security_groups', listed(networks.group === undefined ? [] : [networks.group])], ['self', 'false'],
    ], indent, newline, writer).replace(/^(\s*) \\?\{/, '$1{'),
  );
}

/** `aws_security_group_rule` resources. */
export function ruleResources(wanted: readonly Wanted[], group: string, form: Form): string[] {
  const { side, writer, newline } = form;
  const names = new Set<string>();
  return [...rangesIn(wanted, writer)].map(({ one, range, networks, note }) => {
    const head = resourceHead('aws_security_group_rule', one, range, names, form);
    return blockText(head, [['security_group_id', writer.plain(group)], ['type', `"${side}"`], ['description', writer.plain(`"${note}"`)], ...ports(range), ['protocol', `"${one.transport}"`], ...listArguments(networks, (group) => ['source_security_group_id', group])], '', newline, writer);
  });
}

/** `aws_vpc_security_group_ingress_rule` resources: each takes one network. */
export function singleResources(wanted: readonly Wanted[], group: string, form: Form): string[] {
  const { side, writer, newline } = form;
  const names = new Set<string>();
  return [...rangesIn(wanted, writer)].flatMap(({ one, range, networks, note }) => {
    const peers: readonly Argument[] = [
      ...networks[4].map((network) => ['cidr_ipv4', network] as const),
      ...networks[6].map((network) => ['cidr_ipv6', network] as const),
      ...(networks.group === undefined ? [] : [['referenced_security_group_id', networks.group] as const]),
      ...(networks.list === undefined ? [] : [['prefix_list_id', networks.list] as const]),
    ];
    return peers.map((peer) => {
      const head = resourceHead(`aws_vpc_security_group_${side}_rule`, one, range, names, form);
      return blockText(head, [['security_group_id', writer.plain(group)], ['description', writer.plain(`"${note}"`)], peer, ...ports(range), ['ip_protocol', `"${one.transport}"`]], '', newline, writer);
    });
  });
}

function resourceHead(type: string, one: Wanted, range: readonly [number, number], names: Set<string>, { taken }: Form): string {
  const [first, last] = range;
  const ends = (notesOf(one, range)[0] ?? 'Veeam').replace(/,.*$/, '');
  const name = nameFrom(`${ends} ${one.transport} ${String(first)}${last > first ? ` ${String(last)}` : ''}`, (n) => names.has(n) || taken(type, n));
  names.add(name);
  return `resource "${type}" "${name}"`;
}

/** How many rules of a network ACL the permits take: one per range and network. */
export function aclCount(wanted: readonly Wanted[], writer: Writer): number {
  return [...rangesIn(wanted, writer)].reduce((n, { networks }) => n + networks[4].length + networks[6].length, 0);
}

function* aclRules(wanted: readonly Wanted[], numbers: readonly number[], writer: Writer): Generator<{ readonly one: Wanted; readonly range: readonly [number, number]; readonly number: number; readonly network: Argument; readonly note: string }> {
  let at = 0;
  for (const { one, range, networks, note } of rangesIn(wanted, writer)) {
    for (const network of networks[4]) yield { one, range, note, number: numbers[at++] ?? 0, network: ['cidr_block', network] };
    for (const network of networks[6]) yield { one, range, note, number: numbers[at++] ?? 0, network: ['ipv6_cidr_block', network] };
  }
}

/** `ingress { ... }` within the network ACL; its rules have no descriptions. */
export function aclBlocks(wanted: readonly Wanted[], numbers: readonly number[], indent: string, { side, writer, newline }: Form): string[] {
  return [...aclRules(wanted, numbers, writer)].map(({ one, range, number, network, note }) =>
    `${indent}${writer.plain(`# ${note}`)}${newline}${blockText(side, [['rule_no', String(number)], ['action', '"allow"'], ['protocol', `"${one.transport}"`], network, ...ports(range)], indent, newline, writer)}`,
  );
}

export function aclResources(wanted: readonly Wanted[], numbers: readonly number[], acl: string, form: Form): string[] {
  const { side, writer, newline } = form;
  const names = new Set<string>();
  return [...aclRules(wanted, numbers, writer)].map(({ one, range, number, network, note }) => {
    const head = resourceHead('aws_network_acl_rule', one, range, names, form);
    const text = blockText(head, [['network_acl_id', writer.plain(acl)], ['egress', String(side === 'egress')], ['rule_number', String(number)], ['rule_action', '"allow"'], ['protocol', `"${one.transport}"`], network, ...ports(range)], '', newline, writer);
    return `${writer.plain(`# ${note}`)}${newline}${text}`;
  });
}
