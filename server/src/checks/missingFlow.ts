/** missing-flow: no rule lets a required flow pass, and no rule but the default keeps it out. */
import { t } from '@vscode/l10n';
import { listed } from '../core/lists.ts';
import type { Finding, Related } from '../model/finding.ts';
import type { Analysis, PathReport } from '../workspace/analysis.ts';
import { type Check, finding, flowSeverity, lower, ruleSpan, standsAt, uriOf } from './check.ts';
import { nearMisses } from './nearMissRules.ts';
import { type Problem, grouped, peerOf, problemsOf } from './problems.ts';
import { strandedRules } from './stranded.ts';
import { capital, lineOf, portsOf, purposeOf, remarks, wayOf } from './words.ts';

export const missingFlow: Check = (analysis) => analysis.reports.flatMap((report) => {
  const missing = problemsOf(report).filter((p) => p.verdict === 'missing');
  return grouped(missing, (p) => `${peerOf(p, report)} ${severityOf(p, report)}`).map((problems) => describe(problems, report, analysis));
});

function severityOf(problem: Problem, report: PathReport): Finding['severity'] {
  return problem.flows.map((f) => flowSeverity('missing-flow', f, report)).reduce(lower);
}

function describe(problems: readonly Problem[], report: PathReport, analysis: Analysis): Finding {
  const { path } = report;
  const head = standsAt(report, problems[0]?.flows[0]?.verdict.lacking ?? []);
  const flows = problems.flatMap((p) => p.flows);
  const [first] = problems as [Problem];
  const ports = problems.map((p) => `${portsOf(p.flows[0]?.verdict.lacking ?? [])} (${purposeOf(p.flows[0]?.flow)})`);
  const denies = [...new Map(flows.flatMap((f) => f.verdict.decidedBy.filter((d) => d.standsForDefault && d.entry)).map((d) => [d.entry, d])).values()];
  const written = denies.map((d) => (d.entry ? t('{0} denies what no rule allowed', lineOf(analysis, d.entry)) : ''));
  const near = problems.flatMap((p) => nearMisses(p, report, analysis));
  const stranded = [...new Map(flows.flatMap((f) => strandedRules(f, report, analysis)).map((s) => [s.entry, s])).values()];
  const related: Related[] = [
    ...[...new Map(near.map((n) => [`${String(n.span.start)} ${n.message}`, n])).values()].map((n) => ({ uri: uriOf(n.entry, analysis), span: n.span, message: n.message })),
    ...denies.flatMap((d) => (d.entry ? [{ uri: uriOf(d.entry, analysis), span: ruleSpan(d.entry), message: t('Denies what no rule above allowed.') }] : [])),
    ...stranded.map(({ entry, chain }) => ({ uri: uriOf(entry, analysis), span: ruleSpan(entry), message: t('Would allow it, but nothing jumps to {0}.', chain) })),
  ];
  const hints = [
    ...(written.length > 0 ? [t('In {0}, {1}.', head.name, listed(written))] : []),
    ...(near.length > 0 ? [t('See {0}: {1}', listed([...new Set(near.map((n) => lineOf(analysis, n.entry)))]), near[0]?.message ?? '')] : []),
    ...stranded.map(({ entry, chain }) => t('{0} would allow it, but nothing jumps to {1}.', capital(lineOf(analysis, entry)), chain)),
  ];
  return finding({
    code: 'missing-flow',
    severity: severityOf(first, report),
    uri: head.uri,
    span: head.header,
    message: `${[t('{0}: no rule allows {1}.', wayOf(analysis, flows), listed(ports)), ...hints].join(' ')}${remarks(flows)}`,
    flows: flows.map((f) => f.flow.id),
    policy: path.head.key,
    related,
  });
}
