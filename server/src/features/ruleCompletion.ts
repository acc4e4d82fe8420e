/** Completes `veeam` where a rule can stand: one rule per flow, in the language of the file. */
import type { Flow } from '../model/flow.ts';
import type { Direction } from '../model/policy.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import type { Proposal, Proposals } from './completion.ts';
import { flowCard, flowTitle } from './flowCard.ts';
import { permitsOfFlow } from './flowPermits.ts';
import { pathsAround } from './place.ts';

const WORD = 'veeam';

interface Candidate {
  readonly flow: Flow;
  readonly direction: Direction;
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
  return { span: { start: offset - typed.length, end: offset }, items: candidatesAt(offset, analysis).map((candidate) => proposal(candidate, indent, analysis)) };
}

/** Flows of the guards around the offset; of the file's guards; else of the workloads in use. What is not open comes first. */
function candidatesAt(offset: number, analysis: Analysis): Candidate[] {
  const around = pathsAround(offset, analysis);
  const reports = analysis.reports.filter(({ path }) => around.includes(path));
  const judged = (reports.length > 0 ? reports : around.length > 0 ? [] : analysis.reports).flatMap((report) => report.flows.map((one): Candidate => ({ flow: one.flow, direction: report.path.direction, judged: one, report })));
  if (judged.length > 0) {
    const closed = (candidate: Candidate): boolean => candidate.judged?.verdict.verdict !== 'open';
    return [...judged.filter(closed), ...judged.filter((candidate) => !closed(candidate))];
  }
  const { use } = analysis.declared;
  const directions = around.length > 0 ? [...new Set(around.map((path) => path.direction))] : (['in', 'out'] as const);
  return directions.flatMap((direction) => analysis.catalog.flows.filter((flow) => !flow.self && (use.length === 0 || use.includes(flow.workload))).map((flow): Candidate => ({ flow, direction })));
}

const ARROW: Readonly<Record<Direction, string>> = { in: 'in', out: 'out', transit: 'forwarded' };

function proposal(candidate: Candidate, indent: string, analysis: Analysis): Proposal {
  const { flow, direction, judged } = candidate;
  const permits = permitsOfFlow(flow, direction, analysis);
  const families = judged?.verdict.path.head.families ?? [4];
  const rules = analysis.dialect.writeRules(permits, families.includes(4) ? 4 : 6).trimEnd();
  const title = flowTitle(flow, analysis);
  return {
    label: `${WORD}: ${title}`,
    kind: 'rule',
    detail: `${ARROW[direction]} · ${flow.id}`,
    filter: `${WORD} ${title} ${flow.id}`,
    newText: rules.replace(/\n/g, `\n${indent}`),
    snippet: permits.some(({ from, to }) => from.kind === 'placeholder' || to.kind === 'placeholder'),
    documentation: (markup) => flowCard(candidate, analysis, markup),
  };
}
