/** The extension in a real extension host, through VS Code's own interface: the same cases from source, from the package, in a browser worker and under Electron. The folder that is open holds examples/worker.nft and notes.md. */
import * as vscode from 'vscode';
import { eventually, matches, present, same } from './assert.ts';

const EXTENSION = 'veeam-ports.veeam-ports';
const SOURCE = 'veeam-ports';

type At = { uri: vscode.Uri; range: vscode.Range };

/** VS Code cancels what it was asked when the text changes under it; then it is asked again. */
const asked = <T>(command: string, ...about: unknown[]): Promise<T> => eventually(async () => vscode.commands.executeCommand<T>(command, ...about));

/** Asks VS Code's providers, as its own features do. */
const ask = {
  hover: (uri: vscode.Uri, place: vscode.Position) => asked<vscode.Hover[]>('vscode.executeHoverProvider', uri, place),
  actions: (uri: vscode.Uri, range: vscode.Range, kind: string, resolve = 100) =>
    asked<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range, kind, resolve),
  proposals: (uri: vscode.Uri, place: vscode.Position) => asked<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, place),
  lenses: (uri: vscode.Uri) => asked<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100),
  hints: (uri: vscode.Uri, range: vscode.Range) => asked<vscode.InlayHint[]>('vscode.executeInlayHintProvider', uri, range),
  links: (uri: vscode.Uri) => asked<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri),
  symbols: (uri: vscode.Uri) => asked<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', uri),
  folding: (uri: vscode.Uri) => asked<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', uri),
  definition: (uri: vscode.Uri, place: vscode.Position) => asked<At[]>('vscode.executeDefinitionProvider', uri, place),
  references: (uri: vscode.Uri, place: vscode.Position) => asked<At[]>('vscode.executeReferenceProvider', uri, place),
};

const text = (hovers: vscode.Hover[]): string => hovers.flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value)).join('\n');

const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === 'object' ? code.value : code);

function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === SOURCE);
}

const codes = (uri: vscode.Uri): unknown[] => findings(uri).map(codeOf).sort();

