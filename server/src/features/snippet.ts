/** Snippets as the protocol writes them: `${1:text}`, with `$`, `}` and `\` escaped elsewhere. */

/** The text with each placeholder's words in its place, for editors that take no snippets. */
export function withoutPlaceholders(snippet: string): string {
  return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}|\$(?:\d+|\{\d+\})/g, (_, words: string | undefined) => words ?? '').replace(/\\([\\$}])/g, '$1');
}
