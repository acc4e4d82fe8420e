/** `veeam-ports dialects`: which rule languages are read. */
import { DIALECTS } from '../dialects/registry.ts';
import type { Register } from './command.ts';
import { print, table } from './output.ts';

export const registerDialects: Register = (program, finish) => {
  program.command('dialects')
    .description('list the rule languages that are read')
    .action(() => {
      print(table([['DIALECT', 'NAME', 'FILES'], ...DIALECTS.map(({ id, name, files }) => [id, name, files])]));
      finish(0);
    });
};
