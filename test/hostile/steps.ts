/** Counts what the product does for a text, in executed blocks of its own code: the same on every machine, unlike time. */
import { Session } from 'node:inspector';

interface Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[] }[];
}

/** For tests that compare counts: V8 counts otherwise in the middle of a run when it compiles a function anew. What grows too fast does so every time. */
export const UNSTEADY = { retry: 2 };

/** V8's precise coverage counts how often each block ran; work inside of built-in functions is not seen. */
export class StepCounter {
  private readonly session = new Session();

  /** @param part of the paths of the files that count */
  constructor(private readonly part = '/server/src/') {
    this.session.connect();
    this.post('Profiler.enable');
    this.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks that ran meanwhile. */
  count(work: () => void): number {
    this.post('Profiler.takePreciseCoverage');
    work();
    const { result } = this.post('Profiler.takePreciseCoverage') as Coverage;
    let steps = 0;
    for (const { url, functions } of result) {
      if (!url.includes(this.part)) continue;
      for (const { ranges } of functions) for (const { count } of ranges) steps += count;
    }
    return steps;
  }

  end(): void {
    this.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }

  private post(method: string, params?: object): unknown {
    let answer: unknown;
    this.session.post(method, params, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  }
}
