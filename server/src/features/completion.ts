/** Completions: words of directives, and the rules of flows where a rule can stand. */
import { type CompletionItem, CompletionItemKind, InsertTextFormat, InsertTextMode, MarkupKind } from 'vscode-languageserver-types';
import type { Span } from '../core/span.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { ClientSupport } from './client.ts';
import { rangeOf } from './diagnostics.ts';
import { directiveProposals } from './directiveCompletion.ts';
import { MARKDOWN, type Markup, PLAIN } from './markup.ts';
import { ruleProposals } from './ruleCompletion.ts';
import { withoutPlaceholders } from './snippet.ts';

/** One completion, before it is shaped for the editor. */
export interface Proposal {
  readonly label: string;
  readonly kind: 'word' | 'component' | 'workload' | 'flow' | 'value' | 'rule';
  /** A few words beside the label. */
  readonly detail?: string;
  /** What replaces the typed word; the label if absent. */
  readonly newText?: string;
  /** `newText` is a snippet. */
  readonly snippet?: boolean;
  /** What the typed word is compared with; the label if absent. */
  readonly filter?: string;
  documentation?(markup: Markup): string;
}

/** Proposals that replace one span of the text, in the order in which they should be shown. */
export interface Proposals {
  readonly span: Span;
  readonly items: readonly Proposal[];
}

const KIND: Readonly<Record<Proposal['kind'], CompletionItemKind>> = {
  word: CompletionItemKind.Keyword,
  component: CompletionItemKind.Module,
  workload: CompletionItemKind.Module,
  flow: CompletionItemKind.Reference,
  value: CompletionItemKind.Value,
  rule: CompletionItemKind.Snippet,
};

export function completionsAt(offset: number, analysis: Analysis, client: ClientSupport): CompletionItem[] {
  const proposals = directiveProposals(offset, analysis) ?? ruleProposals(offset, analysis);
  if (!proposals) return [];
  const range = rangeOf(proposals.span, analysis.lines);
  return proposals.items.map((proposal, index) => {
    const written = proposal.newText ?? proposal.label;
    const snippet = proposal.snippet === true && client.completion.snippets;
    const markup = client.markdown.completion ? MARKDOWN : PLAIN;
    const documentation = proposal.documentation?.(markup);
    return {
      label: proposal.label,
      kind: KIND[proposal.kind],
      ...(proposal.detail === undefined ? {} : { detail: proposal.detail }),
      ...(documentation === undefined ? {} : { documentation: { kind: client.markdown.completion ? MarkupKind.Markdown : MarkupKind.PlainText, value: documentation } }),
      sortText: String(index).padStart(4, '0'),
      filterText: proposal.filter ?? proposal.label,
      ...(snippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      ...(client.completion.insertTextAsIs ? { insertTextMode: InsertTextMode.asIs } : {}),
      textEdit: { range, newText: proposal.snippet && !snippet ? withoutPlaceholders(written) : written },
    };
  });
}
