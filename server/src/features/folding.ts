/** What can be folded: blocks in braces, tables without them, the rules of a chain that stand together, and runs of comments. */
import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver-types';
import type { Analysis } from '../workspace/analysis.ts';
import { ownRules, runsOf } from './outline.ts';

/** Ranges of whole lines, at most one that begins on a line; the line that ends a block stays in sight. */
export function foldingRangesOf(analysis: Analysis): FoldingRange[] {
  const { lines, reading } = analysis;
  const folds = new Map<number, FoldingRange>();
  const fold = (startLine: number, endLine: number, kind?: FoldingRangeKind): void => {
    const known = folds.get(startLine);
    if (endLine > startLine && (known?.endLine ?? -1) < endLine) folds.set(startLine, { startLine, endLine, ...(kind === undefined ? {} : { kind }) });
  };
  const braces = bracePairs(analysis).map(([open, close]) => [lines.lineOf(open), lines.lineOf(close)] as const);
  for (const [open, close] of braces) fold(open, close - 1);
  for (const { kind, span } of reading.blocks) if (kind === 'container') fold(lines.lineOf(span.start), lines.lineOf(span.end) - 1);
  for (const { start, end } of runsOf(analysis, ownRules(analysis))) fold(lines.lineOf(start), lines.lineOf(end));
  for (const [first, last] of commentRuns(analysis)) fold(first, last, FoldingRangeKind.Comment);
  return [...folds.values()].sort((a, b) => a.startLine - b.startLine);
}

const SYMBOLS = /["{}\n]/g;

/** Offsets of braces that belong together, outside comments and quoted strings. */
function bracePairs({ text, reading }: Analysis): [number, number][] {
  const pairs: [number, number][] = [];
  const open: number[] = [];
  let comment = 0;
  let quoted = false;
  SYMBOLS.lastIndex = 0;
  for (let found = SYMBOLS.exec(text); found; found = SYMBOLS.exec(text)) {
    const at = found.index;
    while ((reading.comments[comment]?.span.end ?? Infinity) <= at) comment++;
    if ((reading.comments[comment]?.span.start ?? Infinity) <= at) continue;
    const [symbol] = found;
    if (symbol === '\n') quoted = false;
    else if (symbol === '"') quoted = text[at - 1] === '\\' ? quoted : !quoted;
    else if (quoted) continue;
    else if (symbol === '{') open.push(at);
    else {
      const start = open.pop();
      if (start !== undefined) pairs.push([start, at]);
    }
  }
  return pairs;
}

/** First and last lines of comments that follow one another, each alone on its lines. */
function commentRuns({ lines, text, reading }: Analysis): [number, number][] {
  const runs: [number, number][] = [];
  for (const { span } of reading.comments) {
    const first = lines.lineOf(span.start);
    // Before a comment's text stands its marker.
    if (!/^\s*(?:\W{1,4}|REM|remark)?\s*$/i.test(text.slice(lines.lineStart(first), span.start))) continue;
    const last = lines.lineOf(span.end);
    const run = runs.at(-1);
    if (run?.[1] === first - 1) run[1] = last;
    else runs.push([first, last]);
  }
  return runs;
}
