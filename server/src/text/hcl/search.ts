/** The next place of a string in a text. Places that ask about the same stretch cost one search. */
export class Search {
  private found = -1;
  private searchedFrom = Infinity;

  constructor(private readonly text: string, private readonly what: string) {}

  /** The first place at or after an offset, or Infinity. */
  from(offset: number): number {
    if (offset < this.searchedFrom || offset > this.found) {
      const found = this.text.indexOf(this.what, offset);
      this.found = found < 0 ? Infinity : found;
      this.searchedFrom = offset;
    }
    return this.found;
  }
}
