// The dialects' hand-made cases, judged by the kernel too: what a case wants of a new packet is what Linux does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesOf } from '../dialects/cases.ts';
import { KernelOracle, kernelMissing } from './kernel.ts';

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

describe.skipIf(missing !== undefined)('nftables cases in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => {
    kernel.stop();
  });

  for (const { name, text, files, wants } of casesOf('nftables').filter(one => one.kernel))
    it(name, async () => {
      expect(await kernel.load('nft', text, { files })).toMatchObject({ ok: true });
      const judged = wants.filter(want => want.state === 'new' && want.verdict !== 'undecided' && want.verdict !== 'mixed');
      const verdicts = await kernel.probe(judged.map(({ from, to, protocol, port, sourcePort, icmpType, icmpCode }) => ({ from, to, protocol, port: port ?? 0, ...(sourcePort !== undefined && { sourcePort }), ...(icmpType !== undefined && { icmpType }), ...(icmpCode !== undefined && { icmpCode }) })));
      expect(judged.map((want, i) => `${want.line}: ${verdicts[i]?.verdict ?? ''}`)).toEqual(judged.map(want => `${want.line}: ${want.verdict}`));
    });
});
