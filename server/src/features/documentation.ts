/** Where the product's own pages are. The address is package.json's `homepage`. */
import type { Code } from '../model/finding.ts';

export const HOMEPAGE = 'https://github.com/veeam-ports/veeam-ports/blob/main/';

/** The page about a diagnostic code. */
export function documentationOf(code: Code): string {
  return `${HOMEPAGE}docs/diagnostics/${code}.md`;
}
