/** The command line tool `veeam-ports`: arguments in, exit code out (contract: interfaces.md "Command line"). */
import { Command, CommanderError } from 'commander';
import { type Exit, type Register } from './command.ts';
import { registerCheck } from './check.ts';
import { registerDialects } from './dialects.ts';
import { registerDiff } from './diff.ts';
import { registerExplain } from './explain.ts';
import { registerFix } from './fix.ts';
import { registerFlows } from './flows.ts';
import { registerGenerate } from './generate.ts';
import { registerImport } from './import.ts';
import { ToolError, complain } from './output.ts';
import { registerRules } from './rules.ts';
import { registerTrace } from './trace.ts';

const COMMANDS: readonly Register[] = [
  registerCheck, registerTrace, registerRules, registerFlows, registerFix, registerGenerate, registerImport, registerDiff, registerDialects, registerExplain,
];

export async function main(argv: readonly string[]): Promise<Exit> {
  // A reader that has seen enough (`| head`) closes the pipe.
  process.stdout.on('error', () => process.exit());
  let exit: Exit = 0;
  const program = new Command('veeam-ports')
    .description('Checks firewall rules against the network ports that Veeam needs. Unofficial.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const register of COMMANDS) register(program, (code) => (exit = code));
  try {
    if (argv.length === 0) throw new ToolError(`name a command: ${program.commands.map((c) => c.name()).join(', ')}; --help says more`);
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): Exit {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    complain(error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '));
    return 2;
  }
  complain(error instanceof ToolError ? error.message : `an error of the tool itself, please report it: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
}
