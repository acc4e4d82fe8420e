/** Snippets as plain text: each placeholder becomes a word that no rule language takes for an address, so that it is not forgotten. */

/** `${1:Prism Central}` becomes `ADDRESS_OF_PRISM_CENTRAL`. */
export function filledIn(snippet: string): string {
  return snippet
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, (_, label: string) => `ADDRESS_OF_${label.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_|_$/g, '')}`)
    .replace(/\\([\\$}])/g, '$1');
}
