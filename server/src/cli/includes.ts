/** Finds the files that a rule file includes: relative to its folder, and never outside of the working folder. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServiceHost } from '../service.ts';
import { matchesGlob } from '../text/glob.ts';
import { decode, isWithin, readBytes, workingFolder } from './input.ts';

type Found = readonly { readonly uri: string; readonly text: string }[] | undefined;

/** Keeps the texts that it gave out, for quoting from them; a file is read once. */
export class Includes implements ServiceHost {
  readonly texts = new Map<string, string>();
  private readonly found = new Map<string, Found>();

  include(uri: string, path: string): Found {
    const folder = dirname(fileURLToPath(uri));
    const key = `${folder}\0${path}`;
    if (!this.found.has(key)) this.found.set(key, this.find(folder, path));
    return this.found.get(key);
  }

  private find(folder: string, path: string): Found {
    try {
      const root = workingFolder(realpathSync(folder));
      if (!isWild(path)) return [this.read(resolve(folder, path), root)];
      return expand(path, folder, root)?.map((file) => this.read(file, root));
    } catch {
      return undefined;
    }
  }

  private read(file: string, root: string): { uri: string; text: string } {
    const real = realpathSync(file);
    const stats = statSync(real);
    if (!isWithin(real, root) || !stats.isFile()) throw new Error(`${file} is not in sight`);
    const bytes = readBytes(real, stats);
    if (!bytes) throw new Error(`${file} is too large`);
    const uri = pathToFileURL(file).href;
    const text = decode(bytes);
    this.texts.set(uri, text);
    return { uri, text };
  }
}

/** The files that a pattern of glob(3) names, in the order of their names; undefined if it looks outside of the root. */
function expand(pattern: string, folder: string, root: string): string[] | undefined {
  const segments = resolve(folder, pattern).split(sep);
  const wild = segments.findIndex(isWild);
  const start = segments.slice(0, wild).join(sep) || sep;
  if (!isWithin(existing(start), root)) return undefined;
  let found = [start];
  for (const segment of segments.slice(wild)) {
    found = found.flatMap((base) => (isWild(segment) ? namesIn(base).filter((name) => matchesGlob(name, segment)).sort().map((name) => join(base, name)) : [join(base, segment)]));
  }
  return found.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

const isWild = (text: string): boolean => /[*?[]/.test(text);

/** Where the path leads; itself if there is nothing. */
function existing(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
