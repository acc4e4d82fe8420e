/** broad-rule: a rule that serves a required flow lets in any address, or public addresses that the component does not have. */
import { t } from '@vscode/l10n';
import { type AddressIntervals, INTERNET, allAddresses, toCidrs } from '../core/addresses.ts';
import { covers, equals, intersect, subtract } from '../core/intervals.ts';
import { listed } from '../core/lists.ts';
import { compiledTerms } from '../engine/compile.ts';
import type { Span } from '../core/span.ts';
import type { Policy, RankedEntry } from '../model/policy.ts';
import type { Host } from '../model/verdict.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { type Check, finding, isOurs, ruleSpan, uriOf } from './check.ts';
import { componentName } from './words.ts';

export const broadRule: Check = (analysis) => analysis.reports.flatMap((report) => {
  const served = new Map<RankedEntry, { policy: Policy; flows: JudgedFlow[] }>();
  for (const judged of report.flows) {
    for (const { entry, policy } of judged.verdict.openedBy) {
      if (!entry || !isOurs(entry, analysis)) continue;
      const known = served.get(entry);
      if (known) known.flows.push(judged);
      else served.set(entry, { policy, flows: [judged] });
    }
  }
  return [...served].flatMap(([entry, { policy, flows }]) => {
    const broad = breadth(entry, policy, flows, report, analysis);
    return broad ? [broad] : [];
  });
});

/** The peer's end of a host's traffic; in transit both ends count. */
function endsToCheck(report: PathReport): readonly ('src' | 'dst')[] {
  return report.guard.kind === 'transit' ? ['src', 'dst'] : report.path.direction === 'in' ? ['src'] : ['dst'];
}

function breadth(entry: RankedEntry, policy: Policy, flows: readonly JudgedFlow[], report: PathReport, analysis: Analysis): ReturnType<typeof finding> | undefined {
  const terms = compiledTerms(entry.rule);
  // An interface, a reference or a limit narrows the rule in a way that its addresses do not tell.
  if (terms.some((term) => term.atoms.length > 0)) return undefined;
  for (const end of endsToCheck(report)) {
    const host = (f: JudgedFlow): Host => (end === 'src' ? f.verdict.from : f.verdict.to);
    if (servesInternetOnly(entry, flows, host)) continue;
    for (const term of terms) {
      for (const family of [4, 6] as const) {
        const set: AddressIntervals | undefined = term.boxes[family]?.[end];
        if (!set || !policy.families.includes(family)) continue;
        const peers = flows.map(host);
        const declared = peers.every((p) => p.kind === 'known');
        const excess = peers.reduce<AddressIntervals>((rest, p) => (p.kind === 'known' ? subtract(rest, p.addresses[family]) : rest), set);
        const foreign = intersect(excess, INTERNET[family]);
        const any = equals(set, allAddresses(family)) || covers(set, INTERNET[family]);
        if (!(any && excess.length > 0) && !(declared && foreign.length > 0)) continue;
        const names = listed([...new Set(flows.map((f) => componentName(analysis, end === 'src' ? f.flow.from : f.flow.to)))]);
        const what = any ? t('any address') : t('public addresses ({0})', toCidrs(family, foreign.slice(0, 8)).slice(0, 3).join(', '));
        const whose = declared ? t('its addresses') : t('the component’s addresses');
        return finding({
          code: 'broad-rule',
          uri: uriOf(entry, analysis),
          span: fieldSpan(entry, end),
          message: end === 'src' ? t('This rule serves {0}, but lets {1} in; name {2} instead.', names, what, whose) : t('This rule serves {0}, but lets {1} be reached; name {2} instead.', names, what, whose),
          flows: flows.map((f) => f.flow.id),
          policy: report.path.head.key,
        });
      }
    }
  }
  return undefined;
}

/** Every port of the rule belongs to a flow with the internet: any address is what it needs. */
function servesInternetOnly(entry: RankedEntry, flows: readonly JudgedFlow[], host: (f: JudgedFlow) => Host): boolean {
  const internet = flows.filter((f) => {
    const peer = host(f);
    return peer.kind === 'known' && covers(peer.addresses[4], INTERNET[4]);
  });
  if (internet.length === 0) return false;
  return compiledTerms(entry.rule).every(({ boxes }) => [boxes[4], boxes[6]].every((b) => !b || internet.some((f) => f.verdict.required.some((r) => covers(r.protocol, b.protocol) && covers(r.dport, b.dport)))));
}

function fieldSpan(entry: RankedEntry, end: 'src' | 'dst'): Span {
  const field = entry.rule.fields.find((f) => f.role === end);
  return field ? { start: entry.at + field.span.start, end: entry.at + field.span.end } : ruleSpan(entry);
}
