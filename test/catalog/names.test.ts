import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { closest, resolveName } from '../../server/src/catalog/names.ts';

const view = builtinCatalog().at();
const component = (text: string): ReturnType<typeof resolveName> => resolveName(text, view.components.values());

describe('a component by what people call it', () => {
  it.each([
    ['ahv-worker', 'ahv-worker'],
    ['AHV_Worker', 'ahv-worker'],
    ['Backup Server', 'backup-server'],
    ['Veeam backup  repository', 'backup-repository'],
    ['prism central', 'prism-central'],
    ['Microsoft Windows server with the mount server role running vPower NFS Service', 'vpower-nfs-server'],
  ])('%s is %s', (text, id) => {
    expect(component(text)).toEqual({ kind: 'found', id });
  });

  it('lists the candidates of a name that several bear', () => {
    expect(component('Worker')).toEqual({ kind: 'ambiguous', ids: ['ahv-worker', 'ovirt-worker'] });
  });

  it.each([
    ['ahv-wroker', 'ahv-worker'], ['backup-sever', 'backup-server'], ['prizm-central', 'prism-central'], ['ovirt-mangaer', 'ovirt-manager'], ['prism', 'prism-central'],
  ])('%s: did you mean %s', (text, id) => {
    const answer = component(text);
    expect(answer.kind).toBe('unknown');
    expect(answer.kind === 'unknown' && answer.nearest[0]).toBe(id);
  });

  it.each(['', 'zzzzzzzz', 'firewall', 'a'.repeat(100_000)])('nothing is near to "%.10s"', (text) => {
    expect(component(text)).toEqual({ kind: 'unknown', nearest: [] });
  });
});

describe('the nearest of plain words', () => {
  it('are ordered by distance, three at most', () => {
    expect(closest('orcale', view.workloads.keys())).toEqual(['oracle']);
    expect(closest('abcd', ['abcd', 'abce', 'abdc', 'xbcd', 'wxyz'])).toEqual(['abcd', 'abce', 'abdc']);
  });
});
