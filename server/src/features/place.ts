/** What stands at an offset: the rules, the field, the policy, the directive and its word. */
import { type Span, holds, shift } from '../core/span.ts';
import type { Path, RankedEntry } from '../model/policy.ts';
import type { FieldRole } from '../model/rule.ts';
import { type Analysis, type PathReport, entriesOf } from '../workspace/analysis.ts';
import type { Directive, Word } from '../workspace/directives.ts';

/** The rules whose text is the smallest around the offset of a document, the analysed one unless said; several where one statement says several rules. */
export function rulesAt(offset: number, { paths, uri }: Analysis, here = uri): RankedEntry[] {
  let found: RankedEntry[] = [];
  let smallest = Infinity;
  for (const entry of entriesOf(paths)) {
    if ((entry.uri ?? uri) !== here) continue;
    const start = entry.at + entry.rule.span.start;
    const end = entry.at + entry.rule.span.end;
    if (offset < start || offset > end) continue;
    if (end - start < smallest) {
      smallest = end - start;
      found = [entry];
    } else if (end - start === smallest) found.push(entry);
  }
  return found;
}

export interface FieldHere {
  readonly role: FieldRole;
  readonly span: Span;
}

export function fieldAt(offset: number, rules: readonly RankedEntry[]): FieldHere | undefined {
  for (const { rule, at } of rules) {
    const field = rule.fields.find(({ span }) => holds(shift(span, at), offset));
    if (field) return { role: field.role, span: shift(field.span, at) };
  }
  return undefined;
}

const WORD = /[\w.:-]/;

/** The number, range or name around the offset. */
export function wordAt(offset: number, text: string, within: Span): Span {
  let { start, end } = { start: offset, end: offset };
  while (start > within.start && WORD.test(text[start - 1] ?? '')) start--;
  while (end < within.end && WORD.test(text[end] ?? '')) end++;
  return { start, end };
}

/** Guarded paths that run through one of the rules. */
export function reportsOf(rules: readonly RankedEntry[], { reports }: Analysis): PathReport[] {
  return reports.filter(({ path }) => [...entriesOf([path])].some((entry) => rules.includes(entry)));
}

/** The path that is named at the offset. */
export function pathNamedAt(offset: number, { uri, paths }: Analysis): Path[] {
  return paths.filter(({ head }) => head.uri === uri && holds(head.header, offset));
}

/** The paths whose naming policy's block holds the offset, innermost block first. */
export function pathsAround(offset: number, { uri, paths }: Analysis): Path[] {
  const size = ({ head }: Path): number => head.span.end - head.span.start;
  return paths.filter(({ head }) => head.uri === uri && holds(head.span, offset)).sort((a, b) => size(a) - size(b));
}

export interface DirectiveHere {
  readonly directive: Directive;
  /** The word under the offset, the directive's own name included. */
  readonly word?: Word;
}

export function directiveAt(offset: number, { directives }: Analysis): DirectiveHere | undefined {
  const directive = directives.find(({ span }) => holds(span, offset));
  if (!directive) return undefined;
  const word = [directive.name, ...directive.args].find(({ span, text }) => text !== '' && holds(span, offset));
  return { directive, ...(word ? { word } : {}) };
}
