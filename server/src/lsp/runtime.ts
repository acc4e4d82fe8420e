/** What the place where the server runs adds to it. */
import type { ServiceHost } from '../service.ts';

export interface Runtime {
  /** Reads what documents include, no further than the given workspace folders (uris); absent where there are no files. */
  readonly includes?: (folders: () => readonly string[]) => NonNullable<ServiceHost['include']>;
  /** Settles when what has arrived meanwhile has had its turn. */
  readonly nextTurn?: () => Promise<void>;
}

/** The turn that every runtime has. */
export const timerTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
