/** What the tool prints: results on standard output, everything else in single lines on standard error. */

/** Ends the command with exit code 2 and its message, one sentence. */
export class ToolError extends Error {}

/** Characters that would steer a terminal or reorder what it shows, written visibly. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (c) => (c === '\n' ? ' ' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  // JSON leaves the C1 control characters, which some terminals obey, as they are.
  print(JSON.stringify(value, undefined, 2).replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`));
}

/** One line on standard error. */
export function complain(message: string): void {
  process.stderr.write(`veeam-ports: ${visible(message)}\n`);
}

type Tint = 'red' | 'yellow' | 'blue' | 'grey' | 'green' | 'bold';
const CODES: Readonly<Record<Tint, number>> = { red: 31, yellow: 33, blue: 34, grey: 90, green: 32, bold: 1 };

export type Paint = (tint: Tint, text: string) => string;

/** Colours on a terminal only, and not with NO_COLOR (no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const { NO_COLOR, TERM } = process.env;
  const coloured = stream.isTTY === true && !NO_COLOR && TERM !== 'dumb';
  return (tint, text) => (coloured ? `\u001b[${CODES[tint]}m${text}\u001b[0m` : text);
}

/** Rows with their columns aligned; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(visible));
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  return shown.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd()).join('\n');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
