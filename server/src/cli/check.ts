/** `veeam-ports check`: which required flows the rule files let pass, and what is wrong with the others. */
import { Option } from 'commander';
import { detectDialect } from '../dialects/registry.ts';
import { belongings, openWorkloads } from '../features/newPolicy.ts';
import { type FileJson, checkReport, fileReport } from '../features/report.ts';
import { sourcesOf } from '../features/sources.ts';
import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import { type LanguageService, createLanguageService } from '../service.ts';
import type { Analysis, Overrides } from '../workspace/analysis.ts';
import { type Exit, type Register, catalogAt, componentIds, deploymentOption, dialectOption, formatOption, guardsOption, revisionOption, useOption, workloadIds } from './command.ts';
import { Includes } from './includes.ts';
import { type Input, type Unread, collect, requireDialect } from './input.ts';
import { ToolError, complain } from './output.ts';
import { pathNames } from './paths.ts';
import { Progress } from './progress.ts';
import { FORMATS, type Format, reporterFor } from './reporter.ts';

interface Options {
  readonly format: Format;
  readonly guards?: readonly string[];
  readonly use?: readonly string[];
  readonly dialect?: string;
  readonly failOn: 'error' | 'warning' | 'never';
  readonly strict?: boolean;
  readonly revision?: string;
  readonly stdinFilename?: string;
}

export const registerCheck: Register = (program, finish) => {
  program.command('check')
    .description('judge the required flows of rule files')
    .argument('[path...]', 'files, folders, or - for standard input', ['.'])
    .addOption(formatOption(FORMATS))
    .addOption(guardsOption())
    .addOption(useOption())
    .addOption(dialectOption())
    .addOption(new Option('--fail-on <severity>', 'the least severity that makes the exit code 1').choices(['error', 'warning', 'never']).default('error'))
    .option('--strict', 'undecided flows make the exit code 1, too')
    .addOption(revisionOption())
    .addOption(deploymentOption())
    .option('--stdin-filename <name>', 'the name under which standard input is read')
    .action(async (paths: readonly string[], options: Options) => finish(await check(paths, options)));
};

export function overridesOf({ guards, use, revision }: Pick<Options, 'guards' | 'use' | 'revision'>): Overrides {
  const catalog = catalogAt(revision);
  return {
    ...(guards && { guards: componentIds(guards, catalog) }),
    ...(use && { use: workloadIds(use, catalog) }),
    ...(revision !== undefined && { revision }),
  };
}

async function check(paths: readonly string[], options: Options): Promise<Exit> {
  const overrides = overridesOf(options);
  for (const path of paths) requireDialect(path, options);
  const { inputs, unread: notRead } = await collect(paths, { stdinName: options.stdinFilename, guarded: overrides.guards !== undefined });
  const includes = new Includes();
  const service = createLanguageService(includes);
  const reporter = await reporterFor(options.format, { failing: failing(options), strict: options.strict === true });
  const progress = new Progress(inputs.length);
  const files: FileJson[] = [];
  const unread: Unread[] = [...notRead];
  for (const input of inputs) {
    progress.next();
    try {
      const judged = judge(input, service, options.dialect, overrides);
      if (!judged) continue;
      const sources = sourcesOf(judged.analysis, pathNames(input), includes.texts);
      const file = fileReport(judged.analysis, judged.findings, sources);
      files.push(file);
      reporter.file({ ...judged, sources, file });
    } catch (error) {
      const why = messageOf(error);
      complain(`${input.path}: ${why}`);
      unread.push({ path: input.path, why });
    }
    service.forget(input.uri);
  }
  progress.end();
  reporter.end(checkReport(files), unread);
  return unread.length > 0 ? 2 : fails(files, options) ? 1 : 0;
}

/** Undefined: a file of a folder in another dialect than the one asked for. */
function judge(input: Input, service: LanguageService, dialect: string | undefined, overrides: Overrides): { analysis: Analysis; findings: readonly Finding[] } | undefined {
  if (!input.named && dialect !== undefined && detectDialect(input)?.id !== dialect) return undefined;
  const analysis = analyseInput(input, service, dialect, overrides);
  warnOf(analysis);
  return { analysis, findings: service.findings(analysis) };
}

/** @throws {ToolError} if no dialect claims the text, or the guarded components leave open which workloads are meant. */
export function analyseInput(input: Input, service: LanguageService, dialect: string | undefined, overrides: Overrides): Analysis {
  const analysis = service.analyse(input, { dialect, overrides });
  if (!analysis) throw new ToolError('no known dialect; name it with --dialect');
  const open = openWorkloads(analysis);
  if (open) throw new ToolError(`${belongings(open)}; say which with --use`);
  return analysis;
}

const warned = new Set<string>();

/** A day before a page was first recorded is answered with the first record; that is said once. */
function warnOf({ catalog, reports }: Analysis): void {
  const used = new Set(reports.flatMap((r) => r.flows.map((f) => f.flow.workload)));
  for (const { workload, message } of catalog.warnings) {
    if (!used.has(workload) || warned.has(message)) continue;
    warned.add(message);
    complain(message);
  }
}

/** The severities that make the exit code 1, or would if it were asked for. */
function failing({ failOn }: Options): readonly Severity[] {
  return SEVERITIES.slice(0, SEVERITIES.indexOf(failOn === 'never' ? 'error' : failOn) + 1);
}

function fails(files: readonly FileJson[], options: Options): boolean {
  if (options.failOn === 'never') return false;
  const bar = failing(options);
  return files.some((file) => file.diagnostics.some((d) => bar.includes(d.severity)) || (options.strict === true && file.policies.some((p) => p.flows.some((f) => f.verdict === 'undecided'))));
}

/** What a user can do with an error: a sentence, whatever was thrown. */
function messageOf(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  return `an error of the tool itself, please report it: ${error instanceof Error ? error.message : String(error)}`;
}
