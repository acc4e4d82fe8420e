/** The server's own small parts: settings of any shape, globs, and the files that rules may include. */
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { globMatcher } from '../../server/src/lsp/glob.ts';
import { readSettings } from '../../server/src/lsp/settings.ts';
import { includesWithin } from '../../server/src/node/includes.ts';
import { Client, closeAll } from './client.ts';
import { WORKER, WORKER_RULE, codesOf } from './texts.ts';
import { TRANSPORTS, stdio } from './transports.ts';

afterEach(closeAll);

it.each([
  ['*.fw', 'file:///a/b.fw', true],
  ['*.fw', 'file:///a.fw/b', false],
  ['**/fw/*.conf', 'file:///srv/fw/edge.conf', true],
  ['**/fw/*.conf', 'file:///srv/fw/x/edge.conf', false],
  ['fw/**', 'file:///srv/fw/x/edge.conf', true],
  ['/srv/**/*.{nft,conf}', 'file:///srv/a/b/c.conf', true],
  ['/srv/**/*.{nft,conf}', 'file:///opt/srv/a.conf', false],
  ['?.nft', 'untitled:a.nft', true],
  ['a+(b).nft', 'file:///x/a+(b).nft', true],
  ['sp ace.nft', 'file:///x/sp%20ace.nft', true],
  ['*.{nft', 'file:///x/a.{nft', true],
  ['%', 'file:///x/%', true],
])('%s against %s: %s', (glob, uri, expected) => expect(globMatcher(glob)(uri)).toBe(expected));

describe('settings', () => {
  it.each([undefined, null, 3, 'x', [], { severity: null, files: 1, maxFileSize: Number.NaN, revision: 'yesterday' }])('%j are the defaults', (sent) => {
    expect(readSettings(sent)).toEqual({ severity: {}, codeLens: true, inlayHints: true, maxFileSize: 16, associations: [] });
  });

  it('stand in their section or alone', () => {
    const values = { revision: '2026-02-12', severity: { 'dead-rule': 'off', bogus: 'error', 'near-miss': 'no' } };
    expect(readSettings({ veeamPorts: values })).toEqual(readSettings(values));
    expect(readSettings(values)).toMatchObject({ revision: '2026-02-12', severity: { 'dead-rule': 'off' } });
    for (const off of [{ codeLens: { enabled: false }, inlayHints: { enabled: false } }, { 'codeLens.enabled': false, 'inlayHints.enabled': false }]) expect(readSettings(off)).toMatchObject({ codeLens: false, inlayHints: false });
    expect(readSettings({ codeLens: { enabled: 'no' }, inlayHints: false })).toMatchObject({ codeLens: true, inlayHints: true });
    expect(readSettings({ revision: '2026-02-30' })).not.toHaveProperty('revision');
  });
});

describe('included files', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'veeam-ports-')));
  const inside = join(root, 'inside');
  mkdirSync(join(inside, 'parts'), { recursive: true });
  writeFileSync(join(root, 'secret.nft'), 'secret');
  writeFileSync(join(inside, 'parts/b.nft'), 'b');
  writeFileSync(join(inside, 'parts/a.nft'), 'a');
  writeFileSync(join(inside, 'parts/.hidden.nft'), 'hidden');
  symlinkSync(join(root, 'secret.nft'), join(inside, 'link.nft'));
  symlinkSync('loop.nft', join(inside, 'loop.nft'));
  const main = pathToFileURL(join(inside, 'main.nft')).href;
  const include = includesWithin(() => [pathToFileURL(inside).href]);
  const texts = (path: string, uri = main): string[] | undefined => include(uri, path)?.map(({ text }) => text);

  it.each([
    ['parts/a.nft', ['a']],
    ['./parts/*.nft', ['a', 'b']],
    [join(inside, 'parts/b.nft'), ['b']],
    ['parts/[b-z].nft', ['b']],
    ['parts/none*.nft', []],
    ['parts/none.nft', undefined],
    ['parts', undefined],
    ['../secret.nft', undefined],
    [join(root, 'secret.nft'), undefined],
    ['../*.nft', undefined],
    ['link.nft', undefined],
    ['*.nft', undefined],
    ['loop.nft', undefined],
    ['/dev/zero', undefined],
    ['a\0b', undefined],
  ])('%j', (path, expected) => expect(texts(path)).toEqual(expected));

  it('are only read for files', () => {
    expect(texts('parts/a.nft', 'untitled:main.nft')).toBeUndefined();
    expect(includesWithin(() => [])(main, 'parts/a.nft')).toBeUndefined();
  });

  it('stand beside a document also where no folder is open', () => {
    const alone = includesWithin(() => []);
    expect(alone(pathToFileURL(join(inside, 'parts/b.nft')).href, '*.nft')?.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(alone(main, 'link.nft')).toBeUndefined();
  });

  it.each(TRANSPORTS)('are given by a client whose server reads no files, $name', async (transport) => {
    const group = 'vscode-vfs://github/a/infra';
    const client = await Client.start(transport);
    await client.open(`${group}/main.tf`, '# veeam-ports: guards ahv-worker\nresource "aws_security_group" "worker" {\n}\n', 'terraform');
    expect(codesOf(await client.diagnostics(`${group}/main.tf`))).toEqual(['undecided-flow']);
    const rule = 'resource "aws_security_group_rule" "in" {\n  type              = "ingress"\n  security_group_id = aws_security_group.worker.id\n  protocol          = "tcp"\n  from_port         = 0\n  to_port           = 65535\n  cidr_blocks       = ["10.0.0.0/24"]\n}\n';
    await client.link.connection.sendNotification('veeamPorts/folderRead', { uri: group, files: [{ uri: `${group}/rules.tf`, text: rule }] });
    const told = JSON.stringify(await client.diagnostics(`${group}/main.tf`));
    expect(told).not.toContain('undecided-flow');
    expect(told).toContain('missing-flow');
    expect(told).not.toContain('19000');
  });

  it('are read by the server, as shown in the editor, and again when they change', async () => {
    const text = WORKER.replace('        ip daddr', '        include "parts/rule.nft"\n        ip daddr');
    const part = join(inside, 'parts/rule.nft');
    const worker = pathToFileURL(join(inside, 'worker.nft')).href;
    writeFileSync(part, '# nothing yet\n');
    const client = await Client.start(stdio, { folder: pathToFileURL(inside).href });
    await client.open(worker, text);
    const before = await client.diagnostics(worker);
    expect(JSON.stringify(before)).toContain('10006');
    writeFileSync(part, WORKER_RULE);
    await client.link.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(part).href, type: 2 }] });
    await client.until(() => client.refreshes > 0);
    const after = await client.diagnostics(worker);
    expect(codesOf(after)).toContain('missing-flow');
    expect(JSON.stringify(after)).not.toContain('TCP 10006');
    await client.open(pathToFileURL(part).href, '# open and empty\n');
    expect(JSON.stringify(await client.diagnostics(worker))).toContain('10006');
  });
});
