/** What names in rules stand for: variables and named sets, as values that stay the same object while their text does. */
import type { Element, Expr } from './syntax.ts';

/** A variable's value, with the variables that it refers to itself, bound when it was defined. */
export interface Bound {
  readonly value: Expr;
  readonly variables: Variables;
  /** What was made of the value, by the kind of thing that it was read as. */
  readonly memo: Map<string, unknown>;
}

export type Variables = ReadonlyMap<string, Bound>;
export const NO_VARIABLES: Variables = new Map();

/** Elements that one statement adds to a set or takes out of it. */
export interface SetChange {
  readonly remove: boolean;
  readonly elements: readonly Element[];
  readonly variables: Variables;
}

export interface NamedSet {
  readonly name: string;
  /** Rules add to it or delete from it: what it holds is known to the kernel only. */
  readonly dynamic: boolean;
  /** Elements leave it after a time. */
  readonly expiring: boolean;
  readonly changes: readonly SetChange[];
  readonly memo: Map<string, unknown>;
}

export interface Environment {
  readonly variables: Variables;
  set(name: string): NamedSet | undefined;
}

/** Where variables' values and elements of sets are read: names of sets mean nothing there, so what was read holds in every table. */
export function within(variables: Variables): Environment {
  return { variables, set: () => undefined };
}

/** Whether two lists hold the same objects in the same order. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
