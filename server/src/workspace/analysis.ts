/** One document read, its paths guarded, its required flows judged. Checks and features work on this value. */
import { t } from '@vscode/l10n';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogView } from '../catalog/view.ts';
import type { Span } from '../core/span.ts';
import type { Dialect, ReadContext, Reader } from '../dialects/dialect.ts';
import { judgeFlow } from '../engine/coverage.ts';
import { answerPaths, pathsOf } from '../engine/paths.ts';
import type { Finding } from '../model/finding.ts';
import { chainsOf, type Path, type RankedEntry } from '../model/policy.ts';
import type { Reading } from '../model/reading.ts';
import type { FlowVerdict } from '../model/verdict.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { Binder } from './binding.ts';
import { type Declarations, DirectiveReader, declarationsOf, revisionOf } from './declarations.ts';
import { type Directive, directivesIn } from './directives.ts';
import { type Guard, type GuardDirective, componentsOf, guardDirectives, guardOf } from './guards.ts';
import { impliedInModule, impliedReferences, withGuardedReferences } from './references.ts';
import { type RequiredFlow, requiredFlows, workloadsOf } from './required.ts';
import { type Suppressions, isIgnored, suppressionsOf } from './suppressions.ts';

/** What the caller says above all directives (command line, settings). */
export interface Overrides {
  readonly guards?: readonly string[];
  readonly use?: readonly string[];
  readonly revision?: string;
  /** Holds where neither the caller nor the file names a revision. */
  readonly usualRevision?: string;
}

export interface JudgedFlow extends RequiredFlow {
  readonly verdict: FlowVerdict;
}

export interface PathReport {
  readonly path: Path;
  readonly answers?: Path;
  readonly guard: Guard;
  /** The directive that guards the path; absent if the caller does. */
  readonly directive?: Directive;
  readonly flows: readonly JudgedFlow[];
}

export interface Analysis {
  readonly uri: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly dialect: Dialect;
  readonly reading: Reading;
  readonly catalog: CatalogView;
  readonly paths: readonly Path[];
  readonly directives: readonly Directive[];
  readonly declared: Declarations;
  readonly guards: readonly GuardDirective[];
  readonly suppressions: Suppressions;
  /** Guarded paths. */
  readonly reports: readonly PathReport[];
  /** Paths that nothing guards and nothing switches off. */
  readonly unguarded: readonly Path[];
  /** Errors of directives. */
  readonly directiveFindings: readonly Finding[];
  readonly overrides: Overrides;
  /** The document is one of several that make its policies: what stands in another one is shown there. */
  readonly module: boolean;
}

export interface AnalysisInput {
  readonly text: string;
  readonly context: ReadContext;
  readonly dialect: Dialect;
  readonly reader: Reader;
  readonly catalog: Catalog;
  readonly overrides: Overrides;
  /** Takes the error of one path, which is then left out as if the text did not hold it; without it the error is thrown. */
  readonly failed?: (path: string, error: unknown) => void;
}

