/** Ports that only older revisions of a page document, less what the newer ones still ask for. */
import type { IntervalSet } from '../core/intervals.ts';
import { closedRange, subtract, unionAll } from '../core/intervals.ts';
import type { ComponentId, Flow, FlowId, PortItem, PortRange, Transport, WorkloadId } from '../model/flow.ts';
import type { DatedPage } from './rows.ts';
import { legsOf } from './rows.ts';

export interface RetiredPort extends PortRange {
  /** The flow that used to ask for it. */
  readonly flow: FlowId;
  readonly workload: WorkloadId;
  readonly from: ComponentId;
  readonly to: ComponentId;
  readonly transport: Transport;
  /** ISO date of the revision that no longer documents it. */
  readonly until: string;
  readonly page: string;
  readonly purpose: string;
  readonly history?: string;
}

export function retiredPorts(pages: readonly DatedPage[], flows: readonly Flow[]): RetiredPort[] {
  const asked = new Map<string, IntervalSet[]>();
  for (const { workload, from, to, transports, items } of flows) {
    for (const transport of transports) {
      const key = `${workload}/${from}/${to}/${transport}`;
      asked.set(key, [...(asked.get(key) ?? []), ...items.map(portsOf)]);
    }
  }
  const found = pages.flatMap(({ page, revision }) => page.sections.flatMap((section) => section.rows.flatMap((row) => {
    const { until, history } = row;
    if (until === undefined || until > revision.date) return [];
    return legsOf(page.workload, row).flatMap((leg) => row.transports.flatMap((transport) => {
      const still = unionAll(asked.get(`${page.workload}/${leg.from}/${leg.to}/${transport}`) ?? []);
      return row.items.flatMap((item) => ranges(subtract(portsOf(item), still))).map((range): RetiredPort => ({
        ...range,
        flow: leg.flow,
        workload: page.workload,
        from: leg.from,
        to: leg.to,
        transport,
        until,
        page: page.url,
        purpose: row.purpose,
        ...(history !== undefined && { history }),
      }));
    }));
  })));
  return [...new Map(found.map((port) => [`${port.flow} ${port.transport} ${port.first}`, port])).values()];
}

function portsOf({ first, last }: PortItem): IntervalSet {
  return closedRange(first, last);
}

function ranges(set: IntervalSet): PortRange[] {
  const found: PortRange[] = [];
  for (let i = 0; i + 1 < set.length; i += 2) found.push({ first: set[i] ?? 0, last: (set[i + 1] ?? 0) - 1 });
  return found;
}
