/** Reads what the user names: files, folders and standard input, each text once. */
import { type Stats, closeSync, openSync, readSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { detectDialect } from '../dialects/registry.ts';
import { ToolError, complain } from './output.ts';

const MAX_FILE_SIZE = 16 * 1024 * 1024;
const TOO_LARGE = 'is larger than 16 MB and was skipped';
const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', '.git', '.terraform']);
const GUARD = /veeam-ports:\s*(?:guards|transit)\b/;

export interface Input {
  /** As the user knows it. */
  readonly path: string;
  /** Absent for standard input. */
  readonly file?: string;
  readonly uri: string;
  readonly text: string;
  /** The bytes that the text, without its byte order mark, was read from. */
  readonly bytes: Buffer;
  /** The user named this file, not a folder that holds it. */
  readonly named: boolean;
}

/** Something that should have been read or judged and was not. */
export interface Unread {
  /** As the user knows it. */
  readonly path: string;
  readonly why: string;
}

export interface Inputs {
  readonly inputs: readonly Input[];
  /** Standard error names them, too. */
  readonly unread: readonly Unread[];
}

export interface CollectOptions {
  /** The name under which standard input is read. */
  readonly stdinName?: string;
  /** Everything counts as guarded, so that nothing may be skipped. */
  readonly guarded: boolean;
}

/** Files of folders are taken if a dialect claims them; named ones always. What cannot be read is complained about. */
export async function collect(paths: readonly string[], { stdinName, guarded }: CollectOptions): Promise<Inputs> {
  const inputs: Input[] = [];
  const seen = new Set<string>();
  const unread: Unread[] = [];
  const missed = (path: string, why: string): void => {
    complain(`${path}: ${why}`);
    unread.push({ path, why });
  };
  for (const path of paths) {
    try {
      if (path === '-') {
        if (!seen.has('-')) inputs.push(await readStandardInput(stdinName));
        seen.add('-');
      } else if (statSync(path).isDirectory()) {
        for (const member of walk(path, missed)) {
          if (seen.has(member.real)) continue;
          seen.add(member.real);
          const input = readMember(member, guarded, missed);
          if (input) inputs.push(input);
        }
      } else if (!seen.has(realpathSync(path))) {
        seen.add(realpathSync(path));
        inputs.push(readNamed(path));
      }
    } catch (error) {
      missed(path, reason(error));
    }
  }
  return { inputs, unread };
}

/** Standard input has no name to tell its dialect by. */
export function requireDialect(path: string, { dialect, stdinFilename }: { readonly dialect?: string; readonly stdinFilename?: string }): void {
  if (path === '-' && dialect === undefined && stdinFilename === undefined) throw new ToolError('standard input has no name to tell its dialect by; add --dialect or --stdin-filename');
}

/** One file or standard input. */
export async function readOne(path: string, stdinName?: string): Promise<Input> {
  if (path === '-') return readStandardInput(stdinName);
  try {
    return readNamed(path);
  } catch (error) {
    throw new ToolError(`${path}: ${reason(error)}`);
  }
}

async function readStandardInput(name: string | undefined): Promise<Input> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FILE_SIZE) throw new ToolError(TOO_LARGE);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return { path: name ?? '-', uri: pathToFileURL(resolve(name ?? '-')).href, text: decode(bytes), bytes, named: true };
}

function readNamed(path: string): Input {
  const stats = statSync(path);
  if (stats.isDirectory()) throw new ToolError('is a folder, not a file');
  if (!stats.isFile() && !stats.isFIFO()) throw new ToolError('is not a file');
  const bytes = readBytes(path, stats);
  if (!bytes) throw new ToolError(TOO_LARGE);
  const file = resolve(path);
  return { path, file, uri: pathToFileURL(file).href, text: decode(bytes), bytes, named: true };
}

interface Member {
  readonly path: string;
  readonly real: string;
}

type Missed = (path: string, why: string) => void;

