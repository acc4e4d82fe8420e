/** A netfilter base chain as a policy of the model. */
import type { Policy } from '../../model/policy.ts';
import { type Hook, NETFILTER_ATTACHMENT, stagesOf } from './hooks.ts';
import { viewAt } from './untracked.ts';

export type BaseChain = Pick<Policy, 'key' | 'name' | 'dialect' | 'uri' | 'header' | 'span' | 'families' | 'default' | 'defaultSpan' | 'main' | 'chains' | 'unmodelled' | 'assumptions'> & {
  readonly hook: Hook;
  readonly priority: number;
  readonly naming: 'filter' | 'other' | 'nat';
};

/** Netfilter keeps no state for a verdict until a rule asks for it, so answers need rules of their own; nat chains see only the first packet of a connection (nft(8), "CHAINS"). */
export function netfilterPolicy({ hook, priority, naming, ...rest }: BaseChain): Policy {
  const view = viewAt(hook, priority);
  const chains = [...rest.chains].map(([name, chain]) => [name, view.chain(chain)] as const);
  return {
    ...rest,
    main: view.chain(rest.main),
    ...(chains.some(([name, chain]) => rest.chains.get(name) !== chain) ? { chains: new Map(chains) } : {}),
    order: { kind: 'first-match' },
    stateful: false,
    ...(naming === 'nat' ? { onlyNew: true } : {}),
    attachment: NETFILTER_ATTACHMENT,
    stages: stagesOf(hook, priority, naming),
    ...(hook === 'prerouting' || hook === 'input' ? { interfaces: 'in' as const } : hook === 'output' ? { interfaces: 'out' as const } : {}),
  };
}
