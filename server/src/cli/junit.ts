/**
 * Verdicts as a JUnit report, which CI servers show as test results: a suite for each file, a case for each flow of each policy,
 * and one for each other finding that fails. What fails here is what makes the exit code 1.
 */
import { flowSeverity } from '../checks/check.ts';
import { problemsOf } from '../checks/problems.ts';
import { documentationOf } from '../features/documentation.ts';
import type { FlowJson, PolicyJson } from '../features/report.ts';
import { rangeJson } from '../features/sources.ts';
import type { Code, Finding, Severity } from '../model/finding.ts';
import type { JudgedFlow, PathReport } from '../workspace/analysis.ts';
import type { Unread } from './input.ts';
import { print } from './output.ts';
import { rootedPath } from './paths.ts';
import { placeOf } from './pretty.ts';
import type { Bar, Judged, Reporter } from './reporter.ts';
import { type Attributes, XML_HEAD, element, xmlText } from './xml.ts';

type Outcome = 'passed' | 'failure' | 'skipped' | 'error';

interface Case {
  readonly outcome: Outcome;
  readonly xml: string;
}

/** Codes whose findings are about the verdict of a flow: they are told in the flow's own case. */
const VERDICT_CODES: ReadonlySet<Code> = new Set<Code>(['missing-flow', 'blocked-flow', 'partial-flow', 'return-blocked', 'fallback-flow', 'undecided-flow']);

export function junitReporter(bar: Bar): Reporter {
  const suites: { readonly name: string; readonly cases: readonly Case[] }[] = [];
  return {
    file: (judged) => void suites.push({ name: judged.file.path, cases: casesOf(judged, bar) }),
    end: (_report, unread) => {
      suites.push(...unread.map(({ path, why }) => ({ name: path, cases: [unreadCase({ path, why })] })));
      const all = suites.flatMap((suite) => suite.cases);
      const written = suites.map(({ name, cases }) => `  ${element('testsuite', { name, ...counts(cases) }, lines(cases.map((c) => c.xml), '    '))}\n`);
      print(`${XML_HEAD}${element('testsuites', { name: 'veeam-ports', ...counts(all) }, written.length > 0 ? `\n${written.join('')}` : '')}\n`);
    },
  };
}

const lines = (parts: readonly string[], indent: string): string => (parts.length === 0 ? '' : `\n${parts.map((part) => `${indent}${part}\n`).join('')}${indent.slice(2)}`);

function counts(cases: readonly Case[]): Attributes {
  const count = (outcome: Outcome): number => cases.filter((c) => c.outcome === outcome).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function casesOf(judged: Judged, bar: Bar): Case[] {
  const { analysis, file, findings } = judged;
  const reports = new Map(analysis.reports.map((report) => [report.path, report]));
  const flows = analysis.paths.flatMap((path, index) => {
    const [report, policy] = [reports.get(path), file.policies[index]];
    return report && policy ? report.flows.flatMap((flow, nth) => (policy.flows[nth] ? [flowCase(flow, policy.flows[nth], report, policy, judged, bar)] : [])) : [];
  });
  const others = findings.filter((f) => !VERDICT_CODES.has(f.code) && bar.failing.includes(f.severity)).map((f) => findingCase(f, judged));
  return [...flows, ...others];
}

function flowCase(judgedFlow: JudgedFlow, flow: FlowJson, report: PathReport, policy: PolicyJson, judged: Judged, bar: Bar): Case {
  const { analysis, file, findings } = judged;
  const name = { classname: `${file.path} ${policy.name} (${policy.direction})`, name: flow.flow, ...locationOf(judged, policy.range.start.line) };
  const about = findings.filter((f) => VERDICT_CODES.has(f.code) && f.flows.includes(flow.flow) && (f.policy ?? report.path.head.key) === report.path.head.key);
  if (flow.verdict === 'open') return passed(name);
  const [worst] = about;
  const severity = worst?.severity ?? (analysis.module ? severityElsewhere(judgedFlow, report) : undefined);
  const fails = flow.verdict === 'undecided' ? bar.strict : severity !== undefined && bar.failing.includes(severity);
  const message = worst?.message ?? `${flow.verdict}: ${judgedFlow.flow.purpose}`;
  if (!fails) return skipped(name, severity === undefined ? `${flow.verdict}; not reported: an alternative serves, or a directive ignores it` : message);
  return failure(name, { message, type: worst?.code ?? flow.verdict }, [
    message,
    ...about.flatMap((f) => f.related.map((r) => `${placeOf(r, judged.sources)} ${r.message}`)),
    ...flow.decidedBy.map((d) => `decided by ${d.path}:${d.range.start.line}:${d.range.start.column} ${d.action === 'default' ? 'the default' : d.text}`),
    ...(worst ? [documentationOf(worst.code)] : []),
  ]);
}

/** Of a flow whose finding stands in another document of the module. */
function severityElsewhere(flow: JudgedFlow, report: PathReport): Severity | undefined {
  const problem = problemsOf(report).find((p) => p.flows.includes(flow));
  return problem && flowSeverity(`${problem.verdict}-flow`, flow, report);
}

function findingCase(finding: Finding, judged: Judged): Case {
  const { code, uri, span, message } = finding;
  const { start } = rangeJson(span, judged.sources.lines(uri));
  return failure({ classname: judged.file.path, name: `${code} at ${start.line}:${start.column}`, ...locationOf(judged, start.line) }, { message, type: code }, [
    `${placeOf(finding, judged.sources)} ${message}`,
    documentationOf(code),
  ]);
}

function locationOf({ analysis, file }: Judged, line: number): Attributes {
  return { file: rootedPath(analysis.uri) ?? file.path, line };
}

function unreadCase({ path, why }: Unread): Case {
  return { outcome: 'error', xml: element('testcase', { classname: path, name: 'is read' }, element('error', { message: why, type: 'unread' })) };
}

const passed = (name: Attributes): Case => ({ outcome: 'passed', xml: element('testcase', name) });
const skipped = (name: Attributes, message: string): Case => ({ outcome: 'skipped', xml: element('testcase', name, element('skipped', { message })) });
const failure = (name: Attributes, about: Attributes, told: readonly string[]): Case => ({ outcome: 'failure', xml: element('testcase', name, element('failure', about, xmlText(told.join('\n')))) });
