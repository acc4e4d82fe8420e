/** What the tool prints: results on standard output, everything else in single lines on standard error. */

/** Ends the command with exit code 2 and its message, one sentence. */
export class ToolError extends Error {}

/** Control and formatting characters, line separators and lone surrogates; the joiners that scripts and emoji need are left. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;
/** The beginning of what runners of Azure Pipelines, GitHub Actions and TeamCity obey anywhere in a line. */
const COMMAND = /#(?=#[\w-]*\[)/g;
const LONGEST = 1000;

/**
 * One line in which everything that would steer a terminal, reorder what it shows, or command a CI runner
 * (`::error::` at the start of a line, `##vso[` anywhere in it) is written visibly.
 */
export function visible(text: string): string {
  return text
    .replace(/\r?\n[ \t]*|\t/g, ' ')
    .replace(STEERING, escaped)
    .replace(COMMAND, '\\u0023')
    .replace(/^(\s*):(?=:)/, '$1\\u003a');
}

/** The same, of a length that a person reads. */
export function shown(text: string, longest = LONGEST): string {
  return visible(text.length > longest ? `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : text);
}

function escaped(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
  return JSON.stringify(value, undefined, indent).replace(/(?![\r\n\t])\p{Cc}|[\p{Zl}\p{Zp}\p{Cf}]/gu, escaped).replace(COMMAND, '\\u0023');
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
