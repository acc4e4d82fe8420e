/** The one public API of the product's core: everything that an editor or a command line asks. Free of Node and of the LSP's transport. */
import type { CodeAction, CompletionItem, Diagnostic, Hover, Position, Range } from 'vscode-languageserver-types';
import { builtinCatalog } from './catalog/builtin.ts';
import { findingsOf } from './checks/registry.ts';
import type { Dialect, ReadContext, Reader, SourceFile } from './dialects/dialect.ts';
import { detectDialect, dialectById } from './dialects/registry.ts';
import type { ClientSupport } from './features/client.ts';
import { type CodeActionRequest, codeActionsAt } from './features/codeActions.ts';
import { completionsAt } from './features/completion.ts';
import { type DiagnosticContext, type SeveritySettings, diagnosticsOf } from './features/diagnostics.ts';
import type { FixContext } from './features/fixes.ts';
import { hoverAt } from './features/hover.ts';
import type { Finding } from './model/finding.ts';
import { LineIndex } from './text/lineIndex.ts';
import { type Analysis, type Overrides, analyse } from './workspace/analysis.ts';

/** What the service may ask of the world. All of it is optional: without it, included files are not in sight. */
export interface ServiceHost {
  /** The texts that an include path or glob of the document names; undefined if it is not in sight. */
  include?(uri: string, path: string): readonly { readonly uri: string; readonly text: string }[] | undefined;
}

interface AnalyseOptions {
  /** Dialect id that the caller knows (a setting, `--dialect`); else it is detected. */
  readonly dialect?: string;
  readonly overrides?: Overrides;
}

/** Who asks: what the editor supports and the user set. */
export interface Asker {
  readonly client: ClientSupport;
  readonly severity: SeveritySettings;
}

interface Opened {
  readonly dialect: Dialect;
  readonly reader: Reader;
  /** Texts of included documents, as last read. */
  readonly included: Map<string, string>;
  last?: { readonly text: string; readonly key: string; readonly analysis: Analysis; findings?: readonly Finding[] };
}

export interface LanguageService {
  /** Undefined: the file is in no dialect that the product reads. The last result per document is kept until {@link forget}. */
  analyse(file: SourceFile, options?: AnalyseOptions): Analysis | undefined;
  findings(analysis: Analysis): readonly Finding[];
  /** What fixes need to judge edited texts. */
  fixContext(analysis: Analysis): FixContext;
  /** Texts of the documents that an analysed one includes, by uri. */
  included(analysis: Analysis): ReadonlyMap<string, string>;
  diagnostics(analysis: Analysis, asker: Asker): Diagnostic[];
  hover(analysis: Analysis, at: Position, asker: Asker): Hover | undefined;
  completions(analysis: Analysis, at: Position, asker: Asker): CompletionItem[];
  /** Work in steps; the result comes with the last. */
  codeActions(analysis: Analysis, at: Range, request: Omit<CodeActionRequest, 'span'>, asker: Asker): Generator<undefined, CodeAction[]>;
  /** The document was closed. */
  forget(uri: string): void;
}

export function createLanguageService(host: ServiceHost = {}): LanguageService {
  const opened = new Map<string, Opened>();

  function contextOf(uri: string, included: Map<string, string>): ReadContext {
    if (!host.include) return { uri };
    const include = (path: string): ReturnType<NonNullable<ReadContext['include']>> => {
      const texts = host.include?.(uri, path);
      for (const one of texts ?? []) included.set(one.uri, one.text);
      return texts;
    };
    return { uri, include };
  }

  function analyseFile(file: SourceFile, options: AnalyseOptions = {}): Analysis | undefined {
    const dialect = options.dialect === undefined ? detectDialect(file) : dialectById(options.dialect);
    if (!dialect) return undefined;
    let document = opened.get(file.uri);
    if (document?.dialect !== dialect) opened.set(file.uri, (document = { dialect, reader: dialect.createReader(), included: new Map() }));
    const overrides = options.overrides ?? {};
    const key = JSON.stringify(overrides);
    if (document.last?.text === file.text && document.last.key === key && document.last.analysis.reading.includes.length === 0) return document.last.analysis;
    document.included.clear();
    const context = contextOf(file.uri, document.included);
    const analysis = analyse({ text: file.text, context, dialect, reader: document.reader, catalog: builtinCatalog(), overrides });
    document.last = { text: file.text, key, analysis };
    return analysis;
  }

  function findings(analysis: Analysis): readonly Finding[] {
    const last = opened.get(analysis.uri)?.last;
    if (last?.analysis !== analysis) return findingsOf(analysis);
    last.findings ??= findingsOf(analysis);
    return last.findings;
  }

  function fixContext(analysis: Analysis): FixContext {
    const { uri, dialect, overrides } = analysis;
    const reader = opened.get(uri)?.reader ?? dialect.createReader();
    const context = contextOf(uri, new Map());
    return { analysis, findings, reanalyse: (text) => analyse({ text, context, dialect, reader, catalog: builtinCatalog(), overrides }) };
  }

  const included = (analysis: Analysis): ReadonlyMap<string, string> => opened.get(analysis.uri)?.included ?? new Map();

  function diagnosticContext(analysis: Analysis, { client, severity }: Asker): DiagnosticContext {
    const texts = included(analysis);
    const linesOf = (uri: string): LineIndex | undefined => {
      if (uri === analysis.uri) return analysis.lines;
      const text = texts.get(uri);
      return text === undefined ? undefined : new LineIndex(text);
    };
    return { client, severity, linesOf };
  }

  return {
    analyse: analyseFile,
    findings,
    fixContext,
    included,
    diagnostics: (analysis, asker) => diagnosticsOf(analysis, findings(analysis), diagnosticContext(analysis, asker)),
    hover: (analysis, at, { client }) => hoverAt(analysis.lines.offset(at), analysis, client),
    completions: (analysis, at, { client }) => completionsAt(analysis.lines.offset(at), analysis, client),
    codeActions(analysis, { start, end }, request, asker) {
      const span = { start: analysis.lines.offset(start), end: analysis.lines.offset(end) };
      return codeActionsAt({ ...request, span }, analysis, findings(analysis), { ...diagnosticContext(analysis, asker), fixes: fixContext(analysis) });
    },
    forget(uri) {
      opened.delete(uri);
    },
  };
}
