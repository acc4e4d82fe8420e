/** Half-open ranges of UTF-16 offsets in one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function span(start: number, end: number): Span {
  return { start, end };
}

export function shift(s: Span, by: number): Span {
  return { start: s.start + by, end: s.end + by };
}

export function holds(outer: Span, offset: number): boolean {
  return offset >= outer.start && offset <= outer.end;
}
