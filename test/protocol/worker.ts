/** The browser's bundle in a thread without Node's globals, spoken to as a page speaks to a web worker. */
import { Worker } from 'node:worker_threads';
import { AbstractMessageReader, AbstractMessageWriter, type DataCallback, type Disposable, type Message, type MessageConnection, createMessageConnection } from 'vscode-languageserver-protocol/node';

/** Makes the thread look like a worker's global scope; the bundle finds nothing else there. */
const SCOPE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const vm = require('node:vm');
  const source = require('node:fs').readFileSync(workerData, 'utf8');
  const scope = { postMessage: (data) => parentPort.postMessage(data), addEventListener: () => undefined, setTimeout, clearTimeout, setInterval, clearInterval, console, performance, queueMicrotask, TextEncoder, TextDecoder, crypto };
  scope.self = scope.globalThis = scope;
  parentPort.on('message', (data) => scope.onmessage({ data }));
  vm.runInNewContext(source, scope, { filename: workerData });
`;

class Reader extends AbstractMessageReader {
  constructor(private readonly worker: Worker) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const receive = (data: Message): void => callback(data);
    this.worker.on('message', receive);
    return { dispose: () => this.worker.off('message', receive) };
  }
}

class Writer extends AbstractMessageWriter {
  constructor(private readonly worker: Worker) {
    super();
  }

  write(message: Message): Promise<void> {
    this.worker.postMessage(message);
    return Promise.resolve();
  }

  end(): void {
    // The thread is ended by whoever started it.
  }
}

export function inWorker(bundle: string): { worker: Worker; connection: MessageConnection } {
  const worker = new Worker(SCOPE, { eval: true, workerData: bundle });
  const connection = createMessageConnection(new Reader(worker), new Writer(worker));
  // Requests that wait for an answer fail with the thread.
  worker.on('error', (error) => {
    console.error(error);
    connection.dispose();
  });
  return { worker, connection };
}
