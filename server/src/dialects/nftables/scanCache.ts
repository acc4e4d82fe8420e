/** What a reader remembers of the statements that it cut out of earlier versions of a text. */

/** A line that holds one statement of a chain and perhaps a comment; offsets from the statement's start. */
interface Line<S> {
  readonly statement: S;
  readonly comment: number;
}

interface Kept<V> {
  readonly value: V;
  read: number;
}

/** Values by text; what the last reads have not asked for is forgotten once it outnumbers the rest. */
class TextCache<V extends object> {
  #entries = new Map<string, Kept<V>>();
  #read = 0;
  #live = 0;

  get(text: string): V | undefined {
    const entry = this.#entries.get(text);
    if (!entry) return undefined;
    if (entry.read !== this.#read) {
      entry.read = this.#read;
      this.#live++;
    }
    return entry.value;
  }

  /** The key is copied: a slice would keep the whole document of this read in memory. */
  set(text: string, value: V): void {
    this.#entries.set(` ${text}`.slice(1), { value, read: this.#read });
    this.#live++;
  }

  turn(): void {
    if (this.#entries.size > 2 * this.#live + 100) {
      this.#entries = new Map([...this.#entries].filter(([, e]) => e.read === this.#read));
    }
    this.#read++;
    this.#live = 0;
  }
}

/** Lines, too, that are kept for the next read only when it begins: many texts are read but once. */
export class LineCache<S extends object> extends TextCache<Line<S>> {
  #text = '';
  #statements: S[] = [];
  #bounds: number[] = [];

  /** The line between the offsets, which is one statement. */
  setLater(text: string, from: number, to: number, statement: S): void {
    if (this.#text !== text) this.#settle();
    this.#text = text;
    this.#statements.push(statement);
    this.#bounds.push(from, to);
  }

  override turn(): void {
    this.#settle();
    super.turn();
  }

  #settle(): void {
    for (const [i, statement] of this.#statements.entries()) this.set(this.#text.slice(this.#bounds[2 * i], this.#bounds[2 * i + 1]), { statement, comment: -1 });
    this.#text = '';
    this.#statements = [];
    this.#bounds = [];
  }
}

export class ScanCache<S extends object> {
  readonly statements = new TextCache<{ readonly statement: S }>();
  readonly #lines = new Map<string, LineCache<S>>();
  #reads = 0;

  /** Lines of chains of tables of a family, or for '' of no chain. */
  lines(family: string): LineCache<S> {
    let lines = this.#lines.get(family);
    if (!lines) this.#lines.set(family, (lines = new LineCache()));
    return lines;
  }

  get isFirstRead(): boolean {
    return this.#reads <= 1;
  }

  turn(): void {
    this.#reads++;
    for (const lines of this.#lines.values()) lines.turn();
    this.statements.turn();
  }
}
