/** The language of all texts: that of the translations which the client passes at the start, English without any. */
import { config } from '@vscode/l10n';
import type { RemoteConsole } from 'vscode-languageserver';
import { recordOf } from './settings.ts';

/**
 * Takes `translations` of the initialization options, the contents of one `l10n/bundle.l10n.*.json`; what is no such thing is
 * ignored with a line in the log.
 */
export function translateWith(initializationOptions: unknown, log: RemoteConsole): void {
  const translations = recordOf(initializationOptions)['translations'] ?? {};
  const usable = isTranslations(translations);
  if (!usable) log.warn('“translations” of the initialization options is not an object of strings, such as l10n/bundle.l10n.de.json holds: texts are in English.');
  config({ contents: usable ? translations : {} });
}

function isTranslations(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string');
}
