/**
 * Network ACLs of a module, assembled from every place that gives them rules.
 * Sources: Terraform AWS provider, aws_network_acl, aws_default_network_acl (only its inline rules), aws_network_acl_rule and
 * aws_network_acl_association; Amazon VPC User Guide, "Network ACL basics" (not evaluated within a subnet).
 */
import { t } from '@vscode/l10n';
import { type AddressSet, addressUnion } from '../../core/addresses.ts';
import type { Span } from '../../core/span.ts';
import { matchOf } from '../../families/aws/match.ts';
import { LAST_RULE_NUMBER, insideSubnet, networkAclPolicy } from '../../families/aws/policies.ts';
import type { Policy, RankedEntry } from '../../model/policy.ts';
import type { Action, Atom, Unmodelled } from '../../model/rule.ts';
import { type Resource, placeOf } from './configuration.ts';
import { type Assembled, DIALECT, gapsOf } from './groups.ts';
import type { Instance } from './instances.ts';
import type { Module } from './module.ts';
import { doubt, fieldsOf, networksFrom, referenceName, trafficFrom } from './ruleParts.ts';
import { type Lost, type RuleSource, ignoredChanges, nestedSources, resourceSource } from './ruleSource.ts';
import { type Value, asBoolean, asNumber, asString } from './values.ts';

const ACLS = new Set(['aws_network_acl', 'aws_default_network_acl']);
const SIDES = [['ingress', 'in'], ['egress', 'out']] as const;
type Side = (typeof SIDES)[number][1];

interface Acl {
  readonly address: string;
  readonly resource: Resource;
  readonly entries: Record<Side, RankedEntry[]>;
  readonly inline: Record<Side, boolean>;
  readonly unmodelled: Record<Side, (Unmodelled & { readonly uri?: string })[]>;
  /** Ids of subnets, with where they are written. */
  readonly subnets: { readonly value: Value; readonly uri: string; readonly at: number; readonly length: number }[];
}

const INLINE = { number: 'rule_no', action: 'action' } as const;
const RULE = { number: 'rule_number', action: 'rule_action' } as const;

export function assembleAcls(module: Module, everywhere: readonly Lost[]): Assembled {
  const resources = [...module.configuration.resources.values()];
  const acls = new Map<string, Acl>();
  const lost: Lost[] = [];
  for (const r of resources) if (ACLS.has(r.type)) for (const i of module.instances(r).instances) acls.set(r.address + i.suffix, aclOf(r, i, everywhere));
  for (const r of resources) if (r.type === 'aws_network_acl_rule') addRules(r, module, acls, lost);
  for (const r of resources) if (r.type === 'aws_network_acl_association') associate(r, module, acls);
  const networks = subnetNetworks(module);
  return { policies: [...acls.values()].flatMap((acl) => policiesOf(acl, networks)), lost };
}

function aclOf(resource: Resource, { suffix, scope }: Instance, everywhere: readonly Lost[]): Acl {
  const absolute = resource.type === 'aws_default_network_acl';
  const acl: Acl = { address: resource.address + suffix, resource, entries: { in: [], out: [] }, inline: { in: absolute, out: absolute }, unmodelled: { in: [], out: [] }, subnets: [] };
  const open = resource.block.closed ? [] : [{ uri: resource.uri, at: resource.base + resource.label.span.start, length: 1, why: t('the block is not closed') }];
  for (const [kind, side] of SIDES) {
    const { sources, lost, written } = nestedSources(resource, kind, scope);
    const ignored = ignoredChanges(resource, kind);
    acl.inline[side] = (acl.inline[side] || written) && !ignored;
    for (const gap of [...everywhere, ...gapsOf(resource), ...open, ...lost, ...(ignored ? [ignored] : [])]) acl.unmodelled[side].push(unmodelledOf(gap, resource.uri));
    if (resource.twin) acl.unmodelled[side].push({ span: placeOf(resource, resource.label.span), why: t('{0} is written twice', resource.address) });
    for (const source of sources) acl.entries[side].push(entryOf(source, INLINE, side, resource.uri));
  }
  const ids = resourceSource(resource, scope, []);
  const span = ids.span('subnet_ids');
  acl.subnets.push({ value: ids.value('subnet_ids'), uri: resource.uri, at: ids.at + span.start, length: span.end - span.start });
  return acl;
}

