/** What the client can do, read once, and what the server offers in return. */
import { type ClientCapabilities, DiagnosticTag, InsertTextMode, MarkupKind, type ServerCapabilities, TextDocumentSyncKind, CodeActionKind } from 'vscode-languageserver';
import type { ClientSupport } from '../features/client.ts';
import { FIX_ALL } from '../features/codeActions.ts';
import { SOURCE } from '../features/diagnostics.ts';
import { COMMANDS } from './commands.ts';
import { recordOf } from './settings.ts';

/** What the server's own doings hang on; {@link ClientSupport} is what answers are shaped by. */
export interface Protocol {
  readonly support: ClientSupport;
  /** The client asks for diagnostics; else they are pushed. */
  readonly pull: boolean;
  readonly refreshDiagnostics: boolean;
  readonly refreshLenses: boolean;
  readonly refreshHints: boolean;
  readonly diagnosticVersion: boolean;
  readonly configuration: boolean;
  readonly registerConfiguration: boolean;
  readonly registerWatchers: boolean;
  readonly workspaceFolders: boolean;
}

export function protocolOf(client: ClientCapabilities): Protocol {
  const { textDocument, workspace } = client;
  // The client says for pull and push separately what a diagnostic may hold.
  const pull = textDocument?.diagnostic !== undefined;
  const shown = pull ? { ...textDocument.publishDiagnostics, ...textDocument.diagnostic } : textDocument?.publishDiagnostics;
  const item = textDocument?.completion?.completionItem;
  return {
    pull,
    refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshLenses: workspace?.codeLens?.refreshSupport === true,
    refreshHints: workspace?.inlayHint?.refreshSupport === true,
    diagnosticVersion: textDocument?.publishDiagnostics?.versionSupport === true,
    configuration: workspace?.configuration === true,
    registerConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registerWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    support: {
      diagnostics: {
        unnecessaryTag: shown?.tagSupport?.valueSet.includes(DiagnosticTag.Unnecessary) === true,
        relatedInformation: shown?.relatedInformation === true,
        codeDescription: shown?.codeDescriptionSupport === true,
        data: shown?.dataSupport === true,
      },
      markdown: {
        hover: prefersMarkdown(textDocument?.hover?.contentFormat),
        completion: prefersMarkdown(item?.documentationFormat),
      },
      completion: {
        snippets: item?.snippetSupport === true,
        insertTextAsIs: item?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) === true,
      },
      edits: {
        documentChanges: workspace?.workspaceEdit?.documentChanges === true,
        snippets: workspace?.workspaceEdit?.snippetEditSupport === true,
      },
      symbols: { hierarchical: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true },
      commands: new Set(clientCommands(client.experimental)),
      codeActions: {
        literals: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
        preferred: textDocument?.codeAction?.isPreferredSupport === true,
      },
    },
  };
}

/** `experimental.commands.commands`, as clients of other servers name the commands that they run themselves. */
function clientCommands(experimental: unknown): string[] {
  const { commands } = recordOf(recordOf(experimental)['commands']);
  return Array.isArray(commands) ? commands.filter((id): id is string => typeof id === 'string') : [];
}

/** Formats come in the client's order of preference. */
const prefersMarkdown = (formats: readonly MarkupKind[] | undefined): boolean => formats?.[0] === MarkupKind.Markdown;

export function serverCapabilities({ pull, workspaceFolders }: Protocol): ServerCapabilities {
  return {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    completionProvider: { triggerCharacters: [':', ' ', ',', '/'] },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL] },
    ...(pull ? { diagnosticProvider: { identifier: SOURCE, interFileDependencies: true, workspaceDiagnostics: true } } : {}),
    codeLensProvider: {},
    inlayHintProvider: true,
    documentLinkProvider: {},
    definitionProvider: true,
    referencesProvider: true,
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    executeCommandProvider: { commands: [...COMMANDS] },
    ...(workspaceFolders ? { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } } : {}),
  };
}
