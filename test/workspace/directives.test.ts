import { describe, expect, it } from 'vitest';
import type { Comment } from '../../server/src/model/reading.ts';
import { DIRECTIVE_WORDS, directivesIn, flowGlob } from '../../server/src/workspace/directives.ts';

/** The only comment of a document; its text starts at offset 100. */
function directive(text: string): ReturnType<typeof directivesIn>[number] | undefined {
  const comment: Comment = { text, span: { start: 100, end: 100 + text.length } };
  return directivesIn([comment])[0];
}

const read = (text: string): unknown => {
  const d = directive(text);
  return d && [d.word ?? `(${d.name.text})`, ...d.args.map((w) => w.text), ...(d.reason === undefined ? [] : [`because ${d.reason}`])];
};

describe('the words of a directive', () => {
  it.each<[string, unknown]>([
    [' veeam-ports: use nutanix-ahv, oracle', ['use', 'nutanix-ahv', 'oracle']],
    [' veeam-ports: use nutanix-ahv oracle', ['use', 'nutanix-ahv', 'oracle']],
    [' veeam-ports: use nutanix-ahv,oracle', ['use', 'nutanix-ahv', 'oracle']],
    ['veeam-ports:guards ahv-worker', ['guards', 'ahv-worker']],
    ['\tveeam-ports:   guards\tahv-worker  ', ['guards', 'ahv-worker']],
    [' veeam-ports: transit', ['transit']],
    [' veeam-ports: transit from console to backup-server', ['transit', 'from', 'console', 'to', 'backup-server']],
    [' veeam-ports: address backup-server 10.10.0.10, fd00::10', ['address', 'backup-server', '10.10.0.10', 'fd00::10']],
    [' veeam-ports: reference ahv-worker aws_security_group.worker', ['reference', 'ahv-worker', 'aws_security_group.worker']],
    [' veeam-ports: interface eth1 10.20.0.0/24', ['interface', 'eth1', '10.20.0.0/24']],
    [' veeam-ports: feature file-level-restore off', ['feature', 'file-level-restore', 'off']],
    [' veeam-ports: off', ['off']],
    [' veeam-ports: ignore nutanix-ahv/ahv-worker/update-mirror/* dead-rule -- no mirror on this site', ['ignore', 'nutanix-ahv/ahv-worker/update-mirror/*', 'dead-rule', 'because no mirror on this site']],
    [' veeam-ports: ignore dead-rule because it documents what is closed', ['ignore', 'dead-rule', 'because it documents what is closed']],
    [' veeam-ports: ignore nutanix-ahv/ahv-worker/ahv-host/tcp-3205,3260', ['ignore', 'nutanix-ahv/ahv-worker/ahv-host/tcp-3205,3260']],
    [' veeam-ports: ignore a/b/c/tcp-1,2 a/b/c/udp-1,2 dead-rule -- old', ['ignore', 'a/b/c/tcp-1,2', 'a/b/c/udp-1,2', 'dead-rule', 'because old']],
    [' veeam-ports: guard ahv-worker', ['(guard)', 'ahv-worker']],
    [' veeam-ports:', ['()']],
    [' veeam-ports: Guards ahv-worker', ['(Guards)', 'ahv-worker']],
    [' see veeam-ports: guards ahv-worker', undefined],
    [' veeam-ports guards ahv-worker', undefined],
    [' a comment', undefined],
    ['', undefined],
  ])('%j', (text, words) => {
    expect(read(text)).toEqual(words);
  });

  it('every word knows where it stands', () => {
    const d = directive(' veeam-ports: address backup-server 10.0.0.1, fd00::1 -- the new one ');
    const at = (word: { span: { start: number; end: number } } | undefined): unknown => word && [word.span.start - 100, word.span.end - 100];
    expect([at(d?.name), ...(d?.args ?? []).map(at)]).toEqual([[14, 21], [22, 35], [36, 44], [46, 53]]);
    expect(d?.span).toEqual({ start: 101, end: 168 });
  });

  it('a word that is the whole directive is read, each of them', () => {
    for (const word of DIRECTIVE_WORDS) expect(directive(` veeam-ports: ${word}`)?.word).toBe(word);
  });
});

describe('globs of flows', () => {
  it.each<[string, string, boolean]>([
    ['nutanix-ahv/ahv-worker/prism-central/tcp-9440', 'nutanix-ahv/ahv-worker/prism-central/tcp-9440', true],
    ['nutanix-ahv/ahv-worker/*/tcp-9440', 'nutanix-ahv/ahv-worker/prism-central/tcp-9440', true],
    ['nutanix-ahv/*', 'nutanix-ahv/ahv-worker/prism-central/tcp-9440', false],
    ['*/*/*/*', 'nutanix-ahv/ahv-worker/prism-central/tcp-9440', true],
    ['*/*/backup-repository/*', 'oracle/console/backup-repository/tcp-6162-else-2500-3300', true],
    ['*/ahv-*/*/tcp-*', 'nutanix-ahv/ahv-worker/prism-central/tcp-9440', true],
    ['*/*/*/udp-*', 'nutanix-ahv/ahv-worker/prism-central/tcp-9440', false],
    ['oracle/console/oracle-windows/tcp+udp-135,445', 'oracle/console/oracle-windows/tcp+udp-135,445', true],
    ['oracle/console/oracle.windows/*', 'oracle/console/oracle-windows/tcp-22', false],
    ['a/b/c/(tcp)', 'a/b/c/(tcp)', true],
    ['a/b/c/tcp', 'a/b/c/tcp-1', false],
    ['b/c', 'a/b/c', false],
    ['a/b/c/?', 'a/b/c/d', false],
  ])('%s and %s', (glob, flow, matches) => {
    expect(flowGlob(glob)(flow)).toBe(matches);
  });
});
