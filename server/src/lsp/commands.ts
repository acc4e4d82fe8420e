/** Commands of the server: what the command line answers about a file, for editors that want to show it their own way. */
import { type ExecuteCommandParams, LSPErrorCodes, ErrorCodes, ResponseError } from 'vscode-languageserver';
import { PacketProblem } from '../features/packets.ts';
import type { LanguageService } from '../service.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { recordOf } from './settings.ts';

/** Their one argument is an object: `{ uri }`, for a trace also `packet` as in a line of `trace --packets`. */
const COVERAGE = 'veeamPorts.server.coverage';
const TRACE = 'veeamPorts.server.trace';

export const COMMANDS = [COVERAGE, TRACE] as const;

/**
 * @param about runs work on an open document and gives null for one that is not analysed.
 * @throws {ResponseError} in one sentence what is wrong with the arguments.
 */
export async function runCommand({ command, arguments: [argument] = [] }: ExecuteCommandParams, service: LanguageService, about: <T>(uri: string, work: (analysis: Analysis) => T) => Promise<T | null>): Promise<unknown> {
  const { uri, packet } = recordOf(argument);
  if (!COMMANDS.some((known) => known === command)) throw new ResponseError(ErrorCodes.InvalidParams, `${command} is no command of this server`);
  if (typeof uri !== 'string') throw new ResponseError(ErrorCodes.InvalidParams, `${command} needs an object with the uri of an open document`);
  return about<unknown>(uri, (analysis) => {
    if (command === COVERAGE) return service.coverage(analysis);
    try {
      return service.trace(analysis, packet);
    } catch (error) {
      if (error instanceof PacketProblem) throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
      throw error;
    }
  });
}
