/** What the server offers beside diagnostics, hover, completion and fixes, wherever it runs. */
import { CancellationTokenSource, type CodeLens, type DocumentLink, type DocumentSymbol, type FoldingRange, type InlayHint, type Location, type SymbolInformation } from 'vscode-languageserver-protocol/node';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, PULLING, PUSHED, closeAll } from './client.ts';
import { CLEAN, RULE_LINE, WORKER, WORKER_RULE } from './texts.ts';
import { TRANSPORTS } from './transports.ts';

afterEach(closeAll);

const URI = 'file:///rules/worker.nft';
const CHAIN_LINE = 5;
const WHOLE = { range: { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } } };

const insertion = { range: { start: { line: RULE_LINE, character: 0 }, end: { line: RULE_LINE, character: 0 } }, text: WORKER_RULE };

async function titles(client: Client): Promise<(string | undefined)[] | undefined> {
  const lenses = await client.ask<CodeLens[] | null>('textDocument/codeLens', URI);
  return lenses?.map(({ command }) => command?.title);
}

async function labels(client: Client, params: object = WHOLE): Promise<unknown[] | undefined> {
  const hints = await client.ask<InlayHint[] | null>('textDocument/inlayHint', URI, params);
  return hints?.map(({ label }) => label);
}

async function opened(transport: (typeof TRANSPORTS)[number], options: Parameters<typeof Client.start>[1] = {}, text = WORKER, languageId = 'nftables'): Promise<Client> {
  const client = await Client.start(transport, options);
  await client.open(URI, text, languageId);
  return client;
}

