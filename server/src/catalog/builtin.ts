/** The catalog that ships with the product, compiled by `scripts/compile-catalog.mjs` from `server/catalog`. */
import type { CatalogData } from './data.ts';
import { Catalog } from './catalog.ts';
import generated from './generated.json';

let catalog: Catalog | undefined;

/** One shared instance. */
export function builtinCatalog(): Catalog {
  catalog ??= new Catalog(generated as unknown as CatalogData);
  return catalog;
}
