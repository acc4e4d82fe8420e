/** What a check is: a function from an analysed document to findings. One file per check, listed in registry.ts. */
import type { PacketSet } from '../core/packets.ts';
import type { Span } from '../core/span.ts';
import { CODES, type Code, type Finding, type Severity } from '../model/finding.ts';
import { type Policy, type RankedEntry, headFor } from '../model/policy.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';

export type Check = (analysis: Analysis) => readonly Finding[];

type Draft = Pick<Finding, 'code' | 'uri' | 'span' | 'message'> & Partial<Finding>;

export function finding(draft: Draft): Finding {
  return { severity: CODES[draft.code], flows: [], related: [], corrections: [], ...draft };
}

/** Where an entry's rule stands. */
export function ruleSpan(entry: RankedEntry): Span {
  return { start: entry.at + entry.rule.span.start, end: entry.at + entry.rule.span.end };
}

/**
 * Whether findings of a kind that only concerns its own text may stand at the entry: in the analysed document, or in
 * another one of its module. An included file has its own readers.
 */
export function isOurs(entry: RankedEntry, analysis: Analysis): boolean {
  return entry.uri === undefined || analysis.module;
}

/** The document that an entry's rule stands in. */
export function uriOf(entry: RankedEntry, analysis: Analysis): string {
  return entry.uri ?? analysis.uri;
}

/** The policy at whose header a finding about traffic of the path stands. */
export function standsAt({ path }: PathReport, set: PacketSet): Policy {
  const [box] = set;
  return box ? headFor(path, box.family) : path.head;
}

const ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

export function lower(a: Severity, b: Severity): Severity {
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b;
}

/** The severity of a flow's finding after the lowerings of semantics.md "What is required". */
export function flowSeverity(code: Code, flow: JudgedFlow, report: PathReport): Severity {
  let severity: Severity = CODES[code];
  if (flow.unstated) severity = lower(severity, 'information');
  const byVeeam = flow.flow.openedBy !== undefined && report.guard.kind === 'host' && (code === 'missing-flow' || code === 'partial-flow');
  return byVeeam ? lower(severity, 'warning') : severity;
}
