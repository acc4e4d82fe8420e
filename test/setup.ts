/** Before any test: what the sources import and a compile step makes, the catalog and the service names. */
import { existsSync } from 'node:fs';

const compiler = (name: string): URL => new URL(`../scripts/${name}.mjs`, import.meta.url);

export default async function setup(): Promise<void> {
  const services = (await import(compiler('compile-services').href)) as { compileServices: () => void };
  services.compileServices();
  const catalog = compiler('compile-catalog');
  if (!existsSync(catalog)) return;
  const { compileCatalog } = (await import(catalog.href)) as { compileCatalog: () => unknown };
  await compileCatalog();
}
