/** Commands of the server: what the command line answers, for editors that want to show it their own way. */
import { t } from '@vscode/l10n';
import { type ExecuteCommandParams, LSPErrorCodes, ErrorCodes, ResponseError } from 'vscode-languageserver';
import { readRevision } from '../catalog/catalog.ts';
import { dialectById } from '../dialects/registry.ts';
import { REQUEST_FORMATS } from '../features/portRequest.ts';
import { RequestProblem } from '../features/requestProblem.ts';
import type { LanguageService } from '../service.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { recordOf } from './settings.ts';

type Fields = Readonly<Record<string, unknown>>;

/** About an open document; the argument is an object with its `uri`, and what is named here. */
const ABOUT_DOCUMENTS: Readonly<Record<string, (analysis: Analysis, fields: Fields, service: LanguageService) => unknown>> = {
  'veeamPorts.server.coverage': (analysis, _, service) => service.coverage(analysis),
  /** `packet` as in a line of `trace --packets`. */
  'veeamPorts.server.trace': (analysis, { packet }, service) => service.trace(analysis, packet),
  'veeamPorts.server.guards': (analysis, _, service) => service.guardPlaces(analysis),
  'veeamPorts.server.portRequest': (analysis, { format }, service) => service.portRequest(analysis, oneOf('format', format, REQUEST_FORMATS)),
};

/** About the catalog; the argument is an object with what is named here, or nothing. */
const ABOUT_CATALOG: Readonly<Record<string, (fields: Fields, service: LanguageService) => unknown>> = {
  'veeamPorts.server.catalog': (_, service) => service.catalog(),
  /** A dialect's id; ids of components, and of workloads if the components belong to several. */
  'veeamPorts.server.generate'({ dialect: id, guards, use }, service) {
    const ids = service.catalog();
    const dialect = typeof id === 'string' ? dialectById(id) : undefined;
    if (!dialect) throw new RequestProblem(t('{0} “{1}” is not {2}', 'dialect', shown(id), ids.dialects.map((dialect) => dialect.id).join(', ')));
    const components = known('guards', guards, ids.components);
    const workloads = use === undefined ? undefined : known('use', use, ids.workloads);
    return service.newPolicy(dialect, { guards: components, ...(workloads ? { use: workloads } : {}) });
  },
  /** Two days, the earlier first; the second may be `latest`. */
  'veeamPorts.server.compare'({ before, after }, service) {
    const [first, second] = [dayOf('before', before), dayOf('after', after)];
    if (first === undefined || (second !== undefined && first > second)) throw new RequestProblem(t('“{0}” comes after “{1}”; name the earlier day first', shown(before), shown(after)));
    return service.comparison(first, second);
  },
};

export const COMMANDS: readonly string[] = [...Object.keys(ABOUT_DOCUMENTS), ...Object.keys(ABOUT_CATALOG)];

/**
 * @param about runs work on an open document and gives null for one that is not analysed.
 * @throws {ResponseError} in one sentence what is wrong with the arguments.
 */
export async function runCommand({ command, arguments: [argument] = [] }: ExecuteCommandParams, service: LanguageService, about: <T>(uri: string, work: (analysis: Analysis) => T) => Promise<T | null>): Promise<unknown> {
  if (!COMMANDS.includes(command)) throw new ResponseError(ErrorCodes.InvalidParams, `${command} is no command of this server`);
  const fields = recordOf(argument);
  const ofDocument = ABOUT_DOCUMENTS[command];
  if (!ofDocument) return refused(() => ABOUT_CATALOG[command]?.(fields, service));
  const { uri } = fields;
  if (typeof uri !== 'string') throw new ResponseError(ErrorCodes.InvalidParams, `${command} needs an object with the uri of an open document`);
  return about<unknown>(uri, (analysis) => refused(() => ofDocument(analysis, fields, service)));
}

/** What the request itself is to blame for is answered with its sentence; it is no failure of the server. */
function refused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RequestProblem) throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    throw error;
  }
}

function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new RequestProblem(t('{0} “{1}” is not {2}', name, shown(value), choices.join(', ')));
  return found;
}

function known(name: string, value: unknown, all: readonly { readonly id: string }[]): string[] {
  const words: readonly unknown[] = Array.isArray(value) ? value : [];
  if (words.length === 0) throw new RequestProblem(t('{0} is a list of at least one id', name));
  return words.map((word) => all.find(({ id }) => id === word)?.id ?? unknownId(name, word));
}

function unknownId(name: string, word: unknown): never {
  throw new RequestProblem(t('{0} “{1}” is not in the catalog', name, shown(word)));
}

/** Undefined for the newest. */
function dayOf(name: string, value: unknown): string | undefined {
  const read = typeof value === 'string' ? readRevision(value) : undefined;
  if (!read) throw new RequestProblem(t('{0} “{1}” is not a day such as 2026-02-12, nor latest', name, shown(value)));
  return read.date;
}

const shown = (value: unknown): string => (typeof value === 'string' || value === undefined ? String(value) : JSON.stringify(value));
