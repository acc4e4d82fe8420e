/** Reads the folders of open documents for a server that reads no files itself: in the browser, and in virtual workspaces. */
import * as vscode from 'vscode';
import type { Session } from './client.ts';

/** Files that rules are included from, and those that make a module together. */
const READ = '*.{nft,nftables,conf,rules,tf,tofu,tfvars,tf.json,tofu.json,tfvars.json}';
const NAMES = /\.(?:nft|nftables|conf|rules|(?:tf|tofu|tfvars)(?:\.json)?)$/;

const MOST_FILES = 500;
const LARGEST = 1024 * 1024;

interface FileText {
  readonly uri: string;
  readonly text: string;
}

/** The shape that the server takes with `veeamPorts/folderRead`. */
interface FolderFiles {
  readonly uri: string;
  /** Absent: the folder or one of them cannot be read. */
  readonly files?: readonly FileText[];
}

export class FolderReader implements vscode.Disposable {
  /** Folders that the running server was told of. */
  private readonly known = new Set<string>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher(`**/${READ}`);
  private readonly listeners: readonly vscode.Disposable[];

  /** @param everywhere the server reads no files at all; else it reads those of the `file` scheme. */
  constructor(
    private readonly session: Session,
    private readonly everywhere: boolean,
  ) {
    const again = (uri: vscode.Uri): void => {
      const folder = folderOf(uri);
      if (this.known.has(folder.toString())) void this.read(folder);
    };
    this.listeners = [
      this.watcher,
      this.watcher.onDidCreate(again),
      this.watcher.onDidChange(again),
      this.watcher.onDidDelete(again),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.opened(document);
      }),
      session.onDidStart(() => {
        this.known.clear();
        for (const document of vscode.workspace.textDocuments) this.opened(document);
      }),
    ];
  }

  dispose(): void {
    for (const one of this.listeners) one.dispose();
  }

  private opened({ uri }: vscode.TextDocument): void {
    if (uri.scheme === 'untitled' || (!this.everywhere && uri.scheme === 'file') || !NAMES.test(uri.path)) return;
    const folder = folderOf(uri);
    if (this.known.has(folder.toString())) return;
    this.known.add(folder.toString());
    void this.read(folder);
  }

  private async read(folder: vscode.Uri): Promise<void> {
    const files = await filesIn(folder);
    const told: FolderFiles = { uri: folder.toString(), ...(files ? { files } : {}) };
    await this.session.tell('veeamPorts/folderRead', told);
  }
}

function folderOf(uri: vscode.Uri): vscode.Uri {
  return uri.with({ path: uri.path.slice(0, uri.path.lastIndexOf('/')), query: '', fragment: '' });
}

/** Undefined: the folder or one of its files cannot be read, so rules may stand out of sight. */
async function filesIn(folder: vscode.Uri): Promise<FileText[] | undefined> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const names = entries.filter(([name, type]) => (type & vscode.FileType.File) !== 0 && NAMES.test(name)).map(([name]) => name);
    if (names.length > MOST_FILES) return undefined;
    const files = await Promise.all(names.map((name) => textOf(vscode.Uri.joinPath(folder, name))));
    return files.every((file) => file !== undefined) ? files : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined: it is larger than rule files are. */
async function textOf(uri: vscode.Uri): Promise<FileText | undefined> {
  const bytes = await vscode.workspace.fs.readFile(uri);
  return bytes.length > LARGEST ? undefined : { uri: uri.toString(), text: new TextDecoder().decode(bytes) };
}
