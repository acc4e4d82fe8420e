/** Whether a file is Terraform or OpenTofu configuration. */
import type { SourceFile } from '../dialect.ts';

const NAME = /\.(?:tf|tofu)(?:\.json)?$/i;
const LANGUAGES = new Set(['terraform', 'opentofu']);

export function detectTerraform({ uri, languageId }: SourceFile): boolean {
  return (languageId !== undefined && LANGUAGES.has(languageId)) || NAME.test(uri.replace(/[?#].*$/, ''));
}
