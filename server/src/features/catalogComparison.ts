/** What changed in the documentation between two days, as a Markdown document. */
import { t } from '@vscode/l10n';
import type { Catalog } from '../catalog/catalog.ts';
import { catalogText } from '../catalog/text.ts';
import { type Aspect, type WorkloadChange, diffViews } from '../catalog/diff.ts';
import type { CatalogView } from '../catalog/view.ts';
import { neededPorts } from '../checks/words.ts';
import type { Flow } from '../model/flow.ts';
import { markdownTable } from './markdownTable.ts';
import { MARKDOWN } from './markup.ts';

/** How a changed aspect of a flow is called. */
export const ASPECT_WORDS: Readonly<Record<Aspect, () => string>> = {
  application: () => t('application protocol'),
  conditions: () => t('conditions'),
  openedBy: () => t('way of being opened'),
  alternatives: () => t('alternatives'),
  sourcePorts: () => t('source ports'),
};

/** @param days ISO dates, the earlier first; the newest documentation if the second is absent. */
export function catalogComparison(catalog: Catalog, before: string, after: string | undefined): string {
  const [old, now] = [catalog.at(before), catalog.at(after)];
  const changes = diffViews(old, now);
  return `${MARKDOWN.paragraphs([
    `# ${MARKDOWN.text(t('Veeam ports: {0} to {1}', before, after ?? t('the newest documentation')))}`,
    ...old.warnings.map(({ message }) => MARKDOWN.text(message)),
    ...(changes.length === 0 ? [t('Nothing changed.')] : changes.map((change) => workloadChapter(change, now))),
  ])}\n`;
}

function workloadChapter({ workload, pages, pairs, renamed }: WorkloadChange, view: CatalogView): string {
  const name = (id: string): string => view.components.get(id)?.name ?? id;
  const row = (change: string, flow: Flow): string[] => [change, name(flow.from), name(flow.to), neededPorts(flow), catalogText(flow.purpose)];
  const rows = pairs.flatMap(({ removed, added, altered }) => [
    ...removed.map((flow) => row(t('removed'), flow)),
    ...added.map((flow) => row(t('added'), flow)),
    ...altered.map(({ after, aspects }) => row(t('other {0}', aspects.map((aspect) => ASPECT_WORDS[aspect]()).reduce((all, one) => t('{0} and {1}', all, one))), after)),
  ]);
  return MARKDOWN.paragraphs([
    `## ${MARKDOWN.text(view.workloads.get(workload)?.name ?? workload)}`,
    MARKDOWN.list(pages.map(({ page, before, after }) => `${MARKDOWN.link(page, page)}: ${MARKDOWN.text(t('{0} (build {1}) → {2} (build {3})', before.date, before.build, after.date, after.build))}`)),
    ...(renamed.length > 0 ? [MARKDOWN.list(renamed.map(({ component, before, after }) => `${MARKDOWN.code(component)}: ${MARKDOWN.text(t('“{0}” is now called “{1}”', before, after))}`))] : []),
    rows.length > 0 ? markdownTable([[t('Change'), t('From'), t('To'), t('Ports'), t('Purpose')], ...rows]) : t('No flow changed.'),
  ]);
}
