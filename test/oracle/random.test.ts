// The kernel's word against the product's: random rule sets with fixed seeds, packets at their edges.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import { KernelOracle, kernelMissing } from './kernel.ts';
import { trace } from './product.ts';

const SEEDS = 100;
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

  it('asked at least 20,000 packets', () => {
    expect(compared).toBeGreaterThanOrEqual(20_000);
  });
});
