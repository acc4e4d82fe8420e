/** What the asking editor can show and apply; features shape their answers by it. */
export interface ClientSupport {
  readonly diagnostics: {
    readonly unnecessaryTag: boolean;
    readonly relatedInformation: boolean;
    readonly codeDescription: boolean;
    readonly data: boolean;
  };
  /** Markdown in hovers, and in the documentation of completions. */
  readonly markdown: { readonly hover: boolean; readonly completion: boolean };
  readonly completion: { readonly snippets: boolean; readonly insertTextAsIs: boolean };
  readonly edits: { readonly documentChanges: boolean; readonly snippets: boolean };
  readonly symbols: { readonly hierarchical: boolean };
  /** Ids of commands that the editor runs itself. */
  readonly commands: ReadonlySet<string>;
  readonly codeActions: { readonly literals: boolean; readonly preferred: boolean };
}
