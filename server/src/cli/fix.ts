/** `veeam-ports fix`: writes the rules that required flows lack, proven on the edited text. */
import { Option } from 'commander';
import { closest } from '../catalog/names.ts';
import type { TextChange } from '../dialects/dialect.ts';
import { type Fix, type FixContext, fixAll, fixFlow, fixableFlows } from '../features/fixes.ts';
import { isInternet, unknownEnds } from '../features/permits.ts';
import { type LanguageService, createLanguageService } from '../service.ts';
import { applyChanges } from '../text/changes.ts';
import type { Analysis, JudgedFlow, PathReport } from '../workspace/analysis.ts';
import { analyseInput, overridesOf } from './check.ts';
import { type Exit, type Register, deploymentOption, dialectOption, guardsOption, listOption, revisionOption, suggestion, useOption } from './command.ts';
import { Includes } from './includes.ts';
import { type Input, readOne, requireDialect } from './input.ts';
import { ToolError, complain, plural } from './output.ts';
import { filledIn } from '../features/placeholders.ts';
import { unifiedDiff } from './unifiedDiff.ts';
import { replaceFile } from './write.ts';

interface Options {
  readonly guards?: readonly string[];
  readonly use?: readonly string[];
  readonly dialect?: string;
  readonly flow?: readonly string[];
  readonly write?: boolean;
  readonly diff?: boolean;
  readonly allowPlaceholder?: boolean;
  readonly revision?: string;
  readonly stdinFilename?: string;
}

export const registerFix: Register = (program, finish) => {
  program.command('fix')
    .description('write the rules that required flows lack; prints the whole text')
    .argument('<file>', 'the rule file, or - for standard input')
    .addOption(guardsOption())
    .addOption(useOption())
    .addOption(dialectOption())
    .addOption(listOption('--flow <id>', 'only this flow; otherwise every required one with known addresses'))
    .addOption(new Option('--write', 'change the file').conflicts('diff'))
    .option('--diff', 'print a unified diff')
    .option('--allow-placeholder', 'write rules even where an address is not known, with a word to replace')
    .addOption(revisionOption())
    .addOption(deploymentOption())
    .option('--stdin-filename <name>', 'the name under which standard input is read')
    .action(async (file: string, options: Options) => finish(await fix(file, options)));
};

async function fix(path: string, options: Options): Promise<Exit> {
  const overrides = overridesOf(options);
  requireDialect(path, options);
  if (options.write && path === '-') throw new ToolError('standard input cannot be written to; leave out --write');
  const input = await readOne(path, options.stdinFilename);
  const service = createLanguageService(new Includes());
  const reanalyse = (text: string): Analysis => analyseInput({ ...input, text }, service, options.dialect, overrides);
  const analysis = reanalyse(input.text);
  if (analysis.reports.length === 0) throw new ToolError(`${input.path}: nothing says what it guards; add --guards or a directive`);
  const mender = new Mender(analysis, reanalyse, service, options);
  mender.mend();
  for (const note of mender.notes) complain(`${input.path}: ${note}`);
  publish(input, mender.text, options);
  return mender.unmended > 0 ? 1 : 0;
}

function publish(input: Input, text: string, { write, diff }: Options): void {
  if (diff) {
    const difference = unifiedDiff(input.text, text, input.path);
    if (difference !== '') process.stdout.write(difference);
  } else if (!write) {
    process.stdout.write(text);
  } else if (text !== input.text) {
    replaceFile(input, text);
    complain(`${input.path}: written`);
  } else {
    complain(`${input.path}: nothing to change`);
  }
}

/** Applies one fix after the other, each only if it is proven or may hold placeholders. */
class Mender {
  readonly notes: string[] = [];
  unmended = 0;
  #analysis: Analysis;

  constructor(
    analysis: Analysis,
    private readonly reanalyse: (text: string) => Analysis,
    private readonly service: LanguageService,
    private readonly options: Options,
  ) {
    this.#analysis = analysis;
  }

  get text(): string {
    return this.#analysis.text;
  }

