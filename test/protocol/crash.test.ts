/** A failure in one request, document, policy or check is logged and concerns no other, nor a later version. */
import { PassThrough } from 'node:stream';
import { createConnection, StreamMessageReader as ServerReader, StreamMessageWriter as ServerWriter } from 'vscode-languageserver/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dialect } from '../../server/src/dialects/dialect.ts';
import { nftables } from '../../server/src/dialects/nftables/index.ts';
import { DIALECTS } from '../../server/src/dialects/registry.ts';
import { startServer } from '../../server/src/lsp/server.ts';
import type { Policy } from '../../server/src/model/policy.ts';
import type { Fragment } from '../../server/src/model/reading.ts';
import { Client, closeAll } from './client.ts';
import { WORKER, codesOf } from './texts.ts';
import type { Transport } from './transports.ts';

afterEach(closeAll);

/** The server in this process. */
const inProcess: Transport = {
  name: 'streams',
  connect() {
    const [up, down] = [new PassThrough(), new PassThrough()];
    startServer(createConnection(new ServerReader(up), new ServerWriter(down)));
    return { connection: createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up)), exited: Promise.resolve(null), pid: undefined, kill: () => up.destroy() };
  },
};

function fail(): never {
  throw new Error('the dialect is broken');
}

/** Policies of these names fail when somebody looks at their rules, or at the fields of their rules as only some checks do. */
function withBroken({ policy, ...rest }: Fragment): Fragment {
  if (policy.name.endsWith('fieldless')) {
    const entries = policy.main.entries.map((entry) => ({ ...entry, rule: Object.defineProperty({ ...entry.rule }, 'fields', { get: fail }) }));
    return { ...rest, policy: { ...policy, main: { ...policy.main, entries } } };
  }
  if (!policy.name.endsWith('broken')) return { ...rest, policy };
  return { ...rest, policy: Object.defineProperty<Policy>({ ...policy }, 'main', { get: fail }) };
}

/** Reads nftables, and breaks at texts, policies and requests that say so. */
const failing: Dialect = {
  ...nftables,
  id: 'failing',
  detect: ({ uri }) => uri.endsWith('.failing'),
  createReader() {
    const reader = nftables.createReader();
    return {
      read(text, context) {
        if (text.includes('broken document')) fail();
        const reading = reader.read(text, context);
        const blocks = text.includes('broken names') ? reading.blocks.map((block) => Object.defineProperty({ ...block }, 'name', { get: fail })) : reading.blocks;
        return { ...reading, blocks, fragments: reading.fragments.map(withBroken) };
      },
    };
  },
};

const registry = DIALECTS as Dialect[];

beforeEach(() => {
  registry.unshift(failing);
  return () => registry.shift();
});

const A = 'file:///a.failing';
const B = 'file:///b.failing';
const BROKEN = `# broken document\n${WORKER}`;
const at = { line: 2, character: 30 };

const errorsOf = (client: Client): string[] => client.logged.filter(({ type }) => type === 1).map(({ message }) => message);

it('keeps a crash to its document, whatever is asked', async () => {
  const client = await Client.start(inProcess);
  await client.open(A, BROKEN, '');
  await client.open(B, WORKER, '');
  const whole = { range: { start: at, end: at } };
  expect(await client.diagnostics(A)).toEqual([]);
  expect(await client.hover(A, at)).toBeNull();
  expect(await client.completions(A, at)).toEqual([]);
  expect(await client.actions(A, whole.range, { diagnostics: [] })).toEqual([]);
  for (const method of ['codeLens', 'inlayHint', 'documentLink', 'definition', 'references', 'documentSymbol', 'foldingRange']) {
    expect(await client.ask(`textDocument/${method}`, A, { ...whole, position: at, context: { includeDeclaration: true } })).toBeNull();
  }
  expect(await client.run('veeamPorts.server.coverage', { uri: A })).toBeNull();
  const together = await client.everywhere();
  expect(together.items.map((item) => item.kind === 'full' && item.items.length > 0)).toEqual([false, true]);
  expect(codesOf(await client.diagnostics(B))).toContain('missing-flow');
  await client.until(() => errorsOf(client).length >= 12);
  for (const message of errorsOf(client)) expect(message).toContain(`failed for ${A}: Error: the dialect is broken`);
  await client.change(A, { text: WORKER });
  expect(codesOf(await client.diagnostics(A))).toContain('missing-flow');
});

it('keeps the last diagnostics of a document whose next version makes it fail', async () => {
  const client = await Client.start(inProcess);
  await client.open(A, WORKER, '');
  const before = await client.pull(A);
  await client.change(A, { text: BROKEN });
  expect(await client.pull(A, before.resultId)).toEqual({ kind: 'unchanged', resultId: before.resultId });
});

it('keeps a crash to its request', async () => {
  const client = await Client.start(inProcess);
  await client.open(A, `# broken names\n${WORKER}`, '');
  expect(await client.ask('textDocument/documentSymbol', A)).toBeNull();
  expect(await client.ask('textDocument/codeLens', A)).toHaveLength(1);
});

describe('one policy', () => {
  const text = `${WORKER}
table inet other {
    # veeam-ports: transit from ahv-worker to backup-server
    chain broken {
        type filter hook forward priority filter; policy drop;
    }
}
`;

  it('that fails leaves the others with their verdicts', async () => {
    const client = await Client.start(inProcess);
    await client.open(A, text, '');
    const found = await client.diagnostics(A);
    expect(codesOf(found)).toContain('missing-flow');
    expect(found.map(({ data }) => (data as { policy?: string }).policy)).not.toContain('inet other broken');
    expect(await client.ask('textDocument/codeLens', A)).toHaveLength(1);
    expect((await client.hover(A, { line: 5, character: 12 }))?.contents).toMatchObject({ value: expect.stringContaining('lets') as string });
    await client.until(() => errorsOf(client)[0]);
    expect(errorsOf(client)[0]).toContain(`inet other broken failed for ${A}: Error: the dialect is broken`);
  });
});

it('keeps a crash to its check', async () => {
  const client = await Client.start(inProcess);
  await client.open(A, WORKER.replace('chain output', 'chain fieldless').replace('ip daddr 10.10.0.10 tcp dport 2500-3300', 'tcp dport 10006'), '');
  expect(codesOf(await client.diagnostics(A))).toContain('missing-flow');
  expect(errorsOf(client).length).toBeGreaterThan(0);
  for (const message of errorsOf(client)) expect(message).toMatch(/^The check \w+ failed for file:/);
});
