/** The template in a JSON string: read from what the string means, placed where that stands in the file. */
import type { Span } from '../../core/span.ts';
import { ExpressionReader } from './expressions.ts';
import type { HclTemplatePart } from './tree.ts';

export class JsonString extends ExpressionReader {
  /** Offsets in the raw text of each character of the value, and of its end; absent if they are the same. */
  private readonly places: readonly number[] | undefined;

  /**
   * @param value what the string means
   * @param raw how it is written, without quotes
   * @param offset where that begins in the file
   */
  constructor(value: string, raw: string, private readonly offset: number) {
    super(value, value.length);
    this.places = raw.length === value.length ? undefined : placesIn(raw);
  }

  /** @returns undefined if the template is broken */
  read(): readonly HclTemplatePart[] | undefined {
    const template = this.template('json', this.text.length);
    return template.kind === 'template' ? template.parts : undefined;
  }

  /** @param span in the value */
  inFile({ start, end }: Span): Span {
    const at = (offset: number): number => this.offset + (this.places?.[offset] ?? offset);
    return { start: at(start), end: at(end) };
  }

  protected override span(start: number, end: number): Span {
    return this.inFile({ start, end });
  }
}

function placesIn(raw: string): number[] {
  const places: number[] = [];
  for (let i = 0; i < raw.length; i += raw[i] !== '\\' ? 1 : raw[i + 1] === 'u' ? 6 : 2) places.push(i);
  places.push(raw.length);
  return places;
}
