/** The catalog's own sentences in the language of the user: they are data, so the call that translates them names none. */
import { t } from '@vscode/l10n';

/** A purpose, a condition, a feature's name, a hint or a note on history; a site's own pages stay as they were written. */
export const catalogText = (text: string): string => t(text);
