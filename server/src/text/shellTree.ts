/**
 * Shell text as a tree of commands.
 * Source: POSIX.1-2017, Shell Command Language, 2.9 Shell Commands, 2.10 Shell Grammar.
 */
import type { ShellWord } from './shellWords.ts';

export interface Assignment {
  readonly name: string;
  readonly append: boolean;
  readonly value: ShellWord;
  /** `name=(a b c)`. */
  readonly elements?: readonly ShellWord[];
}

interface HereDocument {
  /** Bounds of the body. */
  readonly start: number;
  readonly end: number;
  /** The delimiter is quoted: nothing in the body is expanded. */
  readonly literal: boolean;
}

export interface Redirection {
  readonly operator: string;
  readonly target: ShellWord;
  readonly document?: HereDocument;
}

/** Offsets of a command and of everything in it are relative to the text that was parsed. */
export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly ShellWord[];
  readonly redirections: readonly Redirection[];
  readonly start: number;
  readonly end: number;
}

export interface Pipeline {
  readonly commands: readonly Command[];
  readonly negated: boolean;
}

/** `how` joins it to the one before. */
export interface Step {
  readonly how: 'then' | 'and' | 'or';
  readonly pipeline: Pipeline;
}

export type Command =
  | SimpleCommand
  | { readonly kind: 'group' | 'subshell'; readonly body: readonly Item[]; readonly start: number; readonly end: number; readonly redirections: readonly Redirection[] }
  | { readonly kind: 'if'; readonly branches: readonly { readonly test: readonly Item[]; readonly body: readonly Item[] }[]; readonly otherwise?: readonly Item[]; readonly start: number; readonly end: number }
  | { readonly kind: 'for'; readonly name?: string; readonly words: readonly ShellWord[]; readonly body: readonly Item[]; readonly start: number; readonly end: number }
  | { readonly kind: 'while'; readonly test: readonly Item[]; readonly body: readonly Item[]; readonly start: number; readonly end: number }
  | { readonly kind: 'case'; readonly word: ShellWord; readonly branches: readonly { readonly patterns: readonly ShellWord[]; readonly body: readonly Item[] }[]; readonly start: number; readonly end: number }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly Item[]; readonly start: number; readonly end: number };

/** Places of `steps` count from `base`. */
export interface AndOr {
  readonly kind: 'list';
  readonly base: number;
  readonly steps: readonly Step[];
}

/** Text that no command could be made of. */
interface Lost {
  readonly kind: 'lost';
  readonly start: number;
  readonly end: number;
  readonly why: string;
}

export type Item = AndOr | Lost;

export interface ShellComment {
  readonly start: number;
  readonly text: string;
}

export interface ShellScript {
  readonly items: readonly Item[];
  readonly comments: readonly ShellComment[];
}
