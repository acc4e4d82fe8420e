/**
 * What `check` tells a person: each diagnostic in one line `path:line:column severity code message`, which problem matchers
 * rely on (docs/cli.md), then how each policy stands.
 */
import type { CheckJson, FileJson, FlowJson, PolicyJson } from '../features/report.ts';
import type { Sources } from '../features/sources.ts';
import { rangeJson } from '../features/sources.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Verdict } from '../model/verdict.ts';
import { visible } from '../features/visible.ts';
import { type Paint, plural, shown } from './output.ts';

const TINTS = { error: 'red', warning: 'yellow', information: 'blue', hint: 'grey' } as const satisfies Record<Severity, string>;

/** Most files of a module hold no policy; that is not worth a line. */
export function prettyFile(file: FileJson, findings: readonly Finding[], sources: Sources, paint: Paint, ofModule: boolean): string {
  const lines = findings.flatMap((finding) => [
    `${placeOf(finding, sources)} ${paint(TINTS[finding.severity], finding.severity)} ${finding.code} ${shown(finding.message)}`,
    ...finding.related.map((related) => `    ${paint('grey', placeOf(related, sources))} ${shown(related.message)}`),
  ]);
  const policies = file.policies.filter((p) => p.guards.length > 0 || p.flows.length > 0);
  lines.push(...policies.map((policy) => `${visible(file.path)}: ${paint('bold', shown(policy.name))} (${policy.direction}${guardText(policy)}): ${standing(policy.flows, paint)}`));
  if (policies.length === 0 && !(ofModule && file.policies.length === 0)) lines.push(`${visible(file.path)}: ${file.policies.length > 0 ? 'nothing says what it guards' : 'no policy'}`);
  return lines.join('\n');
}

/** `path:line:column`. */
export function placeOf({ uri, span }: Pick<Finding, 'uri' | 'span'>, sources: Sources): string {
  const { start } = rangeJson(span, sources.lines(uri));
  return `${visible(sources.path(uri))}:${start.line}:${start.column}`;
}

function guardText({ guards }: PolicyJson): string {
  return guards.length > 0 ? ` for ${guards.join(', ')}` : '';
}

const OTHERS: readonly Exclude<Verdict, 'open'>[] = ['missing', 'blocked', 'partial', 'undecided'];

function standing(flows: readonly FlowJson[], paint: Paint): string {
  const count = (verdict: Verdict): number => flows.filter((f) => f.verdict === verdict).length;
  const others = OTHERS.filter((v) => count(v) > 0).map((v) => `${count(v)} ${v}`);
  if (flows.length === 0) return 'no flow required';
  const text = `${count('open')} of ${plural(flows.length, 'flow')} open`;
  return `${others.length === 0 ? paint('green', text) : text}${others.length > 0 ? ` (${others.join(', ')})` : ''}`;
}

export function prettySummary({ files, summary }: CheckJson, paint: Paint): string {
  if (files.length === 0) return 'no rule file of a known dialect';
  const flows = files.flatMap((f) => f.policies.flatMap((p) => p.flows));
  const { diagnostics } = summary;
  const counts = (['error', 'warning', 'information', 'hint'] as const).filter((s) => diagnostics[s] > 0).map((s) => paint(TINTS[s], s === 'information' ? `${diagnostics[s]} information` : plural(diagnostics[s], s)));
  const unguarded = files.flatMap((f) => f.policies).filter((p) => p.guards.length === 0 && p.flows.length === 0).length;
  const text = `${plural(summary.files, 'file')}, ${plural(summary.policies, 'policy', 'policies')}: ${standing(flows, paint)}; ${counts.length > 0 ? counts.join(', ') : 'no findings'}`;
  return unguarded === 0 ? text : `${text}\n${plural(unguarded, 'policy is', 'policies are')} not guarded: say what ${unguarded === 1 ? 'it protects' : 'they protect'} with “veeam-ports: guards COMPONENT” in a comment, or with --guards`;
}
