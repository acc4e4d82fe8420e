/** The few assertions that the suite needs, the same in Node and in a browser worker. */

/** Fails unless both are the same as JSON. */
export function same(actual: unknown, expected: unknown, what = 'values'): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: got ${left}, wanted ${right}`);
}

export function matches(actual: string, expected: RegExp): void {
  if (!expected.test(actual)) throw new Error(`got ${JSON.stringify(actual)}, wanted ${String(expected)}`);
}

/** @returns the value, which must be there. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`${what}: nothing there`);
  return value;
}

/** Asks again until the assertion in `check` holds; its last complaint is the failure. @returns its value. */
export async function eventually<T>(check: () => T | Promise<T>, milliseconds = 30_000): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((later) => setTimeout(later, 100));
    }
  }
}