export function defineSuite(): void {
  describe('the extension', () => {
    const [folder] = present(vscode.workspace.workspaceFolders, 'folder');
    const extension = present(vscode.extensions.getExtension(EXTENSION), EXTENSION);
    const file = (name: string): vscode.Uri => vscode.Uri.joinPath(present(folder, 'folder').uri, name);
    let document: vscode.TextDocument;

    /** Where a text stands that the document has only once. */
    const placeOf = (words: string): vscode.Position => {
      const offset = document.getText().indexOf(words);
      same([offset >= 0, document.getText().indexOf(words, offset + 1)], [true, -1], words);
      return document.positionAt(offset);
    };
    const lineOf = (words: string): number => placeOf(words).line;
    const WORKER_CODES = ['blocked-flow', 'blocked-flow', 'blocked-flow', 'missing-flow', 'missing-flow', 'near-miss', 'partial-flow'];
    const judged = () => eventually(() => same(codes(document.uri), WORKER_CODES));
    const insert = async (line: number, words: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(line, 0), words);
      await vscode.workspace.applyEdit(edit);
    };
    const apply = async (action: vscode.CodeAction) => {
      await vscode.workspace.applyEdit(present(action.edit, action.title));
    };
    const configure = (key: string, value: unknown) => vscode.workspace.getConfiguration('veeamPorts').update(key, value, vscode.ConfigurationTarget.Workspace);

    afterEach(async () => {
      if (document.isDirty) await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    it('rests until a rule file is open', async () => {
      document = await vscode.workspace.openTextDocument(file('notes.md'));
      await vscode.window.showTextDocument(document);
      same(extension.isActive, false);
    });

    it('wakes for a rule file and knows its language', async () => {
      document = await vscode.workspace.openTextDocument(file('worker.nft'));
      await vscode.window.showTextDocument(document);
      same(document.languageId, 'nftables');
      await eventually(() => same(extension.isActive, true));
    });

    it('has every command that it names', async () => {
      const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
      const there = await vscode.commands.getCommands(true);
      same(contributes.commands.map(({ command }) => command).filter((command) => !there.includes(command)), []);
    });

    it('finds what is missing, blocked and partial, each in its place', async () => {
      await judged();
      same(
        [...new Set(findings(document.uri).map((found) => `${found.range.start.line} ${String(codeOf(found))}`))].sort(),
        [
          `${lineOf('chain input')} missing-flow`,
          `${lineOf('dport 433')} near-miss`,
          `${lineOf('chain output')} missing-flow`,
          `${lineOf('2500-2699')} partial-flow`,
          `${lineOf('!= 22 drop')} blocked-flow`,
        ].sort(),
      );
    });

    it('explains a port', async () => {
      const port = placeOf('10.10.30.5 tcp dport 9440').translate(0, '10.10.30.5 tcp dport '.length);
      matches(text(await ask.hover(document.uri, port)), new RegExp(`Prism Central[^]*line ${lineOf('!= 22 drop') + 1}`));
    });

    it('opens one flow, and the finding goes', async () => {
      await judged();
      const found = present(findings(document.uri).find(({ message }) => /Prism Central/.test(message)), 'finding');
      const actions = await ask.actions(document.uri, found.range, vscode.CodeActionKind.QuickFix.value);
      await apply(present(actions.find(({ title }) => /Prism Central/.test(title)), 'quick fix'));
      await eventually(() => same(findings(document.uri).filter(({ message }) => /Prism Central/.test(message)).length, 0));
    });

    it('fixes all that has known addresses', async () => {
      await judged();
      const whole = new vscode.Range(0, 0, document.lineCount, 0);
      const [all, ...others] = await ask.actions(document.uri, whole, 'source.fixAll.veeamPorts');
      same(others.length, 0);
      await apply(present(all, 'fix all'));
      await eventually(() => same(codes(document.uri), ['missing-flow']));
    });

    it('completes veeam to rules for the flows of the chain', async () => {
      const line = lineOf('dport 6162') + 1;
      await insert(line, '        veeam\n');
      const { items } = await ask.proposals(document.uri, new vscode.Position(line, '        veeam'.length));
      const item = present(items.find(({ label }) => /Worker → Nutanix AHV cluster/.test(typeof label === 'string' ? label : `${label.label} ${label.description ?? ''}`)), 'proposal');
      matches(typeof item.insertText === 'string' ? item.insertText : present(item.insertText, 'text').value, /9440/);
    });

    it('completes the words of a directive', async () => {
      await insert(0, '# veeam-ports: \n');
      const { items } = await ask.proposals(document.uri, new vscode.Position(0, '# veeam-ports: '.length));
      const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      same(['guards', 'address', 'ignore'].filter((word) => !labels.includes(word)), []);
    });

    it('counts the open flows above each chain', async () => {
      const lenses = await eventually(async () => {
        const all = await ask.lenses(document.uri);
        same(all.length, 2);
        return all;
      });
      same(lenses.map(({ range, command }) => `${range.start.line} ${command?.title ?? ''}`), [`${lineOf('chain input')} 1 of 2 flows open`, `${lineOf('chain output')} 3 of 8 flows open`]);
    });

    it('says behind a port whom it serves', async () => {
      const { range } = document.lineAt(lineOf('udp dport 123'));
      const hints = await ask.hints(document.uri, range);
      same(hints.map(({ label }) => (typeof label === 'string' ? label : label.map(({ value }) => value).join(''))), ['→ ntp-server']);
    });

    it('links, outlines, folds, and leads from a component to its addresses', async () => {
      await insert(0, '# veeam-ports: use nutanix-ahv\n');
      const links = await ask.links(document.uri);
      same(links.map(({ range, target }) => [document.getText(range), target?.authority]), [['nutanix-ahv', 'helpcenter.veeam.com']]);
      const symbols = await ask.symbols(document.uri);
      same(symbols.map(({ name, children }) => [name, children.map((child) => child.name)]), [['inet filter', ['input', 'output']]]);
      same((await ask.folding(document.uri)).length > 2, true);
      const guards = placeOf('guards ahv-worker').translate(0, 'guards '.length);
      same((await ask.definition(document.uri, guards)).map(({ range }) => range.start.line), [lineOf('address ahv-worker')]);
      same((await ask.references(document.uri, guards)).length, 2);
    });

    it('follows a changed setting at once', async () => {
      await judged();
      await configure('severity', { 'near-miss': 'off' });
      await eventually(() => same(codes(document.uri), WORKER_CODES.filter((code) => code !== 'near-miss')));
      await configure('severity', undefined);
      await judged();
    });

    it('goes on after a restart of its server', async () => {
      await vscode.commands.executeCommand('veeamPorts.restartServer');
      await judged();
    });

    it('checks a text that has no file yet', async () => {
      const content = '# veeam-ports: guards ahv-worker\ntable inet filter {\n    chain output {\n        type filter hook output priority filter; policy drop;\n    }\n}\n';
      const fresh = await vscode.workspace.openTextDocument({ language: 'nftables', content });
      await eventually(() => same(new Set(codes(fresh.uri)).has('missing-flow'), true));
    });

    it('reads a module from all files of its folder, wherever the server runs', async () => {
      const write = (name: string, content: string) => vscode.workspace.fs.writeFile(file(`module/${name}`), new TextEncoder().encode(content));
      await write('main.tf', '# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\nresource "aws_security_group" "worker" {\n}\n');
      await write('rules.tf', 'resource "aws_vpc_security_group_ingress_rule" "control" {\n  security_group_id = aws_security_group.worker.id\n  cidr_ipv4         = "10.10.0.10/32"\n  ip_protocol       = "tcp"\n  from_port         = 19000\n  to_port           = 19000\n}\n');
      const main = await vscode.workspace.openTextDocument(file('module/main.tf'));
      await eventually(() => {
        const [controlled] = findings(main.uri).filter(({ message }) => message.startsWith('Backup server to Worker'));
        matches(present(controlled, 'a finding').message, /TCP 443/);
        same(findings(main.uri).some(({ message }) => message.includes('19000')), false);
      });
    });
  });
}
