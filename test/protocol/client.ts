/** A language client for tests: what an editor does, step by step and without a screen. */
import {
  type CancellationToken, type ClientCapabilities, type CodeAction, type CodeActionContext, type CompletionItem, type Diagnostic, type DocumentDiagnosticReport, type Hover, type InitializeResult, type LogMessageParams,
  type Position, type PreviousResultId, type PublishDiagnosticsParams, type Range, type TextDocumentContentChangeEvent, type WorkspaceDiagnosticReport, CodeActionRequest, CodeLensRefreshRequest, CompletionRequest, ConfigurationRequest, DiagnosticRefreshRequest,
  DidChangeConfigurationNotification, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, DocumentDiagnosticRequest, ExecuteCommandRequest, ExitNotification, HoverRequest,
  InitializeRequest, InitializedNotification, InlayHintRefreshRequest, LogMessageNotification, PublishDiagnosticsNotification, RegistrationRequest, ShutdownRequest, WorkspaceDiagnosticRequest,
} from 'vscode-languageserver-protocol/node';
import type { Link, Transport } from './transports.ts';

const DIAGNOSTIC_SUPPORT = { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true, tagSupport: { valueSet: [1 as const, 2 as const] } };

/** What a modern editor declares; it pulls diagnostics. */
export const PULLING: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: { ...DIAGNOSTIC_SUPPORT, versionSupport: true },
    diagnostic: DIAGNOSTIC_SUPPORT,
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'], insertTextModeSupport: { valueSet: [1, 2] } } },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source', 'source.fixAll'] } }, isPreferredSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, snippetEditSupport: true },
    codeLens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
};

/** The same editor without pull. */
export const PUSHED: ClientCapabilities = { ...PULLING, textDocument: { ...PULLING.textDocument, diagnostic: undefined } };

export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
  readonly folder?: string;
  /** Answers `workspace/configuration` only after this has settled. */
  readonly settingsAfter?: Promise<void>;
}

const running = new Set<Client>();

/** Ends the servers that are still running: after each test. */
export function closeAll(): void {
  for (const client of running) client.link.kill();
  running.clear();
}

export class Client {
  readonly published: PublishDiagnosticsParams[] = [];
  readonly registered: string[] = [];
  refreshes = 0;
  /** Requests of the server to ask again for what is shown beside the text. */
  readonly refreshed: string[] = [];
  settings: unknown;
  private readonly versions = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

  private constructor(
    readonly link: Link,
    readonly server: InitializeResult,
    /** From the first message on. */
    readonly logged: readonly LogMessageParams[],
  ) {}

  static async start(transport: Transport, { capabilities = PULLING, settings = null, initializationOptions, folder, settingsAfter }: ClientOptions = {}): Promise<Client> {
    const link = transport.connect();
    const { connection } = link;
    const logged: LogMessageParams[] = [];
    connection.onNotification(LogMessageNotification.type, (params) => {
      logged.push(params);
    });
    connection.listen();
    const server = await connection.sendRequest<InitializeResult>(InitializeRequest.method, { processId: process.pid, capabilities, initializationOptions, workspaceFolders: folder === undefined ? null : [{ uri: folder, name: 'folder' }] });
    const client = new Client(link, server, logged);
    client.settings = settings;
    connection.onRequest(ConfigurationRequest.type, async ({ items }) => {
      await settingsAfter;
      return items.map(({ section }) => (section === 'veeamPorts' ? client.settings : null));
    });
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      client.registered.push(...registrations.map(({ method }) => method));
    });
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      client.refreshes++;
      client.changed();
    });
    for (const { method } of [CodeLensRefreshRequest.type, InlayHintRefreshRequest.type]) {
      connection.onRequest(method, () => {
        client.refreshed.push(method);
        client.changed();
        return null;
      });
    }
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      client.published.push(params);
      client.changed();
    });
    connection.onNotification(LogMessageNotification.type, (params) => {
      logged.push(params);
      client.changed();
    });
    running.add(client);
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  open(uri: string, text: string, languageId = 'nftables'): Promise<void> {
    this.versions.set(uri, 1);
    return this.link.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId, version: 1, text } });
  }

  /** @returns the new version. */
  async change(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<number> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    await this.link.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges });
    return version;
  }

  close(uri: string): Promise<void> {
    return this.link.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  configure(settings: unknown, sent: unknown = null): Promise<void> {
    this.settings = settings;
    return this.link.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: sent });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.link.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri }, identifier: 'veeam-ports', previousResultId });
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri);
    if (report.kind !== 'full') throw new Error('unchanged, though no result was named');
    return report.items;
  }

  hover(uri: string, position: Position): Promise<Hover | null> {
    return this.link.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
  }

  async completions(uri: string, position: Position): Promise<CompletionItem[]> {
    const answer = await this.link.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  async actions(uri: string, range: Range, context: CodeActionContext): Promise<CodeAction[]> {
    return (await this.link.connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range, context })) as CodeAction[];
  }

  /** Any other request about a document. */
  ask<T>(method: string, uri: string, params: object = {}): Promise<T> {
    return this.link.connection.sendRequest(method, { textDocument: { uri }, ...params });
  }

  run(command: string, argument: unknown): Promise<unknown> {
    return this.link.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] });
  }

  everywhere(previous: readonly PreviousResultId[] = [], token?: CancellationToken): Promise<WorkspaceDiagnosticReport> {
    return this.link.connection.sendRequest(WorkspaceDiagnosticRequest.type, { identifier: 'veeam-ports', previousResultIds: [...previous] }, token);
  }

  /** Settles when the condition holds; what the server sends makes it be asked again. */
  until<T>(condition: () => T | undefined | false): Promise<T> {
    return new Promise((resolve) => {
      const check = (): void => {
        const value = condition();
        if (value === undefined || value === false) return;
        this.listeners.delete(check);
        resolve(value);
      };
      this.listeners.add(check);
      check();
    });
  }

  /** The published diagnostics of a version. */
  publishedFor(uri: string, version: number): Promise<Diagnostic[]> {
    return this.until(() => this.published.find((one) => one.uri === uri && one.version === version)?.diagnostics);
  }

  /** The server has handled everything that was sent before. */
  async idle(): Promise<void> {
    await this.hover('untitled:nothing', { line: 0, character: 0 });
  }

  /** @returns the exit code. */
  async stop(): Promise<number | null> {
    await this.link.connection.sendRequest(ShutdownRequest.type);
    await this.link.connection.sendNotification(ExitNotification.type);
    return this.link.exited;
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
