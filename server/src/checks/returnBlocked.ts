/** return-blocked: the request passes and a stateless policy drops the answer. */
import { t } from '@vscode/l10n';
import { listed } from '../core/lists.ts';
import type { Finding } from '../model/finding.ts';
import type { Analysis, PathReport } from '../workspace/analysis.ts';
import { type Check, finding, flowSeverity, lower, ruleSpan, uriOf } from './check.ts';
import { denyRules } from './blockedFlow.ts';
import { type Problem, grouped, peerOf, problemsOf } from './problems.ts';
import { lineOf, portsOf, remarks, wayOf } from './words.ts';

export const returnBlocked: Check = (analysis) => analysis.reports.flatMap((report) => {
  const blocked = problemsOf(report).filter((p) => p.verdict === 'blocked' && denyRules(p).length === 0);
  return grouped(blocked, (p) => `${peerOf(p, report)} ${p.flows.map((f) => flowSeverity('return-blocked', f, report)).reduce(lower)}`).map((problems) => describe(problems, report, analysis));
});

function describe(problems: readonly Problem[], report: PathReport, analysis: Analysis): Finding {
  const flows = problems.flatMap((p) => p.flows);
  const drops = [...new Map(flows.flatMap((f) => f.verdict.decidedBy.filter((d) => d.answer)).map((d) => [d.entry ?? d.policy, d])).values()];
  const policy = drops[0]?.policy ?? report.path.head;
  const by = drops.map((d) => (d.entry ? lineOf(analysis, d.entry) : t('the default of {0}', d.policy.name)));
  return finding({
    code: 'return-blocked',
    severity: flows.map((f) => flowSeverity('return-blocked', f, report)).reduce(lower),
    uri: policy.uri,
    span: policy.header,
    message: `${t('{0}: {1} may pass {2}, but {3} drops the answers.', wayOf(analysis, flows), listed(problems.map((p) => portsOf(p.flows[0]?.verdict.lacking ?? []))), report.path.name, listed(by))}${remarks(flows)}`,
    flows: flows.map((f) => f.flow.id),
    policy: report.path.head.key,
    related: drops.flatMap((d) => (d.entry ? [{ uri: uriOf(d.entry, analysis), span: ruleSpan(d.entry), message: t('Drops the answers.') }] : [])),
  });
}
