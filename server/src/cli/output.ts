/** What the tool prints: results on standard output, everything else in single lines on standard error. */
import { RUNNER_COMMAND, escaped, visible } from '../features/visible.ts';

/** Ends the command with exit code 2 and its message, one sentence. */
export class ToolError extends Error {}

const LONGEST = 1000;

/** What {@link visible} makes of a text, of a length that a person reads. */
export function shown(text: string, longest = LONGEST): string {
  return visible(text.length > longest ? `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : text);
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printBytes(bytes: Uint8Array): void {
  process.stdout.write(bytes);
}

export function printJson(value: unknown): void {
  print(jsonText(value, 2));
}

/** JSON whose strings are the same to its readers and steer nothing on their way through a terminal or a log. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(/(?![\r\n\t])\p{Cc}|[\p{Zl}\p{Zp}\p{Cf}]/gu, escaped).replace(RUNNER_COMMAND, '\\u0023');
}

/** One line on standard error. */
export function complain(message: string): void {
  process.stderr.write(`veeam-ports: ${shown(message)}\n`);
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
