/** Turns a Help Center page into a catalog page: what can be read becomes rows, all else is reported by line number. */
import type { Catalog } from '../catalog.ts';
import type { WorkloadId } from '../../model/flow.ts';
import type { Column } from './columns.ts';
import { columnsOf, isPortTable, placeRows } from './columns.ts';
import { openedPairs } from './conditions.ts';
import { readMarkdown } from './markdown.ts';
import type { Block, PageText } from './page.ts';
import { PartyReader, madeUpId } from './parties.ts';
import type { Footnote, ImportedRow, RowContext } from './rows.ts';
import { readRow } from './rows.ts';
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
  /** Rows of port tables; each one is either imported or reported. */
  readonly rows: { readonly imported: number; readonly reported: number };
}

type Table = Extract<Block, { kind: 'table' }>;

interface Section {
  readonly heading: string;
  readonly tables: Table[];
  readonly footnotes: Footnote[];
}

/** `name` is the file's name, from which the address, and then the workload, of an unmarked page are guessed. */
export function importPage(text: string, name: string, catalog: Catalog): ImportResult {
  const page = readMarkdown(text);
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

  let reported = 0;
  const sections = sectionsOf(page).flatMap(({ heading, tables, footnotes }): ImportedSection[] => {
    const rows: ImportedRow[] = [];
    const context: RowContext = { parties, features: catalog.data.features, opened, footnotes };
    for (const table of tables) {
      for (const placed of placeTable(table)) {
        const result = 'problem' in placed ? placed : readRow(placed, context);
        if ('row' in result) {
          rows.push(result.row);
          for (const message of result.doubts) doubt(placed.line, message);
        } else {
          reported++;
          problems.push({ line: placed.line, message: result.problem, leftOut: true });
        }
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
  const imported = sections.reduce((sum, section) => sum + section.rows.length, 0);
  return { yaml, problems: problems.sort((a, b) => a.line - b.line), rows: { imported, reported } };
}

function placeTable(table: Table): ReturnType<typeof placeRows> {
  const columns: readonly Column[] | undefined = columnsOf(table.header);
  if (columns) return placeRows(columns, table.rows);
  return table.rows.map(({ line }) => ({ line, problem: `the table's columns are ${table.header.join(', ')}` }));
}

/** The port tables under the heading nearest above, with the footnotes that follow them. */
function sectionsOf({ blocks, title }: PageText): Section[] {
  const sections = new Map<string, Section>();
  let heading = title ?? 'Ports';
  for (const block of blocks) {
    if (block.kind === 'heading') {
      heading = block.text;
      continue;
    }
    const section = sections.get(heading) ?? { heading, tables: [], footnotes: [] };
    sections.set(heading, section);
    if (block.kind === 'table') {
      if (isPortTable(block.header)) section.tables.push(block);
    } else {
      const footnote = /^([1-9]) (.+)$/s.exec(block.text);
      if (footnote?.[1] !== undefined && footnote[2] !== undefined) section.footnotes.push({ digit: footnote[1], text: footnote[2] });
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
