/** Which policies or rules a directive is about: the block directly below it or around it, else the whole file. */
import type { LineIndex } from '../text/lineIndex.ts';
import type { Block, Reading } from '../model/reading.ts';
import type { Directive } from './directives.ts';

/** Keys of policies, or the whole file. */
export type Target = 'file' | readonly string[];

export class Binder {
  private readonly commentLines: ReadonlySet<number>;
  /** In text order. */
  private readonly policyBlocks: readonly Block[];
  /** The end of the block that reaches farthest, up to each. */
  private readonly farthest: readonly number[];
  /** The first policy block of each line. */
  private readonly opening: ReadonlyMap<number, Block>;
  private readonly linesBelow = new Map<number, number>();

  constructor(
    reading: Pick<Reading, 'blocks' | 'comments'>,
    private readonly lines: LineIndex,
  ) {
    this.policyBlocks = reading.blocks.filter((b) => b.kind === 'policy').sort((a, b) => a.span.start - b.span.start);
    let farthest = 0;
    this.farthest = this.policyBlocks.map((b) => (farthest = Math.max(farthest, b.span.end)));
    this.opening = new Map([...this.policyBlocks].reverse().map((b) => [lines.lineOf(b.span.start), b]));
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
    const below = this.standsAlone(directive) ? this.lineBelow(directive) : undefined;
    const next = below === undefined ? undefined : this.opening.get(below);
    return next?.policies ?? this.around(directive.span.start)?.policies ?? 'file';
  }

  /** The last policy block that holds the offset. */
  private around(at: number): Block | undefined {
    for (let i = this.startingBefore(at) - 1; i >= 0 && (this.farthest[i] ?? 0) > at; i--) {
      const block = this.policyBlocks[i];
      if (block && block.span.end > at) return block;
    }
    return undefined;
  }

  private startingBefore(at: number): number {
    let low = 0;
    let high = this.policyBlocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.policyBlocks[middle]?.span.start ?? at) < at) low = middle + 1;
      else high = middle;
    }
    return low;
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
    const line = this.afterComments(this.lines.lineOf(directive.comment.span.end) + 1);
    if (line >= this.lines.lineCount) return undefined;
    return this.lines.text.slice(this.lines.lineStart(line), this.lines.lineEnd(line)).trim() === '' ? undefined : line;
  }

  /** The line itself or the first below it that is not a comment; runs of comments are walked once. */
  private afterComments(line: number): number {
    const walked: number[] = [];
    let at = line;
    for (let known = this.linesBelow.get(at); this.commentLines.has(at); known = this.linesBelow.get(at)) {
      walked.push(at);
      at = known ?? at + 1;
    }
    for (const one of walked) this.linesBelow.set(one, at);
    return at;
  }
}
