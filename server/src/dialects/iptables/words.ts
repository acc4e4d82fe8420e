/** The words of one line of an iptables-restore file: split at blanks, joined by double quotes, in which a backslash takes the next character as it is. */

/** Stands in a word for a piece that the text does not tell (a variable without a value). */
export const UNKNOWN = '\ue000';

/** `text` is what the tool gets; the bounds are those of the source text, quotes included, relative to the statement. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Why a piece of the word is {@link UNKNOWN}. */
  readonly why?: string;
}

export interface SplitLine {
  readonly words: readonly Word[];
  /** Where a quote opens that nothing closes. */
  readonly openQuote?: number;
}

const QUOTE = 34;
const BACKSLASH = 92;
const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 13;

export function splitWords(line: string): SplitLine {
  return line.includes('"') ? splitQuoted(line) : { words: splitPlain(line) };
}

/** By way of the engine's own `split`, which is quick from the first line on. */
function splitPlain(line: string): Word[] {
  const words: Word[] = [];
  let start = 0;
  for (const text of line.replace(/[\t\r]/g, ' ').split(' ')) {
    const end = start + text.length;
    if (end > start) words.push({ text, start, end });
    start = end + 1;
  }
  return words;
}

function splitQuoted(line: string): SplitLine {
  const words: Word[] = [];
  const n = line.length;
  let i = 0;
  let openQuote: number | undefined;
  while (i < n) {
    while (i < n && isBlank(line.charCodeAt(i))) i++;
    if (i >= n) break;
    const start = i;
    while (i < n && !isBlank(line.charCodeAt(i)) && line.charCodeAt(i) !== QUOTE) i++;
    if (i >= n || line.charCodeAt(i) !== QUOTE) {
      words.push({ text: line.slice(start, i), start, end: i });
      continue;
    }
    const pieces = [line.slice(start, i)];
    let quoted = false;
    for (; i < n; i++) {
      const c = line.charCodeAt(i);
      if (c === QUOTE) {
        quoted = !quoted;
        openQuote = quoted ? i : undefined;
      } else if (!quoted && isBlank(c)) break;
      else if (quoted && c === BACKSLASH && i + 1 < n) pieces.push(line.charAt(++i));
      else {
        const from = i;
        while (i + 1 < n && !isSpecial(line.charCodeAt(i + 1), quoted)) i++;
        pieces.push(line.slice(from, i + 1));
      }
    }
    words.push({ text: pieces.join(''), start, end: i });
  }
  return openQuote === undefined ? { words } : { words, openQuote };
}

function isSpecial(c: number, quoted: boolean): boolean {
  return c === QUOTE || (quoted ? c === BACKSLASH : isBlank(c));
}
