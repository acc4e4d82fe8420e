/** Lines of a text by offset, for readers and writers of line-shaped languages. */

const NEWLINE = 10;
const RETURN = 13;

/** The same text, offsets kept, in which a lone carriage return (old Mac files) is a newline. */
export function withNewlines(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}

/** The offset after the line break before `offset`, or 0. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isBreak(text.charCodeAt(at - 1))) at--;
  return at;
}

/** The offset of the line break at or after `offset`, or the text's end. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
  return at;
}

/** The offset of the next line's start, or the text's end. */
export function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  if (end >= text.length) return end;
  return text.charCodeAt(end) === RETURN && text.charCodeAt(end + 1) === NEWLINE ? end + 2 : end + 1;
}

/** The blanks that the line of `offset` begins with. */
export function indentation(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let at = start;
  while (at < text.length && (text[at] === ' ' || text[at] === '\t')) at++;
  return text.slice(start, at);
}

/** The line break that the text uses: its first one. */
export function lineBreak(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

function isBreak(code: number): boolean {
  return code === NEWLINE || code === RETURN;
}
