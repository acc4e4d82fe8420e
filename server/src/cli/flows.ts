/** `veeam-ports flows`: what the catalog requires. */
import type { CatalogView } from '../catalog/view.ts';
import { filterRequirements, flowsJson } from '../catalog/flowsJson.ts';
import { neededPorts } from '../checks/words.ts';
import type { Flow } from '../model/flow.ts';
import { type Register, catalogAt, componentIds, deploymentOption, formatOption, revisionOption, workloadIds } from './command.ts';
import { FLOW_COLUMNS, flowCells } from '../features/flowRows.ts';
import { ToolError, complain, paintFor, print, printBytes, printJson, table } from './output.ts';

const FORMATS = ['table', 'json', 'csv', 'markdown', 'xlsx'] as const;
type Format = (typeof FORMATS)[number];

interface Options {
  readonly workload?: string;
  readonly component?: string;
  readonly format: Format;
  readonly revision?: string;
}

export const registerFlows: Register = (program, finish) => {
  program.command('flows')
    .description('list the flows that Veeam needs')
    .option('--workload <workload>', 'one workload’s flows')
    .option('--component <component>', 'flows with this component at either end')
    .addOption(formatOption(FORMATS))
    .addOption(revisionOption())
    .addOption(deploymentOption())
    .action(async (options: Options) => {
      await flows(options);
      finish(0);
    });
};

async function flows({ workload, component, format, revision }: Options): Promise<void> {
  const catalog = catalogAt(revision);
  const [workloadId] = workload === undefined ? [] : workloadIds([workload], catalog);
  const [componentId] = component === undefined ? [] : componentIds([component], catalog);
  if (format === 'xlsx' && process.stdout.isTTY) throw new ToolError('a workbook is no text for a terminal; send it to a file: veeam-ports flows --format xlsx > flows.xlsx');
  const requirements = filterRequirements(catalog.requirements, { workload: workloadId, component: componentId });
  for (const warning of catalog.warnings) if (workloadId === undefined || warning.workload === workloadId) complain(warning.message);
  const ids = new Set(requirements.map((r) => r.flow));
  const shown = catalog.flows.filter((flow) => ids.has(flow.id));
  const rows = (): string[][] => [[...FLOW_COLUMNS], ...shown.map((flow) => flowCells(flow, catalog))];
  if (format === 'table') print(flowTables(shown, catalog));
  else if (format === 'json') printJson(flowsJson(requirements));
  else if (format === 'csv') print((await import('../features/csv.ts')).csv(rows()));
  else if (format === 'markdown') print((await import('../features/markdownTable.ts')).markdownTable(rows()));
  else printBytes((await import('../features/workbook.ts')).workbook('Flows', rows()));
}

function flowTables(shown: readonly Flow[], catalog: CatalogView): string {
  const paint = paintFor(process.stdout);
  const tables = catalog.pages.flatMap(({ page, title, workload, revision }) => {
    const rows = shown.filter((flow) => flow.sources.some((source) => source.page === page));
    if (rows.length === 0) return [];
    const heading = `${workload}: ${title} (${page}, ${revision.date}, build ${revision.build})`;
    return [`${paint('bold', heading)}\n${table([['FROM', 'TO', 'PORTS', 'WHEN', 'PURPOSE'], ...rows.map(flowRow)])}`];
  });
  return tables.length > 0 ? tables.join('\n\n') : 'no flow';
}

function flowRow(flow: Flow): string[] {
  const when = flow.conditions.map((c) => `${c.feature}${c.needs === 'off' ? ' off' : ''}`);
  return [flow.from, flow.to, neededPorts(flow), when.length > 0 ? when.join(', ') : 'always', flow.purpose];
}
