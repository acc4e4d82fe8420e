/** Reads the files that rules include: below the workspace folders or beside the document only, links followed, regular files of sensible size. */
import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServiceHost } from '../service.ts';
import { matchesGlob } from '../text/glob.ts';

type Include = NonNullable<ServiceHost['include']>;

const LARGEST = 16 * 1024 * 1024;

/** @param folders uris of the workspace folders. */
export function includesWithin(folders: () => readonly string[]): Include {
  return (uri, path) => {
    if (!uri.startsWith('file:') || path.includes('\0')) return undefined;
    const from = dirname(fileURLToPath(uri));
    const open = folders().filter((folder) => folder.startsWith('file:')).map((folder) => fileURLToPath(folder));
    const roots = [...open, ...(/[\\/]/.test(path) ? [] : [from])].map(realPath).filter((root) => root !== undefined);
    const wanted = isAbsolute(path) ? path : resolve(from, path);
    const wild = /[*?[]/.test(path);
    if (wild && !isWithin(dirname(wanted), roots)) return undefined;
    const found = (wild ? matching(wanted) : [wanted]).map((file) => {
      const real = realPath(file);
      const text = real !== undefined && roots.some((root) => real.startsWith(root.endsWith(sep) ? root : root + sep)) ? textOf(real) : undefined;
      return text === undefined ? undefined : { uri: pathToFileURL(file).href, text };
    });
    // Of several, one that cannot be read may hold any rule.
    return found.every((one) => one !== undefined) ? found : undefined;
  };
}

function isWithin(folder: string, roots: readonly string[]): boolean {
  const real = realPath(folder);
  return real !== undefined && roots.some((root) => real === root || real.startsWith(root.endsWith(sep) ? root : root + sep));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= LARGEST ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Files of one folder whose names fit, in the order of their names. */
function matching(path: string): string[] {
  const folder = dirname(path);
  const name = path.slice(folder.length).replace(/^[\\/]/, '');
  if (/[*?[]/.test(folder)) return [];
  try {
    return readdirSync(folder).filter((entry) => matchesGlob(entry, name)).sort().map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}
