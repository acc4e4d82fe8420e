/** Rules that would let a flow pass if anything jumped to their chain. */
import { intersectSets } from '../core/packets.ts';
import { compileChain } from '../engine/compile.ts';
import { type RankedEntry, chainsOf, reachableChains } from '../model/policy.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';

export function strandedRules(judged: JudgedFlow, report: PathReport, { reading }: Analysis): { entry: RankedEntry; chain: string }[] {
  const out: { entry: RankedEntry; chain: string }[] = [];
  for (const policy of report.path.policies) {
    const reached = new Set(reachableChains(policy));
    const others = chainsOf(policy).filter((chain) => !reached.has(chain));
    if (others.length === 0) continue;
    // Traffic of other ways enters by itself.
    const entered = new Set(reading.fragments.filter((f) => f.policy.chains === policy.chains).map((f) => f.policy.main.name));
    for (const chain of others) {
      if (entered.has(chain.name)) continue;
      for (const item of compileChain(chain).items) {
        if (item.action.kind !== 'accept' || item.atoms.length > 0) continue;
        const serving = item.members.find(({ boxes }) => intersectSets(judged.verdict.lacking, [boxes[4], boxes[6]].filter((b) => b !== undefined)).length > 0);
        if (serving) out.push({ entry: serving.entry, chain: chain.name });
      }
    }
  }
  return out;
}
