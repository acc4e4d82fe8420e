/** What expressions see, and how much work one reading may spend on them. */
import type { Value } from './values.ts';

/** Where names of an expression come from. */
export interface Scope {
  /** `each`, `count`, iterators of `dynamic` and `for`. */
  readonly names: ReadonlyMap<string, Value>;
  readonly module: ModuleScope;
}

export interface ModuleScope {
  readonly budget: Budget;
  variable(name: string): Value;
  local(name: string): Value;
  /** A resource, or undefined if the module has none of that name. */
  resource(type: string, name: string): Value | undefined;
}

/** Steps of one reading, and how deep values may refer to each other. */
export class Budget {
  depth = 0;

  constructor(private steps = 500_000) {}

  get spent(): boolean {
    return this.steps <= 0;
  }

  spend(amount = 1): boolean {
    this.steps -= amount;
    return this.steps > 0;
  }
}

export const DEEPEST = 600;

export function withNames(scope: Scope, names: Iterable<readonly [string, Value]>): Scope {
  return { ...scope, names: new Map([...scope.names, ...names]) };
}
