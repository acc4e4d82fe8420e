/** What a dialect makes of one text. */
import type { Span } from '../core/span.ts';
import type { Policy } from './policy.ts';
import type { Unmodelled } from './rule.ts';

/** A syntax problem; the text that it covers became `Unmodelled` where it could have held rules. */
export interface Problem {
  readonly span: Span;
  readonly message: string;
}

/** A comment of the text, its marker taken off: `text` starts at `span.start`. */
export interface Comment {
  readonly span: Span;
  readonly text: string;
}

/**
 * A part of a policy that one text holds. Netfilter texts hold whole policies; other languages spread one policy over
 * several texts, and the workspace joins fragments of one key within their scope.
 */
export interface Fragment {
  readonly key: string;
  /** Within what the key is unique. */
  readonly scope: 'file' | 'folder' | 'namespace';
  readonly policy: Policy;
}

/** A block of the text. Directives written directly above a policy's bind to it; a chain's is entered by jumps only. */
export interface Block {
  /** From the start of the line that opens the block to its end. */
  readonly span: Span;
  readonly kind: 'policy' | 'chain' | 'container' | 'rule';
  /** Keys of the policies in it; none in a chain. */
  readonly policies: readonly string[];
  /** Where the block is named. */
  readonly name?: Span;
}

/** A document of a module that holds directives: the guard of a policy tells what rules mean that name it, in every document. */
export interface SpeakingDocument {
  readonly uri: string;
  readonly text: string;
  readonly policies: readonly Policy[];
  readonly comments: readonly Comment[];
  readonly blocks: readonly Block[];
}

export interface Reading {
  readonly fragments: readonly Fragment[];
  /** Where the files that were included are; a change of one changes the reading. */
  readonly includes: readonly string[];
  /** Other documents of the module whose policies have rules in this one. */
  readonly owners?: readonly string[];
  /** Of the module, this one among them; the same list for all documents of a module while no text changes. */
  readonly speaking?: readonly SpeakingDocument[];
  readonly problems: readonly Problem[];
  readonly unmodelled: readonly Unmodelled[];
  readonly comments: readonly Comment[];
  /** Blocks of policies and chains, and their containers (a table), in text order. Rules bind by their entries' spans. */
  readonly blocks: readonly Block[];
}
