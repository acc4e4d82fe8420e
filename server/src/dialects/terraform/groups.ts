/**
 * Security groups of a module, assembled from every place that gives them rules.
 * Sources: Terraform AWS provider, aws_security_group (the provider removes the rule that lets everything out; inline rules
 * overwrite rule resources), aws_default_security_group (only its inline rules), and the rule resources' pages.
 */
import { t } from '@vscode/l10n';
import type { Span } from '../../core/span.ts';
import { type PolicyBase, perhapsAllowed, securityGroupPolicy } from '../../families/aws/policies.ts';
import type { Policy, RankedEntry } from '../../model/policy.ts';
import type { Rule } from '../../model/rule.ts';
import { Attachments } from './attachments.ts';
import { type ModuleCall, type Resource, placeOf } from './configuration.ts';
import { FORMS, groupRule } from './groupRule.ts';
import type { Instance } from './instances.ts';
import type { Module } from './module.ts';
import { PrefixLists } from './prefixLists.ts';
import { referenceName } from './ruleParts.ts';
import { type Lost, type RuleSource, ignoredChanges, nestedSources, resourceSource } from './ruleSource.ts';
import { type Value, asString } from './values.ts';

export const DIALECT = 'terraform';

const GROUPS = new Set(['aws_security_group', 'aws_default_security_group']);
const SIDES = [['ingress', 'in'], ['egress', 'out']] as const;
type Side = (typeof SIDES)[number][1];

/** A group, or where the module speaks of one that it does not define. */
interface Group {
  readonly address: string;
  readonly uri: string;
  readonly header: Span;
  readonly span: Span;
  readonly resource?: Resource;
  readonly entries: Record<Side, RankedEntry[]>;
  /** Text that may hold further rules. */
  readonly perhaps: Record<Side, RankedEntry[]>;
  readonly inline: Record<Side, boolean>;
}

export interface Assembled {
  readonly policies: readonly Policy[];
  /** Rules that may belong to any group or to none of this module. */
  readonly lost: readonly Lost[];
}

/** @param everywhere text that may hold rules of any group */
export function assembleGroups(module: Module, everywhere: readonly Lost[]): Assembled {
  const assembly = new GroupAssembly(module, everywhere);
  assembly.run();
  return { policies: assembly.policies(), lost: assembly.lost };
}

class GroupAssembly {
  readonly lost: Lost[] = [];
  private readonly groups = new Map<string, Group>();
  /** The instances of each resource. */
  private readonly instances = new Map<string, Group[]>();
  private readonly lists: PrefixLists;
  /** A rule of any group. */
  private crowded?: Lost;

  constructor(
    private readonly module: Module,
    private readonly everywhere: readonly Lost[],
  ) {
    this.lists = new PrefixLists(module);
  }

  run(): void {
    const resources = [...this.module.configuration.resources.values()];
    for (const r of resources) if (GROUPS.has(r.type)) for (const i of this.module.instances(r).instances) this.addGroup(r, i);
    for (const r of resources) this.addRules(r);
    for (const call of this.module.configuration.modules) this.addCall(call);
  }

  private addGroup(resource: Resource, { suffix, scope }: Instance): void {
    const { uri, base, block, label } = resource;
    const group: Group = {
      address: resource.address + suffix, uri, resource, header: placeOf(resource, label.span), span: placeOf(resource, block.span),
      entries: { in: [], out: [] }, perhaps: { in: [], out: [] }, inline: { in: resource.type === 'aws_default_security_group', out: resource.type === 'aws_default_security_group' },
    };
    this.groups.set(group.address, group);
    const instances = this.instances.get(resource.address);
    if (instances) instances.push(group);
    else this.instances.set(resource.address, [group]);
    for (const [kind, side] of SIDES) {
      const { sources, lost, written } = nestedSources(resource, kind, scope);
      const ignored = ignoredChanges(resource, kind);
      group.inline[side] = (group.inline[side] || written) && !ignored;
      for (const gap of [...this.everywhere, ...gapsOf(resource), ...lost, ...(ignored ? [ignored] : [])]) group.perhaps[side].push(perhaps(gap, uri));
      for (const s of sources) this.add(group, side, s, groupRule(s, FORMS.inline, side, group.address, this.lists));
    }
    if (resource.twin) for (const [, side] of SIDES) group.perhaps[side].push(perhaps({ uri: resource.twin.uri, at: resource.twin.base + resource.twin.node.span.start, length: 1, why: t('{0} is written twice', resource.address) }, uri));
    if (!block.closed) for (const [, side] of SIDES) group.perhaps[side].push(perhaps({ uri, at: base + label.span.start, length: label.span.end - label.span.start, why: t('the block is not closed') }, uri));
  }

