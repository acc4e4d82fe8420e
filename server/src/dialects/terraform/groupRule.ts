/**
 * One rule of a security group, in any of its forms.
 * Sources: Terraform AWS provider, aws_security_group (ingress, egress), aws_security_group_rule,
 * aws_vpc_security_group_ingress_rule and aws_vpc_security_group_egress_rule.
 */
import { type Peer, matchOf } from '../../families/aws/match.ts';
import type { Field, Rule } from '../../model/rule.ts';
import type { PrefixLists } from './prefixLists.ts';
import { doubt, fieldsOf, networksFrom, referencesFrom, trafficFrom } from './ruleParts.ts';
import type { RuleSource } from './ruleSource.ts';
import { asBoolean } from './values.ts';

interface Form {
  readonly protocol: string;
  readonly networks: readonly string[];
  readonly lists: string;
  readonly groups: string;
}

export const FORMS = {
  inline: { protocol: 'protocol', networks: ['cidr_blocks', 'ipv6_cidr_blocks'], lists: 'prefix_list_ids', groups: 'security_groups' },
  rule: { protocol: 'protocol', networks: ['cidr_blocks', 'ipv6_cidr_blocks'], lists: 'prefix_list_ids', groups: 'source_security_group_id' },
  single: { protocol: 'ip_protocol', networks: ['cidr_ipv4', 'cidr_ipv6'], lists: 'prefix_list_id', groups: 'referenced_security_group_id' },
} as const satisfies Record<string, Form>;

/** @param group the address of the group that the rule belongs to: what `self` stands for */
export function groupRule(source: RuleSource, form: Form, direction: 'in' | 'out', group: string, lists: PrefixLists): Rule {
  const whole = { start: 0, end: source.length };
  const { traffic, doubts } = trafficFrom(source, form);
  const self = source.value('self');
  const own: Peer[] = asBoolean(self) === true ? [{ kind: 'reference', name: group, span: source.span('self') }] : self.kind === 'unknown' ? [{ kind: 'unknown', why: self.why, span: source.span('self') }] : [];
  const peers = [
    ...form.networks.flatMap((name) => networksFrom(source.value(name), source.span(name))),
    ...lists.peers(source.value(form.lists), source.span(form.lists)),
    ...referencesFrom(source.value(form.groups), source.span(form.groups)),
    ...own,
  ];
  const end: Field['role'] = direction === 'in' ? 'src' : 'dst';
  const ends = [...form.networks, form.lists, form.groups, 'self'].map((name) => [name, end] as const);
  return {
    span: whole,
    match: matchOf(traffic, peers, direction, [...source.doubts.map((d) => doubt(d.why, d.span)), ...doubts]),
    action: { kind: 'accept' },
    fields: fieldsOf(source, [['from_port', 'dport'], ['to_port', 'dport'], [form.protocol, 'protocol'], ...ends]),
  };
}