const unmodelledOf = ({ uri, at, length, why }: Lost, home: string): Unmodelled & { uri?: string } => ({ span: { start: at, end: at + length }, why, ...(uri === home ? {} : { uri }) });

/** A rule whose number is not known may stand before all others; it then decides or not. */
function entryOf(source: RuleSource, names: typeof INLINE | typeof RULE, side: Side, home: string, more: readonly Atom[] = []): RankedEntry {
  const { traffic, doubts } = trafficFrom(source, { protocol: 'protocol', icmp: ['icmp_type', 'icmp_code'] });
  const peers = ['cidr_block', 'ipv6_cidr_block'].flatMap((name) => networksFrom(source.value(name), source.span(name)));
  const written = source.value(names.number);
  const priority = asNumber(written);
  const placed = priority !== undefined && priority >= 1 && priority <= LAST_RULE_NUMBER;
  const numberDoubt = placed ? [] : [doubt(written.kind === 'unknown' ? written.why : t('rule numbers go from 1 to {0}', LAST_RULE_NUMBER), source.span(names.number))];
  const end = side === 'in' ? 'src' : 'dst';
  return {
    rule: {
      span: { start: 0, end: source.length },
      match: matchOf(traffic, peers, side, [...source.doubts.map((d) => doubt(d.why, d.span)), ...more, ...doubts, ...numberDoubt]),
      action: actionOf(source.value(names.action)),
      fields: fieldsOf(source, [['from_port', 'dport'], ['to_port', 'dport'], ['protocol', 'protocol'], ['cidr_block', end], ['ipv6_cidr_block', end], [names.action, 'action']]),
    },
    at: source.at,
    priority: placed ? priority : 0,
    ...(source.uri === home ? {} : { uri: source.uri }),
  };
}

function actionOf(value: Value): Action {
  switch (asString(value)?.toLowerCase()) {
    case 'allow':
      return { kind: 'accept' };
    case 'deny':
      return { kind: 'drop' };
    default:
      return { kind: 'unknown', why: value.kind === 'unknown' ? value.why : t('the action is neither allow nor deny') };
  }
}

function addRules(resource: Resource, module: Module, acls: ReadonlyMap<string, Acl>, lost: Lost[]): void {
  const { instances, by } = module.instances(resource);
  for (const { scope, perhaps } of instances) {
    const doubts = perhaps === undefined || !by ? [] : [{ why: perhaps, span: { start: by.span.start - resource.block.span.start, end: by.span.end - resource.block.span.start } }];
    const gaps = gapsOf(resource).map((g) => ({ why: g.why, span: { start: 0, end: resource.block.span.end - resource.block.span.start } }));
    const source = resourceSource(resource, scope, [...doubts, ...gaps]);
    const targets = targetsOf(source.value('network_acl_id'), acls);
    if (targets.length === 0) lost.push({ uri: source.uri, at: source.at, length: source.length, why: t('the network ACL of this rule is not in this module') });
    for (const { acl, why } of targets) {
      const egress = source.value('egress');
      const out = egress.kind === 'null' ? false : asBoolean(egress);
      const sides: readonly Side[] = out === undefined ? ['in', 'out'] : [out ? 'out' : 'in'];
      for (const side of sides) {
        const more: Atom[] = [];
        if (why !== undefined) more.push(doubt(why, source.span('network_acl_id')));
        if (out === undefined) more.push(doubt(t('whether this is an egress rule is not known'), source.span('egress')));
        if (acl.inline[side]) more.push(doubt(acl.resource.type === 'aws_default_network_acl' ? t('the default network ACL has only its inline rules') : t('inline rules of the network ACL overwrite it'), source.span('network_acl_id')));
        acl.entries[side].push(entryOf(source, RULE, side, acl.resource.uri, more));
      }
    }
  }
}

