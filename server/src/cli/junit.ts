/**
 * Verdicts as a JUnit report, which CI servers show as test results: a suite for each file, a case for each flow of each policy,
 * and one for each other finding that fails. What fails here is what makes the exit code 1.
 */
import { documentationOf } from '../features/documentation.ts';
import type { FlowJson } from '../features/report.ts';
import { rangeJson } from '../features/sources.ts';
import type { Code, Finding } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { Unread } from './input.ts';
import { print } from './output.ts';
import { rootedPath } from './paths.ts';
import { placeOf } from './pretty.ts';
import type { Bar, Judged, Reporter } from './reporter.ts';
import { type Attributes, XML_HEAD, element, xmlText } from '../features/xml.ts';

type Outcome = 'passed' | 'failure' | 'skipped' | 'error';

interface Case {
  readonly outcome: Outcome;
  readonly xml: string;
}

/** Codes whose findings are about the verdict of a flow: they are told in the flow's own case. */
const VERDICT_CODES: ReadonlySet<Code> = new Set<Code>(['missing-flow', 'blocked-flow', 'partial-flow', 'return-blocked', 'fallback-flow', 'undecided-flow']);

/** What is said about the verdict of a flow, by the flow's key. In a module it may stand in another file than the policy. */
type Told = Map<string, Pick<Finding, 'code' | 'severity' | 'message'>[]>;

export function junitReporter(bar: Bar): Reporter {
  const told: Told = new Map();
  const suites: { readonly name: string; readonly cases: () => readonly Case[] }[] = [];
  return {
    file: (judged) => {
      tell(judged, told);
      suites.push({ name: judged.file.path, cases: casesOf(judged, bar, told) });
    },
    end: (_report, unread) => {
      const all = [...suites.map(({ name, cases }) => ({ name, cases: cases() })), ...unread.map((one) => ({ name: one.path, cases: [unreadCase(one)] }))];
      const written = all.map(({ name, cases }) => `  ${element('testsuite', { name, ...counts(cases) }, lines(cases.map((c) => c.xml), '    '))}\n`);
      print(`${XML_HEAD}${element('testsuites', { name: 'veeam-ports', ...counts(all.flatMap((suite) => suite.cases)) }, written.length > 0 ? `\n${written.join('')}` : '')}\n`);
    },
  };
}

function keyOf({ uri, module }: Analysis, policy: string | undefined, flow: string): string {
  return JSON.stringify([module ? uri.slice(0, uri.lastIndexOf('/')) : uri, policy, flow]);
}

function tell({ analysis, findings, sources }: Judged, told: Told): void {
  for (const { code, severity, message, policy, flows, related } of findings) {
    if (!VERDICT_CODES.has(code)) continue;
    const whole = [message, ...related.map((r) => `${placeOf(r, sources)} ${r.message}`)].join('\n');
    for (const flow of flows) {
      const key = keyOf(analysis, policy, flow);
      told.set(key, [...(told.get(key) ?? []), { code, severity, message: whole }]);
    }
  }
}

const lines = (parts: readonly string[], indent: string): string => (parts.length === 0 ? '' : `\n${parts.map((part) => `${indent}${part}\n`).join('')}${indent.slice(2)}`);

function counts(cases: readonly Case[]): Attributes {
  const count = (outcome: Outcome): number => cases.filter((c) => c.outcome === outcome).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

/** Cases wait for what later files tell; they keep no analysis alive. */
function casesOf(judged: Judged, bar: Bar, told: Told): () => readonly Case[] {
  const { analysis, file, findings } = judged;
  const reports = new Map(analysis.reports.map((report) => [report.path, report]));
  const flows = analysis.paths.flatMap((path, index) => {
    const policy = file.policies[index];
    if (!policy || !reports.has(path)) return [];
    return policy.flows.map((flow) => {
      const name = { classname: `${file.path} ${policy.name} (${policy.direction})`, name: flow.flow, ...locationOf(judged, policy.range.start.line) };
      const keys = [keyOf(analysis, path.head.key, flow.flow), keyOf(analysis, undefined, flow.flow)];
      return (): Case => flowCase(flow, name, keys.flatMap((key) => told.get(key) ?? []), bar);
    });
  });
  const others = findings.filter((f) => !VERDICT_CODES.has(f.code) && bar.failing.includes(f.severity)).map((f) => findingCase(f, judged));
  return () => [...flows.map((flow) => flow()), ...others];
}

function flowCase(flow: FlowJson, name: Attributes, about: readonly Pick<Finding, 'code' | 'severity' | 'message'>[], bar: Bar): Case {
  if (flow.verdict === 'open') return passed(name);
  const failing = about.find((f) => bar.failing.includes(f.severity));
  const worst = failing ?? about[0];
  const fails = flow.verdict === 'undecided' ? bar.strict : failing !== undefined;
  const message = worst?.message.split('\n')[0] ?? flow.verdict;
  if (!fails) return skipped(name, worst === undefined ? `${flow.verdict}; not reported: an alternative serves, or a directive ignores it` : message);
  return failure(name, { message, type: worst?.code ?? flow.verdict }, [
    ...new Set(about.map((f) => f.message)),
    ...flow.decidedBy.map((d) => `decided by ${d.path}:${d.range.start.line}:${d.range.start.column} ${d.action === 'default' ? 'the default' : d.text}`),
    ...(worst ? [documentationOf(worst.code)] : []),
  ]);
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
