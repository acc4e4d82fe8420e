/** What stands above a guarded policy: how many of the flows that it must let pass are open. */
import { t } from '@vscode/l10n';
import type { CodeLens, Command } from 'vscode-languageserver-types';
import { listed } from '../core/lists.ts';
import type { Direction } from '../model/policy.ts';
import type { Analysis, PathReport } from '../workspace/analysis.ts';
import type { ClientSupport } from './client.ts';
import { rangeOf } from './diagnostics.ts';

/** A command of the editor that shows a document's verdicts, for those that have it. */
const SHOW_COVERAGE = 'veeamPorts.showCoverage';

/** What {@link SHOW_COVERAGE} is given: the policy whose lens was clicked. */
interface CoverageArgument {
  readonly uri: string;
  /** As `check` names it. */
  readonly policy: string;
  readonly direction: Direction;
}

/** One lens per guarded path whose policy is named in the document, as `check` counts them. */
export function codeLensesOf(analysis: Analysis, client: ClientSupport): CodeLens[] {
  const here = analysis.reports.filter(({ path }) => path.head.uri === analysis.uri);
  return here.map((report) => {
    const { head, name, direction } = report.path;
    const shared = here.some((other) => other !== report && other.path.head.header.start === head.header.start);
    const title = shared ? t('{0}: {1}', DIRECTION[direction](), coverageOf(report)) : coverageOf(report);
    const argument: CoverageArgument = { uri: analysis.uri, policy: name, direction };
    // Editors show a lens with an empty command as text that cannot be clicked.
    const command: Command = client.commands.has(SHOW_COVERAGE) ? { title, command: SHOW_COVERAGE, arguments: [argument] } : { title, command: '' };
    return { range: rangeOf(head.header, analysis.lines), command };
  });
}

const DIRECTION: Readonly<Record<Direction, () => string>> = { in: () => t('In'), out: () => t('Out'), transit: () => t('Transit') };

/** `7 of 9 flows open, 1 cannot be told, 1 depends on local-update-mirror`. */
function coverageOf({ flows }: PathReport): string {
  if (flows.length === 0) return t('No flow is required here');
  const open = flows.filter(({ verdict }) => verdict.verdict === 'open').length;
  const undecided = flows.filter(({ verdict }) => verdict.verdict === 'undecided').length;
  const unstated = flows.filter((flow) => flow.unstated && flow.verdict.verdict !== 'open' && flow.verdict.verdict !== 'undecided');
  const features = [...new Set(unstated.flatMap(({ conditions }) => conditions.flatMap(({ feature, state }) => (state === 'unstated' ? [feature] : []))))];
  return [
    flows.length === 1 ? t('{0} of 1 flow open', open) : t('{0} of {1} flows open', open, flows.length),
    ...(undecided > 0 ? [t('{0} cannot be told', undecided)] : []),
    ...(unstated.length === 1 ? [t('1 depends on {0}', listed(features))] : unstated.length > 1 ? [t('{0} depend on {1}', unstated.length, listed(features))] : []),
  ].join(', ');
}