function targetsOf(id: Value, acls: ReadonlyMap<string, Acl>): { readonly acl: Acl; readonly why?: string }[] {
  if (id.kind === 'resource') return targetsOf({ kind: 'unknown', why: '', symbol: id.address, from: [] }, acls);
  if (id.kind !== 'unknown') return [];
  if (id.options) return id.options.flatMap((o) => targetsOf(o, acls)).map(({ acl }) => ({ acl, why: id.why }));
  if (id.symbol !== undefined) {
    const address = referenceName(id.symbol);
    const known = acls.get(address);
    if (known) return [{ acl: known }];
    const base = address.replace(/\[[^\]]*\]$/, '');
    const among = [...acls.values()].filter((a) => a.resource.address === base);
    return among.map((acl) => ({ acl, ...(among.length === 1 && address === `${base}[0]` ? {} : { why: t('which instance of {0} is meant is not known', base) }) }));
  }
  return [...acls.values()].filter((a) => id.from.includes(a.address) || id.from.includes(a.resource.address)).map((acl) => ({ acl, why: id.why }));
}

function associate(resource: Resource, module: Module, acls: ReadonlyMap<string, Acl>): void {
  for (const { scope } of module.instances(resource).instances) {
    const source = resourceSource(resource, scope, []);
    const span = source.span('subnet_id');
    for (const { acl } of targetsOf(source.value('network_acl_id'), acls)) acl.subnets.push({ value: source.value('subnet_id'), uri: source.uri, at: source.at + span.start, length: span.end - span.start });
  }
}

function policiesOf(acl: Acl, networks: ReadonlyMap<string, AddressSet>): Policy[] {
  const { address, resource } = acl;
  const own = (place: { readonly uri: string }): string | undefined => (place.uri === resource.uri ? undefined : place.uri);
  const inside: RankedEntry[] = [];
  let complete = acl.subnets.some(({ value }) => value.kind !== 'null');
  for (const subnet of acl.subnets) {
    for (const value of idsIn(subnet.value)) {
      const network = value.kind === 'unknown' && value.symbol !== undefined ? networks.get(referenceName(value.symbol)) : undefined;
      if (network) inside.push(insideSubnet(network, subnet.at, subnet.length, own(subnet)));
      else complete = false;
    }
  }
  return SIDES.map(([kind, side]): Policy => {
    const name = `${address} ${kind}`;
    const header: Span = placeOf(resource, resource.label.span);
    const entries = [...inside, ...doubtTies(acl.entries[side])];
    const policy = networkAclPolicy({
      key: name, name, dialect: DIALECT, uri: resource.uri, header, span: placeOf(resource, resource.block.span), attachment: address,
      unmodelled: [], assumptions: complete ? [] : [t('traffic within a subnet of the network ACL is not filtered; the other end is taken to be outside of it')], direction: side, entries,
    });
    const unmodelled = acl.unmodelled[side];
    return unmodelled.length === 0 ? policy : { ...policy, main: { ...policy.main, unmodelled } };
  });
}

function idsIn(value: Value): Value[] {
  return value.kind === 'list' ? [...value.items, ...(value.more ? [value.more] : [])] : value.kind === 'null' ? [] : [value];
}

/** The networks of the subnets that the module defines, by address. */
function subnetNetworks(module: Module): ReadonlyMap<string, AddressSet> {
  const out = new Map<string, AddressSet>();
  for (const resource of module.configuration.resources.values()) {
    if (resource.type !== 'aws_subnet' && resource.type !== 'aws_default_subnet') continue;
    for (const { suffix, scope } of module.instances(resource).instances) {
      const source = resourceSource(resource, scope, []);
      const peers = ['cidr_block', 'ipv6_cidr_block'].flatMap((name) => networksFrom(source.value(name), HERE));
      const sets = peers.flatMap((p) => (p.kind === 'addresses' && !p.doubt ? [p.set] : []));
      if (sets.length > 0 && sets.length === peers.length) out.set(resource.address + suffix, addressUnion(sets));
    }
  }
  return out;
}

const HERE: Span = { start: 0, end: 0 };

/** AWS refuses two rules of one number and direction: which of them stands is not known. */
function doubtTies(entries: readonly RankedEntry[]): RankedEntry[] {
  const times = new Map<number, number>();
  for (const { priority = 0 } of entries) times.set(priority, (times.get(priority) ?? 0) + 1);
  return entries.map((entry): RankedEntry => {
    const { priority = 0, rule } = entry;
    if (priority === 0 || times.get(priority) === 1) return entry;
    const atom = doubt(t('another rule has the number {0} too', priority), rule.fields[0]?.span ?? rule.span);
    return { ...entry, rule: { ...rule, match: rule.match.map((t) => ({ ...t, atoms: [...(t.atoms ?? []), atom] })) } };
  });
}
