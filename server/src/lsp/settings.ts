/** The user's settings, section `veeamPorts`, whatever shape the client sends: what cannot be used falls back to its default. */
import { CODES, type Code, SEVERITIES, type Severity } from '../model/finding.ts';
import { readRevision } from '../catalog/catalog.ts';
import type { SeveritySettings } from '../features/diagnostics.ts';
import { globMatcher } from './glob.ts';

export const SECTION = 'veeamPorts';

export interface Settings {
  /** A day; absent for the newest documented ports. */
  readonly revision?: string;
  readonly severity: SeveritySettings;
  readonly codeLens: boolean;
  readonly inlayHints: boolean;
  /** In megabytes. */
  readonly maxFileSize: number;
  readonly associations: readonly { readonly matches: (uri: string) => boolean; readonly dialect: string }[];
}

const DEFAULT_MAX_FILE_SIZE = 16;

/** @param sent the section's value, or an object that holds the section. */
export function readSettings(sent: unknown): Settings {
  const values = recordOf(recordOf(sent)[SECTION] ?? sent);
  const { revision, maxFileSize } = values;
  const day = typeof revision === 'string' ? readRevision(revision)?.date : undefined;
  const files = recordOf(values['files'])['associations'] ?? values['files.associations'];
  return {
    ...(day === undefined ? {} : { revision: day }),
    severity: Object.fromEntries(Object.entries(recordOf(values['severity'])).filter((entry): entry is [Code, Severity | 'off'] => isCode(entry[0]) && isSeverity(entry[1]))),
    codeLens: isEnabled(values, 'codeLens'),
    inlayHints: isEnabled(values, 'inlayHints'),
    maxFileSize: typeof maxFileSize === 'number' && maxFileSize > 0 ? maxFileSize : DEFAULT_MAX_FILE_SIZE,
    associations: Object.entries(recordOf(files)).flatMap(([glob, dialect]) => (typeof dialect === 'string' ? [{ matches: globMatcher(glob), dialect }] : [])),
  };
}

/** `codeLens.enabled`, in either form; on unless it is switched off. */
function isEnabled(values: Record<string, unknown>, name: string): boolean {
  return (recordOf(values[name])['enabled'] ?? values[`${name}.enabled`]) !== false;
}

/** The value, or an empty object for what is none. */
export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const isCode = (code: string): boolean => Object.hasOwn(CODES, code);
const isSeverity = (value: unknown): boolean => value === 'off' || SEVERITIES.some((severity) => severity === value);
