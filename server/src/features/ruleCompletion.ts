/** Completes `veeam` where a rule can stand: one rule per flow, in the language of the file. */
import { t } from '@vscode/l10n';
import type { Permit } from '../dialects/dialect.ts';
import type { Flow } from '../model/flow.ts';
import type { Direction, Policy } from '../model/policy.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import type { Proposal, Proposals } from './completion.ts';
import { flowCard, flowTitle } from './flowCard.ts';
import { permitsOfFlow } from './flowPermits.ts';
import { pathsAround } from './place.ts';

const WORD = 'veeam';

interface Candidate {
  readonly flow: Flow;
  readonly direction: Direction;
  /** In whose style the rule is written. */
  readonly policy: Policy;
  readonly judged?: JudgedFlow;
  readonly report?: PathReport;
}

/** @returns undefined where no rule can begin, or another word is being typed. */
export function ruleProposals(offset: number, analysis: Analysis): Proposals | undefined {
  const { text, lines } = analysis;
  const before = text.slice(lines.lineStart(lines.lineOf(offset)), offset);
  const typed = /[\w-]*$/.exec(before)?.[0] ?? '';
  const lead = before.slice(0, before.length - typed.length);
  const asked = typed === '' ? lead.trim() === '' : WORD.startsWith(typed.toLowerCase()) || typed.toLowerCase().startsWith(WORD);
  if (!asked || !/(?:^|[{;])\s*$/.test(lead)) return undefined;
  const indent = /^\s*/.exec(before)?.[0] ?? '';
  const styles = new Map<Policy, Policy>();
  return { span: { start: offset - typed.length, end: offset }, items: candidatesAt(offset, analysis).flatMap((candidate) => proposal(candidate, offset, indent, analysis, styles) ?? []) };
}

/** Flows of the guards around the offset; of the file's guards; else of the workloads in use. What is not open comes first. */
function candidatesAt(offset: number, analysis: Analysis): Candidate[] {
  const around = pathsAround(offset, analysis);
  const reports = analysis.reports.filter(({ path }) => around.includes(path));
  const judged = (reports.length > 0 ? reports : around.length > 0 ? [] : analysis.reports).flatMap((report) => report.flows.map((one): Candidate => ({ flow: one.flow, direction: report.path.direction, policy: report.path.head, judged: one, report })));
  if (judged.length > 0) {
    const closed = (candidate: Candidate): boolean => candidate.judged?.verdict.verdict !== 'open';
    return [...judged.filter(closed), ...judged.filter((candidate) => !closed(candidate))];
  }
  const { use } = analysis.declared;
  const flows = analysis.catalog.flows.filter((flow) => !flow.self && (use.length === 0 || use.includes(flow.workload)));
  const places = around.length > 0 ? around.slice(0, 1) : analysis.paths;
  return places.flatMap(({ direction, head }) => flows.map((flow): Candidate => ({ flow, direction, policy: head })));
}

/** As many of the last rules as tell a writer how rules look here. */
const STYLE_RULES = 40;

function excerpt(policy: Policy): Policy {
  return { ...policy, main: { ...policy.main, entries: policy.main.entries.slice(-STYLE_RULES) } };
}

/**
 * The rules as the dialect would insert them into the policy, without their indentation; in its plain form if it could not.
 * Undefined where they cannot stand at the offset: in a module, rules that are blocks of their own inside of the policy's block, or the reverse.
 */
function rulesOf(permits: readonly Permit[], policy: Policy, offset: number, { dialect, text, reading, module }: Analysis): string | undefined {
  const [change, ...others] = dialect.write({ text, reading, policy, permits }) ?? [];
  if (!change || others.length > 0 || change.start !== change.end) return dialect.writeRules(permits, policy.families.includes(4) ? 4 : 6).trimEnd();
  const inside = (at: number): boolean => at > policy.span.start && at < policy.span.end;
  if (module && inside(change.start) !== inside(offset)) return undefined;
  const lines = change.newText.replace(/^(?:[ \t]*[\n\r])+/, '').trimEnd().split(/\r\n|\n|\r/);
  const indent = /^\s*/.exec(lines[0] ?? '')?.[0] ?? '';
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart())).join('\n');
}

const WAY: Readonly<Record<Direction, () => string>> = { in: () => t('in'), out: () => t('out'), transit: () => t('forwarded') };

function proposal(candidate: Candidate, offset: number, indent: string, analysis: Analysis, styles: Map<Policy, Policy>): Proposal | undefined {
  const { flow, direction, policy } = candidate;
  const permits = permitsOfFlow(flow, direction, analysis);
  const style = styles.get(policy) ?? excerpt(policy);
  styles.set(policy, style);
  const rules = rulesOf(permits, style, offset, analysis);
  if (rules === undefined) return undefined;
  const title = flowTitle(flow, analysis);
  return {
    label: `${WORD}: ${title}`,
    kind: 'rule',
    detail: `${WAY[direction]()} · ${flow.id}`,
    filter: `${WORD} ${title} ${flow.id}`,
    newText: rules.replace(/\n(?=[^\n])/g, `\n${indent}`),
    snippet: permits.some(({ from, to }) => from.kind === 'placeholder' || to.kind === 'placeholder'),
    documentation: (markup) => flowCard(candidate, analysis, markup),
  };
}
