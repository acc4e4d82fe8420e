/** Before any test: the catalog that the sources import is compiled from its pages. */
import { existsSync } from 'node:fs';

const COMPILER = new URL('../scripts/compile-catalog.mjs', import.meta.url);

export default async function setup(): Promise<void> {
  if (!existsSync(COMPILER)) return;
  const { compileCatalog } = (await import(COMPILER.href)) as { compileCatalog: () => unknown };
  await compileCatalog();
}