  private add(group: Group, side: Side, { uri, at }: RuleSource, rule: Rule): void {
    group.entries[side].push({ rule, at, ...(uri === group.uri ? {} : { uri }) });
  }

  private addRules(resource: Resource): void {
    const form = resource.type === 'aws_security_group_rule' ? FORMS.rule : FORMS.single;
    if (form === FORMS.single && resource.type !== 'aws_vpc_security_group_ingress_rule' && resource.type !== 'aws_vpc_security_group_egress_rule') return;
    const { instances, by } = this.module.instances(resource);
    for (const { scope, perhaps: why } of instances) {
      const source = resourceSource(resource, scope, why === undefined || !by ? [] : [{ why, span: spanIn(resource, by.span) }]);
      const doubts = [...source.doubts, ...gapsOf(resource).map((g) => ({ why: g.why, span: { start: 0, end: source.length } }))];
      const targets = this.targets(source.value('security_group_id'), resource, source.span('security_group_id'));
      if (targets.length > 1 && !this.module.budget.spend(targets.length)) {
        this.crowded ??= { uri: source.uri, at: source.at, length: source.length, why: t('there are too many groups that this rule may belong to') };
        continue;
      }
      if (targets.length === 0) this.lost.push({ uri: source.uri, at: source.at, length: source.length, why: t('the security group of this rule is not known') });
      for (const { group, why: unsure } of targets) {
        for (const { side, why: typeDoubt } of sidesOf(resource, source)) {
          const overwritten = group.inline[side] ? (group.resource?.type === 'aws_default_security_group' ? t('the default security group has only its inline rules') : t('inline rules of the group overwrite it')) : undefined;
          const more = [unsure, typeDoubt, overwritten].filter((w) => w !== undefined).map((w) => ({ why: w, span: source.span('security_group_id') }));
          this.add(group, side, source, groupRule({ ...source, doubts: [...doubts, ...more] }, form, side, group.address, this.lists));
        }
      }
    }
  }

