/** `veeam-ports import`: Help Center pages in, catalog pages out, for a person to finish. */
import { builtinCatalog } from '../catalog/builtin.ts';
import { importPage } from '../catalog/importer/importPage.ts';
import type { Exit, Register } from './command.ts';
import { readOne } from './input.ts';
import { complain, plural, print } from './output.ts';

export const registerImport: Register = (program, finish) => {
  program.command('import')
    .description('turn Help Center port pages (Markdown) into catalog pages')
    .argument('<page...>', 'files, or - for standard input')
    .action(async (pages: readonly string[]) => finish(await importPages(pages)));
};

async function importPages(paths: readonly string[]): Promise<Exit> {
  let leftOut = 0;
  const documents: string[] = [];
  for (const path of paths) {
    const input = await readOne(path);
    const { yaml, problems, rows } = importPage(input.text, path === '-' ? 'page.md' : path, builtinCatalog());
    for (const { line, message } of problems) complain(`${input.path}:${line}: ${message}`);
    complain(`${input.path}: ${plural(rows.imported, 'row')} imported, ${rows.reported} left out`);
    leftOut += rows.reported + (rows.imported === 0 ? 1 : 0);
    documents.push(yaml);
  }
  print(documents.join('---\n'));
  return leftOut > 0 ? 1 : 0;
}
