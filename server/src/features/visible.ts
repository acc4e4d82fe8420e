/** Text of files made harmless where people and programs read it: nothing in it steers a terminal, a page or a CI runner. */

/** Control and formatting characters, line separators and lone surrogates; the joiners that scripts and emoji need are left. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;
/** The beginning of what runners of Azure Pipelines, GitHub Actions and TeamCity obey anywhere in a line. */
export const RUNNER_COMMAND = /#(?=#[\w-]*\[)/g;

/**
 * One line in which everything that would steer a terminal, reorder what it shows, or command a CI runner
 * (`::error::` at the start of a line, `##vso[` anywhere in it) is written visibly.
 */
export function visible(text: string): string {
  return text
    .replace(/\r?\n[ \t]*|\t/g, ' ')
    .replace(STEERING, escaped)
    .replace(RUNNER_COMMAND, '\\u0023')
    .replace(/^(\s*):(?=:)/, '$1\\u003a');
}

/** Each UTF-16 unit as `\u001b`. */
export function escaped(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
