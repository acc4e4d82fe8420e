/** Writes directive lines where they bind: above a policy's block, above a rule, or beside the directives that hold for the file. */
import type { TextChange } from '../dialects/dialect.ts';
import type { Finding } from '../model/finding.ts';
import type { Path } from '../model/policy.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { rulesAt } from './place.ts';

/** Lines of directives above the line of an offset, indented like it. @param words what follows `veeam-ports: `. */
function linesAbove(offset: number, words: readonly string[], { text, lines, dialect }: Analysis): TextChange {
  const start = lines.lineStart(lines.lineOf(offset));
  const indent = /^[ \t]*/.exec(text.slice(start, lines.lineEnd(lines.lineOf(offset))))?.[0] ?? '';
  const newline = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  return { start, end: start, newText: words.map((line) => `${indent}${dialect.comment.line} veeam-ports: ${line}${newline}`).join('') };
}

/** Directives that bind to one policy; undefined where its block begins inside another document or line. */
export function abovePolicy(key: string, words: readonly string[], analysis: Analysis): TextChange | undefined {
  const block = analysis.reading.blocks.find(({ kind, policies }) => kind === 'policy' && policies.includes(key));
  return block && linesAbove(block.span.start, words, analysis);
}

/** Directives that hold for the file, above its first block; a blank line keeps them from binding to a policy that begins there. */
export function onTop(words: readonly string[], analysis: Analysis): TextChange | undefined {
  const [first] = analysis.reading.blocks;
  if (!first) return undefined;
  const change = linesAbove(first.span.start, words, analysis);
  const line = analysis.lines.lineOf(first.span.start);
  const binds = analysis.reading.blocks.some(({ kind, span }) => kind === 'policy' && analysis.lines.lineOf(span.start) === line);
  return binds ? { ...change, newText: `${change.newText}${/\r\n|\n|\r/.exec(change.newText)?.[0] ?? ''}` } : change;
}

/** Directives that bind to the rule a finding stands in. */
export function aboveRule(finding: Finding, words: readonly string[], analysis: Analysis): TextChange | undefined {
  if (finding.uri !== analysis.uri) return undefined;
  const [rule] = rulesAt(finding.span.start, analysis);
  return rule && linesAbove(rule.at + rule.rule.span.start, words, analysis);
}

/** Directives that hold for the file: above the guard of the path, else above the policy, else on top. */
export function forFile(path: Path | undefined, words: readonly string[], analysis: Analysis): TextChange | undefined {
  const guard = analysis.reports.find((report) => report.path === path)?.directive;
  if (guard) return linesAbove(guard.span.start, words, analysis);
  return path && abovePolicy(path.head.key, words, analysis);
}
