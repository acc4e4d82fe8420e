/** What the runner outside reads from the extension host's console: a line per test, then `TESTS` and how many there were. */

/** A reporter as mocha takes it: called with `new`, and heard no more of. */
function print(runner: Mocha.Runner): void {
  runner.on('pass', ({ title }: Mocha.Test) => console.log(`ok - ${title}`));
  runner.on('fail', ({ title }: Mocha.Test, error: Error) => console.log(`not ok - ${title}: ${error.stack ?? error.message}`));
  runner.on('end', () => console.log(`TESTS ${runner.total}`));
}

/** Mocha's options, the same in each kind of host. */
export const OPTIONS = { ui: 'bdd', timeout: 60_000, reporter: print as unknown as Mocha.ReporterConstructor } as const;

/** Runs the suite; a rejection becomes VS Code's exit code. */
export function finished(run: (done: (failures: number) => void) => Mocha.Runner): Promise<void> {
  return new Promise((resolve, reject) => {
    run((failures) => {
      if (failures > 0) reject(new Error(`${failures} tests failed`));
      else resolve();
    });
  });
}
