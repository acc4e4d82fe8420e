// Many seeds of one dialect: judged one after the other, totals kept, the first disagreements made small.
import { compareSmall, type Disagreement, judge, sourceOf, type Trace } from './compare.ts';
import { generateIptables, IPTABLES_ITEMS, IPTABLES_MAYBE_ITEMS } from './generate/iptables.ts';
import { generateNftables, NFTABLES_ITEMS, NFTABLES_MAYBE_ITEMS } from './generate/nftables.ts';
import { aimProbes } from './generate/probes.ts';
import type { KernelOracle } from './kernel.ts';
import { describeDisagreement } from './report.ts';
import { type Dialect, render, type RuleSet } from './ruleSet.ts';
import { shrink } from './shrink.ts';

export interface Campaign {
  readonly dialect: Dialect;
  readonly firstSeed: number;
  readonly seeds: number;
  /** Requests per rule set; the answers to accepted ones come on top. */
  readonly probes: number;
  readonly shrinkAtMost: number;
}

interface Report {
  readonly name: string;
  readonly text: string;
}

export interface CampaignResult {
  readonly compared: number;
  readonly disagreements: number;
  /** Items of the dialect's row that decided no probe. */
  readonly missedItems: readonly string[];
  /** The first disagreements of different rule sets, made small. */
  readonly reports: readonly Report[];
  readonly summary: string;
}

const GENERATORS: Readonly<Record<Dialect, (seed: number) => RuleSet>> = { nftables: generateNftables, iptables: generateIptables };
const ITEMS: Readonly<Record<Dialect, readonly string[]>> = { nftables: [...NFTABLES_ITEMS, ...NFTABLES_MAYBE_ITEMS], iptables: [...IPTABLES_ITEMS, ...IPTABLES_MAYBE_ITEMS] };

export async function runCampaign(kernel: KernelOracle, trace: Trace, campaign: Campaign): Promise<CampaignResult> {
  const { dialect, firstSeed, seeds } = campaign;
  const decided = new Map<string, number>();
  const reports: Report[] = [];
  const kinds = new Map<Disagreement['kind'], number>();
  const total = { compared: 0, accepted: 0, undecided: 0, disagreements: 0 };
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const ruleSet = GENERATORS[dialect](seed);
    const judgement = await judge(kernel, trace, ruleSet, aimProbes(ruleSet, seed, campaign.probes));
    total.compared += judgement.compared;
    total.accepted += judgement.accepted;
    total.undecided += judgement.undecided;
    total.disagreements += judgement.disagreements.length;
    for (const [item, count] of judgement.decided) decided.set(item, (decided.get(item) ?? 0) + count);
    for (const { kind } of judgement.disagreements) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const first = judgement.disagreements[0];
    if (first && reports.length < campaign.shrinkAtMost) reports.push(await smallest(kernel, trace, ruleSet, first));
  }
  const missedItems = ITEMS[dialect].filter(item => !decided.has(item));
  const by = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const summary = `${dialect}: ${seeds} rule sets, ${total.compared} probes (${total.accepted} accepted by the kernel), ${total.disagreements} disagreements${by && ` (${by})`}, ${total.undecided} undecided behind maybe-matches, ${ITEMS[dialect].length - missedItems.length} of ${ITEMS[dialect].length} items decided a probe`;
  return { compared: total.compared, disagreements: total.disagreements, missedItems, reports, summary };
}

async function smallest(kernel: KernelOracle, trace: Trace, ruleSet: RuleSet, disagreement: Disagreement): Promise<Report> {
  const small = await shrink(ruleSet, async smaller => (await compareSmall(kernel, trace, smaller, disagreement)) !== undefined);
  const rendered = render(small.nodes);
  const last = (await compareSmall(kernel, trace, small, disagreement)) ?? disagreement;
  return { name: `${ruleSet.dialect}-${ruleSet.seed}-${disagreement.kind}`, text: describeDisagreement(sourceOf(small, rendered), ruleSet.seed, last) };
}
