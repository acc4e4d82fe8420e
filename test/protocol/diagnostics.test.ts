/** Diagnostics over the wire: pulled or pushed, when, how often, and after what. */
import { CancellationTokenSource, DocumentDiagnosticRequest } from 'vscode-languageserver-protocol/node';
import { afterEach, describe, expect, it } from 'vitest';
import { CODES } from '../../server/src/model/finding.ts';
import { Client, PULLING, PUSHED, closeAll } from './client.ts';
import { CLEAN, RULE_LINE, WORKER, WORKER_RULE, codesOf, manyRules } from './texts.ts';
import { TRANSPORTS, stdio } from './transports.ts';

afterEach(closeAll);

const URI = 'file:///rules/worker.nft';
const at = (line: number, character = 0): { start: { line: number; character: number }; end: { line: number; character: number } } => ({ start: { line, character }, end: { line, character } });

describe.each(TRANSPORTS)('over $name', (transport) => {
  it('answers pulls, and pushes nothing', async () => {
    const client = await Client.start(transport);
    expect(client.server.capabilities.diagnosticProvider).toMatchObject({ identifier: 'veeam-ports', workspaceDiagnostics: true });
    await client.open(URI, WORKER);
    const found = await client.diagnostics(URI);
    expect(codesOf(found)).toContain('missing-flow');
    expect(found.every(({ source }) => source === 'veeam-ports')).toBe(true);
    await client.change(URI, { range: at(RULE_LINE), text: WORKER_RULE });
    const after = await client.diagnostics(URI);
    expect(after).not.toEqual(found);
    expect(client.published).toEqual([]);
  });

  it('pushes to a client that does not pull, with versions', async () => {
    const client = await Client.start(transport, { capabilities: PUSHED });
    expect(client.server.capabilities.diagnosticProvider).toBeUndefined();
    await client.open(URI, WORKER);
    expect(codesOf(await client.publishedFor(URI, 1))).toContain('missing-flow');
    const version = await client.change(URI, { text: CLEAN });
    expect(await client.publishedFor(URI, version)).toEqual([]);
    expect(client.published.map((one) => one.version)).toEqual([1, 2]);
    await client.close(URI);
    await client.until(() => client.published.length === 3);
    expect(client.published[2]).toEqual({ uri: URI, diagnostics: [] });
  });
});

describe.each(TRANSPORTS)('what is sent over $name', (transport) => {
  it('carries flows, policy and the address of the page about the code', async () => {
    const client = await Client.start(transport);
    await client.open(URI, WORKER);
    const [first] = await client.diagnostics(URI);
    expect(first).toMatchObject({ code: 'missing-flow', codeDescription: { href: expect.stringMatching(/^https:.*\/docs\/diagnostics\/missing-flow\.md$/) as string }, data: { flows: expect.arrayContaining([expect.stringContaining('/')]) as string[], policy: expect.any(String) as string } });
  });

  it('leaves out what the client does not know', async () => {
    const client = await Client.start(transport, { capabilities: { textDocument: { publishDiagnostics: {} } } });
    await client.open(URI, WORKER);
    const published = await client.until(() => client.published[0]);
    expect(published).not.toHaveProperty('version');
    expect(published.diagnostics.length).toBeGreaterThan(0);
    for (const diagnostic of published.diagnostics) expect(Object.keys(diagnostic).sort()).toEqual(['code', 'message', 'range', 'severity', 'source']);
  });

  it('says “unchanged” to whoever names the last result', async () => {
    const client = await Client.start(transport);
    await client.open(URI, WORKER);
    const { resultId } = await client.pull(URI);
    expect(await client.pull(URI, resultId)).toEqual({ kind: 'unchanged', resultId });
    await client.change(URI, { text: CLEAN });
    const changed = await client.pull(URI, resultId);
    expect(changed).toMatchObject({ kind: 'full', items: [] });
    expect(changed.resultId).not.toBe(resultId);
  });

  it('knows a new document by its language', async () => {
    const client = await Client.start(transport);
    await client.open('untitled:Untitled-1', WORKER);
    expect(codesOf(await client.diagnostics('untitled:Untitled-1'))).toContain('missing-flow');
  });

  it('says nothing about a document in no language that it reads', async () => {
    const client = await Client.start(transport);
    await client.open('file:///notes.txt', 'table of contents', 'plaintext');
    expect(await client.diagnostics('file:///notes.txt')).toEqual([]);
    expect(await client.diagnostics('file:///never-opened.nft')).toEqual([]);
  });
});

describe.each(TRANSPORTS)('versions over $name', (transport) => {
  it('publishes a version once, and may skip one that is out of date', async () => {
    const client = await Client.start(transport, { capabilities: PUSHED });
    await client.open(URI, WORKER);
    for (let i = 0; i < 50; i++) await client.change(URI, { range: at(0), text: '#\n' });
    await client.publishedFor(URI, 51);
    await client.idle();
    const versions = client.published.map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
    expect(versions.at(-1)).toBe(51);
    expect(versions.length).toBeLessThan(40);
  });

  it('answers a burst of pulls with the newest text', async () => {
    const client = await Client.start(transport);
    await client.open(URI, manyRules(2000));
    const answers = [];
    for (let i = 0; i < 20; i++) {
      await client.change(URI, { range: at(RULE_LINE), text: WORKER_RULE });
      answers.push(client.pull(URI));
    }
    const last = (await Promise.all(answers)).at(-1);
    const fresh = await Client.start(transport);
    await fresh.open(URI, manyRules(2000).replace('        ip daddr', `${WORKER_RULE.repeat(20)}        ip daddr`));
    expect(last).toMatchObject({ kind: 'full', items: await fresh.diagnostics(URI) });
  });

  it('ends a pull that is cancelled', async () => {
    let arrive = (): void => undefined;
    const settingsAfter = new Promise<void>((resolve) => (arrive = resolve));
    const client = await Client.start(transport, { settingsAfter });
    await client.open(URI, WORKER);
    const source = new CancellationTokenSource();
    const pulled = client.link.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: URI } }, source.token);
    source.cancel();
    arrive();
    await expect(pulled).rejects.toMatchObject({ code: -32800 });
    expect(codesOf(await client.diagnostics(URI))).toContain('missing-flow');
  });
});

