/** near-miss: a rule is one slip away from serving a flow that is missing or blocked. Stands beside the flow's own finding. */
import { t } from '@vscode/l10n';
import type { Correction } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { type Check, finding, ruleSpan, uriOf } from './check.ts';
import { type NearMiss, nearMisses } from './nearMissRules.ts';
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
      corrections: corrected(miss, analysis),
    }),
  );
};

/** The port as it was meant, if its rule has the number in one place only; elsewhere it may belong to something else. */
function corrected({ entry, slip }: NearMiss, analysis: Analysis): Correction[] {
  if (!slip || entry.uri !== undefined) return [];
  const { start, end } = ruleSpan(entry);
  const [only, ...others] = analysis.text.slice(start, end).matchAll(new RegExp(`(?<![\\w.:/-])${String(slip.read)}(?![\\w.:/-])`, 'g'));
  if (!only || others.length > 0) return [];
  const newText = String(slip.meant);
  return [{ title: t('Change to {0}', newText), span: { start: start + only.index, end: start + only.index + only[0].length }, newText, ofRule: true }];
}
