/** `veeam-ports diff`: what changed in the documentation between two days. */
import { builtinCatalog } from '../catalog/builtin.ts';
import { readRevision } from '../catalog/catalog.ts';
import { type WorkloadChange, diffViews } from '../catalog/diff.ts';
import { neededPorts } from '../checks/words.ts';
import { ASPECT_WORDS } from '../features/catalogComparison.ts';
import type { Flow } from '../model/flow.ts';
import type { Register } from './command.ts';
import { ToolError, complain, paintFor, print } from './output.ts';

export const registerDiff: Register = (program, finish) => {
  program.command('diff')
    .description('tell what changed in the documentation between two days')
    .argument('<before>', 'a day such as 2026-02-12')
    .argument('<after>', 'a later day, or latest')
    .action((before: string, after: string) => {
      diff(before, after);
      finish(0);
    });
};

function diff(before: string, after: string): void {
  const [first, second] = [dayOf(before), dayOf(after)];
  if (first === undefined || (second !== undefined && first > second)) throw new ToolError(`${before} comes after ${after}; name the earlier day first`);
  const catalog = builtinCatalog();
  const view = catalog.at(first);
  for (const { message } of view.warnings) complain(message);
  const changes = diffViews(view, catalog.at(second));
  print(changes.length === 0 ? `nothing changed between ${before} and ${after}` : changes.map(changeText).join('\n\n'));
}

/** Undefined for the newest. */
function dayOf(text: string): string | undefined {
  const read = readRevision(text);
  if (!read) throw new ToolError(`“${text}” is not a day such as 2026-02-12, nor latest`);
  return read.date;
}

function changeText({ workload, pages, pairs, renamed }: WorkloadChange): string {
  const paint = paintFor(process.stdout);
  return [
    paint('bold', workload),
    ...pages.map(({ page, before, after }) => `  ${page}: ${before.date} (build ${before.build}) → ${after.date} (build ${after.build})`),
    ...renamed.map(({ component, before, after }) => `  ${component}: “${before}” is now called “${after}”`),
    ...pairs.flatMap((pair) => pairLines(pair).map((line) => `  ${line}`)),
  ].join('\n');
}

function pairLines({ removed, added, altered }: WorkloadChange['pairs'][number]): string[] {
  const paint = paintFor(process.stdout);
  return [
    ...removed.map((flow) => paint('red', `- ${flowText(flow)}`)),
    ...added.map((flow) => paint('green', `+ ${flowText(flow)}`)),
    ...altered.map(({ after, aspects }) => `~ ${flowText(after)}: other ${aspects.map((a) => ASPECT_WORDS[a]()).join(' and ')}`),
  ];
}

function flowText(flow: Flow): string {
  return `${flow.from} → ${flow.to} ${neededPorts(flow)}`;
}
