/** Names of documents as the user knows them. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Input, isWithin } from './input.ts';

/** The named file as it was named; others from the current folder, or whole if they lie elsewhere. */
export function pathNames(input: Input): (uri: string) => string {
  return (uri) => {
    if (uri === input.uri) return input.path;
    const file = fileURLToPath(uri);
    return isWithin(file, process.cwd()) ? relative(process.cwd(), file) : file;
  };
}
