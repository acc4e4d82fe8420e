/** One HTML table while it is read: its rows, with the cells that spans cover filled in. */
import type { TableBlock, TextRow } from './page.ts';

/** Further cells of a row join the last. */
const WIDEST = 60;

interface Cell {
  readonly width: number;
  readonly height: number;
  text: string;
}

interface Row {
  readonly line: number;
  readonly cells: Cell[];
}

/** A cell that covers rows below. */
interface Hanging {
  readonly rows: number;
  readonly text: string;
}

export class HtmlTable {
  readonly #line: number;
  readonly #rows: TextRow[] = [];
  /** By column. */
  #hanging: (Hanging | undefined)[] = [];
  #row: Row | undefined;
  #cell: Cell | undefined;
  #text = '';

  constructor(line: number) {
    this.#line = line;
  }

  /** All cells, a line each, for the cell of an outer table. */
  get text(): string {
    return this.#text;
  }

  /** Row spans end with their group of rows. */
  openGroup(): void {
    this.closeRow();
    this.#hanging = [];
  }

  openRow(line: number): void {
    this.closeRow();
    this.#row = { line, cells: [] };
  }

  openCell(line: number, width: number, height: number): void {
    const row = this.#row ??= { line, cells: [] };
    if (row.cells.length < WIDEST) row.cells.push({ width: Math.max(width, 1), height: height === 0 ? Infinity : height, text: '' });
    this.#cell = row.cells.at(-1);
  }

  addText(text: string): void {
    if (this.#cell && text !== '') this.#cell.text = joined(this.#cell.text, text);
  }

  closeCell(): void {
    this.#cell = undefined;
  }

  /** Text goes into every row that its cell covers, and into the first of the columns. */
  closeRow(): void {
    this.#cell = undefined;
    const row = this.#row;
    if (!row) return;
    this.#row = undefined;
    const above = this.#hanging;
    const cells: string[] = [];
    const hanging: (Hanging | undefined)[] = [];
    const put = (text: string, rowsBelow: number): void => {
      if (rowsBelow > 0) hanging[cells.length] = { rows: rowsBelow, text };
      cells.push(text);
    };
    const fromAbove = (): void => {
      for (let each = above[cells.length]; each; each = above[cells.length]) put(each.text, each.rows - 1);
    };
    for (const { width, height, text } of row.cells) {
      fromAbove();
      for (let column = 0; column < width && cells.length < WIDEST; column++) put(column === 0 ? text : '', height - 1);
      this.#text = joined(this.#text, text);
    }
    fromAbove();
    while (cells.length < above.length) {
      put('', 0);
      fromAbove();
    }
    this.#hanging = hanging;
    if (row.cells.length > 0) this.#rows.push({ line: row.line, cells });
  }

  /** Undefined without rows. */
  end(): TableBlock | undefined {
    this.closeRow();
    const [header, ...rows] = this.#rows;
    return header && { kind: 'table', line: this.#line, header, rows };
  }
}

function joined(text: string, more: string): string {
  return text === '' || more === '' ? text + more : `${text}\n${more}`;
}
