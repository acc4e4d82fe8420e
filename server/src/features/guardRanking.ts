/** Which component a policy that says nothing of itself may stand in front of, by how well the ports that its rules open fit. */
import { type IntervalSet, contains, overlaps, size } from '../core/intervals.ts';
import { PROTOCOL } from '../core/packets.ts';
import type { Flow, PortItem, Transport } from '../model/flow.ts';
import type { Path } from '../model/policy.ts';
import { type Analysis, entriesOf } from '../workspace/analysis.ts';

export interface RankedGuard {
  readonly component: string;
  /** What `use` must name beside it: the best fitting workload of a component that belongs to several. */
  readonly workload?: string;
  /** From 0 to 1. */
  readonly fit: number;
}

/** A port that some rule opens, with the transport. */
interface Opened {
  readonly protocol: IntervalSet | undefined;
  readonly ports: IntervalSet;
}

/** A range of more ports than this names none in particular. */
const WIDEST = 2000;

function openedPorts(path: Path): Opened[] {
  const out: Opened[] = [];
  for (const { rule } of entriesOf([path])) {
    if (rule.action.kind !== 'accept') continue;
    for (const { protocol, dport = [] } of rule.match) {
      for (let i = 0; i < dport.length; i += 2) {
        const ports = dport.slice(i, i + 2);
        if (size(ports) <= WIDEST) out.push({ protocol, ports });
      }
    }
  }
  return out;
}

const serves = ({ protocol, ports }: Opened, transport: Transport, item: PortItem): boolean => (!protocol || contains(protocol, PROTOCOL[transport])) && overlaps(ports, [item.first, item.last + 1]);

/** Of the flows' ports and of the rules' ports, the share that has a counterpart on the other side. */
function fitOf(flows: readonly Flow[], opened: readonly Opened[]): number {
  const needed = flows.flatMap((flow) => flow.transports.flatMap((transport) => flow.items.map((item) => ({ transport, item }))));
  const distinct = [...new Map(needed.map((one) => [`${one.transport} ${one.item.first} ${one.item.last}`, one])).values()];
  if (distinct.length === 0 || opened.length === 0) return 0;
  const met = distinct.filter(({ transport, item }) => opened.some((one) => serves(one, transport, item))).length;
  const useful = opened.filter((one) => distinct.some(({ transport, item }) => serves(one, transport, item))).length;
  return (met / distinct.length + useful / opened.length) / 2;
}

/** Every component that has flows in the path's direction, best first, the catalog's order among equals. */
export function rankGuards(path: Path, { catalog }: Analysis): RankedGuard[] {
  const opened = openedPorts(path);
  const ranked: RankedGuard[] = [];
  for (const [component, workloads] of catalog.workloadsOf) {
    const choices = workloads.map((workload) => {
      const flows = catalog.flows.filter((flow) => flow.workload === workload && !flow.self && (path.direction === 'in' ? flow.to : flow.from) === component);
      return { workload, count: flows.length, fit: fitOf(flows, opened) };
    });
    const [best] = choices.filter(({ count }) => count > 0).sort((a, b) => b.fit - a.fit);
    if (best) ranked.push({ component, fit: best.fit, ...(workloads.length > 1 ? { workload: best.workload } : {}) });
  }
  return ranked.sort((a, b) => b.fit - a.fit);
}