export function analyse({ text, context, dialect, reader, catalog, overrides, failed }: AnalysisInput): Analysis {
  const { uri } = context;
  const reading = reader.read(text, context);
  const lines = new LineIndex(text);
  const paths = pathsOf(reading.fragments.map((f) => f.policy));
  const answersTo = answerPaths(paths);
  const directives = directivesIn(reading.comments);
  const view = catalog.at(overrides.revision ?? revisionOf(directives) ?? overrides.usualRevision);
  const words = new DirectiveReader(uri, view);
  const binder = new Binder(reading, lines);
  const written = guardDirectives(directives, (d) => binder.policies(d), words);
  const declared = declarationsOf(directives, words);
  const suppressions = suppressionsOf(directives, binder, () => rulesByLine(paths, reading, lines));
  const site = withGuardedReferences(declared.site, reading.speaking ? impliedInModule(reading.speaking, view) : impliedReferences(paths, written));
  const reports: PathReport[] = [];
  const unguarded: Path[] = [];
  const needsUse = new Map<Directive, Guard>();
  const judge = (path: Path): void => {
    const chosen = guardOf(path, written);
    const given: Guard | undefined = overrides.guards && path.direction !== 'transit' ? { kind: 'host', components: overrides.guards } : undefined;
    if (chosen?.guard === 'off' && !given) return;
    const guard = given ?? (chosen?.guard === 'off' ? undefined : chosen?.guard);
    if (!guard) {
      unguarded.push(path);
      return;
    }
    const workloads = workloadsOf(guard, overrides.use ?? declared.use, view);
    if (workloads.length === 0 && chosen && !given) needsUse.set(chosen.directive, guard);
    const answers = answersTo(path);
    const required = requiredFlows(path, guard, workloads, declared, view, (flow) => isIgnored(flow, path, suppressions));
    const about = { site, components: view.components, ...(answers ? { answers } : {}) };
    const flows = required.flatMap((r) => {
      const verdict = judgeFlow(r.flow, path, about);
      return verdict ? [{ ...r, verdict }] : [];
    });
    reports.push({ path, ...(answers ? { answers } : {}), guard, ...(chosen && !given ? { directive: chosen.directive } : {}), flows });
  };
  const survives = (path: Path): boolean => {
    try {
      judge(path);
      return true;
    } catch (error) {
      if (!failed) throw error;
      failed(path.name, error);
      return false;
    }
  };
  const surviving = paths.filter(survives);
  for (const [directive, guard] of needsUse) askForUse(directive, guard, words, lines);
  return { uri, text, lines, dialect, reading, catalog: view, paths: surviving, directives, declared, guards: written, suppressions, reports, unguarded, directiveFindings: words.findings, overrides, module: dialect.module === true };
}

/** A component that several workloads share does not tell which flows are meant. */
function askForUse(directive: Directive, guard: Guard, reader: DirectiveReader, lines: LineIndex): void {
  const [id] = componentsOf(guard);
  const word = directive.args.find((w) => w.text === id) ?? directive.args.find((w) => w.text !== 'from' && w.text !== 'to');
  if (id === undefined || !word) {
    reader.report('bad-directive', directive.name, t('Say which workloads pass here: add “veeam-ports: use WORKLOAD”.'));
    return;
  }
  const options = reader.catalog.workloadsOf.get(id) ?? [];
  reader.report('bad-directive', word, t('{0} belongs to {1}: say which with “veeam-ports: use WORKLOAD”.', id, options.length > 0 ? options.join(', ') : t('no workload')));
  const finding = reader.findings.at(-1);
  const at = directive.span.start;
  const prefix = lines.text.slice(lines.lineStart(lines.lineOf(at)), at);
  if (finding) reader.findings[reader.findings.length - 1] = { ...finding, corrections: options.map((w) => ({ title: t('Use {0}', w), span: { start: at, end: at }, newText: `veeam-ports: use ${w}\n${prefix}` })) };
}

/** The text of rules by the line that they begin on, those included that belong to a policy of another document; whole lines at their beginning. */
function rulesByLine(paths: readonly Path[], { blocks }: Reading, lines: LineIndex): Map<number, Span> {
  const out = new Map<number, Span>();
  const add = (start: number, end: number): void => {
    const line = lines.lineOf(start);
    out.set(line, { start: lines.lineStart(line), end: Math.max(end, lines.lineEnd(line), out.get(line)?.end ?? 0) });
  };
  for (const { kind, span } of blocks) if (kind === 'rule') add(span.start, span.end);
  for (const { uri, at, rule } of entriesOf(paths)) if (uri === undefined) add(at + rule.span.start, at + rule.span.end);
  return out;
}

export function* entriesOf(paths: readonly Path[]): Generator<RankedEntry> {
  const seen = new Set<unknown>();
  for (const path of paths) {
    for (const policy of path.policies) {
      const chains = seen.has(policy.chains) ? [policy.main] : chainsOf(policy);
      seen.add(policy.chains);
      for (const chain of chains) {
        if (seen.has(chain)) continue;
        seen.add(chain);
        yield* chain.entries;
      }
    }
  }
}