  /** The groups that an id stands for, or may stand for. */
  private targets(id: Value, resource: Resource, span: Span): { readonly group: Group; readonly why?: string }[] {
    if (id.kind === 'string' && id.value !== '') return [{ group: this.elsewhere(id.value, resource, span) }];
    if (id.kind === 'resource') return this.targets({ kind: 'unknown', why: '', symbol: id.address, from: [] }, resource, span);
    if (id.kind !== 'unknown') return [];
    if (id.options) return id.options.flatMap((o) => this.targets(o, resource, span)).map(({ group }) => ({ group, why: id.why }));
    if (id.symbol !== undefined) {
      const address = referenceName(id.symbol);
      const known = this.groups.get(address);
      if (known) return [{ group: known }];
      const base = address.replace(/\[[^\]]*\]$/, '');
      const among = this.instances.get(base) ?? [];
      if (among.length > 0) return among.map((group) => ({ group, ...(among.length === 1 && address === `${base}[0]` ? {} : { why: t('which instance of {0} is meant is not known', base) }) }));
      return [{ group: this.elsewhere(address, resource, span) }];
    }
    const from = id.from.flatMap((address) => this.instances.get(address) ?? this.groups.get(address) ?? []);
    return [...new Set(from)].filter((g) => g.resource).map((group) => ({ group, why: id.why }));
  }

  /** A group that this module does not define: what else is allowed there is not in sight. */
  private elsewhere(address: string, resource: Resource, span: Span): Group {
    const known = this.groups.get(address);
    if (known) return known;
    const start = resource.base + resource.block.span.start;
    const header = { start: start + span.start, end: start + span.end };
    const group: Group = { address, uri: resource.uri, header, span: placeOf(resource, resource.block.span), entries: { in: [], out: [] }, perhaps: { in: [], out: [] }, inline: { in: false, out: false } };
    for (const [, side] of SIDES) group.perhaps[side].push(perhapsAllowed(t('{0} is defined elsewhere, with rules that are not in sight', address), header.start, header.end - header.start));
    this.groups.set(address, group);
    return group;
  }

  /** A module that is given a group to put rules into. */
  private addCall({ name, uri, base, block, attributes }: ModuleCall): void {
    for (const a of attributes) {
      if (!/(?:^|_)security_group_id$/.test(a.name.text)) continue;
      const value = this.module.valueOf(a.value);
      const symbol = value.kind === 'unknown' ? value.symbol : undefined;
      const group = symbol === undefined ? undefined : this.groups.get(referenceName(symbol));
      if (group) for (const [, side] of SIDES) group.perhaps[side].push(perhaps({ uri, at: base + block.span.start, length: a.span.end - block.span.start, why: t('module.{0} may add rules to the group', name) }, group.uri));
    }
  }

  policies(): Policy[] {
    const attachments = new Attachments(this.module, new Set([...this.groups.values()].flatMap((g) => (g.resource ? [g.address] : []))));
    const together = new Map([...this.groups.keys()].map((address) => [address, attachments.companions(address)]));
    const merged = new Set<string>();
    return [...this.groups.values()].flatMap((group) => {
      if (merged.has(group.address)) return [];
      const { groups, lost } = together.get(group.address) ?? { groups: new Set([group.address]) };
      const companions = [group, ...[...groups].flatMap((address) => (address === group.address ? [] : (this.groups.get(address) ?? [])))];
      // Groups that are nowhere without each other are one policy, named after the first.
      const same = companions.filter((g) => together.get(g.address)?.groups.has(group.address));
      for (const g of same) merged.add(g.address);
      const others = [lost, this.crowded].flatMap((l) => (l ? [perhaps(l, group.uri)] : []));
      return SIDES.filter(([, side]) => group.resource !== undefined || group.entries[side].length > 0).map(([kind, side]): Policy => {
        const name = `${group.address} ${kind}`;
        const entries = [...others, ...companions.flatMap((g) => placed(g.perhaps[side], g, group)), ...companions.flatMap((g) => placed(g.entries[side], g, group))];
        const base: PolicyBase = { key: name, name, dialect: DIALECT, uri: group.uri, header: group.header, span: group.span, attachment: group.address, references: same.map((g) => g.address), unmodelled: [], assumptions: [], direction: side, entries };
        return securityGroupPolicy(base);
      });
    });
  }
}

/** Entries of one group as entries of the policy of another. */
function placed(entries: readonly RankedEntry[], from: Group, to: Group): readonly RankedEntry[] {
  return from.uri === to.uri ? entries : entries.map(({ uri = from.uri, ...entry }) => ({ ...entry, ...(uri === to.uri ? {} : { uri }) }));
}

const spanIn = (resource: Resource, span: Span): Span => ({ start: span.start - resource.block.span.start, end: span.end - resource.block.span.start });

function perhaps({ uri, at, length, why }: Lost, home: string): RankedEntry {
  return perhapsAllowed(why, at, length, uri === home ? undefined : uri);
}

/** Text inside a resource that could not be read. */
export function gapsOf(resource: Resource): Lost[] {
  return resource.unread.map(({ node, uri, base }) => ({ uri, at: base + node.span.start, length: node.span.end - node.span.start, why: t('this text could not be read') }));
}

function sidesOf(resource: Resource, source: RuleSource): { readonly side: Side; readonly why?: string }[] {
  if (resource.type === 'aws_vpc_security_group_ingress_rule') return [{ side: 'in' }];
  if (resource.type === 'aws_vpc_security_group_egress_rule') return [{ side: 'out' }];
  const type = asString(source.value('type'));
  if (type === 'ingress') return [{ side: 'in' }];
  if (type === 'egress') return [{ side: 'out' }];
  return [{ side: 'in', why: t('the rule’s type is not known') }, { side: 'out', why: t('the rule’s type is not known') }];
}

