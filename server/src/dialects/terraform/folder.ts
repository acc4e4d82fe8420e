/**
 * The files of a module folder beside the document.
 * Sources: Terraform language documentation, "Files and Configuration Structure" and "Variable Definition Precedence"; OpenTofu
 * documentation, "Files and Directories" (a .tofu file takes the place of the .tf file of its name).
 */
import type { ReadContext } from '../dialect.ts';
import { variableFileRank } from './variables.ts';

export interface NamedText {
  readonly uri: string;
  readonly name: string;
  readonly text: string;
}

export interface Folder {
  /** Configuration files beside the document, without it. */
  readonly siblings: readonly NamedText[];
  /** Variable files that are read unasked, the one that wins last. */
  readonly variables: readonly NamedText[];
  /** The folder may hold files that are not in sight. */
  readonly hidden: boolean;
}

const CONFIGURATION = ['*.tf', '*.tf.json', '*.tofu', '*.tofu.json'];
const VARIABLES = ['*.tfvars', '*.tfvars.json'];

export function nameOf(uri: string): string {
  const path = uri.replace(/[?#].*$/, '');
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Documents that are in no folder: what an editor has not saved, and standard input. */
const NOWHERE = /^untitled:|\/-$/;

export function folderOf(context: ReadContext): Folder {
  const { uri } = context;
  if (NOWHERE.test(uri)) return { siblings: [], variables: [], hidden: false };
  const found = (pattern: string): readonly NamedText[] | undefined => context.include?.(pattern)?.map(({ uri: at, text }) => ({ uri: at, name: nameOf(at), text }));
  const lists = CONFIGURATION.map(found);
  const files = new Map(lists.flatMap((l) => l ?? []).map((f) => [f.uri, f]));
  files.delete(uri);
  const own = nameOf(uri);
  const named = new Map([...files.values()].map((f) => [f.name, f]));
  named.delete(own);
  const variables = new Map(VARIABLES.flatMap((p) => found(p) ?? []).map((f) => [f.uri, f]));
  return {
    siblings: [...named.values()].filter((f) => isRead(f.name, own, named)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    variables: [...variables.values()].filter((f) => variableFileRank(f.name) !== undefined).sort((a, b) => (variableFileRank(a.name) ?? 0) - (variableFileRank(b.name) ?? 0) || (a.name < b.name ? -1 : 1)),
    hidden: lists.every((l) => l === undefined),
  };
}

const tofuTwin = (name: string): string => name.replace(/\.tf(\.json)?$/, '.tofu$1');

/** A .tf document with a .tofu twin beside it is read by Terraform only, which reads no .tofu file. */
function isRead(name: string, own: string, named: ReadonlyMap<string, unknown>): boolean {
  const forTerraform = /\.tf(?:\.json)?$/.test(own) && named.has(tofuTwin(own));
  if (/\.tofu(?:\.json)?$/.test(name)) return !forTerraform;
  const twin = tofuTwin(name);
  return forTerraform || !(named.has(twin) || twin === own);
}
