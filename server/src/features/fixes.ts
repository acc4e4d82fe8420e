/**
 * Fixes of flows: rules that let pass exactly what lacks, at a place where they take effect. A fix is proven before it is
 * offered as such: the edited text is judged afresh, the flows must be open and no finding new.
 */
import { t } from '@vscode/l10n';
import type { TextChange } from '../dialects/dialect.ts';
import type { Finding } from '../model/finding.ts';
import { chainsOf, type Policy, type RankedEntry } from '../model/policy.ts';
import { applyChanges, Edits } from '../text/changes.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { problemsOf } from '../checks/problems.ts';
import { componentName, portsOf } from '../checks/words.ts';
import { listed } from '../core/lists.ts';
import { isInternet, permitsFor, unknownEnds } from './permits.ts';

export interface Fix {
  readonly title: string;
  readonly flows: readonly string[];
  /** Key of the policy that names the path. */
  readonly policy: string;
  readonly changes: readonly TextChange[];
  /** The new text has places to fill in (snippet syntax) and could not be judged. */
  readonly snippet: boolean;
  /** The edited text was judged: the flows are open and nothing else got worse. */
  readonly verified: boolean;
}

/** How fixes judge an edited text. */
export interface FixContext {
  readonly analysis: Analysis;
  /** The same document with another text. */
  reanalyse(text: string): Analysis;
  findings(analysis: Analysis): readonly Finding[];
}

const ROUNDS = 4;

const NEEDS_FIX = new Set(['missing', 'blocked', 'partial']);

/** Flows of a report that a fix could open, with what stands in the way of fixing many at once. */
export function fixableFlows(report: PathReport): JudgedFlow[] {
  return problemsOf(report).flatMap((p) => p.flows).filter((f) => NEEDS_FIX.has(f.verdict.verdict));
}

/** The flows that fix-policy and fixAll cover: surely required, with known addresses, none of them the internet. */
function safeTogether(report: PathReport): JudgedFlow[] {
  return fixableFlows(report).filter((f) => !f.unstated && unknownEnds(f, report).length === 0 && !isInternet(f.verdict.from) && !isInternet(f.verdict.to));
}

export function fixFlow(context: FixContext, report: PathReport, flow: JudgedFlow): Fix | undefined {
  return attempt(context, [report], [flow.flow.id], titleOf([flow], context.analysis));
}

/** Several flows of one finding at once. */
export function fixFlows(context: FixContext, report: PathReport, flows: readonly JudgedFlow[]): Fix | undefined {
  const safe = safeTogether(report).filter((f) => flows.includes(f));
  return safe.length < 2 ? undefined : attempt(context, [report], safe.map((f) => f.flow.id), titleOf(safe, context.analysis));
}

export function fixPolicy(context: FixContext, report: PathReport): Fix | undefined {
  const flows = safeTogether(report);
  return flows.length === 0 ? undefined : attempt(context, [report], flows.map((f) => f.flow.id), flows.length === 1 ? t('Allow everything that {0} lacks (1 flow)', report.path.name) : t('Allow everything that {0} lacks ({1} flows)', report.path.name, flows.length));
}

export function fixAll(context: FixContext): Fix | undefined {
  const reports = context.analysis.reports.filter((r) => safeTogether(r).length > 0);
  const flows = reports.flatMap((r) => safeTogether(r).map((f) => f.flow.id));
  return flows.length === 0 ? undefined : attempt(context, reports, flows, t('Allow all lacking Veeam flows with known addresses ({0})', new Set(flows).size));
}

function titleOf(flows: readonly JudgedFlow[], analysis: Analysis): string {
  const [first] = flows as readonly [JudgedFlow, ...JudgedFlow[]];
  const { from, to } = first.flow;
  const ports = portsOf(flows.flatMap((f) => f.verdict.lacking));
  const name = (id: string): string => componentName(analysis, id);
  if (isInternet(first.verdict.to)) return t('Allow {0} from {1} to any address, for {2}', ports, name(from), name(to));
  if (isInternet(first.verdict.from)) return t('Allow {0} from any address to {1}, for {2}', ports, name(to), name(from));
  return t('Allow {0} from {1} to {2}', ports, name(from), listed([...new Set(flows.map((f) => name(f.flow.to)))]));
}

const sameReport = (a: PathReport, b: PathReport): boolean => a.path.name === b.path.name && a.path.direction === b.path.direction && a.path.head.key === b.path.head.key;

