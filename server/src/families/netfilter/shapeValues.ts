/** Finds the values in a statement that others of its shape have differently, each a word of its own. */

/**
 * - `address`: IPv4, a prefix length behind it belongs to the shape.
 * - `port`: a decimal number below 65536.
 * - `count`: the number behind `packets` or `bytes`.
 * - `comment`: the string behind `comment` or `prefix`, quotes included.
 */
export type ValueKind = 'address' | 'port' | 'count' | 'comment';

/** The text before a value of the kind, or before the end. */
export interface Cut {
  readonly text: string;
  readonly kind: ValueKind | 'end';
}

const QUOTE = 34;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const LONGEST = 1023;
/** Characters that join or end statements, or stand for more than themselves, in one of the languages. */
const SPECIAL = /[{}();#\\$@`'\n]/;
const COUNTED = /(?:^|\s)(?:packets|bytes) $/;
const COMMENTED = /(?:^|\s|-)(?:comment|prefix) $/;

/** The values of one statement, those taken last; the lists hold `count` of them. */
export class ValueScanner {
  readonly kinds: ValueKind[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** The address or port as a number, else 0. */
  readonly numbers: number[] = [];
  count = 0;
  /** Where the value that was taken last ends. */
  end = 0;
  private number = 0;
  private text = '';
  private to = 0;

  constructor(private readonly most: number) {}

  /** Begins with the statement that ends at `to`. */
  begin(text: string, to: number): void {
    this.text = text;
    this.to = to;
    this.count = 0;
  }

  /** Takes the value that starts there; false if there is none of the kind, or it is one too many. */
  take(at: number, kind: ValueKind): boolean {
    const { count } = this;
    if (count >= this.most || !this.scan(at, kind)) return false;
    this.kinds[count] = kind;
    this.starts[count] = at;
    this.ends[count] = this.end;
    this.numbers[count] = this.number;
    this.count++;
    return true;
  }

  /** Takes all values of the text; undefined if it may be more than one statement, or has too many. */
  cut(text: string): Cut[] | undefined {
    this.begin(text, text.length);
    if (SPECIAL.test(text.replace(/"[^"]*"/g, ''))) return undefined;
    const cuts: Cut[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const c = text.charCodeAt(at);
      const begins = at === 0 || text.charCodeAt(at - 1) === 32;
      const kind = begins && (c === QUOTE || (c >= ZERO && c <= NINE)) ? this.kindAt(from, at) : undefined;
      if (kind) {
        if (!this.take(at, kind)) return undefined;
        cuts.push({ text: text.slice(from, at), kind });
        from = at = this.end;
        at--;
      } else if (c === QUOTE) {
        at = text.indexOf('"', at + 1);
        if (at < 0) return undefined;
      }
    }
    return [...cuts, { text: text.slice(from), kind: 'end' }];
  }

  /** The text with other values of the same kinds, no two alike: long ones, or for `which` 1 short ones. The values must be those of the text. */
  sample(text: string, which: 0 | 1): string {
    let out = '';
    let from = 0;
    for (let i = 0; i < this.count; i++) {
      out += text.slice(from, this.starts[i]) + SAMPLES[this.kinds[i] as ValueKind][which](i);
      from = this.ends[i] as number;
    }
    return out + text.slice(from);
  }

  /** The kind of the value that may start at `at`; `from` is where the one before it ended. */
  private kindAt(from: number, at: number): ValueKind | undefined {
    const { text } = this;
    const before = text.slice(from, at);
    if (text.charCodeAt(at) === QUOTE) return COMMENTED.test(before) ? 'comment' : undefined;
    if (COUNTED.test(before)) return 'count';
    return this.scan(at, 'address') ? 'address' : this.scan(at, 'port') ? 'port' : undefined;
  }

  /** Sets `end` and `number` if a value of the kind starts there. */
  private scan(at: number, kind: ValueKind): boolean {
    const { text } = this;
    this.number = 0;
    switch (kind) {
      case 'address':
        return this.scanAddress(at);
      case 'port':
        return this.scanPort(at);
      case 'count':
        this.end = at;
        while (isDigit(text.charCodeAt(this.end))) this.end++;
        return this.end > at && this.end - at <= LONGEST && this.isBoundary(this.end);
      case 'comment':
        if (text.charCodeAt(at) !== QUOTE) return false;
        this.end = text.indexOf('"', at + 1) + 1;
        return this.end > 0 && this.end - at <= LONGEST && this.isBoundary(this.end);
    }
  }

  /** Four octets without leading zeros, before a blank, a slash or the end. */
  private scanAddress(start: number): boolean {
    const { text } = this;
    let value = 0;
    let at = start;
    for (let octet = 0; octet < 4; octet++) {
      if (octet > 0 && text.charCodeAt(at++) !== DOT) return false;
      let c = text.charCodeAt(at);
      if (!isDigit(c)) return false;
      let part = c - ZERO;
      c = text.charCodeAt(++at);
      while (part > 0 && part < 100 && isDigit(c)) {
        part = part * 10 + c - ZERO;
        c = text.charCodeAt(++at);
      }
      if (part > 255) return false;
      value = value * 256 + part;
    }
    this.end = at;
    this.number = value;
    return this.isBoundary(at) || text.charCodeAt(at) === SLASH;
  }

  private scanPort(start: number): boolean {
    const { text } = this;
    let value = 0;
    let at = start;
    for (let c = text.charCodeAt(at); isDigit(c) && at - start < 5; c = text.charCodeAt(at)) {
      if (at > start && value === 0) return false;
      value = value * 10 + c - ZERO;
      at++;
    }
    this.end = at;
    this.number = value;
    return at > start && value < 65536 && this.isBoundary(at);
  }

  private isBoundary(at: number): boolean {
    return at >= this.to ? at === this.to : this.text.charCodeAt(at) === 32;
  }
}

const isDigit = (c: number): boolean => c >= ZERO && c <= NINE;

/** Long values, then short ones; told apart by their first digits. */
const SAMPLES: Readonly<Record<ValueKind, readonly [(i: number) => string, (i: number) => string]>> = {
  address: [(i) => `${120 + i}.151.180.201`, (i) => `${i + 1}.0.0.0`],
  port: [(i) => String(30011 + i), (i) => String(i + 1)],
  count: [(i) => String(123456789012 + i), (i) => String(i)],
  comment: [(i) => `"the ${i} of many words"`, () => '""'],
};
