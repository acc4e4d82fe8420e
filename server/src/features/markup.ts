/** Writes the few forms that cards are made of, as Markdown or as plain text. What comes from a file can never become markup. */
export interface Markup {
  /** Words of our own or of a file, taken literally. */
  text(words: string): string;
  /** A quotation of the file. */
  code(words: string): string;
  strong(words: string): string;
  link(label: string, url: string): string;
  list(items: readonly string[]): string;
  paragraphs(blocks: readonly string[]): string;
}

/** One line without control characters and without characters that reorder text on the screen. */
export function plain(words: string): string {
  return words.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').trim();
}

const CODE_LIMIT = 160;

function shortened(words: string): string {
  const line = plain(words);
  return line.length > CODE_LIMIT ? `${line.slice(0, CODE_LIMIT)}…` : line;
}

/** Escapes what Markdown would read in running text, at the start of a line, or as an address to link. */
function escaped(words: string): string {
  return plain(words)
    .replace(/[\\`*{}[\]#|<>&~!@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/^([-+=]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
    .replace(/\b([a-z][a-z0-9+.-]{0,30})(?=:\S)/gi, '$1\\')
    .replace(/\bwww(?=\.)/gi, '$&\\');
}

export const MARKDOWN: Markup = {
  text: escaped,
  code(words) {
    const line = shortened(words);
    const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
    const fence = '`'.repeat(longest + 1);
    return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
  },
  strong: (words) => `**${MARKDOWN.text(words)}**`,
  link: (label, url) => `[${MARKDOWN.text(label)}](${encodeURI(url).replace(/[()]/g, (c) => (c === '(' ? '%28' : '%29'))})`,
  list: (items) => items.map((item) => `- ${item}`).join('\n'),
  paragraphs: (blocks) => blocks.join('\n\n'),
};

export const PLAIN: Markup = {
  text: plain,
  code: shortened,
  strong: plain,
  link: (label, url) => `${plain(label)} (${url})`,
  list: (items) => items.map((item) => `• ${item}`).join('\n'),
  paragraphs: (blocks) => blocks.join('\n\n'),
};
