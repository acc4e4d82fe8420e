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
    const ruleSet = generateNftables(4);
    const lines = rulesOf(ruleSet.nodes).filter(line => line.parts.length > 2);
    const needed = [lines[3], lines[10]].map(line => line?.parts[0]?.text ?? '');
    const small = await shrink(ruleSet, smaller => Promise.resolve(needed.every(text => render(smaller.nodes).text.includes(text))));
    const left = rulesOf(small.nodes);
    expect(left.map(line => line.parts[0]?.text).sort()).toEqual([...needed].sort());
    expect(left.every(line => line.parts.length === 1 && (line.parts[0]?.elements?.length ?? 1) === 1)).toBe(true);
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
