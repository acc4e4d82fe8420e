/** A failure in one document's analysis is logged and concerns no other document and no later version. */
import { PassThrough } from 'node:stream';
import { createConnection, StreamMessageReader as ServerReader, StreamMessageWriter as ServerWriter } from 'vscode-languageserver/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { afterEach, expect, it } from 'vitest';
import { startServer } from '../../server/src/lsp/server.ts';
import { Client, closeAll } from './client.ts';
import { WORKER, codesOf } from './texts.ts';
import type { Transport } from './transports.ts';

afterEach(closeAll);

const BROKEN = `include "broken.nft"\n${WORKER}`;

/** The server in this process, with a reader of included files that fails. */
const failing: Transport = {
  name: 'streams',
  connect() {
    const [up, down] = [new PassThrough(), new PassThrough()];
    const includes = () => (): never => {
      throw new Error('the disk is gone');
    };
    startServer(createConnection(new ServerReader(up), new ServerWriter(down)), { includes });
    return { connection: createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up)), exited: Promise.resolve(null), pid: undefined, kill: () => up.destroy() };
  },
};

it('keeps a crash to its document', async () => {
  const client = await Client.start(failing);
  await client.open('file:///a.nft', BROKEN);
  await client.open('file:///b.nft', WORKER);
  expect(await client.diagnostics('file:///a.nft')).toEqual([]);
  expect(codesOf(await client.diagnostics('file:///b.nft'))).toContain('missing-flow');
  expect(await client.hover('file:///a.nft', { line: 2, character: 30 })).toBeNull();
  await client.until(() => client.logged.length > 0);
  expect(client.logged[0]).toMatchObject({ type: 1, message: expect.stringContaining('a.nft: Error: the disk is gone') as string });
  await client.change('file:///a.nft', { text: WORKER });
  expect(codesOf(await client.diagnostics('file:///a.nft'))).toContain('missing-flow');
});

it('keeps the last diagnostics of a document whose next version makes it fail', async () => {
  const client = await Client.start(failing);
  await client.open('file:///a.nft', WORKER);
  const before = await client.pull('file:///a.nft');
  await client.change('file:///a.nft', { text: BROKEN });
  expect(await client.pull('file:///a.nft', before.resultId)).toEqual({ kind: 'unchanged', resultId: before.resultId });
});
