// The kernel's word against the product's: random rule sets with fixed seeds, packets at their edges.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import { KernelOracle, kernelMissing } from './kernel.ts';
import { builtServer } from '../protocol/transports.ts';
import { trace, traceByTool } from './product.ts';

const SEEDS = 100;
const SEEDS_BY_TOOL = 12;
const PROBES = 110;

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

describe.skipIf(missing !== undefined)('random rule sets against the kernel', () => {
  let kernel: KernelOracle;
  let compared = 0;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => {
    kernel.stop();
  });

  for (const dialect of ['nftables', 'iptables'] as const)
    it(dialect, async () => {
      const result = await runCampaign(kernel, trace, { dialect, firstSeed: 1, seeds: SEEDS, probes: PROBES, shrinkAtMost: 3 });
      console.log(result.summary);
      compared += result.compared;
      expect(result.reports.map(report => report.text).join('\n\n')).toBe('');
      expect(result.disagreements).toBe(0);
      expect(result.missedItems).toEqual([]);
    });

  for (const dialect of ['nftables', 'iptables'] as const)
    it(`${dialect}, asked by the command line tool`, async () => {
      builtServer();
      const result = await runCampaign(kernel, traceByTool, { dialect, firstSeed: SEEDS + 1, seeds: SEEDS_BY_TOOL, probes: PROBES, shrinkAtMost: 1 });
      console.log(`by the tool: ${result.summary}`);
      compared += result.compared;
      expect(result.reports.map(report => report.text).join('\n\n')).toBe('');
      expect(result.disagreements).toBe(0);
    });

  it('asked at least 20,000 packets', () => {
    expect(compared).toBeGreaterThanOrEqual(20_000);
  });
});
