/** Puts the cells of a row into their columns, where rowspans above have swallowed some. */
import type { TextRow } from './page.ts';

export type Column = 'from' | 'to' | 'protocol' | 'port' | 'notes';

export interface PlacedRow extends Readonly<Record<Column, string>> {
  readonly line: number;
}

export type Placing = PlacedRow | { readonly line: number; readonly problem: string };

const HEADERS: Readonly<Record<string, Column>> = {
  from: 'from', to: 'to', protocol: 'protocol', port: 'port', ports: 'port', notes: 'notes', description: 'notes',
};

/** The columns of a port table in order; undefined if the header is not one's. */
export function columnsOf(header: readonly string[]): Column[] | undefined {
  const columns = header.map((cell) => HEADERS[cell.toLowerCase()]);
  const known = columns.filter((column) => column !== undefined);
  const whole = known.length === columns.length && ['from', 'to', 'protocol', 'port'].every((column, at) => known[at] === column);
  return whole ? known : undefined;
}

/** Whether a table speaks of ports at all, readable or not. */
export function isPortTable(header: readonly string[]): boolean {
  const names = header.map((cell) => cell.toLowerCase());
  return names.includes('from') && names.includes('to');
}

type Cells = Partial<Record<Column, string>>;

/** One table's rows; From, To and Protocol carry down from the row above. */
export function placeRows(columns: readonly Column[], rows: readonly TextRow[]): Placing[] {
  let above: Cells = {};
  return rows.map(({ line, cells }): Placing => {
    const own = placeCells(columns, cells);
    if (typeof own === 'string') {
      above = cells.length === columns.length ? { from: cells[0], to: cells[1], protocol: cells[2] } : {};
      return { line, problem: own };
    }
    above = { ...above, ...own };
    const { from, to, protocol } = above;
    if (from === undefined || to === undefined || protocol === undefined || own.port === undefined) {
      return { line, problem: 'cells are missing, and the row above cannot lend them' };
    }
    return { line, from, to, protocol, port: own.port, notes: own.notes ?? '' };
  });
}

/** The row's own cells by what they look like, or why that cannot be told. */
function placeCells(columns: readonly Column[], cells: readonly string[]): Cells | string {
  if (cells.length > columns.length) return `${cells.length} cells under ${columns.length} headers`;
  const ports = cells.flatMap((cell, index) => (looksLikePorts(cell) ? [index] : []));
  const [port] = ports;
  if (port === undefined) return 'no cell looks like ports';
  if (ports.length > 1) return `${ports.length} cells look like ports`;
  const hasProtocol = looksLikeProtocol(cells[port - 1] ?? '');
  if (!hasProtocol && port > 0) return 'the cell before the port does not look like a protocol';
  const before = hasProtocol ? port - 1 : 0;
  const after = cells.length - port - 1;
  if (before > 2) return `${before} cells stand before the protocol`;
  if (after > 1) return `${after} cells stand after the port`;
  return {
    ...(before === 2 && { from: cells[0] }),
    ...(before > 0 && { to: cells[before - 1] }),
    ...(hasProtocol && { protocol: cells[port - 1] }),
    port: cells[port],
    ...(after === 1 && { notes: cells[port + 1] }),
  };
}

/** Numbers joined by `to`, `or`, `and`, dashes, commas, `+`, brackets: nothing else. */
function looksLikePorts(cell: string): boolean {
  return /^\d(?:\d|to\b|or\b|and\b|[\s,;()+\u2013-])*$/.test(cell);
}

/** `TCP`, `TCP/HTTPS`, `TCP, UDP`, also an application protocol alone, which then cannot be read. */
function looksLikeProtocol(cell: string): boolean {
  const words = cell.split(/[\s,]+/).filter((word) => word !== 'and');
  return words.every((word) => /^(?:TCP|UDP|ICMP|HTTPS?|SSH|NDMP|TLS)(?:\/[A-Z()]+)?$/i.test(word));
}