describe.each(TRANSPORTS)('over $name', (transport) => {
  describe('code lenses', () => {
    it('count the open flows above a guarded chain, as the text stands', async () => {
      const client = await opened(transport);
      const [lens] = await client.ask<CodeLens[]>('textDocument/codeLens', URI);
      expect(lens?.range.start).toEqual({ line: CHAIN_LINE, character: 10 });
      const before = /^(\d+) of (\d+) flows open/.exec(lens?.command?.title ?? '');
      await client.change(URI, insertion);
      const [after] = (await titles(client)) ?? [];
      expect(after).toContain(`${Number(before?.[1]) + 1} of ${before?.[2] ?? ''} flows open`);
    });

    it('have the command of a client that names it, else none', async () => {
      const plain = await opened(transport);
      expect(await plain.ask('textDocument/codeLens', URI)).toMatchObject([{ command: { command: '' } }]);
      const experimental = { commands: { commands: ['veeamPorts.showCoverage'] } };
      const able = await opened(transport, { capabilities: { ...PULLING, experimental } });
      expect(await able.ask('textDocument/codeLens', URI)).toMatchObject([{ command: { command: 'veeamPorts.showCoverage', arguments: [{ uri: URI, policy: 'inet filter output', direction: 'out' }] } }]);
    });

    it('and hints can be switched off and on while the server runs', async () => {
      const client = await opened(transport, { settings: { codeLens: { enabled: false } } });
      expect(await titles(client)).toBeUndefined();
      expect(await labels(client)).toEqual(['→ backup-server']);
      await client.configure({ inlayHints: { enabled: false } });
      await client.until(() => client.refreshed.length === 2);
      expect(client.refreshed.sort()).toEqual(['workspace/codeLens/refresh', 'workspace/inlayHint/refresh']);
      expect(await titles(client)).toHaveLength(1);
      expect(await labels(client)).toBeUndefined();
    });
  });

  it('gives hints for the asked lines only', async () => {
    const client = await opened(transport);
    await client.change(URI, insertion);
    expect(await labels(client)).toEqual(['→ backup-server', '→ backup-server']);
    expect(await labels(client, { range: { start: { line: RULE_LINE, character: 0 }, end: { line: RULE_LINE, character: 80 } } })).toEqual(['→ backup-server']);
    expect(await labels(client, { range: { start: { line: 0, character: 0 }, end: { line: RULE_LINE - 1, character: 0 } } })).toEqual([]);
    const [hint] = await client.ask<InlayHint[]>('textDocument/inlayHint', URI, WHOLE);
    expect(hint?.tooltip).toMatchObject({ kind: 'markdown', value: expect.stringContaining('TCP 10006') as string });
  });

  it('links words of directives to their pages', async () => {
    const client = await opened(transport, {}, `# veeam-ports: use nutanix-ahv\n${CLEAN}`);
    expect(await client.ask<DocumentLink[]>('textDocument/documentLink', URI)).toMatchObject([{ target: 'https://helpcenter.veeam.com/docs/vbr/userguide/ahv_used_ports.html', range: { start: { line: 0, character: 19 }, end: { line: 0, character: 30 } } }]);
  });

  it('leads from a component to where it is declared, and to its mentions', async () => {
    const client = await opened(transport, {}, `# veeam-ports: absent backup-server\n${WORKER}`);
    const position = { line: 0, character: 25 };
    const address = { uri: URI, range: { start: { line: 3, character: 23 }, end: { line: 3, character: 36 } } };
    expect(await client.ask<Location[]>('textDocument/definition', URI, { position })).toEqual([address]);
    const all = await client.ask<Location[]>('textDocument/references', URI, { position, context: { includeDeclaration: true } });
    expect(all.map(({ range }) => range.start.line)).toEqual([0, 3]);
    expect(await client.ask<Location[]>('textDocument/references', URI, { position, context: { includeDeclaration: false } })).toHaveLength(1);
    expect(await client.ask<Location[]>('textDocument/definition', URI, { position: { line: 10, character: 25 } })).toEqual([]);
  });

  it('lists tables, chains and rules, as a tree or flat', async () => {
    const client = await opened(transport);
    const [table] = await client.ask<DocumentSymbol[]>('textDocument/documentSymbol', URI);
    expect(table).toMatchObject({ name: 'inet filter', children: [{ name: 'output', detail: 'default drop' }] });
    expect(table?.children?.[0]?.children?.map(({ name }) => name)).toEqual(['oifname "lo" accept', 'ct state established,related accept', 'ip daddr 10.10.0.10 tcp dport 2500-3300 accept']);
    const simple = await opened(transport, { capabilities: PUSHED.textDocument ? { ...PUSHED, textDocument: { ...PUSHED.textDocument, documentSymbol: {} } } : {} });
    const list = await simple.ask<SymbolInformation[]>('textDocument/documentSymbol', URI);
    expect(list.map(({ name, containerName }) => `${containerName ?? ''}/${name}`).slice(0, 3)).toEqual(['/inet filter', 'inet filter/output', 'output/oifname "lo" accept']);
  });

  it('folds blocks and comments, but leaves other people’s languages alone', async () => {
    const client = await opened(transport);
    expect(await client.ask<FoldingRange[]>('textDocument/foldingRange', URI)).toEqual([{ startLine: 0, endLine: 2, kind: 'comment' }, { startLine: 4, endLine: 10 }, { startLine: 5, endLine: 9 }]);
    const script = await opened(transport, {}, '#!/bin/sh\niptables -P INPUT DROP\niptables -A INPUT -p tcp --dport 22 -j ACCEPT\n', 'shellscript');
    expect(await script.ask('textDocument/foldingRange', URI)).toBeNull();
    expect(await script.ask('textDocument/documentSymbol', URI)).toBeNull();
  });

  it('runs its commands, and says in a sentence what their arguments lack', async () => {
    const client = await opened(transport);
    expect(client.server.capabilities.executeCommandProvider?.commands).toEqual(expect.arrayContaining(['veeamPorts.server.coverage', 'veeamPorts.server.trace']));
    expect(await client.run('veeamPorts.server.coverage', { uri: URI })).toMatchObject({ path: URI, policies: [{ name: 'inet filter output', guards: ['ahv-worker'] }] });
    const packet = { from: '10.0.0.1', to: '10.10.0.10', protocol: 'tcp', port: 2500, direction: 'out' };
    expect(await client.run('veeamPorts.server.trace', { uri: URI, packet })).toMatchObject({ verdict: 'accept' });
    await expect(client.run('veeamPorts.server.trace', { uri: URI, packet: { ...packet, to: 'there' } })).rejects.toThrow('to “there” is not an IP address');
    await expect(client.run('veeamPorts.server.coverage', null)).rejects.toThrow('needs an object with the uri');
    await expect(client.run('veeamPorts.server.sing', { uri: URI })).rejects.toThrow('is no command of this server');
    expect(await client.run('veeamPorts.server.coverage', { uri: 'file:///not/open.nft' })).toBeNull();
  });

  describe('diagnostics of all open documents', () => {
    const OTHER = 'file:///rules/other.nft';

    it('come with the ids of the documents’ own pulls', async () => {
      const client = await opened(transport);
      await client.open(OTHER, CLEAN);
      const { items } = await client.everywhere();
      expect(items.map(({ uri, version, kind }) => [uri, version, kind])).toEqual([[URI, 1, 'full'], [OTHER, 1, 'full']]);
      const own = await client.pull(URI, items[0]?.resultId);
      expect(own).toEqual({ kind: 'unchanged', resultId: items[0]?.resultId });
    });

    it('are held back until something has changed', async () => {
      const client = await opened(transport);
      await client.open(OTHER, CLEAN);
      const previous = (await client.everywhere()).items.map(({ uri, resultId = '' }) => ({ uri, value: resultId }));
      let answered = false;
      const next = client.everywhere(previous).finally(() => (answered = true));
      await client.idle();
      expect(answered).toBe(false);
      await client.change(URI, insertion);
      expect((await next).items.map(({ uri, kind }) => [uri, kind])).toEqual([[URI, 'full'], [OTHER, 'unchanged']]);
    });

    it('are taken back when a document is closed', async () => {
      const client = await opened(transport);
      const previous = (await client.everywhere()).items.map(({ uri, resultId = '' }) => ({ uri, value: resultId }));
      await client.close(URI);
      expect((await client.everywhere(previous)).items).toEqual([{ kind: 'full', uri: URI, version: null, items: [] }]);
    });

    it('stop waiting when they are cancelled', async () => {
      const client = await opened(transport);
      const previous = (await client.everywhere()).items.map(({ uri, resultId = '' }) => ({ uri, value: resultId }));
      const source = new CancellationTokenSource();
      const waiting = client.everywhere(previous, source.token);
      await client.idle();
      source.cancel();
      await expect(waiting).rejects.toMatchObject({ code: -32800 });
    });
  });
});
