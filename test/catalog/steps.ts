/** Counts how often the blocks of the importer's code are run, so that a test can tell linear work from quadratic without a clock. */
import { Session } from 'node:inspector';

interface Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[] }[];
}

/** Runs of blocks in files whose address has `part`. */
export function stepsOf(part: string, work: () => void): number {
  const session = new Session();
  session.connect();
  let taken: Coverage = { result: [] };
  try {
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    work();
    session.post('Profiler.takePreciseCoverage', (_, coverage) => { taken = coverage; });
    session.post('Profiler.stopPreciseCoverage');
    session.post('Profiler.disable');
  } finally {
    session.disconnect();
  }
  const ranges = taken.result.filter(({ url }) => url.includes(part)).flatMap(({ functions }) => functions).flatMap((each) => each.ranges);
  return ranges.reduce((sum, { count }) => sum + count, 0);
}
