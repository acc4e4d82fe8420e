/**
 * The compiled catalog: what the YAML files say after every check, as JSON-able values. Built-in pages come as
 * `generated.json`, a site's own pages from the same compiler at run time.
 */
import type {
  Component, ComponentId, Condition, Feature, FlowItem, FlowMode, OpenedBy, PortRange, Transport, Workload, WorkloadId,
} from '../model/flow.ts';

export interface CatalogData {
  readonly components: readonly Component[];
  readonly workloads: readonly Workload[];
  readonly features: readonly FeatureData[];
  readonly pages: readonly PageData[];
}

export interface FeatureData extends Feature {
  /** Phrases, lower case, by which the importer knows the condition (and, with `off`, its opposite) in a page's text. */
  readonly phrases: { readonly on: readonly string[]; readonly off: readonly string[] };
}

export interface PageData {
  /** Without query and fragment. */
  readonly url: string;
  readonly workload: WorkloadId;
  readonly title: string;
  /** Oldest first, at least one. */
  readonly revisions: readonly RevisionData[];
  readonly names: readonly NameData[];
  readonly sections: readonly SectionData[];
}

export interface RevisionData {
  /** ISO date. */
  readonly date: string;
  readonly build: string;
}

/** A row or name stands in the revisions from `since` on (the first, if absent) and before `until`. */
export interface Standing {
  readonly since?: string;
  readonly until?: string;
}

/** Another spelling of a component's name in some revisions. */
interface NameData extends Standing {
  readonly component: ComponentId;
  readonly name: string;
}

export interface SectionData {
  readonly heading: string;
  readonly rows: readonly RowData[];
}

/** A party of a row; its conditions concern that party alone. */
export interface EndData {
  readonly component: ComponentId;
  readonly conditions: readonly Condition[];
}

export interface RowData extends Standing {
  readonly from: readonly EndData[];
  readonly to: readonly EndData[];
  /** The components on that side are alternatives: the one that the site has. */
  readonly alternatives?: 'from' | 'to';
  readonly transports: readonly Transport[];
  readonly application?: string;
  readonly mode: FlowMode;
  readonly items: readonly FlowItem[];
  readonly sourcePorts: PortRange;
  readonly conditions: readonly Condition[];
  readonly openedBy?: OpenedBy;
  readonly purpose: string;
  readonly history?: string;
}

/** Whether something stands in the revision of that date. */
export function standsAt({ since, until }: Standing, revision: string): boolean {
  return (since === undefined || since <= revision) && (until === undefined || revision < until);
}
