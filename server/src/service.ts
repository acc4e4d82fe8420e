/** The one public API of the product's core: everything that an editor or a command line asks. Free of Node and of the LSP's transport. */
import { t } from '@vscode/l10n';
import type { CodeAction, CodeLens, CompletionItem, Diagnostic, DocumentLink, DocumentSymbol, FoldingRange, Hover, InlayHint, Location, Position, Range, SymbolInformation } from 'vscode-languageserver-types';
import { builtinCatalog } from './catalog/builtin.ts';
import { findingsOf } from './checks/registry.ts';
import type { Dialect, ReadContext, Reader, SourceFile } from './dialects/dialect.ts';
import { DIALECTS, detectDialect, dialectById } from './dialects/registry.ts';
import { catalogComparison } from './features/catalogComparison.ts';
import { type CatalogJson, catalogJson } from './features/catalogJson.ts';
import type { ClientSupport } from './features/client.ts';
import { type CodeActionRequest, codeActionsAt } from './features/codeActions.ts';
import { codeLensesOf } from './features/codeLens.ts';
import { completionsAt } from './features/completion.ts';
import { componentDefinition, componentReferences } from './features/componentPlaces.ts';
import { type DiagnosticContext, type SeveritySettings, diagnosticsOf } from './features/diagnostics.ts';
import { documentLinksOf } from './features/documentLinks.ts';
import { documentSymbolsOf } from './features/documentSymbols.ts';
import type { FixContext } from './features/fixes.ts';
import { foldingRangesOf } from './features/folding.ts';
import { type GuardPlace, guardPlaces } from './features/guardChoices.ts';
import { hoverAt } from './features/hover.ts';
import { inlayHintsOf } from './features/inlayHints.ts';
import { type NewPolicy, belongings, newPolicy, openWorkloads } from './features/newPolicy.ts';
import { readPacket } from './features/packets.ts';
import { type PortRequest, type RequestFormat, portRequest } from './features/portRequest.ts';
import { type FileJson, fileReport } from './features/report.ts';
import { RequestProblem } from './features/requestProblem.ts';
import { sourcesOf } from './features/sources.ts';
import { type TraceJson, Tracer } from './features/traceReport.ts';
import type { Finding } from './model/finding.ts';
import { LineIndex } from './text/lineIndex.ts';
import { type Analysis, type AnalysisInput, type Overrides, analyse } from './workspace/analysis.ts';
import { isSilencedAtRule } from './workspace/suppressions.ts';

