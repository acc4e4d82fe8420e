/** Which policies or rules a directive is about: the block directly below it or around it, else the whole file. */
import type { LineIndex } from '../text/lineIndex.ts';
import type { Reading } from '../model/reading.ts';
import type { Directive } from './directives.ts';

/** Keys of policies, or the whole file. */
export type Target = 'file' | readonly string[];

export class Binder {
  private readonly commentLines: ReadonlySet<number>;

  constructor(
    private readonly reading: Reading,
    private readonly lines: LineIndex,
  ) {
    const alone = new Set<number>();
    for (const { span } of reading.comments) {
      const first = lines.lineOf(span.start);
      const before = lines.text.slice(lines.lineStart(first), span.start);
      // What stands before the comment's text on its line is at most the comment's own marker.
      if (/^\s*(?:\W{1,4}|REM\s|remark\s)?\s*$/i.test(before)) for (let line = first; line <= lines.lineOf(span.end); line++) alone.add(line);
    }
    this.commentLines = alone;
  }

  policies(directive: Directive): Target {
    const below = this.lineBelow(directive);
    const next = this.reading.blocks.find((b) => b.kind === 'policy' && this.lines.lineOf(b.span.start) === below);
    if (next && this.standsAlone(directive)) return next.policies;
    const at = directive.span.start;
    const around = this.reading.blocks.filter((b) => b.kind === 'policy' && at > b.span.start && at < b.span.end).at(-1);
    return around ? around.policies : 'file';
  }

  private standsAlone(directive: Directive): boolean {
    return this.commentLines.has(this.lines.lineOf(directive.span.start));
  }

  /** The line that an `ignore` on or above a rule is about. */
  ruleLine(directive: Directive): number | undefined {
    const line = this.lines.lineOf(directive.span.start);
    return this.standsAlone(directive) ? this.lineBelow(directive) : line;
  }

  /** The first line below that is not a comment; undefined if it is blank or there is none. */
  private lineBelow(directive: Directive): number | undefined {
    let line = this.lines.lineOf(directive.comment.span.end) + 1;
    while (this.commentLines.has(line)) line++;
    if (line >= this.lines.lineCount) return undefined;
    return this.lines.text.slice(this.lines.lineStart(line), this.lines.lineEnd(line)).trim() === '' ? undefined : line;
  }
}
