/**
 * Customer-managed prefix lists that the module defines, as the networks in them.
 * Source: Terraform AWS provider, aws_ec2_managed_prefix_list and aws_ec2_managed_prefix_list_entry.
 */
import { t } from '@vscode/l10n';
import { addressUnion } from '../../core/addresses.ts';
import type { Span } from '../../core/span.ts';
import type { Peer } from '../../families/aws/match.ts';
import type { Module } from './module.ts';
import { networksFrom, referenceName, referencesFrom } from './ruleParts.ts';
import { nestedSources, resourceSource } from './ruleSource.ts';
import type { Value } from './values.ts';

const LIST = 'aws_ec2_managed_prefix_list';
const ENTRY = 'aws_ec2_managed_prefix_list_entry';

const HERE: Span = { start: 0, end: 0 };

export class PrefixLists {
  /** Networks by the list's address. */
  private readonly lists = new Map<string, Peer[]>();

  constructor(module: Module) {
    const { resources } = module.configuration;
    for (const resource of resources.values()) {
      if (resource.type !== LIST) continue;
      for (const { suffix, scope, perhaps } of module.instances(resource).instances) {
        const { sources, lost } = nestedSources(resource, 'entry', scope);
        const peers = sources.flatMap((s) => (s.doubts[0] ? unsure(s.doubts[0].why) : networksFrom(s.value('cidr'), HERE)));
        this.lists.set(resource.address + suffix, [...peers, ...lost.flatMap((l) => unsure(l.why)), ...(perhaps === undefined ? [] : unsure(perhaps))]);
      }
    }
    if (this.lists.size === 0) return;
    for (const resource of resources.values()) {
      if (resource.type !== ENTRY) continue;
      for (const { scope, perhaps } of module.instances(resource).instances) {
        const source = resourceSource(resource, scope, []);
        const [list] = referencesFrom(source.value('prefix_list_id'), HERE);
        const entry = perhaps === undefined ? networksFrom(source.value('cidr'), HERE) : unsure(perhaps);
        if (list?.kind === 'reference') this.lists.get(list.name)?.push(...entry);
        else for (const peers of this.lists.values()) peers.push(...unsure(t('an entry’s list is not known')));
      }
    }
  }

  /** The peers that prefix list ids stand for. */
  peers(value: Value, span: Span): Peer[] {
    return referencesFrom(value, span).flatMap((peer): Peer[] => {
      const found = peer.kind === 'reference' ? this.lists.get(referenceName(peer.name)) : undefined;
      if (!found) return [peer];
      const sets = found.flatMap((p) => (p.kind === 'addresses' && !p.doubt ? [p.set] : []));
      const others = found.filter((p) => p.kind !== 'addresses' || p.doubt);
      return [...(sets.length > 0 ? [{ kind: 'addresses' as const, set: addressUnion(sets) }] : []), ...others.map((p) => (p.kind === 'addresses' ? { ...p, doubt: { why: p.doubt?.why ?? '', span } } : { ...p, span }))];
    });
  }
}

const unsure = (why: string): Peer[] => [{ kind: 'unknown', why, span: HERE }];
