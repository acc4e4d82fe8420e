/** `vscode.l10n.t` for modules that are tested without an editor. */

/** The user's language for an English text; `{0}`, `{1}` are replaced. */
export type Translate = (message: string, ...values: (string | number)[]) => string;
