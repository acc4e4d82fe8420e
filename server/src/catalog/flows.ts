/** Groups rows into flows: rows that state the same facts are one flow with several sources. */
import type { Condition, Flow, FlowId, FlowItem, FlowSource } from '../model/flow.ts';
import type { DatedPage, Leg, NumberedRow } from './rows.ts';
import { distinctConditions, legsOf, rowsOf } from './rows.ts';

interface Statement {
  readonly leg: Leg;
  readonly at: NumberedRow;
}

/** The flows of these pages, in the order of their first rows. */
export function flowsOf(pages: readonly DatedPage[]): Flow[] {
  const stated = new Map<FlowId, [Statement, ...Statement[]]>();
  for (const page of pages) {
    for (const at of rowsOf(page)) {
      for (const leg of legsOf(page.page.workload, at.row)) {
        const others = stated.get(leg.flow);
        if (others) others.push({ leg, at });
        else stated.set(leg.flow, [{ leg, at }]);
      }
    }
  }
  return [...stated].map(([id, statements]) => flowOf(id, statements));
}

function flowOf(id: FlowId, statements: readonly [Statement, ...Statement[]]): Flow {
  const [{ leg, at: { page, row } }] = statements;
  const rows = statements.map((statement) => statement.at.row);
  const groups = new Set(statements.map((statement) => statement.leg.alternativeGroup));
  const openers = new Set(rows.map((each) => each.openedBy));
  const application = rows.find((each) => each.application !== undefined)?.application;
  const history = rows.find((each) => each.history !== undefined)?.history;
  return {
    id,
    workload: page.workload,
    from: leg.from,
    to: leg.to,
    transports: row.transports,
    ...(application !== undefined && { application }),
    mode: row.mode,
    items: row.items.map((item, index): FlowItem => ({
      ...item,
      conditions: unlessFree(rows.map((each) => each.items[index]?.conditions ?? [])),
    })),
    sourcePorts: {
      first: Math.min(...rows.map((each) => each.sourcePorts.first)),
      last: Math.max(...rows.map((each) => each.sourcePorts.last)),
    },
    conditions: unlessFree(statements.map((statement) => statement.leg.conditions)),
    ...(openers.size === 1 && row.openedBy !== undefined && { openedBy: row.openedBy }),
    self: leg.from === leg.to,
    ...(groups.size === 1 && leg.alternativeGroup !== undefined && { alternativeGroup: leg.alternativeGroup }),
    purpose: row.purpose,
    sources: statements.map(sourceOf),
    ...(history !== undefined && { history }),
  };
}

/** Conditional only if every source is. */
function unlessFree(lists: readonly (readonly Condition[])[]): Condition[] {
  return lists.some((list) => list.length === 0) ? [] : distinctConditions(lists.flat());
}

function sourceOf({ leg, at: { page, revision, section, number, row } }: Statement): FlowSource {
  return {
    page: page.url,
    section,
    row: number,
    revision: revision.date,
    build: revision.build,
    conditions: leg.conditions,
    purpose: row.purpose,
  };
}
