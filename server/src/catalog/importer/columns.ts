/** Puts the cells of a row into their columns, where rowspans above have swallowed some. */
import { isDash, looksLikeProtocol, shown } from './cells.ts';
import type { TextRow } from './page.ts';
import { looksLikePorts } from './portCell.ts';

type Column = 'from' | 'to' | 'protocol' | 'port' | 'notes';

export interface PlacedRow extends Readonly<Record<Column, string>> {
  readonly line: number;
  /** The heading within the table that the row stands under. */
  readonly group?: string;
}

export type Placing =
  | PlacedRow
  | { readonly line: number; readonly problem: string }
  /** A row that is a heading over the rows below it. */
  | { readonly line: number; readonly heading: string };

const HEADERS: Readonly<Record<string, Column>> = {
  from: 'from', to: 'to', protocol: 'protocol', port: 'port', ports: 'port', 'port/endpoint': 'port', notes: 'notes', description: 'notes',
};

/** The columns of a port table in order, or what is wrong with its header. */
export function columnsOf(header: readonly string[]): readonly Column[] | string {
  const names = header.map((cell) => cell.toLowerCase());
  const columns = names.map((name) => (Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined));
  const known = columns.filter((column) => column !== undefined);
  if (known.length === columns.length && known.length <= 5 && ['from', 'to', 'protocol', 'port'].every((column, at) => known[at] === column)) return known;
  if (!isHeader(header)) return 'the table has no header line with From, To, Protocol and Port';
  const lacking = ['From', 'To', 'Protocol', 'Port'].find((column) => !columns.some((each) => each === column.toLowerCase()));
  return `the table has the columns ${shown(header.join(', '))}${lacking === undefined ? '' : `, but no ${lacking}`}`;
}

/** Whether a table speaks of ports at all, readable or not. */
export function isPortTable(header: readonly string[], rows: readonly TextRow[]): boolean {
  return isHeader(header) || [header, ...rows.map((row) => row.cells)].some((cells) =>
    cells.some((cell, at) => looksLikeProtocol(cell) && looksLikePorts(cells[at + 1] ?? '')));
}

/** Without one, the first row of a table is a row like the others. */
export function isHeader(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.toLowerCase());
  return (names.includes('from') && names.includes('to')) || (names.includes('protocol') && names.includes('port'));
}

/** Rows below may share it. */
const LONGEST_NOTE = 10_000;

type Cells = Partial<Record<Column, string>>;

/** One table's rows; From, To and Protocol carry down from the row above. */
export function placeRows(columns: readonly Column[], rows: readonly TextRow[]): Placing[] {
  let above: Cells = {};
  let group: string | undefined;
  return rows.map(({ line, cells }): Placing => {
    const [first = '', ...others] = cells;
    if (cells.length === columns.length && first !== '' && others.every((cell) => cell === '')) {
      above = {};
      group = shown(first);
      return { line, heading: group };
    }
    const own = placeCells(columns, cells);
    if (typeof own === 'string') {
      // A row of a port and its note takes nothing away from what the row above lends.
      if (cells.length !== 2 || !/^\d/.test(first)) above = cells.length === columns.length ? { from: cells[0], to: cells[1], protocol: cells[2] } : {};
      return { line, problem: own };
    }
    above = { ...above, ...own };
    const { from, to, protocol } = above;
    if (from === undefined || to === undefined || protocol === undefined || own.port === undefined) {
      return { line, problem: 'cells are missing, and the row above cannot lend them' };
    }
    return { line, from, to, protocol, port: own.port, notes: (own.notes ?? '').slice(0, LONGEST_NOTE), ...(group !== undefined && { group }) };
  });
}

/** The row's own cells by what they look like, or why that cannot be told. */
function placeCells(columns: readonly Column[], cells: readonly string[]): Cells | string {
  if (cells.length > columns.length) return `${cells.length} cells under ${columns.length} headers`;
  const [from, to, protocol = '', port, notes] = cells;
  if (cells.length === columns.length && (looksLikeProtocol(protocol) || isDash(protocol))) {
    return { from, to, protocol, port, ...(notes !== undefined && { notes }) };
  }
  const at = cells.slice(0, 3).findIndex((cell, index) => isProtocolBefore(cell, cells[index + 1]));
  const portAt = at < 0 ? 0 : at + 1;
  if (at < 0 && !looksLikePorts(cells[0] ?? '')) {
    return cells.some(looksLikePorts) ? 'the cell before the port does not look like a protocol' : 'no cell looks like a protocol or ports';
  }
  const after = cells.length - portAt - 1;
  if (after > columns.length - 4) return `${after} cells stand after the port`;
  return {
    ...(at === 2 && { from: cells[0] }),
    ...(at > 0 && { to: cells[at - 1] }),
    ...(at >= 0 && { protocol: cells[at] }),
    port: cells[portAt],
    ...(after === 1 && { notes: cells[portAt + 1] }),
  };
}

/** The cell after a protocol is the port's, whatever it says; a dash is one before another dash. */
function isProtocolBefore(cell: string, next: string | undefined): boolean {
  return next !== undefined && (looksLikeProtocol(cell) || (cell !== '' && next !== '' && isDash(cell) && isDash(next)));
}
