/** What the desktop and the web build of the extension share: which documents are checked, the output channel, the two commands. */
import * as vscode from 'vscode';
import type { BaseLanguageClient, DocumentFilter, LanguageClientOptions } from 'vscode-languageclient';

/** Also the section of the settings, and what the client reads `trace.server` under. */
export const CLIENT_ID = 'veeamPorts';
export const CLIENT_NAME = 'Veeam Ports';

const ASSOCIATIONS = `${CLIENT_ID}.files.associations`;

/** Builds the platform's client; called once per start. */
export type ClientFactory = (options: LanguageClientOptions) => BaseLanguageClient;

/** The server detects save files by content, so plain text with a telling name is sent to it too. */
function documentSelector(): DocumentFilter[] {
  const associations = vscode.workspace.getConfiguration().get<Record<string, string>>(ASSOCIATIONS, {});
  return [
    { language: 'nftables' },
    { language: 'iptables' },
    { language: 'shellscript' },
    { language: 'plaintext', pattern: '**/*{iptables,ip6tables,rules}*' },
    { language: 'terraform' },
    { language: 'opentofu' },
    { language: 'plaintext', pattern: '**/*.{tf,tofu}' },
    { language: 'json', pattern: '**/*.{tf,tofu}.json' },
    ...Object.keys(associations).map((pattern) => ({ pattern })),
  ];
}

/** Starts the client, and starts it anew when the selector changes or the user asks for it. */
export class Session {
  private client: BaseLanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly output = vscode.window.createOutputChannel(CLIENT_NAME, { log: true });

  constructor(
    context: vscode.ExtensionContext,
    private readonly create: ClientFactory,
  ) {
    context.subscriptions.push(
      this.output,
      vscode.commands.registerCommand('veeamPorts.restartServer', () => this.restart()),
      vscode.commands.registerCommand('veeamPorts.showOutput', () => {
        this.output.show();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(ASSOCIATIONS)) void this.restart();
      }),
    );
  }

  /** Ends the running server, if any, and starts another; calls in quick succession wait for one another. */
  restart(): Promise<void> {
    this.turn = this.stop().then(() => {
      this.client = this.create({ documentSelector: documentSelector(), outputChannel: this.output });
      return this.client.start();
    });
    return this.turn;
  }

  /** Settles when the server has ended; a start that failed has left nothing to end. */
  async stop(): Promise<void> {
    await this.turn.catch(() => undefined);
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }
}
