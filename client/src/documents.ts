/** Which documents are rule files: those that the language server is told of. */
import * as vscode from 'vscode';
import { ASSOCIATIONS } from './names.ts';

type Filter = { readonly language: string; readonly pattern?: string } | { readonly pattern: string };

/** The server detects save files by content, so plain text with a telling name is sent to it too. */
export function documentSelector(): Filter[] {
  const associations = vscode.workspace.getConfiguration().get<Record<string, string>>(ASSOCIATIONS, {});
  return [
    { language: 'nftables' },
    { language: 'iptables' },
    { language: 'shellscript' },
    { language: 'plaintext', pattern: '**/*{iptables,ip6tables,rules}*' },
    { language: 'terraform' },
    { language: 'opentofu' },
    { language: 'plaintext', pattern: '**/*.{tf,tofu}' },
    { language: 'json', pattern: '**/*.{tf,tofu}.json' },
    ...Object.keys(associations).map((pattern) => ({ pattern })),
  ];
}

/** Other versions of a file, such as a side of a comparison, are not. */
export function isRuleFile(document: vscode.TextDocument): boolean {
  const { uri } = document;
  const own = uri.scheme === 'file' || uri.scheme === 'untitled' || vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  return own && vscode.languages.match(documentSelector(), document) > 0;
}

export function ruleFiles(): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter((document) => !document.isClosed && isRuleFile(document));
}

/** The rule file in the active editor; the user is told if there is none. */
export function activeRuleFile(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document && isRuleFile(document)) return document;
  void vscode.window.showInformationMessage(vscode.l10n.t('Open a rule file first: nftables, iptables, a shell script with iptables commands, or Terraform.'));
  return undefined;
}

/** Opens a new document that nothing is saved of yet; plain text where the editor does not know the language. */
export async function showNewDocument(language: string, content: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const document = await vscode.workspace.openTextDocument({ language: known.includes(language) ? language : 'plaintext', content });
  await vscode.window.showTextDocument(document);
}
