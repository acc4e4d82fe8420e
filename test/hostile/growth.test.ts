/** The work for a text grows with its size, whatever its shape: at most 2.2 times for twice the text, counted in steps. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import { StepCounter, UNSTEADY } from './steps.ts';
import { HOSTILE } from './texts.ts';

const KILOBYTE = 1024;

/** The largest size in KB; `GROWTH=5120` goes to 5 MB. */
const LARGEST = Number(process.env['GROWTH'] ?? 80);

/** What the work budgets of searches and proofs allow, however long the text is. */
const BUDGETS = 3_000_000;

let counter: StepCounter;
beforeAll(() => {
  counter = new StepCounter();
});
afterAll(() => {
  counter.end();
});

function stepsFor(dialect: string, text: string): number {
  const service = createLanguageService();
  return counter.count(() => {
    const analysis = service.analyse({ uri: 'untitled:hostile', text }, { dialect });
    if (!analysis) throw new Error('no dialect');
    service.findings(analysis);
  });
}

describe.each(Object.entries(HOSTILE))('%s', (dialect, texts) => {
  it.each(Object.entries(texts))('%s', { ...UNSTEADY, timeout: 600_000 }, (_, make) => {
    stepsFor(dialect, make(KILOBYTE));
    let before = stepsFor(dialect, make(40 * KILOBYTE));
    const growth: string[] = [];
    for (let size = 80; size <= LARGEST; size *= 2) {
      const steps = stepsFor(dialect, make(size * KILOBYTE));
      if (steps > 2.2 * before + BUDGETS) growth.push(`${String(size / 2)} to ${String(size)} KB: ${(steps / before).toFixed(2)} times, ${String(steps)} steps`);
      before = steps;
    }
    expect(growth).toEqual([]);
  });
});
