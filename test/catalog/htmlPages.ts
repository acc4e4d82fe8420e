/** Turns a page of Markdown tables into HTML, with row spans for the cells that the Markdown lost. Knows nothing of the importer. */

/** A row without its first cells, as the seed pages have them. */
export function columnsOfLostCells(cells: readonly string[], width: number): number[] {
  return Array.from({ length: width - cells.length }, (_, column) => column);
}

/** Without `spans` the rows lack their cells in HTML too. */
export function htmlOf(markdown: string, spans: boolean): string {
  const [, matter = '', body = markdown] = /^---\n([^]*?)\n---\n([^]*)$/.exec(markdown) ?? [];
  const field = (name: string): string => new RegExp(`^${name}: "?(.*?)"?$`, 'm').exec(matter)?.[1] ?? '';
  const parts = body.split(/\n{2,}/).map((part) => (part.startsWith('|') ? table(part.split('\n').filter((line) => line !== ''), spans) : paragraphs(part)));
  const updated = field('last_updated') && `<p>Page updated ${field('last_updated')}</p><p>Page content applies to build ${field('product_version')}</p>`;
  return `<!DOCTYPE html>\n<html><head><title>${field('title')}</title><link rel="canonical" href="${field('source_url')}"></head>\n<body>${parts.join('\n')}${updated}</body></html>`;
}

function paragraphs(part: string): string {
  const heading = /^(#+) (.*)$/.exec(part.trim());
  if (heading) return `<h${heading[1]?.length ?? 1}>${inline(heading[2] ?? '')}</h${heading[1]?.length ?? 1}>`;
  return `<p>${inline(part.trim())}</p>`;
}

function table(lines: readonly string[], spans: boolean): string {
  const rows = lines.filter((line) => !/^\| --- \|/.test(line)).map((line) => line.replace(/^\| ?/, '').replace(/ ?\|\s*$/, '').split(/ ?(?<!\\)\| ?/));
  const width = rows[0]?.length ?? 0;
  const isLost = (at: number, column: number): boolean => columnsOfLostCells(rows[at] ?? [], width).includes(column);
  const html = rows.map((cells, at) => {
    const lost = width - cells.length;
    const written = cells.map((cell, index) => {
      let height = 1;
      while (at + height < rows.length && isLost(at + height, lost + index)) height++;
      return `<td${spans && height > 1 ? ` rowspan="${height}"` : ''}>${inline(cell)}</td>`;
    });
    return `<tr>${written.join('')}</tr>`;
  });
  return `<table>\n${html.join('\n')}\n</table>`;
}

function inline(text: string): string {
  return text
    .replace(/\\([|*_<>\\])/g, '$1')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '<a href="x">$1</a>')
    .replace(/ {2,}/g, '<br>');
}
