/** Reads a Help Center page saved as Markdown, with or without the rule line under table headers. */
import { plainUrl } from '../catalog.ts';
import { oneLine } from './cells.ts';
import type { Block, PageText, TextRow } from './page.ts';
import { isoDate } from './page.ts';

interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

export function readMarkdown(text: string): PageText {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/).map((each, index): Line => ({ number: index + 1, text: each }));
  const matter = frontMatter(lines);
  const blocks = blocksOf(lines.slice(matter.end));
  const updated = isoDate(matter.fields.get('last_updated') ?? said(lines, /^Page updated (\S+)/));
  const build = matter.fields.get('product_version') ?? said(lines, /^Page content applies to build (\S+)/);
  const url = matter.fields.get('source_url');
  const title = matter.fields.get('title');
  return {
    ...(url !== undefined && { url: plainUrl(url) }),
    ...(title !== undefined && { title }),
    ...(updated !== undefined && { updated }),
    ...(build !== '' && { build }),
    blocks,
  };
}

function said(lines: readonly Line[], pattern: RegExp): string {
  for (const { text } of lines) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return '';
}

function frontMatter(lines: readonly Line[]): { fields: ReadonlyMap<string, string>; end: number } {
  const fields = new Map<string, string>();
  if (lines[0]?.text.trim() !== '---') return { fields, end: 0 };
  const end = lines.findIndex(({ text }, index) => index > 0 && text.trim() === '---');
  if (end < 0) return { fields, end: 0 };
  for (const { text } of lines.slice(1, end)) {
    const field = /^(\w+):\s*"?([^"]+)"?\s*$/.exec(text);
    if (field?.[1] !== undefined && field[2]?.trim()) fields.set(field[1], field[2].trim());
  }
  return { fields, end: end + 1 };
}

function blocksOf(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const isTable = lines[at]?.text.startsWith('|') ?? false;
    let end = at;
    while (end < lines.length && lines[end]?.text.trim() !== '' && (lines[end]?.text.startsWith('|') ?? false) === isTable) end++;
    const run = lines.slice(at, end);
    const first = run[0];
    if (first === undefined) at++;
    else blocks.push(...(isTable ? tableBlocks(run, first.number) : textBlocks(run, first)));
    at = Math.max(end, at);
  }
  return blocks;
}

function textBlocks(run: readonly Line[], { number: line, text }: Line): Block[] {
  const marked = /^#+\s+(.*\S)\s*$/.exec(text)?.[1];
  if (marked !== undefined) {
    const [, next] = run;
    const heading: Block = { kind: 'heading', line, text: oneLine(plainText(marked)) };
    return next ? [heading, ...textBlocks(run.slice(1), next)] : [heading];
  }
  const joined = oneLine(plainText(run.map((each) => each.text).join(' ')));
  return [{ kind: run.length === 1 && looksLikeHeading(joined) ? 'heading' : 'paragraph', line, text: joined }];
}

/** The dumps lost their heading marks: a short line of its own that is no sentence, no list item and no page furniture. */
function looksLikeHeading(text: string): boolean {
  return text.length <= 120 && !/[.:;!?,]$/.test(text) && !/^(?:[*-] |\d)/.test(text)
    && !/^(?:In this article|Page updated|Page content applies)/.test(text);
}

/** A box around a note is a table of one column: a paragraph in truth. */
function tableBlocks(run: readonly Line[], line: number): Block[] {
  const rows = run
    .map((each): TextRow => ({ line: each.number, cells: cellsOf(each.text) }))
    .filter(({ cells }) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  const [header, ...body] = rows;
  if (header === undefined) return [];
  if (header.cells.length > 1) return [{ kind: 'table', line, header: header.cells, rows: body }];
  return rows.filter(({ cells }) => cells[0] !== '').map((row): Block => (
    { kind: 'paragraph', line: row.line, text: oneLine(row.cells.join(' ')) }));
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => plainText(cell));
}

/**
 * Takes links to their text, unescapes, repairs no-break spaces (also read as Latin-1 and encoded anew), and takes a
 * run of blanks for the line break that the dump lost there.
 */
function plainText(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\\([\\|*_<>])/g, '$1')
    .replace(/\u00C2?\u00A0|\u00C2(?= )/g, ' ')
    .replace(/\t/g, ' ')
    .trim()
    .replace(/ {2,}/g, '\n');
}
