/** Findings as the protocol's diagnostics. */
import { t } from '@vscode/l10n';
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Range } from 'vscode-languageserver-types';
import { lower } from '../checks/check.ts';
import type { Span } from '../core/span.ts';
import { CODES, type Code, type Finding, type Related, type Severity } from '../model/finding.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { ClientSupport } from './client.ts';
import { documentationOf } from './documentation.ts';
import { plain } from './markup.ts';

export const SOURCE = 'veeam-ports';

/** What the user set per code. */
export type SeveritySettings = Readonly<Partial<Record<Code, Severity | 'off'>>>;

/** What a diagnostic carries for whoever handles it. */
interface DiagnosticData {
  readonly flows: readonly string[];
  /** Key of the policy. */
  readonly policy?: string;
}

export interface DiagnosticContext {
  readonly severity: SeveritySettings;
  readonly client: ClientSupport;
  /** The document that is asked about: the analysed one, or another one of its module. */
  readonly here: Pick<Analysis, 'uri' | 'lines'>;
  /** Lines of the document or of one that it includes. */
  readonly linesOf: (uri: string) => LineIndex | undefined;
}

const LEVEL: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** The severity that the user sees: a setting replaces a code's default, and a finding that was lowered stays below it. */
function shownSeverity({ code, severity }: Finding, settings: SeveritySettings): Severity | 'off' {
  const set = settings[code];
  if (set === undefined || set === 'off') return set ?? severity;
  return severity === CODES[code] ? set : lower(set, severity);
}

export function rangeOf(span: Span, lines: LineIndex): Range {
  return { start: lines.position(span.start), end: lines.position(span.end) };
}

/** Findings that the user wants to see. */
export function shownFindings(findings: readonly Finding[], settings: SeveritySettings): readonly Finding[] {
  return findings.filter((finding) => shownSeverity(finding, settings) !== 'off');
}

export function diagnosticsOf(analysis: Analysis, findings: readonly Finding[], context: DiagnosticContext): Diagnostic[] {
  return shownFindings(findings, context.severity).map((finding) => diagnosticOf(finding, analysis, context));
}

export function diagnosticOf(finding: Finding, analysis: Analysis, { severity, client, here, linesOf }: DiagnosticContext): Diagnostic {
  const shown = shownSeverity(finding, severity);
  const related = client.diagnostics.relatedInformation ? placed(relatedOf(finding, here.uri), linesOf) : [];
  const data: DiagnosticData = { flows: finding.flows, ...(finding.policy === undefined ? {} : { policy: finding.policy }) };
  return {
    range: rangeOf(spanHere(finding, analysis, here.uri), here.lines),
    severity: LEVEL[shown === 'off' ? finding.severity : shown],
    code: finding.code,
    ...(client.diagnostics.codeDescription ? { codeDescription: { href: documentationOf(finding.code) } } : {}),
    source: SOURCE,
    message: plain(finding.message),
    ...(client.diagnostics.unnecessaryTag && finding.unnecessary ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(client.diagnostics.data ? { data } : {}),
  };
}

/** What stands in an included file is shown where the policy is named, since the editor asked about this document. */
export function spanHere(finding: Finding, analysis: Analysis, here: string): Span {
  if (finding.uri === here) return finding.span;
  const head = analysis.paths.find((path) => path.head.key === finding.policy)?.head;
  return head && head.uri === analysis.uri ? head.header : { start: 0, end: 0 };
}

function relatedOf(finding: Finding, here: string): readonly Related[] {
  if (finding.uri === here) return finding.related;
  return [{ uri: finding.uri, span: finding.span, message: t('It stands here.') }, ...finding.related];
}

function placed(related: readonly Related[], linesOf: DiagnosticContext['linesOf']): NonNullable<Diagnostic['relatedInformation']> {
  return related.flatMap(({ uri, span, message }) => {
    const lines = linesOf(uri);
    return lines ? [{ location: { uri, range: rangeOf(span, lines) }, message: plain(message) }] : [];
  });
}
