/** The one public API of the product's core: everything that an editor or a command line asks. Free of Node and of the LSP's transport. */
import { builtinCatalog } from './catalog/builtin.ts';
import { findingsOf } from './checks/registry.ts';
import type { Dialect, ReadContext, Reader, SourceFile } from './dialects/dialect.ts';
import { detectDialect, dialectById } from './dialects/registry.ts';
import type { Finding } from './model/finding.ts';
import { type Analysis, type Overrides, analyse } from './workspace/analysis.ts';

/** What the service may ask of the world. All of it is optional: without it, included files are not in sight. */
export interface ServiceHost {
  /** The texts that an include path or glob of the document names; undefined if it is not in sight. */
  include?(uri: string, path: string): readonly { readonly uri: string; readonly text: string }[] | undefined;
}

export interface AnalyseOptions {
  /** Dialect id that the caller knows (a setting, `--dialect`); else it is detected. */
  readonly dialect?: string;
  readonly overrides?: Overrides;
}

interface Opened {
  readonly dialect: Dialect;
  readonly reader: Reader;
  last?: { readonly text: string; readonly key: string; readonly analysis: Analysis; findings?: readonly Finding[] };
}

export interface LanguageService {
  /** Undefined: the file is in no dialect that the product reads. The last result per document is kept until {@link forget}. */
  analyse(file: SourceFile, options?: AnalyseOptions): Analysis | undefined;
  findings(analysis: Analysis): readonly Finding[];
  /** The document was closed. */
  forget(uri: string): void;
}

export function createLanguageService(host: ServiceHost = {}): LanguageService {
  const opened = new Map<string, Opened>();

  function analyseFile(file: SourceFile, options: AnalyseOptions = {}): Analysis | undefined {
    const dialect = options.dialect === undefined ? detectDialect(file) : dialectById(options.dialect);
    if (!dialect) return undefined;
    let document = opened.get(file.uri);
    if (document?.dialect !== dialect) opened.set(file.uri, (document = { dialect, reader: dialect.createReader() }));
    const overrides = options.overrides ?? {};
    const key = JSON.stringify(overrides);
    if (document.last?.text === file.text && document.last.key === key && document.last.analysis.reading.includes.length === 0) return document.last.analysis;
    const context: ReadContext = { uri: file.uri, ...(host.include ? { include: (path: string) => host.include?.(file.uri, path) } : {}) };
    const analysis = analyse({ text: file.text, context, dialect, reader: document.reader, catalog: builtinCatalog(), overrides });
    document.last = { text: file.text, key, analysis };
    return analysis;
  }

  return {
    analyse: analyseFile,
    findings(analysis) {
      const last = opened.get(analysis.uri)?.last;
      if (last?.analysis !== analysis) return findingsOf(analysis);
      last.findings ??= findingsOf(analysis);
      return last.findings;
    },
    forget(uri) {
      opened.delete(uri);
    },
  };
}
