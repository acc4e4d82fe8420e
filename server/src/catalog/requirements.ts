/** Takes rows apart into elementary requirements: one from, one to, one transport, one port item each. */
import type { Component, ComponentId, Citation, FlowMode, Party, Requirement, RequirementMode } from '../model/flow.ts';
import type { DatedPage } from './rows.ts';
import { distinctConditions, legsOf, rowsOf } from './rows.ts';

/** The requirements of these pages, row by row. */
export function requirementsOf(
  pages: readonly DatedPage[],
  components: ReadonlyMap<ComponentId, Component>,
): Requirement[] {
  const party = (id: ComponentId): Party => ({ id, name: components.get(id)?.name ?? id });
  return pages.flatMap(rowsOf).flatMap(({ page, revision, section, number, row }) => {
    const citation: Citation = {
      page: page.url, section, row: number, revision: revision.date, build: revision.build,
    };
    const source = citationText(citation);
    return legsOf(page.workload, row).flatMap((leg) => row.transports.flatMap((transport) =>
      row.items.map((item, index): Requirement => ({
        flow: leg.flow,
        workload: page.workload,
        ...citation,
        from: party(leg.from),
        to: party(leg.to),
        transport,
        ...(row.application !== undefined && { application: row.application }),
        port: { first: item.first, last: item.last, openEnded: item.openEnded },
        sourcePorts: row.sourcePorts,
        mode: itemMode(row.mode, index),
        conditions: distinctConditions([...leg.conditions, ...item.conditions]),
        ...(row.openedBy !== undefined && { openedBy: row.openedBy }),
        self: leg.from === leg.to,
        ...(leg.alternativeGroup !== undefined && { alternativeGroup: leg.alternativeGroup }),
        purpose: row.purpose,
        source,
      }))));
  });
}

/** `ahv_used_ports, Workers, row 2 (2026-02-12, build 13.0.1.1071)`. */
function citationText({ page, section, row, revision, build }: Citation): string {
  const name = page.slice(page.lastIndexOf('/') + 1).replace(/\.html?$/, '');
  return `${name}, ${section}, row ${row} (${revision}, build ${build})`;
}

function itemMode(mode: FlowMode, index: number): RequirementMode {
  return mode === 'prefer' && index > 0 ? 'fallback' : mode;
}
