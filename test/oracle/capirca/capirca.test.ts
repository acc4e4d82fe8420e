// capirca's word against the product's: random policies, rendered by capirca into files of others' making. The policy is the judge, for nftables the kernel.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectById } from '../../../server/src/dialects/registry.ts';
import { judge, type PacketQuery } from '../compare.ts';
import { aimProbes } from '../generate/probes.ts';
import { KernelOracle, kernelMissing } from '../kernel.ts';
import { trace } from '../product.ts';
import { type Line, type RuleSet } from '../ruleSet.ts';
import { capircaMissing, type Format, FORMATS, FORMATS_TO_COME, NFTABLES, rendered } from './formats.ts';
import { aimAt, type CapircaPolicy, generatePolicy, verdictOf } from './policy.ts';

const POLICIES = 40;
const PROBES = 120;

const missing = capircaMissing() ?? kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`capirca cannot be asked here: ${missing}`);

const policiesFor = ({ families, directions, features }: Format): CapircaPolicy[] =>
  Array.from({ length: POLICIES }, (_, i) => generatePolicy(i + 1, families[i % families.length] ?? 4, directions[Math.floor(i / 2) % directions.length] ?? 'in', features));

const line = (aim: Line['aim'], text = ''): Line => ({ kind: 'line', parts: [{ text }], items: [], ...(aim && { aim }) });

/** What the oracle needs to know of a file that it did not generate itself. */
function ruleSetOf(policy: CapircaPolicy, seed: number, nodes: readonly Line[]): RuleSet {
  return {
    dialect: 'nftables', seed, loader: 'nft', fileName: NFTABLES.fileName(policy.family), nodes, paths: [{ family: policy.family, direction: policy.direction }],
    maybe: false, tracked: true, portsOnly: false, translated: false, untracked: true, oneReason: false, tagged: false,
  };
}

const probesOf = (policy: CapircaPolicy, seed: number) => aimProbes(ruleSetOf(policy, seed, policy.terms.map(term => line(aimAt(term, policy)))), seed, PROBES);

/** Each packet as the start of a connection and as the answer to one. */
const questions = (policy: CapircaPolicy, seed: number): PacketQuery[] =>
  probesOf(policy, seed).flatMap((probe): PacketQuery[] => {
    const request = { ...probe, state: 'new' as const };
    return probe.icmpType === undefined ? [request, { ...request, state: 'established' }] : [request];
  });

function textOf(rendering: string | Error | undefined): string {
  if (typeof rendering !== 'string') throw rendering ?? new Error('capirca gave nothing');
  return rendering;
}

/** Packets of which product and policy say different things. */
function differences(format: Format): { asked: number; accepted: number; found: string[] } {
  const policies = policiesFor(format);
  const texts = rendered(format, policies);
  let asked = 0;
  let accepted = 0;
  const found = policies.flatMap((policy, i) => {
    const text = textOf(texts[i]);
    const packets = questions(policy, i + 1);
    const answers = trace({ text, dialect: format.dialect, fileName: format.fileName(policy.family), files: {} }, packets);
    asked += packets.length;
    return packets.flatMap((packet, j) => {
      const wanted = verdictOf(policy, packet);
      if (wanted === 'accept') accepted++;
      const answer = answers[j];
      return answer?.verdict === wanted ? [] : [`seed ${i + 1}: the policy says ${wanted}, the product ${answer?.verdict ?? ''} by ${answer?.decidedBy?.text ?? ''}: ${JSON.stringify(packet)}\n${JSON.stringify(policy.terms, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}\n${text}`];
    });
  });
  return { asked, accepted, found };
}

describe.skipIf(missing !== undefined)('policies rendered by capirca', () => {
  // The formats to come join in as soon as a dialect reads them.
  for (const format of [...FORMATS, ...FORMATS_TO_COME.filter(({ dialect }) => dialectById(dialect) !== undefined)])
    it(format.name, () => {
      const { asked, accepted, found } = differences(format);
      console.log(`capirca, ${format.name}: ${POLICIES} policies, ${asked} packets (${accepted} accepted by the policy), ${found.length} differences`);
      expect(found.length === 0 ? '' : `${found.length} differences\n${found[0] ?? ''}`).toBe('');
      expect(asked).toBeGreaterThan(POLICIES * 50);
      expect(accepted).toBeGreaterThan(asked / 10);
    });

  it('are rendered into the formats to come, too', () => {
    for (const format of FORMATS_TO_COME) {
      for (const rendering of rendered(format, policiesFor(format).slice(0, 8))) expect(textOf(rendering).length, format.name).toBeGreaterThan(100);
    }
  });

  describe('nftables', () => {
    let kernel: KernelOracle;
    beforeAll(async () => {
      kernel = await KernelOracle.start();
    });
    afterAll(() => {
      kernel.stop();
    });

    it('means to the kernel what it means to the product', async () => {
      const policies = policiesFor(NFTABLES);
      const texts = rendered(NFTABLES, policies);
      let compared = 0;
      let accepted = 0;
      for (const [i, policy] of policies.entries()) {
        const text = textOf(texts[i]);
        const judgement = await judge(kernel, trace, ruleSetOf(policy, i + 1, [line(undefined, text)]), probesOf(policy, i + 1));
        compared += judgement.compared;
        accepted += judgement.accepted;
        expect(judgement.disagreements, `seed ${i + 1}\n${text}`).toEqual([]);
      }
      console.log(`capirca, nftables: ${POLICIES} policies, ${compared} packets (${accepted} accepted by the kernel), 0 differences`);
      expect(compared).toBeGreaterThan(POLICIES * 50);
      expect(accepted).toBeGreaterThan(compared / 10);
    });
  });
});
