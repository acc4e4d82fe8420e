// `npm run test:oracle -- --seeds N`: more rule sets than the test suite has, and a closer look at one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CampaignResult, runCampaign } from './campaign.ts';
import { KernelOracle, kernelMissing } from './kernel.ts';
import { trace } from './product.ts';
import type { Dialect } from './ruleSet.ts';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      probes: { type: 'string', default: '110' },
      dialect: { type: 'string' },
      shrink: { type: 'string', default: '5' },
      out: { type: 'string' },
    },
  });
  const missing = kernelMissing();
  if (missing !== undefined) {
    console.error(`the kernel cannot judge here: ${missing}`);
    return 2;
  }
  const dialects = (['nftables', 'iptables'] as const satisfies readonly Dialect[]).filter(dialect => values.dialect === undefined || values.dialect === dialect);
  const kernel = await KernelOracle.start();
  let differences = 0;
  for (const dialect of dialects) {
    const result = await runCampaign(kernel, trace, { dialect, firstSeed: Number(values.from), seeds: Number(values.seeds), probes: Number(values.probes), shrinkAtMost: Number(values.shrink) });
    print(result);
    if (values.out !== undefined) save(values.out, result);
    differences += result.disagreements;
  }
  kernel.stop();
  return differences === 0 ? 0 : 1;
}

function print(result: CampaignResult): void {
  console.log(result.summary);
  for (const report of result.reports) console.log(`\n${report.text}`);
}

function save(folder: string, result: CampaignResult): void {
  mkdirSync(folder, { recursive: true });
  for (const report of result.reports) writeFileSync(join(folder, `${report.name}.txt`), report.text);
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
