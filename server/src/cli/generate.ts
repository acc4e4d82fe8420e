/** `veeam-ports generate`: a whole new rule file for a component. */
import { dialectById } from '../dialects/registry.ts';
import { newPolicy } from '../features/newPolicy.ts';
import { createLanguageService } from '../service.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Analysis, Overrides } from '../workspace/analysis.ts';
import { analyseInput, overridesOf } from './check.ts';
import { type Register, deploymentOption, dialectOption, guardsOption, revisionOption, useOption } from './command.ts';
import { complain, print } from './output.ts';

interface Options {
  readonly dialect: string;
  readonly guards: readonly string[];
  readonly use?: readonly string[];
  readonly revision?: string;
}

export const registerGenerate: Register = (program, finish) => {
  program.command('generate')
    .description('write a rule file that lets a component’s flows pass and nothing else')
    .addOption(dialectOption().makeOptionMandatory())
    .addOption(guardsOption().makeOptionMandatory())
    .addOption(useOption())
    .addOption(revisionOption())
    .addOption(deploymentOption())
    .action((options: Options) => {
      const dialect = dialectById(options.dialect);
      if (dialect) generate(dialect, overridesOf(options));
      finish(0);
    });
};

function generate(dialect: Dialect, overrides: Overrides): void {
  const { text, placeholders } = newPolicy(dialect, overrides, (empty) => analysisOf(empty, dialect, overrides));
  if (placeholders) complain('replace each ADDRESS_OF_... by that component’s addresses');
  print(text);
}

function analysisOf(text: string, dialect: Dialect, overrides: Overrides): Analysis {
  const input = { path: 'generated', uri: 'file:///generated', text, bytes: Buffer.from(text), named: true };
  return analyseInput(input, createLanguageService(), dialect.id, overrides);
}
