/** Where VS Code's web worker extension host enters the suite: mocha's build for browsers needs no Node. */
import 'mocha/mocha.js';
import { defineSuite } from './extension.ts';
import { finished, OPTIONS } from './report.ts';

export function run(): Promise<void> {
  mocha.setup(OPTIONS);
  defineSuite();
  return finished((done) => mocha.run(done));
}
