/** The extension on the desktop and on remote hosts: the server is a Node process, spoken to over IPC. */
import type * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { CLIENT_ID, CLIENT_NAME, Session } from '../client.ts';

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  session = new Session(context, (options) => new LanguageClient(CLIENT_ID, CLIENT_NAME, server, options));
  return session.restart();
}

export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}
