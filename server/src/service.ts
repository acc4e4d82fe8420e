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
import { isSilenced } from './workspace/suppressions.ts';

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

interface Asked {
  readonly path: string;
  readonly found: readonly { readonly uri: string; readonly text: string }[] | undefined;
}

interface Opened {
  readonly dialect: Dialect;
  readonly reader: Reader;
  last?: Last;
  /** The other documents of its module, as read for its sake. */
  readonly siblings: Map<string, Opened>;
}

interface Last {
  readonly text: string;
  readonly key: string;
  /** What the host answered. */
  readonly asked: readonly Asked[];
  readonly options: AnalyseOptions;
  readonly analysis: Analysis;
  findings?: readonly Finding[];
}

export interface LanguageService {
  /** Undefined: the file is in no dialect that the product reads. The last result per document is kept until {@link forget}. */
  analyse(file: SourceFile, options?: AnalyseOptions): Analysis | undefined;
  /** What is shown in the analysed document: its own findings and, of a module, those of policies that its other documents hold. */
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
  const homes = new WeakMap<Analysis, Opened>();

  function contextOf(uri: string, asked: Asked[]): ReadContext {
    if (!host.include) return { uri };
    const include = (path: string): Asked['found'] => {
      const found = host.include?.(uri, path);
      asked.push({ path, found });
      return found;
    };
    return { uri, include };
  }

  function analyseIn(documents: Map<string, Opened>, file: SourceFile, options: AnalyseOptions): Analysis | undefined {
    const dialect = options.dialect === undefined ? detectDialect(file) : dialectById(options.dialect);
    if (!dialect) return undefined;
    let document = documents.get(file.uri);
    if (document?.dialect !== dialect) documents.set(file.uri, (document = { dialect, reader: dialect.createReader(), siblings: new Map() }));
    const overrides = options.overrides ?? {};
    const key = JSON.stringify(overrides);
    const { last } = document;
    if (last?.text === file.text && last.key === key && last.asked.every(({ path, found }) => sameTexts(found, host.include?.(file.uri, path)))) return last.analysis;
    const asked: Asked[] = [];
    const context = contextOf(file.uri, asked);
    const analysis = analyse({ text: file.text, context, dialect, reader: document.reader, catalog: builtinCatalog(), overrides });
    document.last = { text: file.text, key, asked, options, analysis };
    homes.set(analysis, document);
    return analysis;
  }

  function findings(analysis: Analysis): readonly Finding[] {
    const last = homes.get(analysis)?.last;
    if (last?.analysis !== analysis) return findingsOf(analysis);
    last.findings ??= findingsOf(analysis);
    return last.findings;
  }

  function included(analysis: Analysis): ReadonlyMap<string, string> {
    const asked = homes.get(analysis)?.last?.asked ?? [];
    return new Map(asked.flatMap(({ found }) => (found ?? []).map(({ uri, text }) => [uri, text] as const)));
  }

  /** The documents of the module that say what they guard: their findings may stand in this one. */
  function others(analysis: Analysis): Analysis[] {
    const home = homes.get(analysis);
    if (!analysis.module || !home?.last) return [];
    const { options } = home.last;
    const texts = [...included(analysis)].filter(([uri, text]) => uri !== analysis.uri && (options.overrides?.guards !== undefined || mayGuard(text)));
    for (const uri of home.siblings.keys()) if (!texts.some(([other]) => other === uri)) home.siblings.delete(uri);
    return texts.flatMap(([uri, text]) => analyseIn(home.siblings, { uri, text }, { ...options, dialect: analysis.dialect.id }) ?? []);
  }

  /** What is shown in a document, by the analysis that found it. */
  function shown(analysis: Analysis): { readonly owner: Analysis; readonly findings: readonly Finding[] }[] {
    if (!analysis.module) return [{ owner: analysis, findings: findings(analysis) }];
    return [analysis, ...others(analysis)].map((owner) => ({ owner, findings: findings(owner).filter((f) => f.uri === analysis.uri && (owner === analysis || !isSilenced(f, undefined, analysis.suppressions, analysis.lines))) }));
  }

  function fixContext(analysis: Analysis): FixContext {
    const { uri, dialect, overrides } = analysis;
    const reader = homes.get(analysis)?.reader ?? dialect.createReader();
    const context = contextOf(uri, []);
    return { analysis, findings, reanalyse: (text) => analyse({ text, context, dialect, reader, catalog: builtinCatalog(), overrides }) };
  }

  function diagnosticContext(analysis: Analysis, { client, severity }: Asker): DiagnosticContext {
    const texts = included(analysis);
    const linesOf = (uri: string): LineIndex | undefined => {
      if (uri === analysis.uri) return analysis.lines;
      const text = texts.get(uri);
      return text === undefined ? undefined : new LineIndex(text);
    };
    return { client, severity, here: analysis, linesOf };
  }

  return {
    analyse: (file, options = {}) => analyseIn(opened, file, options),
    findings: (analysis) => shown(analysis).flatMap((one) => one.findings),
    fixContext,
    included,
    diagnostics(analysis, asker) {
      const context = diagnosticContext(analysis, asker);
      return shown(analysis).flatMap((one) => diagnosticsOf(one.owner, one.findings, context));
    },
    hover: (analysis, at, { client }) => hoverAt(analysis.lines.offset(at), analysis, others(analysis), client),
    completions: (analysis, at, { client }) => completionsAt(analysis.lines.offset(at), analysis, client),
    *codeActions(analysis, { start, end }, request, asker) {
      const span = { start: analysis.lines.offset(start), end: analysis.lines.offset(end) };
      const context = diagnosticContext(analysis, asker);
      const out: CodeAction[] = [];
      for (const one of shown(analysis)) out.push(...(yield* codeActionsAt({ ...request, span }, one.owner, one.findings, { ...context, fixes: fixContext(one.owner) })));
      return out;
    },
    forget(uri) {
      opened.delete(uri);
    },
  };
}

/** Whether a text can hold a directive. */
const mayGuard = (text: string): boolean => text.includes('veeam-ports');

function sameTexts(a: Asked['found'], b: Asked['found']): boolean {
  return a?.length === b?.length && (a ?? []).every(({ uri, text }, i) => uri === b?.[i]?.uri && text === b[i].text);
}
