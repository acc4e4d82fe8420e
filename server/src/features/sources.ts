/** Ranges and texts of what an analysis points at, as the JSON outputs write them: lines and columns from 1, ends exclusive. */
import type { Span } from '../core/span.ts';
import type { Policy, RankedEntry } from '../model/policy.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { Analysis } from '../workspace/analysis.ts';

interface PlaceJson {
  readonly line: number;
  /** In UTF-16 units. */
  readonly column: number;
}

export interface RangeJson {
  readonly start: PlaceJson;
  readonly end: PlaceJson;
}

/** The texts behind an analysis: its own document's and those that it includes. */
export interface Sources {
  /** The analysed document. */
  readonly uri: string;
  /** How the user knows the document. */
  path(uri: string): string;
  lines(uri: string): LineIndex;
}

/** `texts` are those of included documents by uri. */
export function sourcesOf(analysis: Analysis, path: (uri: string) => string = (uri) => uri, texts?: ReadonlyMap<string, string>): Sources {
  const known = new Map([[analysis.uri, analysis.lines]]);
  return {
    uri: analysis.uri,
    path,
    lines(uri) {
      let lines = known.get(uri);
      if (!lines) known.set(uri, (lines = new LineIndex(texts?.get(uri) ?? '')));
      return lines;
    },
  };
}

export function rangeJson({ start, end }: Span, lines: LineIndex): RangeJson {
  const place = (offset: number): PlaceJson => {
    const { line, character } = lines.position(offset);
    return { line: line + 1, column: character + 1 };
  };
  return { start: place(start), end: place(end) };
}

export interface QuotedText {
  readonly uri: string;
  readonly range: RangeJson;
  readonly text: string;
}

export function quoteEntry(entry: RankedEntry, sources: Sources): QuotedText {
  const uri = entry.uri ?? sources.uri;
  const lines = sources.lines(uri);
  const span = { start: entry.at + entry.rule.span.start, end: entry.at + entry.rule.span.end };
  return { uri, range: rangeJson(span, lines), text: lines.text.slice(span.start, span.end) };
}

/** A default has the policy's range, and the text that states it, or none. */
export function quoteDefault(policy: Policy, sources: Sources): QuotedText {
  const lines = sources.lines(policy.uri);
  const { defaultSpan } = policy;
  return { uri: policy.uri, range: rangeJson(policy.span, lines), text: defaultSpan ? lines.text.slice(defaultSpan.start, defaultSpan.end) : '' };
}
