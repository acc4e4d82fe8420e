/** What changed in the documentation between two days, page by page and pair by pair of components. */
import type { ComponentId, Flow, WorkloadId } from '../model/flow.ts';
import type { RevisionData } from './data.ts';
import type { CatalogView, PageRevision } from './view.ts';

/** All that changed between two components of a workload. */
interface PairChange {
  readonly from: ComponentId;
  readonly to: ComponentId;
  /** Where "19000 became 10006", the old flow is in `removed` and the new one in `added`. */
  readonly removed: readonly Flow[];
  readonly added: readonly Flow[];
  /** Same ports, other facts around them. */
  readonly altered: readonly AlteredFlow[];
}

interface AlteredFlow {
  readonly before: Flow;
  readonly after: Flow;
  readonly aspects: readonly Aspect[];
}

export type Aspect = 'application' | 'conditions' | 'openedBy' | 'alternatives' | 'sourcePorts';

interface Renaming {
  readonly component: ComponentId;
  readonly before: string;
  readonly after: string;
}

/** A workload whose pages differ between the two days, in date, build or facts. */
export interface WorkloadChange {
  readonly workload: WorkloadId;
  readonly pages: readonly { readonly page: string; readonly before: RevisionData; readonly after: RevisionData }[];
  readonly pairs: readonly PairChange[];
  readonly renamed: readonly Renaming[];
}

/** Empty if nothing changed. Both views must be of one catalog. */
export function diffViews(before: CatalogView, after: CatalogView): WorkloadChange[] {
  const changes: WorkloadChange[] = [];
  for (const workload of after.workloads.keys()) {
    const pages = before.pages.filter((page) => page.workload === workload)
      .flatMap((page) => redated(page, after.pages.find((other) => other.page === page.page)));
    if (pages.length > 0) {
      changes.push({ workload, pages, pairs: pairChanges(before, after, workload), renamed: renamings(before, after, workload) });
    }
  }
  return changes;
}

function redated({ page, revision }: PageRevision, later: PageRevision | undefined): WorkloadChange['pages'] {
  if (later === undefined || later.revision.date === revision.date) return [];
  return [{ page, before: revision, after: later.revision }];
}

function pairChanges(before: CatalogView, after: CatalogView, workload: WorkloadId): PairChange[] {
  interface Collected { removed: Flow[]; added: Flow[]; altered: AlteredFlow[] }
  const pairs = new Map<string, Collected & { from: ComponentId; to: ComponentId }>();
  const pairOf = ({ from, to }: Flow): Collected => {
    const key = `${from}/${to}`;
    const pair = pairs.get(key) ?? { from, to, removed: [], added: [], altered: [] };
    pairs.set(key, pair);
    return pair;
  };
  for (const flow of before.flows) {
    if (flow.workload !== workload) continue;
    const now = after.flowById.get(flow.id);
    const aspects = now ? aspectsOf(flow, now) : [];
    if (!now) pairOf(flow).removed.push(flow);
    else if (aspects.length > 0) pairOf(flow).altered.push({ before: flow, after: now, aspects });
  }
  for (const flow of after.flows) {
    if (flow.workload === workload && !before.flowById.has(flow.id)) pairOf(flow).added.push(flow);
  }
  return [...pairs.values()];
}

function aspectsOf(before: Flow, after: Flow): Aspect[] {
  const compared: readonly (readonly [Aspect, (flow: Flow) => unknown])[] = [
    ['application', (flow) => flow.application],
    ['conditions', (flow) => [flow.sources.map((source) => source.conditions), flow.items]],
    ['openedBy', (flow) => flow.openedBy],
    ['alternatives', (flow) => flow.alternativeGroup],
    ['sourcePorts', (flow) => flow.sourcePorts],
  ];
  return compared.filter(([, of]) => JSON.stringify(of(before)) !== JSON.stringify(of(after))).map(([aspect]) => aspect);
}

function renamings(before: CatalogView, after: CatalogView, workload: WorkloadId): Renaming[] {
  return (after.partiesOf.get(workload) ?? []).flatMap((component) => {
    const old = before.components.get(component)?.name;
    const now = after.components.get(component)?.name;
    return old === undefined || now === undefined || old === now ? [] : [{ component, before: old, after: now }];
  });
}
