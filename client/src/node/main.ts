/** The extension on the desktop and on remote hosts: the server is a Node process, spoken to over IPC. */
import type * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { Session } from '../client.ts';
import { activateWith } from '../extension.ts';
import { CLIENT_ID, CLIENT_NAME } from '../names.ts';

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  const extension = activateWith(context, (options) => new LanguageClient(CLIENT_ID, CLIENT_NAME, server, options), true);
  session = extension.session;
  await extension.started;
}

export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}
