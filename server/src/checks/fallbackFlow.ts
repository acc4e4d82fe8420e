/** fallback-flow: of a flow with a preferred port only the fallback ports are open. */
import { t } from '@vscode/l10n';
import { listed } from '../core/lists.ts';
import type { JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { type Check, finding, standsAt } from './check.ts';
import { neededPorts, transportText, wayOf } from './words.ts';
import { portText } from '../model/flow.ts';

export const fallbackFlow: Check = (analysis) => analysis.reports.flatMap((report) =>
  report.flows.filter((f) => f.verdict.fallbackOnly && !servedOtherwise(f, report)).map((f) =>
    finding({
      code: 'fallback-flow',
      uri: standsAt(report, f.verdict.open).uri,
      span: standsAt(report, f.verdict.open).header,
      message: t('{0}: only the fallback {1} of {2} is open; open {3} too.', wayOf(analysis, [f]), listed(f.flow.items.slice(1).map(portText)), neededPorts(f.flow), `${transportText(f.flow)} ${f.flow.items[0] ? portText(f.flow.items[0]) : ''}`),
      flows: [f.flow.id],
      policy: report.path.head.key,
    }),
  ),
);

/** Whether another of the flow's alternative targets is open as it is preferred, or speaks for all of them. */
function servedOtherwise({ flow }: JudgedFlow, report: PathReport): boolean {
  if (flow.alternativeGroup === undefined) return false;
  const open = report.flows.filter((f) => f.flow.alternativeGroup === flow.alternativeGroup && f.verdict.verdict === 'open');
  return open.some((f) => !f.verdict.fallbackOnly) || open[0]?.flow !== flow;
}
