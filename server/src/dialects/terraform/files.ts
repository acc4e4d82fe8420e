/** Files of the module as trees, kept while their text stays the same. */
import type { HclFile } from '../../text/hcl/tree.ts';
import { parseHclJson } from '../../text/hcl/json.ts';
import { HclParser } from '../../text/hcl/parse.ts';

interface Kept {
  readonly text: string;
  readonly file: HclFile;
  readonly parser: HclParser;
}

export class FileCache {
  #last = new Map<string, Kept>();
  #now = new Map<string, Kept>();

  turn(): void {
    this.#last = this.#now;
    this.#now = new Map();
  }

  file(uri: string, name: string, text: string): HclFile {
    const known = this.#now.get(uri) ?? this.#last.get(uri);
    if (known?.text === text) {
      this.#now.set(uri, known);
      return known.file;
    }
    const parser = known?.parser ?? new HclParser();
    const kept = { text, file: isJson(name, text) ? parseHclJson(text) : parser.parse(text), parser };
    this.#now.set(uri, kept);
    return kept.file;
  }
}

/** A native file cannot begin with a brace. */
function isJson(name: string, text: string): boolean {
  return name.endsWith('.json') || /^\ufeff?\s*\{/.test(text);
}
