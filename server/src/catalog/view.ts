/** The catalog as documented on one day: each page in the revision that held, flows grouped from its rows. */
import { t } from '@vscode/l10n';
import type {
  Component, ComponentId, Feature, FeatureId, Flow, FlowId, Requirement, Workload, WorkloadId,
} from '../model/flow.ts';
import type { CatalogData, PageData, RevisionData } from './data.ts';
import { standsAt } from './data.ts';
import { flowsOf } from './flows.ts';
import { requirementsOf } from './requirements.ts';
import type { RetiredPort } from './retired.ts';
import { retiredPorts } from './retired.ts';

/** A page and the revision of it that a view holds. */
export interface PageRevision {
  readonly page: string;
  readonly workload: WorkloadId;
  readonly title: string;
  readonly revision: RevisionData;
  /** The day asked for lies before the page's first revision, which is taken instead. */
  readonly beforeFirst: boolean;
}

/** Something to tell whoever chose a workload of this page. */
interface CatalogWarning {
  readonly workload: WorkloadId;
  readonly page: string;
  readonly message: string;
}

export interface CatalogView {
  readonly pages: readonly PageRevision[];
  readonly components: ReadonlyMap<ComponentId, Component>;
  readonly workloads: ReadonlyMap<WorkloadId, Workload>;
  readonly features: ReadonlyMap<FeatureId, Feature>;
  /** Row by row, in the pages' order. */
  readonly requirements: readonly Requirement[];
  /** In the order of their first rows. */
  readonly flows: readonly Flow[];
  readonly flowById: ReadonlyMap<FlowId, Flow>;
  /** The parties of each workload's flows, in the order in which the pages name them. */
  readonly partiesOf: ReadonlyMap<WorkloadId, readonly ComponentId[]>;
  readonly workloadsOf: ReadonlyMap<ComponentId, readonly WorkloadId[]>;
  /** Ports that older revisions documented and these do not. */
  readonly retired: readonly RetiredPort[];
  readonly warnings: readonly CatalogWarning[];
}

/** The revision that held on `date`, the newest without a date; before the first revision, the first. */
export function revisionAt(page: PageData, date?: string): { revision: RevisionData; beforeFirst: boolean } {
  const held = page.revisions.filter((r) => date === undefined || r.date <= date).at(-1);
  const revision = held ?? page.revisions[0];
  if (revision === undefined) throw new Error(`${page.url} has no revision`);
  return { revision, beforeFirst: held === undefined };
}

export function buildView(data: CatalogData, chosen: readonly PageRevision[]): CatalogView {
  const dated = data.pages.map((page, index) => {
    const revision = chosen[index]?.revision;
    if (revision === undefined) throw new Error(`no revision chosen for ${page.url}`);
    return { page, revision };
  });

  const components = new Map(data.components.map((component) => [component.id, component]));
  for (const { page, revision } of dated) {
    for (const name of page.names) {
      const component = components.get(name.component);
      if (component && standsAt(name, revision.date)) {
        const aliases = [...component.aliases.filter((alias) => alias !== name.name), component.name];
        components.set(name.component, { ...component, name: name.name, aliases });
      }
    }
  }

  const flows = flowsOf(dated);
  const partiesOf = new Map<WorkloadId, ComponentId[]>();
  const workloadsOf = new Map<ComponentId, WorkloadId[]>();
  for (const { workload, from, to } of flows) {
    for (const component of [from, to]) {
      listed(partiesOf, workload, component);
      listed(workloadsOf, component, workload);
    }
  }

  return {
    pages: chosen,
    components,
    workloads: new Map(data.workloads.map((workload) => [workload.id, workload])),
    features: new Map(data.features.map((feature) => [feature.id, feature])),
    requirements: requirementsOf(dated, components),
    flows,
    flowById: new Map(flows.map((flow) => [flow.id, flow])),
    partiesOf,
    workloadsOf,
    retired: retiredPorts(dated, flows),
    warnings: chosen.filter((page) => page.beforeFirst).map(({ page, workload, revision }) => ({
      workload,
      page,
      message: t('{0} is recorded from {1} on; that revision is used', page, revision.date),
    })),
  };
}

function listed<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}