function attempt(context: FixContext, reports: readonly PathReport[], ids: readonly string[], title: string): Fix | undefined {
  const wanted = new Set(ids);
  const first = reports[0];
  if (!first) return undefined;
  const snippet = reports.some((r) => r.flows.some((f) => wanted.has(f.flow.id) && NEEDS_FIX.has(f.verdict.verdict) && unknownEnds(f, r).length > 0));
  const fix = { flows: ids, policy: first.path.head.key, snippet };
  const edits = new Edits(context.analysis.text);
  let analysis = context.analysis;
  let removed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const opening = openingChanges(analysis, reports, wanted);
    if (!opening) return undefined;
    if (snippet) return { ...fix, title: t('{0} (fill in the address)', title), changes: opening, verified: false };
    const idle = opening.length > 0 ? [] : newlyIdle(context, analysis);
    const changes = opening.length > 0 ? opening : idle.slice(0, 1).flatMap(({ policy, entry }) => analysis.dialect.write({ text: analysis.text, reading: analysis.reading, policy, permits: [], replace: entry }) ?? []);
    if (changes.length === 0) break;
    removed += idle.length > 0 ? 1 : 0;
    if (idle.length > 1) round--;
    edits.apply(changes);
    analysis = context.reanalyse(edits.text);
  }
  const replacing = removed === 0 ? title : removed === 1 ? t('{0}, replacing a rule that would then decide nothing', title) : t('{0}, replacing {1} rules that would then decide nothing', title, removed);
  return { ...fix, title: replacing, changes: edits.changes, verified: proven(context, analysis, reports, wanted) };
}

/** The next edit towards opening the flows of all reports: none if they are open, undefined if a place cannot be edited. */
function openingChanges(analysis: Analysis, reports: readonly PathReport[], wanted: ReadonlySet<string>): readonly TextChange[] | undefined {
  const changes: TextChange[] = [];
  for (const old of reports) {
    const report = analysis.reports.find((r) => sameReport(r, old));
    const flows = report ? fixableFlows(report).filter((f) => wanted.has(f.flow.id)) : [];
    if (!report || flows.length === 0) continue;
    for (const { policy, permits, before } of permitsFor(flows, report, analysis)) {
      const written = analysis.dialect.write({ text: analysis.text, reading: analysis.reading, policy, permits, ...(before ? { before } : {}) });
      if (!written) return undefined;
      changes.push(...written);
    }
  }
  return changes;
}

/** Rules that the edit left nothing to decide. */
function newlyIdle(context: FixContext, analysis: Analysis): { policy: Policy; entry: RankedEntry }[] {
  const fresh = newSignatures(context, analysis);
  const spans = context.findings(analysis).filter((f) => f.code === 'dead-rule' && f.uri === analysis.uri && fresh.includes(signature(f, analysis))).map((f) => f.span.start);
  return analysis.reports.flatMap(({ path }) => path.policies).flatMap((policy) =>
    chainsOf(policy).flatMap((chain) => chain.entries.filter((e) => e.uri === undefined && spans.includes(e.at + e.rule.span.start)).map((entry) => ({ policy, entry }))),
  );
}

function proven(context: FixContext, analysis: Analysis, reports: readonly PathReport[], wanted: ReadonlySet<string>): boolean {
  const open = reports.every((old) => {
    const now = analysis.reports.find((r) => sameReport(r, old));
    return now !== undefined && now.flows.filter((f) => wanted.has(f.flow.id) && fixedHere(old, f.flow.id)).every((f) => f.verdict.verdict === 'open');
  });
  return open && newSignatures(context, analysis).length === 0;
}

/** Whether an edit by hand opens flows of a policy's path, and nothing else gets worse. */
export function opens(context: FixContext, policy: string, flows: readonly string[], changes: readonly TextChange[]): boolean {
  const reports = context.analysis.reports.filter(({ path }) => path.head.key === policy);
  return proven(context, context.reanalyse(applyChanges(context.analysis.text, changes)), reports, new Set(flows));
}

const fixedHere = (report: PathReport, flow: string): boolean => report.flows.some((f) => f.flow.id === flow && NEEDS_FIX.has(f.verdict.verdict));

/** What a finding says, without the place that an edit moves: code and text; in another document of the module, code and place. */
const signature = (f: Finding, { uri, text }: Analysis): string => `${f.code} ${f.uri === uri ? text.slice(f.span.start, f.span.end) : `${f.uri} ${String(f.span.start)}`}`;

/** Findings of the edited text that the original has not, by code and flow or, without flows, by code and text. */
function newSignatures(context: FixContext, analysis: Analysis): string[] {
  const count = (one: Analysis): Map<string, number> => {
    const out = new Map<string, number>();
    for (const f of context.findings(one)) for (const key of f.flows.length > 0 ? f.flows.map((flow) => `${f.code} ${flow}`) : [signature(f, one)]) out.set(key, (out.get(key) ?? 0) + 1);
    return out;
  };
  const before = count(context.analysis);
  return [...count(analysis)].filter(([key, n]) => n > (before.get(key) ?? 0)).map(([key]) => key);
}