function readMember({ path }: Member, guarded: boolean, missed: Missed): Input | undefined {
  const file = resolve(path);
  const uri = pathToFileURL(file).href;
  try {
    const stats = statSync(path);
    const bytes = readBytes(path, stats);
    if (bytes) return isUtf16(bytes) || !detectDialect({ uri, text: decode(bytes) }) ? undefined : { path, file, uri, text: decode(bytes), bytes, named: false };
    const [head, directive] = skim(path);
    if (!detectDialect({ uri, text: head })) return undefined;
    if (guarded || directive) missed(path, `${TOO_LARGE}, although it is guarded`);
    else complain(`${path}: ${TOO_LARGE}`);
  } catch (error) {
    missed(path, reason(error));
  }
  return undefined;
}

/** Regular files below a folder in the order of their names. Links are followed as long as they stay in the working folder. */
function* walk(folder: string, missed: Missed): Generator<Member> {
  const root = workingFolder(realpathSync(folder));
  const entered = new Set<string>();
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const below: string[] = [];
    try {
      const real = realpathSync(current);
      if (entered.has(real)) continue;
      entered.add(real);
      const entries = readdirSync(current, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        const path = join(current, entry.name);
        const member = entry.isSymbolicLink() ? target(path, root) : { real: join(real, entry.name), isFolder: entry.isDirectory(), isFile: entry.isFile() };
        if (member?.isFolder && !PASSED_OVER.has(entry.name)) below.push(path);
        else if (member?.isFile) yield { path: path.split(sep).join('/'), real: member.real };
      }
    } catch (error) {
      missed(current, reason(error));
    }
    pending.push(...below.reverse());
  }
}

/** Where a link leads, if it leads somewhere within the root. */
function target(link: string, root: string): { real: string; isFolder: boolean; isFile: boolean } | undefined {
  try {
    const real = realpathSync(link);
    if (!isWithin(real, root)) {
      complain(`${link}: leads out of ${root} and was not followed`);
      return undefined;
    }
    const stats = statSync(real);
    return { real, isFolder: stats.isDirectory(), isFile: stats.isFile() };
  } catch {
    return undefined;
  }
}

/** The current folder if it holds the folder, else the folder itself. */
export function workingFolder(folder: string): string {
  const current = realpathSync(process.cwd());
  return isWithin(folder, current) ? current : folder;
}

export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Undefined if the file is too large. Pipes have no size, so that is found out by reading. */
export function readBytes(path: string, stats: Stats): Buffer | undefined {
  if (stats.size > MAX_FILE_SIZE) return undefined;
  const descriptor = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.max(stats.size - size + 1, 64 * 1024));
      const count = readSync(descriptor, chunk, 0, chunk.length, null);
      if (count === 0) return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      size += count;
      if (size > MAX_FILE_SIZE) return undefined;
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The beginning of a large file, and whether a directive anywhere in it says that it is guarded. */
function skim(path: string): readonly [head: string, guarded: boolean] {
  const descriptor = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(1024 * 1024);
    let head: string | undefined;
    let overlap = '';
    for (;;) {
      const count = readSync(descriptor, chunk, 0, chunk.length, null);
      if (count === 0) return [head ?? '', false];
      const text = overlap + chunk.toString('latin1', 0, count);
      head ??= text.slice(0, 64 * 1024);
      if (GUARD.test(text)) return [head, true];
      overlap = text.slice(-64);
    }
  } finally {
    closeSync(descriptor);
  }
}

function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

const MARK = '\ufeff';

/** @throws {ToolError} for UTF-16, which would be read as rubbish. */
export function decode(bytes: Buffer): string {
  if (isUtf16(bytes)) throw new ToolError('is UTF-16 text; save it as UTF-8');
  const text = bytes.toString('utf8');
  return text.startsWith(MARK) ? text.slice(1) : text;
}

/** The file's bytes with another text, its byte order mark kept; undefined if the bytes are not what the text says. */
export function encode(text: string, { bytes, text: before }: Input): Buffer | undefined {
  const mark = bytes.toString('utf8', 0, 3) === MARK ? MARK : '';
  return Buffer.from(mark + before, 'utf8').equals(bytes) ? Buffer.from(mark + text, 'utf8') : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EISDIR: 'is a folder, not a file',
};

export function reason(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  const { code, message } = error as { code?: string; message: string };
  return (code !== undefined && REASONS[code]) || `cannot be read (${code ?? message})`;
}
