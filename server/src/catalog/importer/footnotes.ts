/** Footnotes of port tables: which paragraphs they are, and where cells cite them by superscripts or by digits glued to a word. */
import { oneLine } from './cells.ts';
import type { PlacedRow } from './columns.ts';

interface Footnote {
  /** `1` to `9`. */
  readonly mark: string;
  readonly text: string;
  /** The page does not set its marks apart, so that cells may cite them by a digit that is glued to a word. */
  readonly glued: boolean;
}

/** By mark; a mark that a section uses twice has both texts. */
export type Footnotes = ReadonlyMap<string, Footnote>;

const SUPERSCRIPTS = '\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079';
const SUPERSCRIPT = new RegExp(`[${SUPERSCRIPTS}]`, 'g');

/** For markup that says what is a superscript; other text stays. */
export function superscript(text: string): string {
  return /^\s*[1-9]\s*$/.test(text) ? SUPERSCRIPTS.charAt(Number(text) - 1) : text;
}

/** Every row that cites a footnote repeats its text. */
const LONGEST = 1000;

export function withoutSuperscripts(text: string): string {
  return text.replace(SUPERSCRIPT, '').trim();
}

/** A paragraph that begins with a mark and goes on with text. */
export function readFootnote(paragraph: string): Footnote | undefined {
  const parts = new RegExp(`^(?:([1-9]) |([${SUPERSCRIPTS}]) ?)(?=\\S)`).exec(paragraph);
  if (!parts) return undefined;
  const mark = parts[1] ?? String(SUPERSCRIPTS.indexOf(parts[2] ?? '') + 1);
  return { mark, text: oneLine(paragraph.slice(parts[0].length, LONGEST)), glued: parts[1] !== undefined };
}

/** With a footnote that may have the mark of another. */
export function withFootnote(footnotes: Footnotes, added: Footnote): Footnotes {
  const known = footnotes.get(added.mark);
  const both = known ? { ...added, text: `${known.text} / ${added.text}`.slice(0, LONGEST), glued: known.glued || added.glued } : added;
  return new Map([...footnotes, [added.mark, both]]);
}

export function gluedMarks(footnotes: Footnotes): string[] {
  return [...footnotes.values()].filter((footnote) => footnote.glued).map((footnote) => footnote.mark);
}

/** Cell text without superscripts, and without glued digits that are marks of these footnotes. */
export function withoutMarks(text: string, footnotes: Footnotes): string {
  const plain = withoutSuperscripts(text);
  const marks = gluedMarks(footnotes);
  return marks.length === 0 ? plain : plain.replace(afterWord(marks), '');
}

/** Superscripts count in every cell; digits where they cannot be a part of a number. */
export function citedFootnotes({ from, to, protocol, port, notes }: PlacedRow, footnotes: Footnotes): Footnote[] {
  const cells = [from, to, notes];
  return [...footnotes.values()].filter(({ mark, glued }) =>
    [...cells, protocol, port].some((cell) => cell.includes(SUPERSCRIPTS.charAt(Number(mark) - 1)))
    || (glued && cells.some((cell) => afterWord([mark]).test(cell))));
}

/** Digits after a word or its full stop. */
function afterWord(marks: readonly string[]): RegExp {
  return new RegExp(`(?<=[A-Za-z)][.,]?)[${marks.join('')}](?![\\w.])`, 'g');
}
