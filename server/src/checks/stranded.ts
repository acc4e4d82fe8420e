/** Rules that would let a flow pass if anything jumped to their chain. */
import { intersectSets, type PacketSet } from '../core/packets.ts';
import { compileChain } from '../engine/compile.ts';
import type { Policy, RankedEntry } from '../model/policy.ts';
import type { JudgedFlow, PathReport } from '../workspace/analysis.ts';

export function strandedRules(judged: JudgedFlow, report: PathReport): { entry: RankedEntry; chain: string }[] {
  const out: { entry: RankedEntry; chain: string }[] = [];
  for (const policy of report.path.policies) {
    const reached = reachedFrom(policy);
    for (const chain of policy.chains.values()) {
      if (reached.has(chain.name) || chain === policy.main) continue;
      for (const item of compileChain(chain).items) {
        if (item.action.kind !== 'accept' || item.atoms.length > 0) continue;
        const boxes: PacketSet = [item.boxes[4], item.boxes[6]].filter((b) => b !== undefined);
        if (intersectSets(judged.verdict.lacking, boxes).length > 0) out.push(...item.members.slice(0, 1).map(({ entry }) => ({ entry, chain: chain.name })));
      }
    }
  }
  return out;
}

const reachable = new WeakMap<Policy, ReadonlySet<string>>();

function reachedFrom(policy: Policy): ReadonlySet<string> {
  const known = reachable.get(policy);
  if (known) return known;
  const names = new Set<string>();
  const queue = [policy.main];
  for (let chain = queue.pop(); chain; chain = queue.pop()) {
    for (const { rule } of chain.entries) {
      if (rule.action.kind !== 'jump' && rule.action.kind !== 'goto') continue;
      const target = policy.chains.get(rule.action.chain);
      if (!target || names.has(rule.action.chain)) continue;
      names.add(rule.action.chain);
      names.add(target.name);
      queue.push(target);
    }
  }
  reachable.set(policy, names);
  return names;
}
