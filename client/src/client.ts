/** The running language server, as the desktop and the web build of the extension share it: started anew when the user or a setting asks for it. */
import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions, StaticFeature } from 'vscode-languageclient';
import { ASSOCIATIONS, CLIENT_NAME, SHOW_COVERAGE } from './names.ts';
import { documentSelector } from './documents.ts';

/** Builds the platform's client; called once per start. */
export type ClientFactory = (options: LanguageClientOptions) => BaseLanguageClient;

/** Tells the server which commands its lenses may name. */
const OWN_COMMANDS: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { commands: { commands: [SHOW_COVERAGE] } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

export class Session {
  private client: BaseLanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly output = vscode.window.createOutputChannel(CLIENT_NAME, { log: true });
  private readonly started = new vscode.EventEmitter<void>();
  /** A server has started: whatever was asked of another one is to be asked again. */
  readonly onDidStart = this.started.event;

  constructor(
    context: vscode.ExtensionContext,
    private readonly create: ClientFactory,
  ) {
    context.subscriptions.push(
      this.output,
      this.started,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(ASSOCIATIONS)) void this.restart();
      }),
    );
  }

  /** Ends the running server, if any, and starts another; calls in quick succession wait for one another. */
  restart(): Promise<void> {
    this.turn = this.stop().then(async () => {
      const { bundle } = vscode.l10n;
      this.client = this.create({ documentSelector: documentSelector(), outputChannel: this.output, ...(bundle ? { initializationOptions: { translations: bundle } } : {}) });
      this.client.registerFeature(OWN_COMMANDS);
      await this.client.start();
      this.started.fire();
    });
    return this.turn;
  }

  /** Settles when the server has ended; a start that failed has left nothing to end. */
  async stop(): Promise<void> {
    await this.turn.catch(() => undefined);
    const client = this.client;
    this.client = undefined;
    // A request that came in the same turn is still on its way to the server; without it the editor would show an error.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await client?.dispose();
  }

  /** Runs a command of the server, once it has started. Rejects with its sentence on what is wrong. */
  async run<T>(command: string, argument: object): Promise<T> {
    await this.turn;
    if (!this.client) throw new Error(vscode.l10n.t('The language server is not running. Run “Restart Server”.'));
    return this.client.sendRequest<T>('workspace/executeCommand', { command, arguments: [argument] });
  }

  /** Sends a notification; nothing while no server runs. */
  async tell(method: string, params: object): Promise<void> {
    await this.turn.catch(() => undefined);
    await this.client?.sendNotification(method, params);
  }

  showOutput(): void {
    this.output.show();
  }
}