  mend(): void {
    const chosen = this.options.flow ? new Set(this.options.flow.map((id) => this.flowId(id))) : undefined;
    const before = this.lacking(chosen).length;
    if (!chosen) {
      const all = fixAll(this.context());
      if (all?.verified) this.apply(all.changes);
    }
    this.oneByOne(chosen);
    const left = this.lacking(chosen);
    const filled = this.options.allowPlaceholder ? this.withPlaceholders(left) : [];
    const unmended = left.filter((each) => !filled.includes(each));
    this.unmended = unmended.length;
    if (before > left.length) this.notes.push(`${plural(before - left.length, 'flow')} opened`);
    if (filled.length > 0) this.notes.push(`${plural(filled.length, 'flow')} written with placeholders to replace, see ADDRESS_OF_...`);
    for (const { flow, report } of unmended) this.notes.push(`${flow.flow.id} is left: ${this.obstacle(flow, report)}`);
  }

  /** Flows that a fix is wanted for; unless they are chosen by id, those that hang on an unstated feature are not. */
  private lacking(chosen: ReadonlySet<string> | undefined): { flow: JudgedFlow; report: PathReport }[] {
    return this.#analysis.reports.flatMap((report) => fixableFlows(report).filter(({ flow, unstated }) => (chosen ? chosen.has(flow.id) : !unstated)).map((flow) => ({ flow, report })));
  }

  private oneByOne(chosen: ReadonlySet<string> | undefined): void {
    const tried = new Set<string>();
    for (;;) {
      const next = this.lacking(chosen).find(({ flow, report }) => !tried.has(key(flow, report)) && unknownEnds(flow, report).length === 0 && (chosen !== undefined || !reachesInternet(flow)));
      if (!next) return;
      tried.add(key(next.flow, next.report));
      const found = fixFlow(this.context(), next.report, next.flow);
      if (found?.verified) this.apply(found.changes);
    }
  }

  /** All of them at once, since a text with placeholders cannot be judged. */
  private withPlaceholders(left: readonly { flow: JudgedFlow; report: PathReport }[]): typeof left {
    const context = this.context();
    const changes: TextChange[] = [];
    const filled = left.filter(({ flow, report }) => {
      const found: Fix | undefined = unknownEnds(flow, report).length > 0 ? fixFlow(context, report, flow) : undefined;
      if (!found?.snippet || found.changes.some((c) => changes.some((d) => c.start < d.end && d.start < c.end))) return false;
      changes.push(...found.changes.map((c) => ({ ...c, newText: filledIn(c.newText) })));
      return true;
    });
    this.apply(changes);
    return filled;
  }

  private obstacle(flow: JudgedFlow, report: PathReport): string {
    const [unknown] = unknownEnds(flow, report);
    if (unknown) return `the address of ${unknown.component} is not known; declare it with “veeam-ports: address”${this.options.allowPlaceholder ? '' : ', or add --allow-placeholder'}`;
    if (this.options.flow === undefined && reachesInternet(flow)) return 'it would open these ports to any address; ask for it with --flow';
    return 'no edit of this file was found that opens it and harms nothing';
  }

  private context(): FixContext {
    return { ...this.service.fixContext(this.#analysis), reanalyse: this.reanalyse };
  }

  private apply(changes: readonly TextChange[]): void {
    if (changes.length > 0) this.#analysis = this.reanalyse(applyChanges(this.text, changes));
  }

  private flowId(id: string): string {
    const { catalog, reports } = this.#analysis;
    if (!catalog.flowById.has(id)) throw new ToolError(`the catalog has no flow “${id}”${suggestion(closest(id, catalog.flowById.keys()), [])}`);
    if (!reports.some((r) => r.flows.some((f) => f.flow.id === id))) throw new ToolError(`${id} is not required of what this file guards`);
    return id;
  }
}

const key = ({ flow }: JudgedFlow, { path }: PathReport): string => `${flow.id} ${path.name} ${path.direction}`;

const reachesInternet = ({ verdict }: JudgedFlow): boolean => isInternet(verdict.from) || isInternet(verdict.to);
