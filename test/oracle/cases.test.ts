// The dialects' hand-made cases, judged by the kernel too: what a case wants of a new packet is what Linux does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesOf } from '../dialects/cases.ts';
import { KernelOracle, type Loader, kernelMissing } from './kernel.ts';

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

/** What loads a case: the tool that its name asks for. */
const loaderOf = (dialect: string, name: string): Loader => (dialect === 'nftables' ? 'nft' : name.endsWith('.sh') ? 'shell' : name.endsWith('.v6') ? 'ip6tables' : 'iptables');

describe.skipIf(missing !== undefined).each(['nftables', 'iptables'])('%s cases in the kernel', (dialect) => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => {
    kernel.stop();
  });

  for (const { name, text, files, wants } of casesOf(dialect).filter(one => one.kernel))
    it(name, async () => {
      expect(await kernel.load(loaderOf(dialect, name), text, { files })).toMatchObject({ ok: true });
      const judged = wants.filter(want => want.state === 'new' && want.verdict !== 'undecided' && want.verdict !== 'mixed');
      const verdicts = await kernel.probe(judged.map(({ from, to, protocol, port, sourcePort, icmpType, icmpCode }) => ({ from, to, protocol, port: port ?? 0, ...(sourcePort !== undefined && { sourcePort }), ...(icmpType !== undefined && { icmpType }), ...(icmpCode !== undefined && { icmpCode }) })));
      expect(judged.map((want, i) => `${want.line}: ${verdicts[i]?.verdict ?? ''}`)).toEqual(judged.map(want => `${want.line}: ${want.verdict}`));
    });
});
