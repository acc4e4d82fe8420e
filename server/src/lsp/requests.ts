/** How requests are worked on: after what else has arrived, ended when cancelled, and never the end of the server. */
import { type CancellationToken, LSPErrorCodes, type RemoteConsole, ResponseError } from 'vscode-languageserver';

const PATIENCE_MS = 100;
const STEP_MS = 15;
/** A message may need one turn to be read and one to be handled. */
const QUIET_TURNS = 2;

export class Requests {
  constructor(
    private readonly nextTurn: () => Promise<void>,
    private readonly log: RemoteConsole,
  ) {}

  /** Waits until no message that has already arrived changes the state, so that only the newest is worked on. */
  async settled(state: () => unknown): Promise<void> {
    const started = Date.now();
    for (let quiet = 0; quiet < QUIET_TURNS && Date.now() - started < PATIENCE_MS; ) {
      const before = state();
      await this.nextTurn();
      quiet = state() === before ? quiet + 1 : 0;
    }
  }

  /** Runs work in steps and lets others have their turn between them. */
  async drive<T>(work: Generator<undefined, T>, token: CancellationToken): Promise<T> {
    let since = Date.now();
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      if (Date.now() - since < STEP_MS) continue;
      await this.nextTurn();
      checkCancelled(token);
      since = Date.now();
    }
  }

  /** A failure is logged and answered with `otherwise`; other documents and requests are not concerned. */
  async guarded<T>(what: string, uri: string, otherwise: T, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      this.log.error(failure(what, uri, error));
      return otherwise;
    }
  }
}

/** What the log says of an error: what failed, where, and the stack for whoever mends it. */
export function failure(what: string, uri: string, error: unknown): string {
  return `${what} failed for ${uri}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

export function checkCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}
