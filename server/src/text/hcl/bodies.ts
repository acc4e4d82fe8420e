/**
 * Bodies as HashiCorp's parser takes them, brace by brace; the first syntax error ends the reading.
 * Source: HCL Native Syntax Specification, "Structural Elements"; for one-line blocks hclsyntax/parser.go.
 */
import { t } from '@vscode/l10n';
import { ExpressionReader } from './expressions.ts';
import type { HclAttribute, HclBlock, HclItem, HclLabel, HclName, HclTop } from './tree.ts';

export class BodyReader extends ExpressionReader {
  /**
   * Items from an offset on, placed relative to themselves.
   * @param ends whether reading may end at an offset between two items, where a line starts
   * @returns undefined if the syntax is broken
   */
  readTop(from: number, ends: (offset: number) => boolean): { readonly items: readonly HclTop[]; readonly end: number } | undefined {
    const items: HclTop[] = [];
    this.seek(from, this.limit);
    for (;;) {
      while (this.at('newline')) this.advance();
      if (this.failed) return undefined;
      if (this.at('end')) return { items, end: this.limit };
      if (items.length > 0 && ends(this.start)) return { items, end: this.start };
      const base = this.start;
      this.base = base;
      items.push({ base, item: this.item() });
      this.base = 0;
    }
  }

  private body(): HclItem[] {
    const items: HclItem[] = [];
    const names = new Set<string>();
    for (;;) {
      while (this.at('newline')) this.advance();
      if (this.at('}') || this.at('end')) return items;
      const item = this.item();
      if (item.kind === 'attribute') this.once(names, item.name.text, item.span.start + this.base);
      items.push(item);
    }
  }

  protected once(names: Set<string>, name: string, at: number): void {
    if (names.has(name)) this.problem(at, at + name.length, t('{0} is set twice in this body.', name));
    names.add(name);
  }

  /** An attribute or block and the line break after it. */
  private item(): HclItem {
    if (!this.at('word')) {
      const span = this.fail(this.at('"') ? t('The name of an argument is not quoted.') : t('Here an argument or a block is expected.')).span;
      return { kind: 'unread', span };
    }
    const { start } = this;
    const name = this.name();
    const item = this.at('=') ? this.attribute(name, start) : this.block(name, start);
    if (!this.at('newline') && !this.at('end')) this.fail(item.kind === 'block' ? t('After a block the line must end.') : t('After the value the line must end.'));
    else this.advance();
    return item;
  }

  protected name(): HclName {
    const name = { text: this.word(), span: this.span(this.start, this.end) };
    this.advance();
    return name;
  }

  protected attribute(name: HclName, start: number): HclAttribute {
    this.advance();
    const value = this.expression();
    return { kind: 'attribute', name, value, span: this.span(start, this.lastEnd) };
  }

  protected labels(): HclLabel[] {
    const labels: HclLabel[] = [];
    while (this.at('word') || this.at('"')) {
      if (this.at('word')) labels.push({ ...this.name(), quoted: false });
      else {
        const { start } = this;
        const label = this.quoted();
        const [part, second] = label.kind === 'template' ? label.parts : [];
        if (second || (part && part.kind !== 'literal')) this.fail(t('A label is plain text, without templates.'), start, this.lastEnd);
        if (label.kind === 'template') labels.push({ text: part?.kind === 'literal' ? part.text : '', span: label.span, quoted: true });
      }
    }
    return labels;
  }

  protected block(type: HclName, start: number): HclBlock {
    const labels = this.labels();
    if (!this.at('{')) {
      this.fail(t('Here = (for an argument) or { (for a block) is missing.'));
      return { kind: 'block', type, labels, body: { syntax: 'native', items: [], span: this.span(this.lastEnd, this.lastEnd) }, span: this.span(start, this.lastEnd), closed: false };
    }
    const open = this.start;
    this.advance();
    this.deeper();
    const items = this.at('newline') ? this.body() : this.oneLine();
    this.depth--;
    const close = this.start;
    const closed = this.at('}');
    if (closed) this.advance();
    else this.fail(t('The block is not closed: } is missing.'), open, open + 1);
    return { kind: 'block', type, labels, body: { syntax: 'native', items, span: this.span(open + 1, closed ? close : this.lastEnd) }, span: this.span(start, this.lastEnd), closed };
  }

  /** `{ }` or `{ name = value }`. */
  private oneLine(): HclItem[] {
    if (this.at('}') || this.at('end')) return [];
    const { start } = this;
    const name = this.at('word') ? this.name() : undefined;
    if (!name || !this.at('=')) {
      this.fail(t('A block on one line holds a single argument.'));
      return [];
    }
    const only = this.attribute(name, start);
    if (!this.at('}')) this.fail(t('A block on one line holds a single argument, and } follows it.'));
    return [only];
  }
}
