/**
 * Which security groups stand together in front of hosts: any rule of any attached group lets traffic pass.
 * Sources: Amazon VPC User Guide, "Security groups" (several groups of one resource); Terraform AWS provider, aws_instance,
 * aws_launch_template, aws_network_interface, aws_network_interface_sg_attachment.
 */
import { t } from '@vscode/l10n';
import type { HclAttribute, HclBlock, HclExpression } from '../../text/hcl/tree.ts';
import { nestedBlocks } from './blocks.ts';
import { evaluate } from './evaluate.ts';
import type { Module } from './module.ts';
import { referenceName } from './ruleParts.ts';
import type { Lost } from './ruleSource.ts';
import type { Scope } from './scope.ts';
import type { Value } from './values.ts';

/** The groups of one resource. */
interface Attached {
  readonly groups: Set<string>;
  /** Why there may be others. */
  lost?: Lost;
}

/** Arguments of resources and of called modules that list a host's groups. */
const ARGUMENT = /^(?:vpc_security_group_ids|security_groups|security_group_ids)$/;
const NOT_HOSTS = /^aws_(?:default_)?security_group|^aws_vpc_security_group_|^aws_network_acl/;

/** Blocks within blocks further down than this hold no groups of hosts. */
const DEPTH = 4;

export interface Companions {
  /** Every group that is on all resources that the group is on, itself included. */
  readonly groups: ReadonlySet<string>;
  /** All of them may have other groups, too. */
  readonly lost?: Lost;
}

export class Attachments {
  private readonly sets = new Map<string, Attached>();

  /** @param known addresses of the groups that the module defines */
  constructor(
    private readonly module: Module,
    private readonly known: ReadonlySet<string>,
  ) {
    for (const resource of module.configuration.resources.values()) {
      if (NOT_HOSTS.test(resource.type) || resource.type === 'aws_network_interface_sg_attachment') continue;
      const listed = [...resource.attributes.values()].filter((a) => ARGUMENT.test(a.node.name.text));
      const nested = resource.blocks.flatMap((b) => argumentsWithin(b.node, DEPTH).map((node) => ({ ...b, node })));
      if (listed.length + nested.length === 0) continue;
      for (const { suffix, scope } of module.instances(resource).instances) for (const { node, uri, base } of [...listed, ...nested]) this.add(resource.address + suffix, node.value, scope, uri, base);
    }
    for (const call of module.configuration.modules) {
      for (const a of call.attributes) {
        if (!ARGUMENT.test(a.name.text)) continue;
        this.add(`module.${call.name}`, a.value, module.scope, call.uri, call.base);
        this.setOf(`module.${call.name}`).lost ??= { uri: call.uri, at: call.base + a.value.span.start, length: a.value.span.end - a.value.span.start, why: t('module.{0} may attach other groups, too', call.name) };
      }
    }
    for (const resource of module.configuration.resources.values()) {
      if (resource.type !== 'aws_network_interface_sg_attachment') continue;
      for (const { suffix, scope } of module.instances(resource).instances) this.attach(resource.address + suffix, resource.attributes.get('network_interface_id')?.node.value, resource.attributes.get('security_group_id')?.node.value, scope, resource);
    }
  }

  companions(group: string): Companions {
    const mine = [...this.sets.values()].filter((s) => s.groups.has(group));
    const [first, ...others] = mine;
    if (!first) return { groups: new Set([group]) };
    const common = [...first.groups].filter((g) => others.every((o) => o.groups.has(g)));
    const lost = mine.every((s) => s.lost) ? first.lost : undefined;
    return { groups: new Set(common), ...(lost ? { lost } : {}) };
  }

  private setOf(host: string): Attached {
    const known = this.sets.get(host);
    if (known) return known;
    const made: Attached = { groups: new Set() };
    this.sets.set(host, made);
    return made;
  }

  private add(host: string, expression: HclExpression, scope: Scope, uri: string, base: number): void {
    const at = { uri, at: base + expression.span.start, length: expression.span.end - expression.span.start };
    this.collect(this.setOf(host), evaluate(expression, scope), at, true);
  }

  private collect(into: Attached, value: Value, at: Omit<Lost, 'why'>, lists: boolean): void {
    if (value.kind === 'list' && lists) {
      for (const item of value.items) this.collect(into, item, at, false);
      if (value.more) into.lost ??= { ...at, why: t('which other groups are attached is not known: {0}', value.more.why) };
    } else if (value.kind === 'unknown' && value.symbol !== undefined && this.known.has(referenceName(value.symbol))) into.groups.add(referenceName(value.symbol));
    else if (value.kind === 'unknown') into.lost ??= { ...at, why: t('which other groups are attached is not known: {0}', value.why) };
    else if (value.kind === 'string') into.lost ??= { ...at, why: t('the group {0} is attached, too, and its rules are not in sight', value.value) };
  }

  /** A group that is added to an interface, or to the first interface of an instance. */
  private attach(own: string, to: HclExpression | undefined, group: HclExpression | undefined, scope: Scope, { uri, base }: { readonly uri: string; readonly base: number }): void {
    if (!to || !group) return;
    const id = evaluate(to, scope);
    const host = id.kind === 'unknown' && id.symbol !== undefined ? id.symbol.replace(/\.(?:id|primary_network_interface_id)$/, '') : undefined;
    this.add(host ?? own, group, scope, uri, base);
    if (host === undefined || !this.module.configuration.resources.has(host.replace(/\[[^\]]*\]$/, ''))) this.setOf(host ?? own).lost ??= { uri, at: base + to.span.start, length: to.span.end - to.span.start, why: t('which other groups the interface has is not in sight') };
  }
}

function argumentsWithin(block: HclBlock, depth: number): HclAttribute[] {
  const { attributes, blocks } = nestedBlocks(block);
  return [...attributes.filter((a) => ARGUMENT.test(a.name.text)), ...(depth > 0 ? blocks.flatMap((b) => argumentsWithin(b, depth - 1)) : [])];
}
