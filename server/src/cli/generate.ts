/** `veeam-ports generate`: a whole new rule file for a component. */
import { dialectById } from '../dialects/registry.ts';
import { permitsOfFlow } from '../features/flowPermits.ts';
import { createLanguageService } from '../service.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Analysis, Overrides } from '../workspace/analysis.ts';
import { analyseInput, overridesOf } from './check.ts';
import { type Register, deploymentOption, dialectOption, guardsOption, revisionOption, useOption } from './command.ts';
import { filledIn } from './placeholders.ts';
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
      if (dialect) print(generate(dialect, overridesOf(options)));
      finish(0);
    });
};

/** Which flows are required is asked of the same analysis that judges files: of a policy that lets nothing pass. */
function generate(dialect: Dialect, overrides: Overrides): string {
  const directives = [
    `guards ${(overrides.guards ?? []).join(', ')}`,
    ...(overrides.use ? [`use ${overrides.use.join(', ')}`] : []),
  ].map((text) => `veeam-ports: ${text}`);
  const analysis = analysisOf(dialect.writePolicy([], directives), dialect, overrides);
  const permits = analysis.reports.flatMap(({ path, flows }) => flows.flatMap(({ flow }) => permitsOfFlow(flow, path.direction, analysis)));
  const text = dialect.writePolicy(permits, directives);
  if (!permits.some((p) => p.from.kind === 'placeholder' || p.to.kind === 'placeholder')) return text;
  complain('replace each ADDRESS_OF_... by that component’s addresses');
  return filledIn(text);
}

function analysisOf(text: string, dialect: Dialect, overrides: Overrides): Analysis {
  const input = { path: 'generated', uri: 'file:///generated', text, bytes: Buffer.from(text), named: true };
  return analyseInput(input, createLanguageService(), dialect.id, overrides);
}
