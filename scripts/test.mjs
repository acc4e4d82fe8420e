// Every check and every test, none left out because another failed. What failed is said again at the end; the last line is the sum over all of them:
//   N passed, N failed, N skipped
// A step that is not made of tests (build, typecheck, lint, knip) counts only when it fails, as one.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const GRAMMAR_CASES = 'test/grammar/*/*';

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: 'inherit', ...options });
}

const tool = (name, ...args) => run(`${root}node_modules/.bin/${name}`, args);

function check(...command) {
  return { passed: 0, failed: tool(...command).status === 0 ? 0 : 1, skipped: 0 };
}

function vitest(project) {
  const report = `${root}artifacts/vitest-${project}.json`;
  rmSync(report, { force: true });
  const { status } = tool('vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  const sum = { passed: 0, failed: 0, skipped: 0 };
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    Object.assign(sum, { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests });
    for (const { assertionResults } of testResults) failures.push(...assertionResults.filter((test) => test.status === 'failed'));
  } catch (error) {
    console.error(`no report from vitest: ${error.message}`);
  }
  if (status !== 0 && sum.failed === 0) sum.failed = 1;
  return sum;
}

function grammar() {
  const { status, stdout } = run(`${root}node_modules/.bin/vscode-tmgrammar-test`, [GRAMMAR_CASES], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.stdout.write(stdout);
  const passed = stdout.match(/^✓/gm)?.length ?? 0;
  const failed = stdout.match(/^✖/gm)?.length ?? 0;
  return { passed, failed: failed || (status === 0 && passed > 0 ? 0 : 1), skipped: 0 };
}

const steps = {
  build: () => ({ passed: 0, failed: run(process.execPath, ['scripts/build.mjs', '--production']).status === 0 ? 0 : 1, skipped: 0 }),
  typecheck: () => check('tsc', '-b'),
  lint: () => check('eslint', '.'),
  knip: () => check('knip'),
  unit: () => vitest('unit'),
  grammar,
  oracle: () => vitest('oracle'),
  editor: () => vitest('editor'),
};

const failures = [];
const results = [];
for (const [name, step] of Object.entries(steps)) {
  console.log(`\n── ${name}`);
  const started = Date.now();
  results.push({ name, ...step(), seconds: Math.round((Date.now() - started) / 1000) });
}

const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
console.log();
for (const { name, passed, failed, skipped, seconds } of results) {
  console.log(`${name.padEnd(10)} ${failed ? 'failed' : 'ok    '}  ${passed} passed, ${failed} failed, ${skipped} skipped  (${seconds} s)`);
}
for (const { fullName, failureMessages } of failures) console.log(`\n✖ ${fullName}\n${failureMessages.join('\n').slice(0, 2000)}`);
console.log(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') ? 1 : 0;
