/** Documented rows, numbered as their page numbered them, and the single flows that each one states. */
import type { ComponentId, Condition, FlowId, FlowMode, PortItem, Transport, WorkloadId } from '../model/flow.ts';
import { portText } from '../model/flow.ts';
import type { EndData, PageData, RevisionData, RowData } from './data.ts';
import { standsAt } from './data.ts';

/** A page in one of its revisions. */
export interface DatedPage {
  readonly page: PageData;
  readonly revision: RevisionData;
}

export interface NumberedRow extends DatedPage {
  readonly section: string;
  /** From 1 within the section. */
  readonly number: number;
  readonly row: RowData;
}

/** One from and one to of a row. */
export interface Leg {
  readonly flow: FlowId;
  readonly from: ComponentId;
  readonly to: ComponentId;
  /** Those of the row and of its two ends. */
  readonly conditions: readonly Condition[];
  readonly alternativeGroup?: string;
}

/** The rows that stand in the revision, in the page's order. */
export function rowsOf({ page, revision }: DatedPage): NumberedRow[] {
  return page.sections.flatMap((section) =>
    section.rows
      .filter((row) => standsAt(row, revision.date))
      .map((row, index) => ({ page, revision, section: section.heading, number: index + 1, row })));
}

/** The row's flows: every from with every to. */
export function legsOf(workload: WorkloadId, row: RowData): Leg[] {
  const tail = `${row.transports.join('+')}-${portsPart(row.mode, row.items)}`;
  const anyOf = (ends: readonly EndData[]): string => ends.map((end) => end.component).join('|');
  return row.from.flatMap((from) => row.to.map((to) => {
    const group = row.alternatives === 'from' ? `${anyOf(row.from)}/${to.component}` : `${from.component}/${anyOf(row.to)}`;
    return {
      flow: `${workload}/${from.component}/${to.component}/${tail}`,
      from: from.component,
      to: to.component,
      conditions: distinctConditions([...row.conditions, ...from.conditions, ...to.conditions]),
      ...(row.alternatives && { alternativeGroup: `${workload}/${group}/${tail}` }),
    };
  }));
}

/** Without repetitions, in order. */
export function distinctConditions(conditions: readonly Condition[]): Condition[] {
  const seen = new Map(conditions.map((condition) => [`${condition.feature} ${condition.needs}`, condition]));
  return [...seen.values()];
}

const JOINED: Readonly<Record<FlowMode, string>> = { only: '', all: ',', any: '-or-', prefer: '-else-' };

function portsPart(mode: FlowMode, items: readonly PortItem[]): string {
  return items.map((item) => portText(item).replace('+', 'plus')).join(JOINED[mode]);
}

/** TCP before UDP, however a page orders them. */
export const TRANSPORTS: readonly Transport[] = ['tcp', 'udp'];
