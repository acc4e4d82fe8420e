/** Reads a Help Center page saved as Markdown, with or without the rule line under table headers. */
import { oneLine } from './cells.ts';
import type { Block, PageText, TextBlock, TextRow } from './page.ts';
import { looksLikeHeading, pageText, repaired } from './page.ts';

interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

export function readMarkdown(text: string): PageText {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/).map((each, index): Line => ({ number: index + 1, text: each }));
  const { fields, end } = frontMatter(lines);
  return pageText({
    url: fields.get('source_url'), title: fields.get('title'), updated: fields.get('last_updated'), build: fields.get('product_version'),
  }, blocksOf(lines.slice(end)));
}

function frontMatter(lines: readonly Line[]): { fields: ReadonlyMap<string, string>; end: number } {
  const fields = new Map<string, string>();
  if (lines[0]?.text.trim() !== '---') return { fields, end: 0 };
  const end = lines.findIndex(({ text }, index) => index > 0 && text.trim() === '---');
  if (end < 0) return { fields, end: 0 };
  for (const { text } of lines.slice(1, end)) {
    const colon = text.indexOf(':');
    const value = text.slice(colon + 1).trim().replace(/^"/, '').replace(/"$/, '').trim();
    if (colon > 0 && value !== '') fields.set(text.slice(0, colon), value);
  }
  return { fields, end: end + 1 };
}

type LineKind = 'blank' | 'table' | 'heading' | 'text';

function kindOf({ text }: Line): LineKind {
  if (/^ {0,3}\|/.test(text)) return 'table';
  if (/^#{1,6}\s/.test(text)) return 'heading';
  return text.trim() === '' ? 'blank' : 'text';
}

/** Runs of lines of one kind; a heading is one line. */
function blocksOf(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const start = at;
    const first = lines[at++] as Line;
    const kind = kindOf(first);
    if (kind === 'blank') continue;
    if (kind === 'heading') {
      blocks.push({ kind, line: first.number, text: oneLine(plainText(first.text.replace(/^#+/, ''))) });
      continue;
    }
    while (at < lines.length && kindOf(lines[at] as Line) === kind) at++;
    const run = lines.slice(start, at);
    blocks.push(...(kind === 'table' ? tableBlocks(run, first.number) : [textBlock(run, first.number)]));
  }
  return blocks;
}

function textBlock(run: readonly Line[], line: number): TextBlock {
  const text = oneLine(plainText(run.map((each) => each.text).join(' ')));
  return { kind: run.length === 1 && looksLikeHeading(text) ? 'heading' : 'paragraph', line, text };
}

/** A box around a note is a table of one column: a paragraph in truth. */
function tableBlocks(run: readonly Line[], line: number): Block[] {
  const rows = run
    .map((each): TextRow => ({ line: each.number, cells: cellsOf(each.text) }))
    .filter(({ cells }) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  const [header, ...body] = rows;
  if (header === undefined) return [];
  if (header.cells.length > 1) return [{ kind: 'table', line, header, rows: body }];
  return rows.filter(({ cells }) => cells[0] !== '').map((row): Block => (
    { kind: 'paragraph', line: row.line, text: oneLine(row.cells.join(' ')) }));
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => plainText(cell));
}

/** Takes links to their text, unescapes, repairs, and takes a run of blanks for the line break that the dump lost there. */
function plainText(text: string): string {
  return repaired(text
    .replace(/\[([^\][]*)\]\((?:[^()]|\([^()]*\))*\)/g, '$1')
    .replace(/<br *\/?>/gi, '  ')
    .replace(/\\([\\|*_<>])/g, '$1'))
    .trim()
    .replace(/ {2,}/g, '\n');
}
