/** Files and folders that are made to trip the tool up: one sentence each, the right exit code, the rest judged all the same. */
import { spawnSync } from 'node:child_process';
import { ftruncateSync, mkdirSync, openSync, closeSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectRefusal, place } from './tool.ts';

const here = place();
const OPEN = 'table inet f { chain i { type filter hook input priority 0; policy accept; } }\n';
const CLOSED = '# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\n# veeam-ports: address prism-central 10.10.0.11\ntable inet f {\n\tchain i {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n';

interface Report {
  readonly files: readonly { readonly path: string; readonly policies: readonly unknown[] }[];
}

const filesIn = (folder: string): readonly string[] => (here.json(['check', folder, '--format', 'json']) as Report).files.map((f) => f.path);

describe('a hostile folder', () => {
  it('of sparse files, pipes, devices and links', () => {
    const huge = openSync(here.put('odd/huge.nft', OPEN), 'r+');
    ftruncateSync(huge, 100 * 1024 * 1024);
    closeSync(huge);
    spawnSync('mkfifo', [join(here.folder, 'odd/pipe.nft')]);
    for (const [target, name] of [['/dev/zero', 'zero.nft'], ['loop', 'loop'], ['gone.nft', 'gone.nft'], ['..', 'up']] as const) symlinkSync(target, join(here.folder, 'odd', name));
    mkdirSync(join(here.folder, 'odd/folder.nft'));
    here.put('odd/ok.nft', OPEN);
    const { status, stdout, stderr } = here.run(['check', 'odd', '--format', 'json'], { cwd: here.folder });
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as Report).files.map((f) => f.path)).toEqual(['odd/ok.nft']);
    expect(stderr.trimEnd().split('\n').sort()).toEqual([
      'veeam-ports: odd/huge.nft: is larger than 16 MB and was skipped',
      expect.stringMatching(/^veeam-ports: odd\/zero\.nft: leads out of .* and was not followed$/),
    ]);
  });

  it('of 5,000 files', () => {
    const script = `const fs = require('node:fs'); for (let i = 0; i < 5000; i++) fs.writeFileSync('many/' + i + (i % 100 ? '.txt' : '.nft'), i % 100 ? 'words' : ${JSON.stringify(OPEN)});`;
    mkdirSync(join(here.folder, 'many'));
    spawnSync(process.execPath, ['-e', script], { cwd: here.folder });
    expect(filesIn('many')).toHaveLength(50);
  });
});

describe('hostile bytes', () => {
  it.each([
    ['NUL bytes', Buffer.from(`\0${OPEN}\0`)],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from([0x23, 0xff, 0xfe, 0xed, 0xa0, 0x80, 0x0a]), Buffer.from(OPEN)])],
    ['lines that end with CR', Buffer.from(OPEN.replaceAll(';', ';\r').replaceAll('\n', '\r'))],
    ['a byte order mark', Buffer.from(`\ufeff${OPEN}`)],
    ['nothing', Buffer.alloc(0)],
    ['a line of five megabytes', Buffer.from(`# ${'x'.repeat(5_000_000)}\n${OPEN}`)],
  ])('%s are read', (name, bytes) => {
    here.put('bytes/a.nft', bytes);
    const { files } = here.json(['check', 'bytes/a.nft', '--format', 'json']) as Report;
    expect(files.map((f) => f.policies.length)).toEqual([name === 'nothing' ? 0 : 1]);
  });

  it.each([['UTF-16, little end first', Buffer.from(`\ufeff${OPEN}`, 'utf16le')], ['UTF-16, big end first', Buffer.from(`\ufeff${OPEN}`, 'utf16le').swap16()]])('%s is refused', (_, bytes) => {
    here.put('bytes/wide.nft', bytes);
    expect(here.run(['check', 'bytes/wide.nft'])).toMatchObject({ status: 2, stderr: 'veeam-ports: bytes/wide.nft: is UTF-16 text; save it as UTF-8\n' });
  });
});

describe('files that lead in circles', () => {
  it('by include', () => {
    here.put('circle/a.nft', `include "b.nft"\n${OPEN}`);
    here.put('circle/b.nft', 'include "a.nft"\ninclude "*.nft"\n');
    expect(filesIn('circle')).toEqual(['circle/a.nft', 'circle/b.nft']);
  });

  it('by source', () => {
    here.put('sourced/a.sh', '#!/bin/sh\n. ./b.sh\niptables -P INPUT DROP\n');
    here.put('sourced/b.sh', '#!/bin/sh\n. ./a.sh\n. ./b.sh\niptables -A INPUT -j ACCEPT\n');
    expect(filesIn('sourced')).toEqual(['sourced/a.sh', 'sourced/b.sh']);
  });

  it('by a module folder that links to itself', () => {
    here.put('module/main.tf', 'resource "aws_security_group" "w" {\n}\nmodule "again" {\n  source = "./again"\n}\n');
    symlinkSync('.', join(here.folder, 'module/again'));
    symlinkSync('self.tf', join(here.folder, 'module/self.tf'));
    expect(filesIn('module')).toEqual(['module/main.tf']);
  });
});

describe('fix --write', () => {
  it('does not follow a link out of the working folder', () => {
    const outside = here.put('elsewhere/real.nft', CLOSED);
    mkdirSync(join(here.folder, 'checkout'));
    symlinkSync(outside, join(here.folder, 'checkout/link.nft'));
    const { status, stdout, stderr } = here.run(['fix', 'link.nft', '--write'], { cwd: join(here.folder, 'checkout') });
    expectRefusal({ status, stdout, stderr: `${stderr.trimEnd().split('\n').at(-1) ?? ''}\n` }, /link\.nft: leads out of .*checkout and was left as it is; name the file that it leads to/);
    expect(readFileSync(outside, 'utf8')).toBe(CLOSED);
    expect(here.run(['fix', outside, '--write'], { cwd: join(here.folder, 'checkout') }).status).toBe(0);
    expect(readFileSync(outside, 'utf8')).not.toBe(CLOSED);
  });
});
