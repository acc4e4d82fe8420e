/** Replaces a file's text at once or not at all: written beside it, then renamed over it. */
import { chmodSync, chownSync, closeSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Input, encode, isWithin, reason } from './input.ts';
import { ToolError } from './output.ts';

/** @throws {ToolError} if the file is not UTF-8, has changed since it was read, or cannot be written; it is then as it was. */
export function replaceFile(input: Input, text: string): void {
  const bytes = encode(text, input);
  if (!bytes) throw new ToolError(`${input.path}: is not UTF-8 throughout and was left as it is`);
  try {
    const file = targetOf(resolve(input.file ?? input.path));
    if (!readFileSync(file).equals(input.bytes)) throw new ToolError('changed in the meantime and was left as it is');
    const { mode, uid, gid } = statSync(file);
    const draft = join(dirname(file), `.${basename(file)}.${process.pid}`);
    try {
      writeWhole(draft, bytes);
      chmodSync(draft, mode & 0o7777);
      keepOwner(draft, uid, gid);
      renameSync(draft, file);
    } catch (error) {
      discard(draft);
      throw error;
    }
  } catch (error) {
    throw new ToolError(`${input.path}: ${error instanceof ToolError ? error.message : `cannot be written: ${reason(error)}`}`);
  }
}

/** Where a path leads. A link of the working folder may have been put there by whoever wrote its rules, and must stay in it. */
function targetOf(path: string): string {
  const file = realpathSync(path);
  const folder = process.cwd();
  if (isWithin(path, folder) && !isWithin(file, realpathSync(folder))) throw new ToolError(`leads out of ${folder} and was left as it is; name the file that it leads to`);
  return file;
}

function writeWhole(path: string, bytes: Buffer): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Only root may give files away; others write files of their own. */
function keepOwner(path: string, uid: number, gid: number): void {
  const { uid: ours, gid: group } = statSync(path);
  if (process.getuid?.() === 0 && (ours !== uid || group !== gid)) chownSync(path, uid, gid);
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made.
  }
}
