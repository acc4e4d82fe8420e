/** What the extension has in either build: the server, what shows its verdicts, and the commands. */
import * as vscode from 'vscode';
import { type ClientFactory, Session } from './client.ts';
import { compareRevisions } from './commands/compareRevisions.ts';
import { declareGuards } from './commands/declareGuards.ts';
import { exportRequest } from './commands/exportRequest.ts';
import { generateRules } from './commands/generateRules.ts';
import { tracePacket } from './commands/tracePacket.ts';
import { CoveragePanel } from './coverage/panel.ts';
import { CoverageStore } from './coverage/store.ts';
import { showTree } from './coverage/tree.ts';
import { isRuleFile } from './documents.ts';
import { FolderReader } from './folders.ts';
import { DECLARE_GUARDS, SHOW_COVERAGE } from './names.ts';
import { Server } from './server.ts';
import { showStatus } from './status.ts';

/** @param readsFiles whether the server reads files beside an open document itself. */
export function activateWith(context: vscode.ExtensionContext, create: ClientFactory, readsFiles: boolean): { readonly session: Session; readonly started: Promise<void> } {
  const session = new Session(context, create);
  const server = new Server(session);
  const coverage = new CoverageStore(server);
  const panel = new CoveragePanel(context.extensionUri, coverage);

  const command = (id: string, run: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    });

  context.subscriptions.push(
    coverage,
    panel,
    new FolderReader(session, !readsFiles),
    ...showTree(coverage),
    showStatus(coverage),
    markRuleFiles(),
    command(DECLARE_GUARDS, () => declareGuards(server)),
    command(SHOW_COVERAGE, (policy) => panel.show(policy)),
    command('veeamPorts.tracePacket', () => tracePacket(server)),
    command('veeamPorts.generateRules', () => generateRules(server)),
    command('veeamPorts.exportRequest', () => exportRequest(server)),
    command('veeamPorts.compareRevisions', () => compareRevisions(server)),
    command('veeamPorts.restartServer', () => session.restart()),
    command('veeamPorts.showOutput', () => {
      session.showOutput();
    }),
  );
  void vscode.commands.executeCommand('setContext', 'veeamPorts.active', true);
  return { session, started: session.restart() };
}

/** Menus and the palette offer what is about a rule file only where one is in the active editor. */
function markRuleFiles(): vscode.Disposable {
  const mark = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    void vscode.commands.executeCommand('setContext', 'veeamPorts.ruleFile', document !== undefined && isRuleFile(document));
  };
  mark();
  return vscode.Disposable.from(vscode.window.onDidChangeActiveTextEditor(mark), vscode.workspace.onDidOpenTextDocument(mark), vscode.workspace.onDidChangeConfiguration(mark));
}
