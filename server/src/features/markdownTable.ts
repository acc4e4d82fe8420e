/** A table of GitHub Flavored Markdown whose cells are plain words: no markup, no HTML, no link but an address that stands alone. A number at the start of a cell begins no list. */
import { MARKDOWN } from './markup.ts';

/** The first row is the heading. */
export function markdownTable([heading = [], ...rows]: readonly (readonly string[])[]): string {
  return [line(heading), line(heading.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n');
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function cell(text: string): string {
  return /^https:\/\/[\w./-]+$/.test(text) ? `<${text}>` : MARKDOWN.text(text).replace(/^(\d+)\\(?=[.)])/, '$1');
}
