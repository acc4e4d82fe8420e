/** near-miss: a rule is one slip away from serving a flow that is missing or blocked. Stands beside the flow's own finding. */
import { t } from '@vscode/l10n';
import { type Check, finding, uriOf } from './check.ts';
import { nearMisses } from './nearMissRules.ts';
import { problemsOf } from './problems.ts';
import { neededPorts, wayOf } from './words.ts';

export const nearMiss: Check = (analysis) => {
  const found = analysis.reports.flatMap((report) => problemsOf(report).filter((p) => p.verdict === 'missing').flatMap((p) => nearMisses(p, report, analysis)).map((miss) => ({ miss, report })));
  const first = [...new Map(found.map((f) => [`${f.miss.entry.uri ?? ''} ${String(f.miss.span.start)} ${f.miss.message}`, f])).values()];
  return first.map(({ miss, report }) =>
    finding({
      code: 'near-miss',
      uri: uriOf(miss.entry, analysis),
      span: miss.span,
      message: `${miss.message} ${t('{0} needs {1}.', wayOf(analysis, [miss.flow]), neededPorts(miss.flow.flow))}`,
      flows: [miss.flow.flow.id],
      policy: report.path.head.key,
    }),
  );
};
