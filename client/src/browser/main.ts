/** The extension in a browser (vscode.dev): the server is a web worker. */
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import type { Session } from '../client.ts';
import { activateWith } from '../extension.ts';
import { CLIENT_ID, CLIENT_NAME } from '../names.ts';

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = vscode.Uri.joinPath(context.extensionUri, 'dist/browser/server.js').toString(true);
  const extension = activateWith(context, (options) => new LanguageClient(CLIENT_ID, CLIENT_NAME, new Worker(server), options), false);
  session = extension.session;
  await extension.started;
}

export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}
