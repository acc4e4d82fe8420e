/** Lists of words as a sentence holds them. */
import { t } from '@vscode/l10n';

/** "A, B and C". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : t('{0} and {1}', words.slice(0, -1).join(', '), words.at(-1) ?? '');
}

/** "A, B or C". */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : t('{0} or {1}', words.slice(0, -1).join(', '), words.at(-1) ?? '');
}
