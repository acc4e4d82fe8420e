/** `veeam-ports flows`: what the catalog requires. */
import type { CatalogView } from '../catalog/view.ts';
import { filterRequirements, flowsJson } from '../catalog/flowsJson.ts';
import { neededPorts } from '../checks/words.ts';
import type { Flow } from '../model/flow.ts';
import { type Register, catalogAt, componentIds, deploymentOption, formatOption, revisionOption, workloadIds } from './command.ts';
import { complain, paintFor, print, printJson, table } from './output.ts';

interface Options {
  readonly workload?: string;
  readonly component?: string;
  readonly format: 'table' | 'json';
  readonly revision?: string;
}

export const registerFlows: Register = (program, finish) => {
  program.command('flows')
    .description('list the flows that Veeam needs')
    .option('--workload <workload>', 'one workload’s flows')
    .option('--component <component>', 'flows with this component at either end')
    .addOption(formatOption(['table', 'json']))
    .addOption(revisionOption())
    .addOption(deploymentOption())
    .action((options: Options) => {
      flows(options);
      finish(0);
    });
};

function flows({ workload, component, format, revision }: Options): void {
  const catalog = catalogAt(revision);
  const [workloadId] = workload === undefined ? [] : workloadIds([workload], catalog);
  const [componentId] = component === undefined ? [] : componentIds([component], catalog);
  const requirements = filterRequirements(catalog.requirements, { workload: workloadId, component: componentId });
  for (const warning of catalog.warnings) if (workloadId === undefined || warning.workload === workloadId) complain(warning.message);
  if (format === 'json') printJson(flowsJson(requirements));
  else print(flowTables(new Set(requirements.map((r) => r.flow)), catalog));
}

function flowTables(ids: ReadonlySet<string>, catalog: CatalogView): string {
  const paint = paintFor(process.stdout);
  const shown = catalog.flows.filter((flow) => ids.has(flow.id));
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
