/** What changed in the documentation between two days, as a Markdown document. */
import type { Catalog } from '../catalog/catalog.ts';
import { type Aspect, type WorkloadChange, diffViews } from '../catalog/diff.ts';
import type { CatalogView } from '../catalog/view.ts';
import { neededPorts } from '../checks/words.ts';
import type { Flow } from '../model/flow.ts';
import { markdownTable } from './markdownTable.ts';
import { MARKDOWN } from './markup.ts';

/** How a changed aspect of a flow is called. */
export const ASPECT_WORDS: Readonly<Record<Aspect, string>> = {
  application: 'application protocol',
  conditions: 'conditions',
  openedBy: 'way of being opened',
  alternatives: 'alternatives',
  sourcePorts: 'source ports',
};

/** @param days ISO dates, the earlier first; the newest documentation if the second is absent. */
export function catalogComparison(catalog: Catalog, before: string, after: string | undefined): string {
  const [old, now] = [catalog.at(before), catalog.at(after)];
  const changes = diffViews(old, now);
  return `${MARKDOWN.paragraphs([
    `# ${MARKDOWN.text(`Veeam ports: ${before} to ${after ?? 'the newest documentation'}`)}`,
    ...old.warnings.map(({ message }) => MARKDOWN.text(message)),
    ...(changes.length === 0 ? ['Nothing changed.'] : changes.map((change) => workloadChapter(change, now))),
  ])}\n`;
}

function workloadChapter({ workload, pages, pairs, renamed }: WorkloadChange, view: CatalogView): string {
  const name = (id: string): string => view.components.get(id)?.name ?? id;
  const row = (change: string, flow: Flow): string[] => [change, name(flow.from), name(flow.to), neededPorts(flow), flow.purpose];
  const rows = pairs.flatMap(({ removed, added, altered }) => [
    ...removed.map((flow) => row('removed', flow)),
    ...added.map((flow) => row('added', flow)),
    ...altered.map(({ after, aspects }) => row(`other ${aspects.map((aspect) => ASPECT_WORDS[aspect]).join(' and ')}`, after)),
  ]);
  return MARKDOWN.paragraphs([
    `## ${MARKDOWN.text(view.workloads.get(workload)?.name ?? workload)}`,
    MARKDOWN.list(pages.map(({ page, before, after }) => `${MARKDOWN.link(page, page)}: ${MARKDOWN.text(`${before.date} (build ${before.build}) → ${after.date} (build ${after.build})`)}`)),
    ...(renamed.length > 0 ? [MARKDOWN.list(renamed.map(({ component, before, after }) => `${MARKDOWN.code(component)}: ${MARKDOWN.text(`“${before}” is now called “${after}”`)}`))] : []),
    rows.length > 0 ? markdownTable([['Change', 'From', 'To', 'Ports', 'Purpose'], ...rows]) : 'No flow changed.',
  ]);
}