/** What the service may ask of the world. All of it is optional: without it, included files are not in sight. */
export interface ServiceHost {
  /** The texts that an include path or glob of the document names; undefined if it is not in sight. */
  include?(uri: string, path: string): readonly { readonly uri: string; readonly text: string }[] | undefined;
  /** Takes the error of one policy, check or document of a module, which is then left out; without it such an error is thrown. */
  failed?(uri: string, what: string, error: unknown): void;
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

type Found = ReturnType<NonNullable<ServiceHost['include']>>;
/** What the host said of each path. */
type Answers = Map<string, Found>;

interface Opened {
  readonly dialect: Dialect;
  readonly reader: Reader;
  last?: Last;
}

interface Last {
  readonly text: string;
  readonly key: string;
  /** What the host answered. */
  readonly asked: Answers;
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
  /** One per guarded policy that is named in the document. */
  codeLenses(analysis: Analysis, asker: Asker): CodeLens[];
  inlayHints(analysis: Analysis, within: Range, asker: Asker): InlayHint[];
  documentLinks(analysis: Analysis): DocumentLink[];
  /** Where directives declare the component that is named at the place. */
  definition(analysis: Analysis, at: Position): Location[];
  references(analysis: Analysis, at: Position, declarations: boolean): Location[];
  symbols(analysis: Analysis, asker: Asker): DocumentSymbol[] | SymbolInformation[];
  foldingRanges(analysis: Analysis): FoldingRange[];
  /** The document's part of what `check --format json` prints, with uris as paths. */
  coverage(analysis: Analysis): FileJson;
  /**
   * What `trace --format json` prints.
   * @param packet as a line of `--packets`.
   * @throws {PacketProblem} if it cannot be read.
   */
  trace(analysis: Analysis, packet: unknown): TraceJson;
  /** What can be declared of the policies that nothing guards. */
  guardPlaces(analysis: Analysis): GuardPlace[];
  portRequest(analysis: Analysis, format: RequestFormat): PortRequest;
  /**
   * A new rule file of the dialect.
   * @throws {RequestProblem} if the components leave open which workloads are meant.
   */
  newPolicy(dialect: Dialect, overrides: Overrides): NewPolicy;
  /** Names to choose from, of the newest documentation. */
  catalog(): CatalogJson;
  /** Markdown. @param before an ISO date. @param after a later one; absent for the newest. */
  comparison(before: string, after: string | undefined): string;
  /** The document was closed. */
  forget(uri: string): void;
}

export function createLanguageService(host: ServiceHost = {}): LanguageService {
  const opened = new Map<string, Opened>();
  const homes = new WeakMap<Analysis, Opened>();
  /** Documents of modules that were read for the sake of others. */
  const siblings = new Map<string, Opened>();
  const modules = new Map<string, Reader>();

  const failedIn = (uri: string): ((what: string, error: unknown) => void) | undefined => (host.failed ? (what, error) => host.failed?.(uri, what, error) : undefined);

  const judgeText = (input: Omit<AnalysisInput, 'catalog' | 'failed'>): Analysis => {
    const failed = failedIn(input.context.uri);
    return analyse({ ...input, catalog: builtinCatalog(), ...(failed ? { failed } : {}) });
  };

  /** @param asked answers that hold already; further ones are added. */
  function contextOf(uri: string, asked: Answers): ReadContext {
    if (!host.include) return { uri };
    const include = (path: string): Found => {
      if (!asked.has(path)) asked.set(path, host.include?.(uri, path));
      return asked.get(path);
    };
    return { uri, include };
  }

  /** Documents of one module share a reader. */
  function readerFor(dialect: Dialect, uri: string): Reader {
    if (!dialect.module) return dialect.createReader();
    const folder = `${dialect.id} ${uri.slice(0, uri.lastIndexOf('/'))}`;
    return latest(modules, folder, modules.get(folder) ?? dialect.createReader());
  }

  function analyseIn(documents: Map<string, Opened>, file: SourceFile, options: AnalyseOptions): Analysis | undefined {
    const dialect = options.dialect === undefined ? detectDialect(file) : dialectById(options.dialect);
    if (!dialect) return undefined;
    let document = documents.get(file.uri);
    if (document?.dialect !== dialect) documents.set(file.uri, (document = { dialect, reader: readerFor(dialect, file.uri) }));
    const overrides = options.overrides ?? {};
    const key = JSON.stringify(overrides);
    const { last } = document;
    if (last?.text === file.text && last.key === key && [...last.asked].every(([path, found]) => sameTexts(found, host.include?.(file.uri, path)))) return last.analysis;
    const asked: Answers = new Map();
    const context = contextOf(file.uri, asked);
    const analysis = judgeText({ text: file.text, context, dialect, reader: document.reader, overrides });
    document.last = { text: file.text, key, asked, options, analysis };
    homes.set(analysis, document);
    return analysis;
  }

  function findings(analysis: Analysis): readonly Finding[] {
    const last = homes.get(analysis)?.last;
    const failed = failedIn(analysis.uri);
    if (last?.analysis !== analysis) return findingsOf(analysis, failed);
    last.findings ??= findingsOf(analysis, failed);
    return last.findings;
  }

  function included(analysis: Analysis): ReadonlyMap<string, string> {
    const asked = homes.get(analysis)?.last?.asked.values() ?? [];
    return new Map([...asked].flatMap((found) => (found ?? []).map(({ uri, text }) => [uri, text] as const)));
  }

  /** The documents of the module that say what they guard: their findings may stand in this one. */
  function others(analysis: Analysis): Analysis[] {
    const home = homes.get(analysis);
    if (!analysis.module || !home?.last) return [];
    const { options } = home.last;
    const { owners } = analysis.reading;
    if (!owners?.length) return [];
    const inSight = included(analysis);
    const texts = owners.flatMap((uri): (readonly [string, string])[] => {
      const text = inSight.get(uri);
      return text !== undefined && (options.overrides?.guards !== undefined || mayGuard(text)) ? [[uri, text]] : [];
    });
    return texts.flatMap(([uri, text]) => {
      try {
        const other = analyseIn(siblings, { uri, text }, { ...options, dialect: analysis.dialect.id });
        const kept = siblings.get(uri);
        if (kept) latest(siblings, uri, kept);
        return other ?? [];
      } catch (error) {
        if (!host.failed) throw error;
        host.failed(uri, 'Reading', error);
        return [];
      }
    });
  }

  const sourcesFor = (analysis: Analysis): ReturnType<typeof sourcesOf> => sourcesOf(analysis, undefined, included(analysis));

  /** What is shown in a document, by the analysis that found it. */
  function shown(analysis: Analysis): { readonly owner: Analysis; readonly findings: readonly Finding[] }[] {
    if (!analysis.module) return [{ owner: analysis, findings: findings(analysis) }];
    return [analysis, ...others(analysis)].map((owner) => ({ owner, findings: findings(owner).filter((f) => f.uri === analysis.uri && (owner === analysis || !isSilencedAtRule(f, analysis.suppressions))) }));
  }

  function fixContext(analysis: Analysis): FixContext {
    const { uri, dialect, overrides } = analysis;
    const reader = homes.get(analysis)?.reader ?? dialect.createReader();
    const context = contextOf(uri, new Map(homes.get(analysis)?.last?.asked));
    return { analysis, findings, reanalyse: (text) => judgeText({ text, context, dialect, reader, overrides }) };
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
    codeLenses: (analysis, { client }) => codeLensesOf(analysis, client),
    inlayHints(analysis, { start, end }, { client }) {
      const span = { start: analysis.lines.offset(start), end: analysis.lines.offset(end) };
      return inlayHintsOf(span, analysis, others(analysis), client);
    },
    documentLinks: documentLinksOf,
    definition: (analysis, at) => componentDefinition(analysis.lines.offset(at), analysis),
    references: (analysis, at, declarations) => componentReferences(analysis.lines.offset(at), analysis, declarations),
    symbols: (analysis, { client }) => documentSymbolsOf(analysis, client),
    foldingRanges: foldingRangesOf,
    coverage: (analysis) => fileReport(analysis, shown(analysis).flatMap((one) => one.findings), sourcesFor(analysis)),
    trace: (analysis, packet) => new Tracer(analysis, sourcesFor(analysis)).trace(readPacket(packet)).json,
    guardPlaces,
    portRequest: (analysis, format) => portRequest(analysis, findings(analysis), format),
    newPolicy(dialect, overrides) {
      const context = { uri: 'untitled:generated' };
      return newPolicy(dialect, overrides, (text) => {
        const analysis = judgeText({ text, context, dialect, reader: dialect.createReader(), overrides });
        const open = openWorkloads(analysis);
        if (open) throw new RequestProblem(t('{0}; name one with use', belongings(open)));
        return analysis;
      });
    },
    catalog: () => catalogJson(builtinCatalog(), DIALECTS),
    comparison: (before, after) => catalogComparison(builtinCatalog(), before, after),
    forget(uri) {
      opened.delete(uri);
    },
  };
}

/** Whether a text can hold a directive. */
const mayGuard = (text: string): boolean => text.includes('veeam-ports');

function sameTexts(a: Found, b: Found): boolean {
  return a?.length === b?.length && (a ?? []).every(({ uri, text }, i) => uri === b?.[i]?.uri && text === b[i].text);
}

/** Modules and documents beside open ones that are remembered. */
const REMEMBERED = 32;

/** Keeps a value as the latest of few; the one that was not asked for longest goes. @returns the value. */
function latest<V>(map: Map<string, V>, key: string, value: V): V {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= REMEMBERED) break;
    map.delete(oldest);
  }
  return value;
}
