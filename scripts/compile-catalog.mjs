// Compiles server/catalog/**/*.yaml into server/src/catalog/generated.json, so that no catalog file is read at run time.
// Exits with 1 and one line per problem if the files are not sound.
import { mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'server', 'catalog');
const target = join(root, 'server', 'src', 'catalog', 'generated.json');

const scratch = await mkdtemp(join(root, 'node_modules', '.catalog-'));
try {
  const outfile = join(scratch, 'yaml.mjs');
  await build({
    entryPoints: [join(root, 'server', 'src', 'catalog', 'yaml.ts')],
    bundle: true, format: 'esm', platform: 'node', logLevel: 'error', outfile,
  });
  const { loadCatalogTexts } = await import(pathToFileURL(outfile).href);

  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map(async (file) => ({
    name: relative(root, join(folder, file)).split(sep).join('/'),
    text: await readFile(join(folder, file), 'utf8'),
  })));
  const { data, problems } = loadCatalogTexts(texts);
  for (const { file, path, message } of problems) console.error(`${file}: ${path}${path && ': '}${message}`);
  if (problems.length > 0) {
    process.exitCode = 1;
  } else {
    const part = join(scratch, 'generated.json');
    await writeFile(part, `${JSON.stringify(data)}\n`);
    await rename(part, target);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
