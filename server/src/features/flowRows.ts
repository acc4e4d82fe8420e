/** What the catalog requires as rows of words, one for each flow: the same in CSV, Markdown and XLSX. */
import type { CatalogView } from '../catalog/view.ts';
import { neededItems } from '../checks/words.ts';
import type { Flow } from '../model/flow.ts';

/** Columns in the order in which a person who opens firewalls reads them, then where it is documented. */
export const FLOW_COLUMNS = ['From', 'To', 'Protocol', 'Ports', 'Application', 'When', 'Purpose', 'Opened by', 'Workload', 'Section', 'Page', 'Revision', 'Build', 'Flow'] as const;

const OPENED_BY = { installer: 'Veeam, on installation', session: 'Veeam, for a session' } as const;

export function flowCells(flow: Flow, catalog: CatalogView): string[] {
  const name = (id: string): string => catalog.components.get(id)?.name ?? id;
  const [source] = flow.sources;
  return [
    name(flow.from),
    name(flow.to),
    flow.transports.map((t) => t.toUpperCase()).join(', '),
    neededItems(flow),
    flow.application ?? '',
    flow.conditions.length > 0 ? flow.conditions.map((c) => c.text).join(' ') : 'always',
    flow.purpose,
    flow.openedBy ? OPENED_BY[flow.openedBy] : '',
    catalog.workloads.get(flow.workload)?.name ?? flow.workload,
    [...new Set(flow.sources.map((s) => s.section))].join('; '),
    source?.page ?? '',
    source?.revision ?? '',
    source?.build ?? '',
    flow.id,
  ];
}
