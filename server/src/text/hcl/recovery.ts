/**
 * Bodies of broken text, by layout: an item is its first line, the deeper lines after it, and a closing bracket at its own
 * depth. A missing brace or quote costs the item it belongs to; the others are read as ever. A value that is
 * broken anywhere is an `error` as a whole, so that nothing half-read passes for known.
 */
import { t } from '@vscode/l10n';
import { BodyReader } from './bodies.ts';
import { isBlankOrBreak } from './scanner.ts';
import { type LayoutLine, layoutOf } from './layout.ts';
import { type HclItem, type HclLabel, type HclName, type HclTop, DEPTH_LIMIT } from './tree.ts';

export class RecoveryReader extends BodyReader {
  private readonly lines: readonly LayoutLine[];

  constructor(text: string) {
    super(text, text.length);
    this.lines = layoutOf(text);
  }

  read(): HclTop[] {
    const tops: HclTop[] = [];
    const body = { start: 0, end: this.lines.length };
    this.each(body, (first, end) => {
      const { start, indent } = this.line(first);
      this.base = start + indent;
      tops.push({ base: this.base, item: this.lineItem(first, end) });
      this.base = 0;
    });
    return tops;
  }

  private line(i: number): LayoutLine {
    return this.lines[i] as LayoutLine;
  }

  /** Items of a body, whose lines are given by their numbers; comments between them are noted. */
  private each(body: { readonly start: number; readonly end: number }, take: (first: number, end: number) => void): void {
    for (let i = body.start; i < body.end; ) {
      const { kind } = this.line(i);
      const end = kind === 'code' ? this.itemEnd(i, body.end) : i + 1;
      if (kind === 'comment') this.note(i);
      else if (kind === 'code') take(i, end);
      i = end;
    }
  }

  private note(i: number): void {
    const { start, end } = this.line(i);
    this.seek(start, end);
  }

  /** The number of the line behind the item that begins at a line. */
  private itemEnd(first: number, limit: number): number {
    const { indent } = this.line(first);
    let end = first + 1;
    for (let i = end; i < limit; i++) {
      this.steps++;
      const line = this.line(i);
      if (line.kind !== 'code') continue;
      if (line.indent < indent || (line.indent === indent && !this.closes(line))) break;
      end = i + 1;
    }
    return end;
  }

  private closes({ start, indent }: LayoutLine): boolean {
    return '}])'.includes(this.text[start + indent] as string);
  }

  private lineItem(first: number, end: number): HclItem {
    const line = this.line(first);
    this.seek(line.start, line.end);
    const { start } = this;
    if (!this.at('word')) return this.unread(first, end, start, this.at('}') ? t('This } closes nothing.') : t('Here an argument or a block is expected.'));
    const name = this.name();
    if (!this.at('=')) return this.lineBlock(name, start, first, end);
    this.seek(line.start, this.line(end - 1).end);
    const item = this.attribute(this.name(), start);
    if (!this.lineEnds()) this.fail(t('After the value the line must end.'));
    if (!this.failed) return item;
    this.noteAfter(first, end);
    return { ...item, value: { kind: 'error', span: item.value.span } };
  }

  private lineEnds(): boolean {
    return this.at('newline') || this.at('end');
  }

  private unread(first: number, end: number, start: number, message: string): HclItem {
    this.limit = this.line(end - 1).end;
    this.fail(message);
    this.noteAfter(first, end);
    return { kind: 'unread', span: this.span(start, this.contentEnd(end)) };
  }

  /** Comments of lines that reading did not come to. */
  private noteAfter(first: number, end: number): void {
    const { failedAt } = this;
    for (let i = first + 1; i < end; i++) if (this.line(i).kind === 'comment' && this.line(i).start >= failedAt) this.note(i);
  }

  private lineBlock(type: HclName, start: number, first: number, end: number): HclItem {
    const labels = this.labels();
    const brace = this.at('{');
    const open = this.start;
    if (end === first + 1) return brace ? this.oneLineBlock(type, labels, start, first, open) : this.unread(first, end, start, t('Here = (for an argument) or { (for a block) is missing.'));
    if (this.depth >= DEPTH_LIMIT) return this.unread(first, end, start, t('More than {0} levels of nesting are not read.', DEPTH_LIMIT));
    const items: HclItem[] = [];
    if (!brace) this.fail(t('Here { is missing.'));
    else {
      this.advance();
      const rest = this.start;
      if (!this.lineEnds()) {
        this.fail(t('After { the line must end.'));
        items.push({ kind: 'unread', span: this.span(rest, this.lastEnd) });
      }
    }
    const bodyStart = brace ? open + 1 : this.lastEnd;
    const last = this.line(end - 1);
    const closed = last.indent === this.line(first).indent && this.text[last.start + last.indent] === '}';
    this.depth++;
    this.each({ start: first + 1, end: closed ? end - 1 : end }, (from, to) => items.push(this.lineItem(from, to)));
    this.depth--;
    if (!closed) this.problem(start, start + type.text.length, t('The block is not closed: } is missing.'));
    const close = closed ? this.closingLine(last) : Math.max(bodyStart, this.contentEnd(end));
    return { kind: 'block', type, labels, body: { syntax: 'native', items, span: this.span(bodyStart, close) }, span: this.span(start, closed ? close + 1 : close), closed };
  }

  /** @returns the offset of the brace */
  private closingLine({ start, end }: LayoutLine): number {
    this.seek(start, end);
    const brace = this.start;
    this.advance();
    if (!this.lineEnds()) this.fail(t('After a block the line must end.'));
    return brace;
  }

  /** The offset behind the last character before a line. */
  private contentEnd(line: number): number {
    let { end } = this.line(line - 1);
    while (isBlankOrBreak(this.text.charCodeAt(end - 1))) end--;
    return end;
  }

  private oneLineBlock(type: HclName, labels: readonly HclLabel[], start: number, first: number, open: number): HclItem {
    const line = this.line(first);
    this.seek(line.start, line.end);
    const block = this.block(this.name(), start);
    if (!this.lineEnds()) this.fail(t('After a block the line must end.'));
    if (!this.failed) return block;
    const end = this.contentEnd(first + 1);
    const span = this.span(open + 1, end);
    return { kind: 'block', type, labels, body: { syntax: 'native', items: end > open + 1 ? [{ kind: 'unread', span }] : [], span }, span: this.span(start, end), closed: false };
  }
}