describe.each(TRANSPORTS)('settings over $name', (transport) => {
  it('publishes nothing before they have arrived', async () => {
    let arrive = (): void => undefined;
    const settingsAfter = new Promise<void>((resolve) => (arrive = resolve));
    const client = await Client.start(transport, { capabilities: PUSHED, settings: { severity: { 'missing-flow': 'hint' } }, settingsAfter });
    await client.open(URI, WORKER);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(client.published).toEqual([]);
    arrive();
    const found = await client.publishedFor(URI, 1);
    expect(found.filter(({ code }) => code === 'missing-flow').every(({ severity }) => severity === 4)).toBe(true);
    expect(client.published).toHaveLength(1);
  });

  it('take effect without a restart: pushed anew', async () => {
    const client = await Client.start(transport, { capabilities: PUSHED });
    await client.open(URI, WORKER);
    expect(codesOf(await client.publishedFor(URI, 1))).toContain('missing-flow');
    await client.configure({ severity: Object.fromEntries(Object.keys(CODES).map((code) => [code, 'off'])) });
    await client.until(() => client.published.length === 2);
    expect(client.published[1]).toEqual({ uri: URI, version: 1, diagnostics: [] });
  });

  it('take effect without a restart: asked to pull again', async () => {
    const client = await Client.start(transport);
    await client.open(URI, WORKER);
    const before = await client.pull(URI);
    await client.configure({ severity: { 'missing-flow': 'off' } });
    await client.until(() => client.refreshes === 1);
    const after = await client.diagnostics(URI);
    expect(codesOf(after)).not.toContain('missing-flow');
    expect(await client.pull(URI, before.resultId)).toMatchObject({ kind: 'full' });
    expect(client.registered).toContain('workspace/didChangeConfiguration');
  });

  it('come as initialization options where the client cannot be asked', async () => {
    const capabilities = { ...PULLING, workspace: { ...PULLING.workspace, configuration: false } };
    const client = await Client.start(transport, { capabilities, initializationOptions: { severity: { 'missing-flow': 'off' } } });
    await client.open(URI, WORKER);
    expect(codesOf(await client.diagnostics(URI))).not.toContain('missing-flow');
    await client.configure(null, { veeamPorts: {} });
    await client.until(() => client.refreshes === 1);
    expect(codesOf(await client.diagnostics(URI))).toContain('missing-flow');
  });

  it('choose the day of the documentation', async () => {
    const text = WORKER.replace('ahv-worker', 'ovirt-worker');
    const found = async (revision: string): Promise<string> => {
      const client = await Client.start(transport, { settings: { revision } });
      await client.open(URI, text);
      return JSON.stringify(await client.diagnostics(URI));
    };
    expect(await found('latest')).toContain('10006');
    expect(await found('2026-02-12')).toContain('19000');
  });

  it('tell the dialect of a file by a glob', async () => {
    const uri = 'file:///srv/fw/edge.conf';
    const client = await Client.start(transport, { settings: { files: { associations: { '**/fw/*.conf': 'nftables' } } } });
    await client.open(uri, WORKER, 'properties');
    expect(codesOf(await client.diagnostics(uri))).toContain('missing-flow');
  });

  it('of a wrong shape fall back to the defaults', async () => {
    const client = await Client.start(transport, { settings: { revision: 7, severity: { 'missing-flow': 'loud', nothing: 'error' }, maxFileSize: -1, files: { associations: [] } } });
    await client.open(URI, WORKER);
    expect(codesOf(await client.diagnostics(URI))).toContain('missing-flow');
  });

  it('skip a file that is too large, and say so once', async () => {
    const client = await Client.start(transport, { settings: { maxFileSize: 0.01 } });
    await client.open(URI, manyRules(500));
    expect(await client.diagnostics(URI)).toEqual([]);
    await client.change(URI, { range: at(0), text: '#\n' });
    expect(await client.diagnostics(URI)).toEqual([]);
    await client.until(() => client.logged.length > 0);
    expect(client.logged).toEqual([{ type: 3, message: expect.stringContaining('worker.nft is not checked') as string }]);
  });
});

describe('the server’s life', () => {
  it('ends with 0 after shutdown, with 1 without', async () => {
    const client = await Client.start(stdio);
    expect(await client.stop()).toBe(0);
    const other = await Client.start(stdio);
    await other.link.connection.sendNotification('exit');
    expect(await other.link.exited).toBe(1);
  });

  it('refuses requests that it does not know and takes no harm', async () => {
    const client = await Client.start(stdio);
    await client.open(URI, WORKER);
    await expect(client.link.connection.sendRequest('textDocument/unheardOf', {})).rejects.toMatchObject({ code: -32601 });
    await client.link.connection.sendNotification('workspace/unheardOf', {});
    await expect(client.link.connection.sendRequest('textDocument/hover', { textDocument: { uri: URI }, position: { line: 1e9, character: 1e9 } })).resolves.toBeNull();
    expect(codesOf(await client.diagnostics(URI))).toContain('missing-flow');
  });
});
