/** `veeam-ports import`: Help Center pages in, catalog pages out, for a person to finish. */
import { builtinCatalog } from '../catalog/builtin.ts';
import { importPage } from '../catalog/importer/importPage.ts';
import { readMarkdown } from '../catalog/importer/markdown.ts';
import type { PageText } from '../catalog/importer/page.ts';
import { pageKind } from '../catalog/importer/pageFile.ts';
import type { Exit, Register } from './command.ts';
import { type Input, readOne } from './input.ts';
import { ToolError, complain, plural, print } from './output.ts';

export const registerImport: Register = (program, finish) => {
  program.command('import')
    .description('turn Help Center port pages (HTML or Markdown) into catalog pages')
    .argument('<page...>', 'files, or - for standard input')
    .action(async (pages: readonly string[]) => finish(await importPages(pages)));
};

/** A file that holds no port table does not keep the others from being imported. */
async function importPages(paths: readonly string[]): Promise<Exit> {
  let exit: Exit = 0;
  const documents: string[] = [];
  for (const path of paths) {
    try {
      const { yaml, isWhole } = await importFile(path);
      documents.push(yaml);
      if (!isWhole && exit === 0) exit = 1;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      complain(error.message);
      exit = 2;
    }
  }
  if (documents.length > 0) print(documents.join('---\n'));
  return exit;
}

async function importFile(path: string): Promise<{ readonly yaml: string; readonly isWhole: boolean }> {
  const input = await readOne(path);
  const { yaml, problems, rows } = importPage(await readPage(input), path === '-' ? 'page.md' : path, builtinCatalog());
  if (rows.imported + rows.reported === 0) throw new ToolError(`${input.path}: has no port table, that is one with the columns From, To, Protocol and Port`);
  for (const { line, message } of problems) complain(`${input.path}:${line}: ${message}`);
  const headings = rows.headings > 0 ? `, ${plural(rows.headings, 'heading')} between them` : '';
  complain(`${input.path}: ${plural(rows.imported, 'row')} imported, ${rows.reported} left out${headings}`);
  return { yaml, isWhole: rows.reported === 0 };
}

/** @throws {ToolError} if the file cannot be a page. */
async function readPage({ path, text }: Input): Promise<PageText> {
  const kind = pageKind(path, text);
  if (typeof kind === 'object') throw new ToolError(`${path}: ${kind.problem}`);
  if (kind === 'markdown') return readMarkdown(text);
  const { readHtml } = await import('../catalog/importer/html.ts');
  const page = readHtml(text);
  if (!page) throw new ToolError(`${path}: nests its elements deeper than a page does; it cannot be read`);
  return page;
}
