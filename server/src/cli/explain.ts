/** `veeam-ports explain`: what a diagnostic code means and what to do about it. */
import { closest } from '../catalog/names.ts';
import { CODES } from '../model/finding.ts';
import { type Register, suggestion } from './command.ts';
import explanations from './explanations.generated.json';
import { ToolError, print } from './output.ts';

const TEXTS: Readonly<Record<string, string>> = explanations;

export const registerExplain: Register = (program, finish) => {
  program.command('explain')
    .description('tell what a diagnostic code means and what to do about it')
    .argument('<code>', 'such as missing-flow')
    .action((code: string) => {
      const text = Object.hasOwn(TEXTS, code) ? TEXTS[code] : undefined;
      if (text === undefined) throw new ToolError(`there is no code “${code}”${suggestion(closest(code, Object.keys(CODES)), Object.keys(CODES))}`);
      print(text);
      finish(0);
    });
};
