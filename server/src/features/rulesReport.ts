/** The JSON of `rules`: the policies and rules of a file as they were understood, and what of the text was not. */
import type { EvaluationOrder, Chain, Direction, Policy, RankedEntry } from '../model/policy.ts';
import type { Atom } from '../model/rule.ts';
import type { Span } from '../core/span.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { type TermJson, termJson } from './matchJson.ts';
import { type RangeJson, type Sources, quoteEntry, rangeJson } from './sources.ts';

export interface RulesJson {
  readonly schema: 1;
  readonly dialect: string;
  readonly policies: readonly PolicyRulesJson[];
}

interface PolicyRulesJson {
  readonly name: string;
  readonly direction: Direction;
  readonly families: readonly ('ipv4' | 'ipv6')[];
  readonly order: EvaluationOrder['kind'];
  readonly default: Policy['default'];
  readonly stateful: boolean;
  /** Those of the policy's own list, then of every chain that a jump can reach, each once. */
  readonly rules: readonly RuleJson[];
  readonly unmodelled: readonly UnmodelledJson[];
}

interface RuleJson {
  /** The chain that holds the rule, where it is not the policy's own list. */
  readonly chain?: string;
  /** Where the rule lies in another document than the one asked about. */
  readonly path?: string;
  readonly range: RangeJson;
  readonly text: string;
  /** `accept`, `drop`, `reject`, `continue`, `return`, `untrack`, `unknown`, `jump CHAIN` or `goto CHAIN`. */
  readonly action: string;
  /** Alternatives, each of which names all that it demands; none matches nothing, an empty one everything. */
  readonly match: readonly TermJson[];
}

interface UnmodelledJson {
  readonly path?: string;
  readonly range: RangeJson;
  readonly why: string;
}

export function rulesReport(analysis: Analysis, sources: Sources): RulesJson {
  const policies = analysis.reading.fragments.map((f) => f.policy);
  return { schema: 1, dialect: analysis.dialect.id, policies: policies.map((policy) => policyRules(policy, analysis.uri, sources)) };
}

function policyRules(policy: Policy, home: string, sources: Sources): PolicyRulesJson {
  const rules: RuleJson[] = [];
  const unmodelled: UnmodelledJson[] = [];
  const elsewhere = (uri: string): { path?: string } => (uri === home ? {} : { path: sources.path(uri) });
  const missed = (uri: string, span: Span, why: string): void => void unmodelled.push({ ...elsewhere(uri), range: rangeJson(span, sources.lines(uri)), why });
  for (const chain of reachedChains(policy)) {
    for (const entry of chain.entries) {
      const { uri, range, text } = quoteEntry(entry, sources);
      rules.push({
        ...(chain !== policy.main && { chain: chain.name }),
        ...elsewhere(uri),
        range,
        text,
        action: actionText(entry),
        match: entry.rule.match.map(termJson),
      });
      for (const { span, why } of unmodelledIn(entry)) missed(uri, { start: entry.at + span.start, end: entry.at + span.end }, why);
    }
    for (const { uri, span, why } of chain.unmodelled ?? []) missed(uri ?? policy.uri, span, why);
  }
  for (const { span, why } of policy.unmodelled) missed(policy.uri, span, why);
  return {
    name: policy.name,
    direction: (policy.stages.find((s) => s.names === 'first') ?? policy.stages[0])?.direction ?? 'in',
    families: policy.families.map((f) => (f === 4 ? 'ipv4' : 'ipv6')),
    order: policy.order.kind,
    default: policy.default,
    stateful: policy.stateful,
    rules,
    unmodelled,
  };
}

/** The policy's own list and every chain that its jumps can enter, in the order of the first jump to it. */
function reachedChains(policy: Policy): readonly Chain[] {
  const reached = new Set([policy.main]);
  for (const chain of reached) {
    for (const { rule } of chain.entries) {
      const target = rule.action.kind === 'jump' || rule.action.kind === 'goto' ? policy.chains.get(rule.action.chain) : undefined;
      if (target) reached.add(target);
    }
  }
  return [...reached];
}

function actionText({ rule: { action } }: RankedEntry): string {
  return action.kind === 'jump' || action.kind === 'goto' ? `${action.kind} ${action.chain}` : action.kind;
}

interface Missed {
  readonly span: Span;
  readonly why: string;
}

/** What of a rule's text was read and not modelled, by its place in the statement. */
function unmodelledIn({ rule }: RankedEntry): Missed[] {
  const atoms = rule.match.flatMap((term) => term.atoms ?? []).filter((atom): atom is Extract<Atom, { kind: 'unknown' }> => atom.kind === 'unknown');
  const found: Missed[] = [...atoms, ...(rule.unmodelled ?? []), ...(rule.action.kind === 'unknown' ? [{ span: rule.span, why: rule.action.why }] : [])];
  return found.filter(({ span, why }, i) => found.findIndex((other) => other.why === why && other.span.start === span.start && other.span.end === span.end) === i);
}
