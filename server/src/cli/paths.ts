/** Names of documents as the user knows them, and as the readers of reports do. */
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Input, isWithin } from './input.ts';

/** The named file as it was named; others from the current folder, or whole if they lie elsewhere. */
export function pathNames(input: Input): (uri: string) => string {
  return (uri) => {
    if (uri === input.uri) return input.path;
    const file = fileURLToPath(uri);
    return isWithin(file, process.cwd()) ? relative(process.cwd(), file) : file;
  };
}

/** What reports name files from: the checkout that GitHub Actions or GitLab is at work on, else the current folder. */
function sourceRoot(): string {
  const { GITHUB_WORKSPACE, CI_PROJECT_DIR } = process.env;
  const current = process.cwd();
  return [GITHUB_WORKSPACE, CI_PROJECT_DIR].find((folder) => folder && isWithin(current, folder)) ?? current;
}

/** A file below the source root as a path from there, with slashes; undefined if it lies elsewhere. */
export function rootedPath(uri: string): string | undefined {
  const file = fileURLToPath(uri);
  const root = sourceRoot();
  return isWithin(file, root) ? relative(root, file).split(sep).join('/') : undefined;
}

export const uriOfPath = (path: string): string => pathToFileURL(resolve(path)).href;
