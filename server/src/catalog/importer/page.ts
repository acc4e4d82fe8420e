/** The model of a Help Center page between its readers (Markdown now) and the import: headings, paragraphs, tables. */

export interface PageText {
  /** Without query and fragment. */
  readonly url?: string;
  readonly title?: string;
  /** ISO date. */
  readonly updated?: string;
  readonly build?: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly line: number; readonly text: string }
  | { readonly kind: 'table'; readonly line: number; readonly header: readonly string[]; readonly rows: readonly TextRow[] };

/** Cells that a rowspan above covers are missing, whatever their column. */
export interface TextRow {
  /** From 1. */
  readonly line: number;
  /** Plain text; a line break within a cell is `\n`. */
  readonly cells: readonly string[];
}

/** `2/12/2026` as `2026-02-12`; an ISO date stays as it is. */
export function isoDate(text: string): string | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (!parts) return undefined;
  const [, month = '', day = '', year = ''] = parts;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
