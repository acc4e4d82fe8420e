/** Reads catalog files from YAML. Kept apart, so that only whoever reads catalog files loads the YAML parser. */
import { YAMLException, loadAll } from 'js-yaml';
import type { CatalogData } from './data.ts';
import type { CatalogProblem, LoadedCatalog, ParsedFile } from './load.ts';
import { loadCatalog } from './load.ts';

export interface CatalogText {
  readonly name: string;
  readonly text: string;
}

/** Never throws: a text that is no YAML is a problem of the file as a whole. */
export function loadCatalogTexts(texts: readonly CatalogText[], base?: CatalogData): LoadedCatalog {
  const parsed: ParsedFile[] = [];
  const problems: CatalogProblem[] = [];
  for (const { name, text } of texts) {
    try {
      const documents = loadAll(text, { filename: name });
      if (documents.length > 1) problems.push({ file: name, path: '', message: 'a catalog file holds one YAML document' });
      else parsed.push({ name, data: documents[0] });
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const line = error.mark ? `line ${error.mark.line + 1}: ` : '';
      problems.push({ file: name, path: '', message: `${line}${error.reason}` });
    }
  }
  const loaded = loadCatalog(parsed, base);
  return { data: loaded.data, problems: [...problems, ...loaded.problems] };
}
