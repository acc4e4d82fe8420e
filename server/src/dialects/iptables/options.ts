/** What an option of a match or target takes and does. */
import type { Draft } from './draft.ts';
import type { Word } from './words.ts';

export interface Use {
  /** The option itself, as written. */
  readonly option: Word;
  /** As many as the option takes. */
  readonly values: readonly [Word, ...Word[]];
  readonly negated: boolean;
}

export type Apply = (draft: Draft, use: Use) => void;

export interface Option {
  /** How many values follow. */
  readonly arity: number;
  /** Absent: what the option says does not reach the packet space, and its match stands for it as a whole. */
  readonly apply?: Apply;
}

export type Options = ReadonlyMap<string, Option>;

/** @param text option names, each followed by how many values it takes unless that is one: `limit limit-burst` or `rcheck/0`. */
export function optionsOf(text: string): Options {
  return new Map(
    text.split(' ').filter((t) => t !== '').map((t) => {
      const [name, arity] = t.split('/') as [string, string?];
      return [name, { arity: arity === undefined ? 1 : Number(arity) }];
    }),
  );
}

/** The only option whose name begins so, as getopt_long(3) takes a name cut short. */
export function abbreviated(options: Options, name: string): Option | undefined {
  let found: Option | undefined;
  for (const [full, option] of options) {
    if (!full.startsWith(name)) continue;
    if (found && found.apply !== option.apply) return undefined;
    found = option;
  }
  return found;
}
