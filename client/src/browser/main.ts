/** The extension in a browser (vscode.dev): the server is a web worker. */
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { CLIENT_ID, CLIENT_NAME, Session } from '../client.ts';

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = vscode.Uri.joinPath(context.extensionUri, 'dist/browser/server.js').toString(true);
  session = new Session(context, (options) => new LanguageClient(CLIENT_ID, CLIENT_NAME, new Worker(server), options));
  return session.restart();
}

export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}
