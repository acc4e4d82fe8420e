/** What `ignore` directives silence: flows that are then not required, and codes, in the file, a policy or at a rule. */
import type { Span } from '../core/span.ts';
import type { Path } from '../model/policy.ts';
import type { Finding } from '../model/finding.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Binder, Target } from './binding.ts';
import { type Directive, flowGlob } from './directives.ts';

export interface Suppression {
  readonly target: Target | { readonly line: number };
  readonly matches: readonly ((flow: string) => boolean)[];
  readonly codes: ReadonlySet<string>;
}

export function suppressionsOf(directives: readonly Directive[], binder: Binder, ruleStarts: () => ReadonlySet<number>): Suppression[] {
  const ignores = directives.filter((d) => d.word === 'ignore');
  if (ignores.length === 0) return [];
  const starts = ruleStarts();
  return ignores.map((d) => {
    const line = binder.ruleLine(d);
    return {
      target: line !== undefined && starts.has(line) ? { line } : binder.policies(d),
      matches: d.args.filter((w) => w.text.includes('/')).map((w) => flowGlob(w.text)),
      codes: new Set(d.args.filter((w) => !w.text.includes('/')).map((w) => w.text)),
    };
  });
}

const concerns = (s: Suppression, path: Path): boolean => s.target === 'file' || (Array.isArray(s.target) && path.policies.some((p) => (s.target as readonly string[]).includes(p.key)));

/** Whether a flow is not required behind a path. */
export function isIgnored(flow: string, path: Path, suppressions: readonly Suppression[]): boolean {
  return suppressions.some((s) => concerns(s, path) && s.matches.some((m) => m(flow)));
}

/** Whether a finding is silenced: its code in the file or its policy, or its code or all its flows at the rule. */
export function isSilenced(finding: Finding, path: Path | undefined, suppressions: readonly Suppression[], lines: LineIndex): boolean {
  return suppressions.some((s) => {
    if (s.target === 'file' || Array.isArray(s.target)) return s.codes.has(finding.code) && (s.target === 'file' || (path !== undefined && concerns(s, path)));
    const { line } = s.target as { readonly line: number };
    if (!startsOn(finding.span, line, lines)) return false;
    return s.codes.has(finding.code) || (finding.flows.length > 0 && finding.flows.every((f) => s.matches.some((m) => m(f))));
  });
}

const startsOn = (span: Span, line: number, lines: LineIndex): boolean => lines.lineOf(span.start) === line;
