/**
 * Save text that a script prints line by line: `( echo "*filter"; … ) | iptables-restore`.
 * Source: POSIX.1-2017, echo; Shell Command Language, 2.2 Quoting, 2.9.2 Pipelines.
 */
import type { Command, Item, SimpleCommand } from '../../text/shellTree.ts';

/** One string in quotes, or words without any: nothing that a shell would expand, and no option of `echo`. */
const DOUBLE = /^"((?:[^"\\$`\r\n]|\\")*)"$/;
const SINGLE = /^'([^'\\\r\n]*)'$/;
const PLAIN = /^(?!-[neE]+\b)[^"'\\$`*?~#{}!\r\n]*$/;

/** What `echo` prints of its words as written, every character in its place. */
function line(written: string): string | undefined {
  const quoted = DOUBLE.exec(written) ?? SINGLE.exec(written);
  if (quoted) return ` ${(quoted[1] ?? '').replaceAll('\\"', ' "')} `;
  return PLAIN.test(written) ? written : undefined;
}

function echoOf(item: Item): SimpleCommand | undefined {
  if (item.kind !== 'list' || item.steps.length !== 1) return undefined;
  const { commands = [], negated = false } = item.steps[0]?.pipeline ?? {};
  const [command] = commands;
  if (commands.length !== 1 || negated || command?.kind !== 'simple' || command.words[0]?.bare !== 'echo') return undefined;
  return command.words.length > 1 && command.assignments.length + command.redirections.length === 0 ? command : undefined;
}

/** What a group of nothing but `echo` prints, in the places where the text has it, blanks around; undefined if the text alone does not tell. */
export function printedBy(command: Command, base: number, text: string): { readonly text: string; readonly start: number } | undefined {
  if ((command.kind !== 'group' && command.kind !== 'subshell') || command.redirections.length > 0) return undefined;
  const start = base + command.start;
  const pieces: string[] = [];
  let at = start;
  for (const item of command.body) {
    const echo = echoOf(item);
    if (!echo || item.kind !== 'list') return undefined;
    const from = item.base + (echo.words[1]?.start ?? 0);
    const to = item.base + (echo.words.at(-1)?.end ?? 0);
    const printed = line(text.slice(from, to));
    const between = blank(text.slice(at, from));
    // Two on one line would become one line of the save text.
    if (printed === undefined || (pieces.length > 0 && !between.includes('\n'))) return undefined;
    pieces.push(between, printed);
    at = to;
  }
  pieces.push(blank(text.slice(at, base + command.end)));
  return { text: pieces.join(''), start };
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Characters before an argument in which its `echo` is looked for. */
const WITHIN = 40;

/** Whether what stands at an offset is the beginning of an argument of `echo`. */
export const isPrinted = (text: string, at: number): boolean => /(?:^|[\s({;])echo[ \t]+["']?[ \t]*:?$/.test(text.slice(Math.max(0, at - WITHIN), at));
