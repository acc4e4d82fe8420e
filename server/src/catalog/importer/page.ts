/** The model of a Help Center page between its readers (Markdown, HTML) and the import: headings, paragraphs, tables. */
import { plainUrl } from '../catalog.ts';
import { oneLine } from './cells.ts';

export interface PageText {
  /** Without query and fragment. */
  readonly url?: string;
  readonly title?: string;
  /** ISO date. */
  readonly updated?: string;
  readonly build?: string;
  readonly blocks: readonly Block[];
}

export type Block = TextBlock | TableBlock;

export interface TextBlock {
  readonly kind: 'heading' | 'paragraph';
  /** From 1. */
  readonly line: number;
  /** On one line. */
  readonly text: string;
}

export interface TableBlock {
  readonly kind: 'table';
  readonly line: number;
  readonly header: TextRow;
  readonly rows: readonly TextRow[];
}

/** In Markdown, cells that a rowspan above covers are missing, whatever their column. */
export interface TextRow {
  readonly line: number;
  /** Plain text; a line break within a cell is `\n`. */
  readonly cells: readonly string[];
}

/** What a page says of itself. */
export type Identity = Pick<PageText, 'url' | 'title' | 'updated' | 'build'>;

/** Leaves out what is empty or cannot be used, and looks in the blocks for a date and a build that are not given. */
export function pageText(given: { readonly [K in keyof Identity]?: string | undefined }, blocks: readonly Block[]): PageText {
  const said = (pattern: RegExp): string | undefined => {
    for (const block of blocks) {
      const found = block.kind === 'table' ? undefined : pattern.exec(block.text)?.[1];
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const url = plainUrl(given.url ?? '');
  const title = oneLine(given.title ?? '');
  const updated = isoDate(given.updated ?? said(/^Page updated (\S+)/) ?? '');
  const build = given.build ?? said(/^Page content applies to build (\S+)/);
  return {
    ...(/^https?:\/\/\S+$/.test(url) && { url }),
    ...(title !== '' && { title }),
    ...(updated !== undefined && { updated }),
    ...(build !== undefined && { build }),
    blocks,
  };
}

/** `2/12/2026` as `2026-02-12`; an ISO date stays as it is. */
function isoDate(text: string): string | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (!parts) return undefined;
  const [, month = '', day = '', year = ''] = parts;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Where marks of headings are lost: a short line of its own that is no sentence, no list item and no page furniture. */
export function looksLikeHeading(text: string): boolean {
  return text.length <= 120 && !/[.:;!?,]$/.test(text) && !/^(?:[*-] |\d)/.test(text)
    && !/^(?:In this article|Page updated|Page content applies)/.test(text);
}

/** UTF-8 read as Windows-1252 and written anew, and characters that are not seen. */
const REPAIRS: readonly (readonly [RegExp, string])[] = [
  [/\u00E2(?:\u20AC[\u201C\u201D]|\u0080[\u0093\u0094])/g, '\u2013'],
  [/\u00E2(?:\u20AC\u2122|\u0080\u0099)/g, '\u2019'],
  [/\u00C2?\u00A0|\u00C2(?= )|[\t\f\v\u2000-\u200A\u202F]/g, ' '],
  [/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, ''],
];

export function repaired(text: string): string {
  return REPAIRS.reduce((all, [wrong, right]) => all.replace(wrong, right), text);
}
