/** Functions of the Terraform language (Terraform language documentation, "Built-in Functions", a page each). */
import { type Value, asNumber, asString } from '../values.ts';

/** Undefined: Terraform refuses these arguments. */
export type Fn = (args: readonly Value[]) => Value | undefined;

export type Functions = Readonly<Record<string, Fn>>;

/** A function of strings and numbers that are converted as the language does. */
export function ofStrings(apply: (...args: string[]) => Value | undefined, least: number, most = least): Fn {
  return (args) => {
    const texts = args.map(asString);
    return args.length < least || args.length > most || texts.includes(undefined) ? undefined : apply(...(texts as string[]));
  };
}

export function ofNumbers(apply: (...args: number[]) => Value | undefined, least: number, most = least): Fn {
  return (args) => {
    const numbers = args.map(asNumber);
    return args.length < least || args.length > most || numbers.includes(undefined) ? undefined : apply(...(numbers as number[]));
  };
}
