/** What every rule language gives: detection, reading, and writing of rules. */
import type { AddressSet } from '../core/addresses.ts';
import type { IntervalSet } from '../core/intervals.ts';
import type { Direction, Policy } from '../model/policy.ts';
import type { Reading } from '../model/reading.ts';
import type { Entry } from '../model/rule.ts';

export interface SourceFile {
  readonly uri: string;
  readonly languageId?: string;
  readonly text: string;
}

/** What a reader may ask beside the text. */
export interface ReadContext {
  readonly uri: string;
  /** The texts that an include path or glob names, in the order in which the language reads them; undefined if they are not in sight. */
  include?(path: string): readonly { readonly uri: string; readonly text: string }[] | undefined;
}

/**
 * Reads successive versions of one document, or of all documents of one module. It may keep what it learnt of unchanged statements; the result always
 * equals that of a new reader.
 */
export interface Reader {
  read(text: string, context: ReadContext): Reading;
}

/**
 * One end of the traffic that a written rule lets through. `placeholder` is an address that the author must fill in, unless the
 * policy is of a kind that names hosts by `references` (`Policy.references`) and can be given one of these.
 */
export type PermitEnd =
  | { readonly kind: 'addresses'; readonly set: AddressSet }
  | { readonly kind: 'placeholder'; readonly label: string; readonly references?: readonly string[] }
  | { readonly kind: 'any' };

/** Traffic that a written rule must let through, no more and no less. */
export interface Permit {
  readonly direction: Direction;
  readonly from: PermitEnd;
  readonly to: PermitEnd;
  readonly transport: 'tcp' | 'udp';
  /** Destination ports of the request. */
  readonly ports: IntervalSet;
  /** Write the rule for the answers to that traffic (state established, ends and ports swapped) instead. */
  readonly answer: boolean;
  /** What the rule is for, in plain words, for a comment in the file's style; one line. */
  readonly note: string;
}

export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export interface WriteRequest {
  readonly text: string;
  readonly reading: Reading;
  readonly policy: Policy;
  readonly permits: readonly Permit[];
  /** The new rules must be decided before this entry (a rule of the policy or of a chain that it jumps to); at the end if absent. */
  readonly before?: Entry;
  /** This entry's statement is removed by the same change; `permits` may then be empty. */
  readonly replace?: Entry;
}

export interface Dialect {
  readonly id: string;
  /** The name that people know: "nftables". */
  readonly name: string;
  /** Which files, in words, for `veeam-ports dialects`. */
  readonly files: string;
  readonly comment: { readonly line: string };
  /** The files of a folder make their policies together. Absent where each file stands alone. */
  readonly module?: true;
  /** Where an editor knows the language, another extension brought it, and gives outline and folding. */
  readonly guest?: true;
  detect(file: SourceFile): boolean;
  createReader(): Reader;
  /**
   * Changes that put rules for the permits where they take effect, in the file's own style. With placeholder ends the new
   * text is a snippet (`${1:address}`, `$` and `}` escaped). Undefined where the place cannot be edited (an included file, text lost to an error).
   */
  write(request: WriteRequest): readonly TextChange[] | undefined;
  /** Rules alone, one a line, for completion; a snippet if an end is a placeholder. */
  writeRules(permits: readonly Permit[], family: 4 | 6): string;
  /** A whole new file with one policy per direction that default-denies and lets the permits through. `guards` and other directives come as comment lines. */
  writePolicy(permits: readonly Permit[], directives: readonly string[]): string;
}
