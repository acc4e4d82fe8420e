/** A whole flow as permits that a dialect can write, whatever the file already lets through. */
import { closedRange, unionAll } from '../core/intervals.ts';
import type { Permit, PermitEnd } from '../dialects/dialect.ts';
import { hostOf } from '../engine/site.ts';
import type { Flow } from '../model/flow.ts';
import type { Direction } from '../model/policy.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { componentName } from '../checks/words.ts';
import { isInternet, noteOf } from './permits.ts';

/** Ports that a rule for a flow opens: all that it needs, of alternatives the first. */
function portsToOpen({ mode, items }: Flow): Permit['ports'] {
  const opened = mode === 'only' || mode === 'all' ? items : items.slice(0, 1);
  return unionAll(opened.map(({ first, last }) => closedRange(first, last)));
}

/**
 * One permit per transport. The end that the policy stands in front of needs no address; the other one without an
 * address becomes a placeholder.
 */
export function permitsOfFlow(flow: Flow, direction: Direction, analysis: Analysis): Permit[] {
  const own = direction === 'in' ? 'to' : direction === 'out' ? 'from' : undefined;
  const end = (which: 'from' | 'to'): PermitEnd => {
    const host = hostOf(flow[which], analysis.declared.site, analysis.catalog.components, flow[which === 'from' ? 'to' : 'from']);
    if (host.kind === 'known') return isInternet(host) ? { kind: 'any' } : { kind: 'addresses', set: host.addresses };
    return which === own ? { kind: 'any' } : { kind: 'placeholder', label: componentName(analysis, flow[which]), ...(host.references ? { references: host.references } : {}) };
  };
  const note = noteOf(flow, analysis);
  return flow.transports.map((transport) => ({ direction, from: end('from'), to: end('to'), transport, ports: portsToOpen(flow), answer: false, note }));
}
