/** Requirements as lines of facts: what a page states, without a word of prose. */
import type { Requirement } from '../../server/src/model/flow.ts';
import { portText } from '../../server/src/model/flow.ts';

export const FACT_COLUMNS = [
  'workload', 'page', 'revision', 'build', 'section', 'row', 'from', 'to', 'transport', 'application', 'port', 'mode', 'features',
  'openedBy', 'self', 'sourcePorts',
];

/** Tab-separated, in `FACT_COLUMNS`; `-` where there is nothing, `!` before a feature that must be off. */
export function factLine(each: Requirement): string {
  const features = each.conditions.map(({ feature, needs }) => (needs === 'off' ? `!${feature}` : feature)).sort().join(' ');
  return [
    each.workload, each.page.replace(/^.*\//, ''), each.revision, each.build, each.section, each.row, each.from.id, each.to.id,
    each.transport, each.application ?? '-', portText(each.port), each.mode, features === '' ? '-' : features,
    each.openedBy ?? '-', each.self ? 'self' : '-', `${each.sourcePorts.first}-${each.sourcePorts.last}`,
  ].join('\t');
}
