/** `veeam-ports trace`: what happens to a packet, and which line decides it. */
import { createInterface } from 'node:readline';
import { createReadStream } from 'node:fs';
import { Option } from 'commander';
import { PACKET_KEYS, PacketProblem, readPacket } from '../features/packets.ts';
import { type PathTraceJson, type StepJson, type TraceJson, Tracer, traceLines } from '../features/traceReport.ts';
import { sourcesOf } from '../features/sources.ts';
import { createLanguageService } from '../service.ts';
import { visible } from '../features/visible.ts';
import { analyseInput } from './check.ts';
import { type Register, dialectOption, formatOption } from './command.ts';
import { Includes } from './includes.ts';
import { type Input, readOne, reason, requireDialect } from './input.ts';
import { type Paint, ToolError, complain, jsonText, paintFor, print, printJson, shown } from './output.ts';
import { pathNames } from './paths.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly protocol?: string;
  readonly sourcePort?: string;
  readonly port?: string;
  readonly icmpType?: string;
  readonly icmpCode?: string;
  readonly direction?: string;
  readonly policy?: string;
  readonly state?: string;
  readonly inInterface?: string;
  readonly outInterface?: string;
  readonly packets?: string;
  readonly format: 'pretty' | 'json';
  readonly dialect?: string;
  readonly stdinFilename?: string;
}

export const registerTrace: Register = (program, finish) => {
  program.command('trace')
    .description('tell what happens to a packet, and which line decides it')
    .argument('<file>', 'the rule file, or - for standard input')
    .option('--from <address>', 'who sends it')
    .option('--to <address>', 'whom it is for')
    .option('--protocol <protocol>', 'tcp, udp, icmp, another name, or a number')
    .option('--source-port <number>', 'every port if left out')
    .option('--port <number>', 'every port if left out')
    .option('--icmp-type <number>', 'an echo request if left out')
    .option('--icmp-code <number>', '0 if left out')
    .option('--direction <direction>', 'in, out or transit (default: in)')
    .option('--policy <name>', 'the policy to ask, such as "inet filter input"')
    .option('--state <state>', 'new or established (default: new)')
    .option('--in-interface <name>', 'where it comes in')
    .option('--out-interface <name>', 'where it goes out')
    .addOption(new Option('--packets <file>', 'many packets, a JSON object on each line, instead of --from and --to; - for standard input'))
    .addOption(formatOption(['pretty', 'json']))
    .addOption(dialectOption())
    .option('--stdin-filename <name>', 'the name under which standard input is read')
    .action(async (file: string, options: Options) => {
      try {
        await trace(file, options);
      } catch (error) {
        throw error instanceof PacketProblem ? new ToolError(error.message) : error;
      }
      finish(0);
    });
};

async function trace(path: string, options: Options): Promise<void> {
  const input = await readOne(path, options.stdinFilename);
  requireDialect(path, options);
  if (options.packets !== undefined) await tracePackets(input, options.packets, options);
  else traceOne(input, options);
}

function tracerInput(input: Input, { dialect }: Options): { analysis: ReturnType<typeof analyseInput>; sources: ReturnType<typeof sourcesOf> } {
  const includes = new Includes();
  try {
    const analysis = analyseInput(input, createLanguageService(includes), dialect, {});
    return { analysis, sources: sourcesOf(analysis, pathNames(input), includes.texts) };
  } catch (error) {
    throw error instanceof ToolError ? new ToolError(`${input.path}: ${error.message}`) : error;
  }
}

function traceOne(input: Input, options: Options): void {
  const query = readPacket(given(options));
  const { analysis, sources } = tracerInput(input, options);
  const { json, notes } = new Tracer(analysis, sources).trace(query);
  for (const note of notes) complain(note);
  if (options.format === 'json') printJson(json);
  else print(prettyTrace(json, input, paintFor(process.stdout)));
}

/** The packet's options under their keys; ports of a protocol without ports are a mistake. */
function given(options: Options): Partial<Record<(typeof PACKET_KEYS)[number], string>> {
  const fields = Object.fromEntries(PACKET_KEYS.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])));
  for (const key of ['from', 'to', 'protocol'] as const) if (options[key] === undefined) throw new ToolError(`--${key} is missing`);
  const { question } = readPacket(fields);
  for (const [key, option] of [['sourcePort', '--source-port'], ['port', '--port'], ['icmpType', '--icmp-type'], ['icmpCode', '--icmp-code']] as const) {
    if (options[key] !== undefined && question[key] === undefined) throw new ToolError(`${option} does not go with protocol ${options.protocol ?? ''}`);
  }
  return fields;
}

async function tracePackets(input: Input, path: string, options: Options): Promise<void> {
  if (options.from !== undefined || options.to !== undefined) throw new ToolError('--packets takes the place of --from and --to');
  if (path === '-' && input.file === undefined) throw new ToolError('standard input cannot be both the rule file and the packets');
  const { analysis, sources } = tracerInput(input, options);
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: path === '-' ? process.stdin : createReadStream(path), crlfDelay: Infinity })) lines.push(line);
  } catch (error) {
    throw new ToolError(`${path}: ${reason(error)}`);
  }
  try {
    const answers = traceLines(analysis, lines, sources);
    if (answers.length > 0) print(answers.map((answer) => jsonText(answer)).join('\n'));
  } catch (error) {
    throw error instanceof PacketProblem ? new ToolError(`${path}: ${error.message}`) : error;
  }
}

function prettyTrace({ policies, verdict }: TraceJson, input: Input, paint: Paint): string {
  if (policies.length === 0) return paint('bold', verdict);
  return policies.flatMap((policy) => [
    `${paint('bold', shown(policy.name))} (${policy.direction}): ${paint('bold', policy.verdict)}`,
    ...stepLines(policy, input),
    `  decided by ${stepText(policy.decidedBy, input)}`,
  ]).join('\n');
}

function stepLines({ steps, decidedBy }: PathTraceJson, input: Input): string[] {
  return steps.length === 1 && steps[0] === decidedBy ? [] : steps.map((step) => `  ${stepText(step, input)}`);
}

function stepText({ path, range, text, action }: StepJson, input: Input): string {
  const what = action === 'default' ? `the policy’s default${text === '' ? '' : `: ${text}`}` : `${action}: ${text}`;
  return `${visible(path ?? input.path)}:${range.start.line}:${range.start.column} ${shown(what)}`;
}
