/** What an editor asks a person to choose from: names of the catalog, its days, and the dialects. */
import type { Catalog } from '../catalog/catalog.ts';
import type { Dialect } from '../dialects/dialect.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface CatalogJson {
  readonly workloads: readonly Named[];
  /** With the ids of their workloads; a component of several needs one to be chosen. */
  readonly components: readonly (Named & { readonly workloads: readonly string[] })[];
  readonly dialects: readonly Named[];
  /** Days on which some page was revised, the newest first. */
  readonly revisions: readonly string[];
}

export function catalogJson(catalog: Catalog, dialects: readonly Dialect[]): CatalogJson {
  const view = catalog.at();
  const days = catalog.data.pages.flatMap(({ revisions }) => revisions.map(({ date }) => date));
  return {
    workloads: [...view.workloads.values()].map(({ id, name }) => ({ id, name })),
    components: [...view.workloadsOf].map(([id, workloads]) => ({ id, name: view.components.get(id)?.name ?? id, workloads })),
    dialects: dialects.map(({ id, name }) => ({ id, name })),
    revisions: [...new Set(days)].sort().reverse(),
  };
}
