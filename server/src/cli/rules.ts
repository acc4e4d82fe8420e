/** `veeam-ports rules`: the policies and rules of a file as they were understood. */
import { type RulesJson, rulesReport } from '../features/rulesReport.ts';
import { sourcesOf } from '../features/sources.ts';
import { createLanguageService } from '../service.ts';
import { visible } from '../features/visible.ts';
import { analyseInput } from './check.ts';
import { type Register, dialectOption, formatOption } from './command.ts';
import { Includes } from './includes.ts';
import { readOne, requireDialect } from './input.ts';
import { ToolError, complain, plural, print, printJson, shown } from './output.ts';
import { pathNames } from './paths.ts';

interface Options {
  readonly format: 'json' | 'pretty';
  readonly dialect?: string;
  readonly stdinFilename?: string;
}

export const registerRules: Register = (program, finish) => {
  program.command('rules')
    .description('show the policies and rules of a file as they were understood')
    .argument('<file>', 'the rule file, or - for standard input')
    .addOption(formatOption(['json', 'pretty']))
    .addOption(dialectOption())
    .option('--stdin-filename <name>', 'the name under which standard input is read')
    .action(async (file: string, options: Options) => {
      await rules(file, options);
      finish(0);
    });
};

async function rules(path: string, { format, dialect, stdinFilename }: Options): Promise<void> {
  requireDialect(path, { dialect, stdinFilename });
  const input = await readOne(path, stdinFilename);
  const includes = new Includes();
  let analysis;
  try {
    analysis = analyseInput(input, createLanguageService(includes), dialect, {});
  } catch (error) {
    throw error instanceof ToolError ? new ToolError(`${input.path}: ${error.message}`) : error;
  }
  const report = rulesReport(analysis, sourcesOf(analysis, pathNames(input), includes.texts));
  const outside = analysis.reading.unmodelled;
  if (outside.length > 0) complain(`${input.path}: ${plural(outside.length, 'place')} outside of the policies not modelled, first: ${outside[0]?.why ?? ''}`);
  if (format === 'json') printJson(report);
  else print(prettyRules(report));
}

function prettyRules({ policies }: RulesJson): string {
  const lines = policies.flatMap((p) => [
    `${shown(p.name)} (${p.direction}, ${p.families.join(' and ')}, ${p.order}, default ${p.default}, ${p.stateful ? 'stateful' : 'stateless'})`,
    ...p.rules.map((r) => `  ${place(r)} ${shown(`${r.chain === undefined ? '' : `[${r.chain}] `}${r.action}: ${r.text}`)}`),
    ...p.unmodelled.map((u) => `  ${place(u)} not modelled: ${shown(u.why)}`),
  ]);
  const rules = policies.reduce((sum, p) => sum + p.rules.length, 0);
  const unmodelled = policies.reduce((sum, p) => sum + p.unmodelled.length, 0);
  lines.push(`${plural(policies.length, 'policy', 'policies')}, ${plural(rules, 'rule')}, ${plural(unmodelled, 'place')} not modelled`);
  return lines.join('\n');
}

function place({ path, range }: { readonly path?: string; readonly range: { readonly start: { readonly line: number; readonly column: number } } }): string {
  return `${path === undefined ? '' : `${visible(path)}:`}${range.start.line}:${range.start.column}`;
}
