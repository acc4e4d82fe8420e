/** The language server: wires the protocol to the service. Which answers it gives is decided there. */
import { type CancellationToken, CodeActionTriggerKind, CodeLensRefreshRequest, type Connection, DidChangeWatchedFilesNotification, type InitializeParams, type InitializeResult } from 'vscode-languageserver';
import type { Analysis } from '../workspace/analysis.ts';
import type { Asker } from '../service.ts';
import { type Protocol, protocolOf, serverCapabilities } from './capabilities.ts';
import { runCommand } from './commands.ts';
import { Configuration } from './configuration.ts';
import { PulledDiagnostics, PushedDiagnostics, computeWith } from './diagnosticResults.ts';
import { Documents } from './documents.ts';
import { FOLDER_READ, Folders } from './folders.ts';
import { Requests, checkCancelled } from './requests.ts';
import { type Runtime, timerTurn } from './runtime.ts';
import { translateWith } from './translations.ts';
import { WorkspaceDiagnostics } from './workspaceDiagnostics.ts';

/** Files that rules are included from, and those that make a module together. */
const WATCHED = '**/*.{nft,nftables,conf,rules,tf,tofu,tfvars,tf.json,tofu.json,tfvars.json}';

export function startServer(connection: Connection, runtime: Runtime = {}): void {
  let protocol: Protocol = protocolOf({});
  const folders = new Set<string>();
  const configuration = new Configuration(connection);
  const requests = new Requests(runtime.nextTurn ?? timerTurn, connection.console);
  const given = new Folders();
  const onDisk = runtime.includes?.(() => [...folders]);
  const documents = new Documents(() => configuration.current, connection.console, (uri, path) => given.include(uri, path) ?? onDisk?.(uri, path));
  const asker = (): Asker => ({ client: protocol.support, severity: configuration.current.severity });
  const shared = { documents, requests, ready: () => configuration.ready(), compute: computeWith(documents, requests, asker) };
  const pulled = new PulledDiagnostics(shared);
  const everywhere = new WorkspaceDiagnostics(documents.open, pulled);
  const pushed = new PushedDiagnostics(connection, () => protocol.diagnosticVersion, shared);

  connection.onInitialize(({ capabilities, initializationOptions, workspaceFolders }: InitializeParams): InitializeResult => {
    protocol = protocolOf(capabilities);
    for (const { uri } of workspaceFolders ?? []) folders.add(uri);
    configuration.initialize(initializationOptions, protocol.configuration);
    translateWith(initializationOptions, connection.console);
    if (protocol.pull) {
      connection.languages.diagnostics.on((params, token) => pulled.answer(params, token));
      connection.languages.diagnostics.onWorkspace((params, token) => everywhere.answer(params, token));
    }
    return { capabilities: serverCapabilities(protocol), serverInfo: { name: 'veeam-ports-language-server' } };
  });

  connection.onInitialized(() => {
    if (protocol.registerConfiguration) configuration.register();
    if (protocol.registerWatchers && runtime.includes) void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: WATCHED }] });
    if (protocol.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) folders.delete(uri);
        for (const { uri } of added) folders.add(uri);
        refresh(documents.dependents());
      });
    }
    if (protocol.configuration) void configuration.load();
  });

  /** What is shown of these documents may have changed though their texts have not. */
  function refresh(uris: readonly string[]): void {
    everywhere.changed();
    if (protocol.refreshLenses) connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    if (protocol.refreshHints) connection.languages.inlayHint.refresh().catch(() => undefined);
    if (!protocol.pull) void pushed.update(uris);
    else if (protocol.refreshDiagnostics) connection.languages.diagnostics.refresh().catch(() => undefined);
  }

  connection.onDidChangeConfiguration(async ({ settings }) => {
    await configuration.load(settings);
    refresh(documents.open.keys());
  });

  function filesChanged(): void {
    const uris = documents.dependents();
    for (const uri of uris) documents.service.forget(uri);
    if (uris.length > 0) refresh(uris);
  }

  connection.onDidChangeWatchedFiles(filesChanged);

  connection.onNotification(FOLDER_READ, (folder) => {
    given.keep(folder);
    filesChanged();
  });

  documents.open.onDidChangeContent(({ document: { uri } }) => {
    if (!protocol.pull) void pushed.update([uri, ...documents.dependents().filter((other) => other !== uri)]);
  });

  /** Answers about an analysed document; `otherwise` where there is nothing to say. */
  function answer<T>(what: string, uri: string, token: CancellationToken, otherwise: T, work: (analysis: Analysis) => T | Promise<T>): Promise<T> {
    return requests.guarded(what, uri, otherwise, async () => {
      await configuration.ready();
      await requests.settled(() => documents.open.get(uri)?.version);
      checkCancelled(token);
      const analysis = documents.analysis(uri);
      return analysis ? work(analysis) : otherwise;
    });
  }

  connection.onHover(({ textDocument: { uri }, position }, token) => answer('Hover', uri, token, null, (analysis) => documents.service.hover(analysis, position, asker()) ?? null));

  connection.onCompletion(({ textDocument: { uri }, position }, token) => answer('Completion', uri, token, [], (analysis) => documents.service.completions(analysis, position, asker())));

  connection.onCodeAction(({ textDocument: { uri }, range, context }, token) =>
    answer('Code actions', uri, token, [], (analysis) => {
      const version = documents.open.get(uri)?.version;
      const request = { diagnostics: context.diagnostics, automatic: context.triggerKind === CodeActionTriggerKind.Automatic, ...(context.only ? { only: context.only } : {}), ...(version === undefined ? {} : { version }) };
      return requests.drive(documents.service.codeActions(analysis, range, request, asker()), token);
    }),
  );

  connection.onCodeLens(({ textDocument: { uri } }, token) => answer('Code lens', uri, token, null, (analysis) => (configuration.current.codeLens ? documents.service.codeLenses(analysis, asker()) : null)));

  connection.languages.inlayHint.on(({ textDocument: { uri }, range }, token) => answer('Inlay hints', uri, token, null, (analysis) => (configuration.current.inlayHints ? documents.service.inlayHints(analysis, range, asker()) : null)));

  connection.onDocumentLinks(({ textDocument: { uri } }, token) => answer('Links', uri, token, null, (analysis) => documents.service.documentLinks(analysis)));

  connection.onDefinition(({ textDocument: { uri }, position }, token) => answer('Definition', uri, token, null, (analysis) => documents.service.definition(analysis, position)));

  connection.onReferences(({ textDocument: { uri }, position, context }, token) => answer('References', uri, token, null, (analysis) => documents.service.references(analysis, position, context.includeDeclaration)));

  // Without an answer the editor falls back to what it does by itself.
  connection.onDocumentSymbol(({ textDocument: { uri } }, token) => answer('Symbols', uri, token, null, (analysis) => (documents.speaks(uri, analysis) ? documents.service.symbols(analysis, asker()) : null)));

  connection.onFoldingRanges(({ textDocument: { uri } }, token) => answer('Folding', uri, token, null, (analysis) => (documents.speaks(uri, analysis) ? documents.service.foldingRanges(analysis) : null)));

  connection.onExecuteCommand((params, token) => runCommand(params, documents.service, (uri, work) => answer(params.command, uri, token, null, work)));

  documents.open.listen(connection);
  connection.listen();
}
