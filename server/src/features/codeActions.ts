/** What can be done about findings: corrections, rules for lacking flows, directives that declare or ignore something. */
import { type CodeAction, CodeActionKind, type Diagnostic, type WorkspaceEdit } from 'vscode-languageserver-types';
import type { TextChange } from '../dialects/dialect.ts';
import type { Finding } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { Span } from '../core/span.ts';
import { type DiagnosticContext, SOURCE, diagnosticOf, shownFindings, spanHere } from './diagnostics.ts';
import { editOf } from './convert.ts';
import { declarations, ignoring } from './directiveActions.ts';
import { type FixContext, fixAll, opens } from './fixes.ts';
import { flowActions, policyActions } from './flowActions.ts';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.veeamPorts`;

/** Something to do, before it is shaped for the editor. */
export interface Proposal {
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** Whether the new text is a snippet: not at all, with places that must be filled in, or with words that may stay. */
  readonly snippet: 'no' | 'must' | 'may';
  readonly preferred: boolean;
}

export interface CodeActionRequest {
  readonly span: Span;
  /** The kinds asked for; all if absent. */
  readonly only?: readonly string[];
  /** What the editor shows at the place. */
  readonly diagnostics: readonly Diagnostic[];
  /** The editor asks by itself, not the user. */
  readonly automatic: boolean;
  /** Of the document, for edits that name it. */
  readonly version?: number;
}

export interface CodeActionContext extends DiagnosticContext {
  readonly fixes: FixContext;
}

/** Fixes are judged one by one; between two of them whoever drives the work may turn to something else. */
export function* codeActionsAt(request: CodeActionRequest, analysis: Analysis, findings: readonly Finding[], context: CodeActionContext): Generator<undefined, CodeAction[]> {
  const out: CodeAction[] = [];
  if (!context.client.codeActions.literals) return out;
  const wanted = proposers().filter(([kind]) => wants(request, kind));
  const here = wanted.length > 0 ? findingsAt(request, analysis, findings, context) : [];
  for (const [kind, propose] of wanted) {
    for (const { finding, diagnostic } of here) {
      for (const proposal of propose(finding, analysis, context.fixes)) {
        out.push(...actionOf(proposal, kind, [diagnostic], request, analysis, context));
        yield;
      }
    }
  }
  if (analysis.uri === context.here.uri && wants(request, FIX_ALL) && !(request.automatic && !request.only)) out.push(...everything(request, analysis, findings, context));
  return joined(out);
}

/** Whether a kind, or one above it, is asked for. */
function wants({ only }: CodeActionRequest, kind: string): boolean {
  return !only || only.some((one) => one === '' || kind === one || kind.startsWith(`${one}.`));
}

/** The findings at the place, of those the editor names if it names any. */
function findingsAt(request: CodeActionRequest, analysis: Analysis, findings: readonly Finding[], context: CodeActionContext): { finding: Finding; diagnostic: Diagnostic }[] {
  const asked = request.diagnostics.filter(({ source }) => source === SOURCE);
  const touched = shownFindings(findings, context.severity).filter((finding) => {
    const span = spanHere(finding, analysis, context.here.uri);
    return span.start <= request.span.end && span.end >= request.span.start;
  });
  return touched.map((finding) => ({ finding, diagnostic: diagnosticOf(finding, analysis, context) })).filter(({ diagnostic }) => asked.length === 0 || asked.some((one) => same(one, diagnostic)));
}

function same(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.message === b.message && a.range.start.line === b.range.start.line && a.range.start.character === b.range.start.character;
}

type Propose = (finding: Finding, analysis: Analysis, fixes: FixContext) => Iterable<Proposal>;

/** What to do about a finding, in the order in which a menu shows it. */
function proposers(): readonly (readonly [CodeActionKind, Propose])[] {
  const fixes = [corrections, flowActions, policyActions(), declarations, ignoring].map((propose) => [CodeActionKind.QuickFix, propose] as const);
  return [...fixes, [CodeActionKind.RefactorRewrite, rewrites]];
}

function corrections({ corrections: every }: Finding): Proposal[] {
  const all = every.filter((one) => !one.ofRule);
  return all.map(({ title, span, newText, snippet }) => ({ title, changes: [{ ...span, newText }], snippet: snippet ? 'must' : 'no', preferred: all.length === 1 && !snippet }));
}

/** A rule as it was meant, proven to open the flows that the finding is about. No fix: what the rule let through until now, it lets through no longer. */
function rewrites({ corrections: all, flows, policy }: Finding, _: Analysis, fixes: FixContext): Proposal[] {
  if (policy === undefined) return [];
  const edits = all.filter((one) => one.ofRule).map(({ title, span, newText }): Proposal => ({ title, changes: [{ ...span, newText }], snippet: 'no', preferred: false }));
  return edits.filter(({ changes }) => opens(fixes, policy, flows, changes));
}

function everything(request: CodeActionRequest, analysis: Analysis, findings: readonly Finding[], context: CodeActionContext): CodeAction[] {
  const fix = fixAll(context.fixes);
  if (!fix || fix.snippet || !fix.verified) return [];
  const closed = shownFindings(findings, context.severity).filter((finding) => finding.flows.some((flow) => fix.flows.includes(flow)));
  return actionOf({ title: fix.title, changes: fix.changes, snippet: 'no', preferred: false }, FIX_ALL, closed.map((finding) => diagnosticOf(finding, analysis, context)), request, analysis, context);
}

/** Nothing where the editor cannot apply it. */
function actionOf({ title, changes, snippet, preferred }: Proposal, kind: string, diagnostics: Diagnostic[], request: CodeActionRequest, analysis: Analysis, { client, here }: CodeActionContext): CodeAction[] {
  const edit: WorkspaceEdit | undefined = editOf(changes, snippet, analysis, analysis.uri === here.uri ? request.version : undefined, client);
  return edit ? [{ title, kind, diagnostics, ...(preferred && client.codeActions.preferred ? { isPreferred: true } : {}), edit }] : [];
}

/** One action where several findings ask for the same edit. */
function joined(actions: readonly CodeAction[]): CodeAction[] {
  const out = new Map<string, CodeAction>();
  for (const action of actions) {
    const key = `${action.title} ${JSON.stringify(action.edit)}`;
    const known = out.get(key);
    out.set(key, known ? { ...known, diagnostics: [...(known.diagnostics ?? []), ...(action.diagnostics ?? [])] } : action);
  }
  return [...out.values()];
}
