/** Files beside open documents that the client reads for a server that cannot: in the browser, and in virtual workspaces. */
import { NotificationType } from 'vscode-languageserver';
import type { ServiceHost } from '../service.ts';
import { globMatcher } from './glob.ts';

export interface FolderFiles {
  /** The folder, without a slash at its end. */
  readonly uri: string;
  /** All of its files that rules may be included from or that make a module together, with their texts; absent if one cannot be read. */
  readonly files?: readonly { readonly uri: string; readonly text: string }[];
}

/** From the client, whenever such a folder was read. */
export const FOLDER_READ = new NotificationType<FolderFiles>('veeamPorts/folderRead');

type Include = NonNullable<ServiceHost['include']>;

export class Folders {
  private readonly read = new Map<string, NonNullable<FolderFiles['files']>>();

  keep({ uri, files }: FolderFiles): void {
    if (files) this.read.set(uri, [...files].sort((a, b) => (a.uri < b.uri ? -1 : 1)));
    else this.read.delete(uri);
  }

  /** The files of the document's folder whose names fit; undefined where the client did not read it. */
  readonly include: Include = (uri, path) => {
    const files = path.includes('/') ? undefined : this.read.get(uri.slice(0, uri.lastIndexOf('/')));
    const fits = globMatcher(path);
    const found = files?.filter((file) => fits(file.uri));
    return found?.length === 0 && !path.includes('*') ? undefined : found;
  };
}
