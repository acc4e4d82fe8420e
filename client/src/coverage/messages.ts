/** What the extension and the page of the coverage matrix tell each other. */

export type ToPage = { readonly kind: 'tables'; readonly html: string } | { readonly kind: 'filter'; readonly text: string };

/** `flow` is an index into the flows of the tables. */
export type FromPage = { readonly kind: 'ready' } | { readonly kind: 'reveal'; readonly flow: number };
