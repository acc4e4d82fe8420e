/**
 * Where netfilter base chains lie on a packet's way.
 * Source: the nft(8) manual page, "ADDRESS FAMILIES" and "CHAINS" (hooks and standard priorities), and the iptables(8) page for the built-in chains of each table.
 */
import type { Direction, Stage } from '../../model/policy.ts';

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

export const HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

const WAYS: Readonly<Record<Direction, readonly Hook[]>> = {
  in: ['prerouting', 'input'],
  out: ['output', 'postrouting'],
  transit: ['prerouting', 'forward', 'postrouting'],
};

const OWN_HOOK: Readonly<Record<Direction, Hook>> = { in: 'input', out: 'output', transit: 'forward' };

/** Priorities are 32-bit signed; ranks order hooks first, priorities second. */
const HOOK_SPAN = 2 ** 33;

/** The names of nft(8)'s table of standard priorities, for the ip, ip6 and inet families. */
export const STANDARD_PRIORITY: Readonly<Record<string, number>> = {
  raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100,
};

/**
 * @param naming `filter` for a chain after which its way may be named, `other` for filtering chains of other purpose
 * (iptables' raw, mangle and security), `nat` for address translation.
 */
export function stagesOf(hook: Hook, priority: number, naming: 'filter' | 'other' | 'nat'): Stage[] {
  const out: Stage[] = [];
  for (const direction of ['in', 'out', 'transit'] as const) {
    const at = WAYS[direction].indexOf(hook);
    if (at < 0) continue;
    const names = naming === 'nat' ? 'never' : naming === 'filter' && OWN_HOOK[direction] === hook ? 'first' : 'else';
    out.push({ direction, rank: at * HOOK_SPAN + priority, names });
  }
  return out;
}

/**
 * Where chains outside the IP families lie: `ingress` before, `egress` after every IP hook, and bridges under all traffic.
 * Such a chain never names a way.
 */
export function outerStages(where: 'ingress' | 'egress' | 'bridge'): Stage[] {
  const directions: readonly Direction[] = where === 'ingress' ? ['in', 'transit'] : where === 'egress' ? ['out', 'transit'] : ['in', 'out', 'transit'];
  return directions.map((direction) => ({ direction, rank: where === 'egress' ? HOOKS.length * HOOK_SPAN : -HOOK_SPAN, names: 'never' }));
}

/** All netfilter policies of one host lie on the same ways. */
export const NETFILTER_ATTACHMENT = 'netfilter';
