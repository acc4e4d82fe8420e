/** The JSON of `check` (contract: interfaces.md "Command line"). */
import type { FeatureState, FlowMode, Transport } from '../model/flow.ts';
import { portText } from '../model/flow.ts';
import type { Code, Finding, Severity } from '../model/finding.ts';
import { SEVERITIES } from '../model/finding.ts';
import type { Direction } from '../model/policy.ts';
import type { Decider, FlowVerdict, Verdict } from '../model/verdict.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { type PartJson, partsOf } from './parts.ts';
import { type RangeJson, type Sources, quoteDefault, quoteEntry, rangeJson } from './sources.ts';

export interface CheckJson {
  readonly schema: 1;
  readonly files: readonly FileJson[];
  /** Parties of a chosen workload that a deployment file does not declare. */
  readonly notRequired: readonly string[];
  readonly summary: SummaryJson;
}

export interface FileJson {
  readonly path: string;
  readonly dialect: string;
  /** One entry per path and direction. */
  readonly policies: readonly PolicyJson[];
  readonly diagnostics: readonly DiagnosticJson[];
}

export interface PolicyJson {
  readonly name: string;
  readonly direction: Direction;
  /** Empty: nothing says what the policy guards. */
  readonly guards: readonly string[];
  readonly range: RangeJson;
  readonly flows: readonly FlowJson[];
}

export interface FlowJson {
  readonly flow: string;
  readonly verdict: Verdict;
  readonly required: { readonly transport: readonly Transport[]; readonly mode: FlowMode; readonly items: readonly string[] };
  readonly open: readonly PartJson[];
  readonly lacking: readonly PartJson[];
  readonly undecided: readonly PartJson[];
  readonly decidedBy: readonly DeciderJson[];
  readonly assumptions: readonly string[];
  readonly conditions: readonly { readonly feature: string; readonly state: FeatureState; readonly text: string }[];
}

interface DeciderJson {
  readonly path: string;
  readonly range: RangeJson;
  readonly text: string;
  readonly action: Decider['action'];
  readonly part: readonly PartJson[];
  /** It drops the answers to that part. */
  readonly answer?: true;
}

interface DiagnosticJson {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly range: RangeJson;
  readonly flows: readonly string[];
}

interface SummaryJson {
  readonly files: number;
  readonly policies: number;
  readonly flows: Readonly<Record<Verdict, number>>;
  readonly diagnostics: Readonly<Record<Severity, number>>;
}

export function fileReport(analysis: Analysis, findings: readonly Finding[], sources: Sources): FileJson {
  const reports = new Map(analysis.reports.map((report) => [report.path, report]));
  return {
    path: sources.path(analysis.uri),
    dialect: analysis.dialect.id,
    policies: analysis.paths.map((path): PolicyJson => {
      const report = reports.get(path);
      return {
        name: path.name,
        direction: path.direction,
        guards: report ? guardedBy(report) : [],
        range: path.head.uri === analysis.uri ? rangeJson(path.head.span, analysis.lines) : BEGINNING,
        flows: report ? report.flows.map((flow) => flowJson(flow, sources)) : [],
      };
    }),
    diagnostics: findings.map((finding) => diagnosticJson(finding, analysis, sources)),
  };
}

/** Where the JSON has a place in the checked file only, and the thing itself is in an included one. */
const BEGINNING: RangeJson = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

function diagnosticJson({ code, severity, message, uri, span, flows }: Finding, analysis: Analysis, sources: Sources): DiagnosticJson {
  if (uri === analysis.uri) return { code, severity, message, range: rangeJson(span, analysis.lines), flows };
  const { start } = rangeJson(span, sources.lines(uri));
  return { code, severity, message: `${sources.path(uri)}:${start.line}: ${message}`, range: BEGINNING, flows };
}

export function checkReport(files: readonly FileJson[]): CheckJson {
  const flows: Record<Verdict, number> = { open: 0, missing: 0, blocked: 0, partial: 0, undecided: 0 };
  const diagnostics = Object.fromEntries(SEVERITIES.map((s) => [s, 0])) as Record<Severity, number>;
  for (const file of files) {
    for (const policy of file.policies) for (const { verdict } of policy.flows) flows[verdict]++;
    for (const { severity } of file.diagnostics) diagnostics[severity]++;
  }
  const policies = files.reduce((sum, file) => sum + file.policies.length, 0);
  return { schema: 1, files, notRequired: [], summary: { files: files.length, policies, flows, diagnostics } };
}

function guardedBy({ guard }: PathReport): readonly string[] {
  return guard.kind === 'host' ? guard.components : [...new Set([...(guard.from ?? []), ...(guard.to ?? [])])];
}

function flowJson({ flow, verdict, conditions }: JudgedFlow, sources: Sources): FlowJson {
  const { required, open, lacking, undecided, decidedBy, assumptions } = verdict;
  return {
    flow: flow.id,
    verdict: verdict.verdict,
    required: { transport: flow.transports, mode: flow.mode, items: flow.items.map(portText) },
    open: partsOf(open, required),
    lacking: partsOf(lacking, required),
    undecided: partsOf(undecided, required),
    decidedBy: decidedBy.map((decider) => deciderJson(decider, verdict, sources)),
    assumptions,
    conditions,
  };
}

function deciderJson({ policy, entry, action, set, answer }: Decider, { required }: FlowVerdict, sources: Sources): DeciderJson {
  const { uri, range, text } = entry ? quoteEntry(entry, sources) : quoteDefault(policy, sources);
  return { path: sources.path(uri), range, text, action, part: partsOf(set, required), ...(answer && { answer }) };
}
