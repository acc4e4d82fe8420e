/**
 * Security groups and network ACLs as policies of the model.
 * Sources: Amazon VPC User Guide, "Security groups" (allow rules only, any rule of any attached group, stateful) and
 * "Network ACL basics" (lowest rule number first, a final deny, stateless, evaluated where traffic enters or leaves the subnet).
 */
import type { AddressSet } from '../../core/addresses.ts';
import type { Span } from '../../core/span.ts';
import type { Policy, RankedEntry } from '../../model/policy.ts';
import type { Rule, Term } from '../../model/rule.ts';

export type PolicyBase = Pick<Policy, 'key' | 'name' | 'dialect' | 'uri' | 'header' | 'span' | 'attachment' | 'unmodelled' | 'assumptions' | 'references'> & {
  readonly direction: 'in' | 'out';
  readonly entries: readonly RankedEntry[];
};

function policyOf({ direction, entries, ...base }: PolicyBase): Omit<Policy, 'order' | 'stateful'> {
  return { ...base, families: [4, 6], default: 'drop', main: { name: base.name, entries }, chains: new Map(), stages: [{ direction, rank: 0, names: 'first' }] };
}

export function securityGroupPolicy(base: PolicyBase): Policy {
  return { ...policyOf(base), order: { kind: 'union' }, stateful: true };
}

/** Entries carry their rule numbers as priorities. */
export function networkAclPolicy(base: PolicyBase): Policy {
  return { ...policyOf(base), order: { kind: 'priority', ties: 'text' }, stateful: false };
}

/** Rule numbers go from 1 to 32766 (Amazon VPC User Guide, "Network ACL basics"). */
export const LAST_RULE_NUMBER = 32766;

/** Text that may hold any allow: of groups, which never deny, it leaves undecided only what no rule allows. */
export function perhapsAllowed(why: string, at: number, length: number, uri?: string): RankedEntry {
  const span: Span = { start: 0, end: length };
  return { rule: { span, match: [{ atoms: [{ kind: 'unknown', why, span }] }], action: { kind: 'accept' }, fields: [] }, at, ...(uri === undefined ? {} : { uri }) };
}

/** Traffic that stays within one of the ACL's subnets is not filtered: an allow before every rule. */
export function insideSubnet(subnet: AddressSet, at: number, length: number, uri?: string): RankedEntry {
  const match = ([4, 6] as const).filter((family) => subnet[family].length > 0).map((family): Term => ({ family, src: subnet[family], dst: subnet[family] }));
  const rule: Rule = { span: { start: 0, end: length }, match, action: { kind: 'accept' }, fields: [] };
  return { rule, at, priority: 0, ...(uri === undefined ? {} : { uri }) };
}
