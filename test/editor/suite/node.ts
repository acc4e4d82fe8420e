/** Where VS Code's Node extension host enters the suite; also that of `@vscode/test-electron`. */
import Mocha from 'mocha';
import { defineSuite } from './extension.ts';
import { finished, OPTIONS } from './report.ts';

export function run(): Promise<void> {
  const mocha = new Mocha(OPTIONS);
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  defineSuite();
  return finished((done) => mocha.run(done));
}
