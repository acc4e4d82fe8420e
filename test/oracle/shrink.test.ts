// The shrinker finds the smallest rule set; a product that is wrong on purpose is caught and its case made small.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import type { Trace } from './compare.ts';
import { generateIptables } from './generate/iptables.ts';
import { generateNftables } from './generate/nftables.ts';
import { aimProbes } from './generate/probes.ts';
import { KernelOracle, kernelMissing } from './kernel.ts';
import { render, rulesOf } from './ruleSet.ts';
import { shrink } from './shrink.ts';

describe('generators', () => {
  it('give the same rule set and probes for the same seed', () => {
    for (const generate of [generateNftables, generateIptables])
      for (const seed of [1, 2, 3]) {
        expect(render(generate(seed).nodes).text).toBe(render(generate(seed).nodes).text);
        expect(aimProbes(generate(seed), seed, 20)).toEqual(aimProbes(generate(seed), seed, 20));
      }
    expect(render(generateNftables(1).nodes).text).not.toBe(render(generateNftables(2).nodes).text);
  });
});

describe('shrink', () => {
  it('keeps only what the failure needs', async () => {
    const ruleSet = [1, 2, 3, 4, 5, 6, 7, 8].map(generateNftables).find(one => one.tagged);
    if (!ruleSet) throw new Error('no tagged rule set');
    const needed = ['comment "r3"', 'comment "r10"'];
    const small = await shrink(ruleSet, smaller => Promise.resolve(needed.every(text => render(smaller.nodes).text.includes(text))));
    expect(rulesOf(small.nodes).map(line => line.parts.map(part => part.text)).sort()).toEqual([['comment "r10"'], ['comment "r3"']]);
  });
});

const missing = kernelMissing();

describe.skipIf(missing !== undefined)('a wrong product', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => {
    kernel.stop();
  });

  const accepting: Trace = (_source, packets) => packets.map(() => ({ verdict: 'accept' }));

  for (const dialect of ['nftables', 'iptables'] as const)
    it(`is caught in ${dialect}, and its case is one rule or one policy`, async () => {
      const result = await runCampaign(kernel, accepting, { dialect, firstSeed: 1, seeds: 3, probes: 40, shrinkAtMost: 2 });
      expect(result.disagreements).toBeGreaterThan(20);
      for (const report of result.reports) {
        expect(report.text).toContain('the kernel says drop, the product accept');
        const text = report.text.split('----\n')[1] ?? '';
        expect(text.split('\n').filter(line => /drop|reject|DROP|REJECT/.test(line)).length).toBe(1);
        expect(text.split('\n').length).toBeLessThanOrEqual(8);
      }
    });
});
