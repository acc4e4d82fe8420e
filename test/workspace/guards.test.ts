/** What directives are about: the block below or around them, else the file. */
import { describe, expect, it } from 'vitest';
import { analyseNft, chains, guardsOf } from './analyse.ts';

const WORKER = '# veeam-ports: guards ahv-worker';
const SERVER = '# veeam-ports: guards backup-server';
const OFF = '# veeam-ports: off';
const TRANSIT = '# veeam-ports: transit';

describe('where a guard holds', () => {
  it.each<[string, Parameters<typeof chains>[0], string[]]>([
    ['above the table: for the file', { table: WORKER }, ['input: guards ahv-worker', 'output: guards ahv-worker']],
    ['above the first chain, a blank line between: for the file', { input: `${WORKER}\n` }, ['input: guards ahv-worker', 'output: guards ahv-worker']],
    ['at the head, a blank line below: for the file', { head: `${WORKER}\n` }, ['input: guards ahv-worker', 'output: guards ahv-worker']],
    ['directly above a chain: for it', { input: WORKER }, ['input: guards ahv-worker']],
    ['directly above another chain: for that one', { output: WORKER }, ['output: guards ahv-worker']],
    ['comments between it and the chain do not part them', { input: `${WORKER}\n# Rules of the worker.` }, ['input: guards ahv-worker']],
    ['inside a chain: for it', { inInput: WORKER }, ['input: guards ahv-worker']],
    ['two above one chain: the last', { input: `${WORKER}\n${SERVER}` }, ['input: guards backup-server']],
    ['the policy’s own before the file’s', { head: `${SERVER}\n`, input: WORKER }, ['input: guards ahv-worker', 'output: guards backup-server']],
    ['several components', { input: '# veeam-ports: guards ahv-worker, backup-server' }, ['input: guards ahv-worker backup-server']],
    ['a host guard is no transit', { forward: WORKER }, []],
    ['transit is no host guard', { input: TRANSIT }, []],
    ['transit for the file', { head: `${TRANSIT}\n` }, ['forward: transit']],
    ['both for the file', { head: `${TRANSIT}\n${WORKER}\n` }, ['input: guards ahv-worker', 'output: guards ahv-worker', 'forward: transit']],
    ['transit with ends', { forward: '# veeam-ports: transit from console to backup-server' }, ['forward: transit from console to backup-server']],
    ['transit with one end', { forward: '# veeam-ports: transit to backup-server, ahv-worker' }, ['forward: transit to backup-server ahv-worker']],
    ['off for a chain', { head: `${WORKER}\n`, output: OFF }, ['input: guards ahv-worker']],
    ['off for the file, one chain on', { head: `${OFF}\n`, input: WORKER }, ['input: guards ahv-worker']],
    ['off for the file', { head: `${OFF}\n` }, []],
    ['by the spelling of the documentation', { input: '# veeam-ports: guards Backup_Server' }, ['input: guards backup-server']],
    ['nothing', {}, []],
  ])('%s', (_, above, guards) => {
    expect(guardsOf(analyseNft(chains(above)))).toEqual(guards);
  });

  it('a trailing comment on the line that opens a chain is inside it', () => {
    const text = chains().replace('chain input {', `chain input { ${WORKER}`);
    expect(guardsOf(analyseNft(text))).toEqual(['input: guards ahv-worker']);
  });

  it('below the table: for the file', () => {
    expect(guardsOf(analyseNft(`${chains()}${WORKER}\n`))).toEqual(['input: guards ahv-worker', 'output: guards ahv-worker']);
  });

  it('the caller’s guards before all others', () => {
    expect(guardsOf(analyseNft(chains({ input: WORKER, output: OFF, forward: TRANSIT }), { guards: ['backup-server'] }))).toEqual(['input: guards backup-server', 'output: guards backup-server', 'forward: transit']);
  });

  it('directives of included and of other base chains of a path count for the path', () => {
    const text = `table inet early {
	${WORKER}
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
	}
}
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
	}
}
`;
    expect(guardsOf(analyseNft(text))).toEqual(['input: guards ahv-worker']);
  });

  it('what nothing guards is unguarded; what is switched off is not', () => {
    expect(analyseNft(chains({ output: OFF })).unguarded.map((p) => p.direction)).toEqual(['in', 'transit']);
    expect(analyseNft(chains({ input: WORKER })).unguarded.map((p) => p.direction)).toEqual(['out', 'transit']);
  });
});
