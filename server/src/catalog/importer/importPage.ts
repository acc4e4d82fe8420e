/** Turns a Help Center page into a catalog page: what can be read becomes rows, all else is reported by line number. */
import type { Catalog } from '../catalog.ts';
import type { WorkloadId } from '../../model/flow.ts';
import { shown } from './cells.ts';
import type { Placing } from './columns.ts';
import { columnsOf, isHeader, isPortTable, placeRows } from './columns.ts';
import { openedPairs } from './conditions.ts';
import type { Footnotes } from './footnotes.ts';
import { readFootnote, withFootnote } from './footnotes.ts';
import type { PageText, TableBlock } from './page.ts';
import { PartyReader, madeUpId } from './parties.ts';
import type { ImportedRow, RowContext } from './rows.ts';
import { LONGEST_NAMES, readRow } from './rows.ts';
import type { ImportedSection } from './write.ts';
import { writePage } from './write.ts';

interface ImportProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** The row of that line is not in the result. */
  readonly leftOut: boolean;
}

export interface ImportResult {
  /** A catalog file; it loads once its TODOs are resolved, if the page has a date and a build. */
  readonly yaml: string;
  /** In the order of their lines. */
  readonly problems: readonly ImportProblem[];
  /** Rows of port tables: each one is imported, or reported, or a heading over the rows below it and reported as such. */
  readonly rows: { readonly imported: number; readonly reported: number; readonly headings: number };
}

interface Section {
  readonly heading: string;
  readonly placings: Placing[];
  footnotes: Footnotes;
}

/** `name` is the file's name, from which the address, and then the workload, of an unmarked page are guessed. */
export function importPage(page: PageText, name: string, catalog: Catalog): ImportResult {
  const problems: ImportProblem[] = [];
  const doubt = (line: number, message: string): void => void problems.push({ line, message, leftOut: false });
  const url = page.url ?? `https://helpcenter.veeam.com/${baseName(name)}.html`;
  if (page.url === undefined) doubt(1, `the page does not say its address; ${url} is a guess`);
  if (page.updated === undefined) doubt(1, 'the page does not say its date');
  if (page.build === undefined) doubt(1, 'the page does not say its build');

  const view = catalog.at();
  const known = catalog.page(url)?.workload;
  const workload: WorkloadId = known ?? guessedWorkload(url);
  if (known === undefined) doubt(1, `the catalog does not have this page; "${workload}" is a guess for its workload`);
  const parties = new PartyReader(workload, view.components.values(), view.workloadsOf);
  const opened = page.blocks.flatMap((block) => (block.kind === 'paragraph' ? openedPairs(block.text, parties) : []));

  const placed = sectionsOf(page);
  const rowsPlaced = placed.flatMap(({ placings }) => placings).filter((placing) => 'from' in placing);
  parties.learn(rowsPlaced.flatMap(({ from, to }) => [from, to]).filter((cell) => cell.length <= LONGEST_NAMES));
  const count = { imported: 0, reported: 0, headings: 0 };
  const sections = placed.flatMap(({ heading, placings, footnotes }): ImportedSection[] => {
    const rows: ImportedRow[] = [];
    const context: RowContext = { parties, features: catalog.data.features, opened, footnotes };
    for (const placing of placings) {
      if ('heading' in placing) {
        count.headings++;
        doubt(placing.line, `"${placing.heading}" is a heading over the rows below it, and stands in their notes`);
        continue;
      }
      const result = 'problem' in placing ? placing : readRow(placing, context);
      if ('row' in result) {
        count.imported++;
        rows.push(result.row);
        for (const message of result.doubts) doubt(placing.line, message);
      } else {
        count.reported++;
        problems.push({ line: placing.line, message: result.problem, leftOut: true });
      }
    }
    return rows.length > 0 ? [{ heading, rows }] : [];
  });
  for (const [id, printed] of parties.invented) doubt(1, `"${printed}" is no known component; it became ${id}`);

  const yaml = writePage({
    url,
    title: page.title ?? 'Ports',
    workload,
    newWorkload: !view.workloads.has(workload),
    date: page.updated ?? 'TODO',
    build: page.build ?? 'TODO',
    components: parties.invented,
    sections,
  });
  return { yaml, problems: problems.sort((a, b) => a.line - b.line), rows: count };
}

function placeTable({ header, rows }: TableBlock): Placing[] {
  const columns = columnsOf(header.cells);
  if (typeof columns !== 'string') return placeRows(columns, rows);
  return (isHeader(header.cells) ? rows : [header, ...rows]).map(({ line }) => ({ line, problem: columns }));
}

/** The port tables under the heading nearest above, with the footnotes that follow them. */
function sectionsOf({ blocks, title }: PageText): Section[] {
  const sections = new Map<string, Section>();
  let heading = title ?? 'Ports';
  for (const block of blocks) {
    if (block.kind === 'heading') {
      heading = shown(block.text);
      continue;
    }
    const section: Section = sections.get(heading) ?? { heading, placings: [], footnotes: new Map() };
    sections.set(heading, section);
    if (block.kind === 'table') {
      if (isPortTable(block.header.cells, block.rows)) for (const placing of placeTable(block)) section.placings.push(placing);
    } else {
      const footnote = readFootnote(block.text);
      if (footnote) section.footnotes = withFootnote(section.footnotes, footnote);
    }
  }
  return [...sections.values()];
}

/** `pve` for `.../pve_used_ports.html`. */
function guessedWorkload(url: string): WorkloadId {
  const words = baseName(url).toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return madeUpId(words.filter((word) => word !== 'used' && word !== 'ports'), 'workload');
}

function baseName(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/\.\w+$/, '');
}
