/**
 * Statements that are alike but for addresses, port numbers, counters and comments: once some of a shape were read word by word, the others are made
 * from one of them, with their own values in the places of its values.
 *
 * That a shape may be used so is found out, not assumed: two samples with other values and the statement itself must come out of the dialect's reader just
 * as they come out of the shape, each address and port must be all that the rule says of that end of the packet, and stand in one field.
 */
import { type AddressIntervals, network } from '../../core/addresses.ts';
import type { Span } from '../../core/span.ts';
import type { Atom, Field, Match, Rule, Term } from '../../model/rule.ts';
import { type ValueKind, ValueScanner } from './shapeValues.ts';

/** What the dialect's reader makes of a statement: one rule, and what does not hang on its values. */
export interface Likeness<R> {
  readonly rule: Rule;
  readonly rest: R;
}

type Dimension = 'src' | 'dst' | 'sport' | 'dport';

/** A text before a value, or before the statement's end. */
interface Step<R> {
  readonly text: string;
  readonly kind: ValueKind | 'end';
  readonly next: Step<R>[];
  /** At an end: how the statements that get there are made; `undefined` while too few were seen, `none` if they must be read. */
  shape?: Shape<R> | 'none';
}

/** A value's place in the statement that the shape was taken from, and the dimension that it alone decides. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly dimension?: Dimension;
  readonly prefix?: number;
}

interface Shape<R> {
  readonly likeness: Likeness<R>;
  readonly term: Term;
  readonly places: readonly Place[];
  /** The parts of a rule that say where something stands, by the lengths of the values. */
  readonly layouts: Map<number, Layout>;
}

interface Layout {
  readonly span: Span;
  readonly fields: readonly Field[];
  readonly atoms?: readonly Atom[];
}

/** So that the lengths of all values make one safe integer. */
const MOST_VALUES = 5;
const LONGEST_VALUE = 1023;
/** More alternatives at one place are no longer looked for. */
const MOST_NEXT = 50;
const MOST_STEPS = 2000;
const MOST_LAYOUTS = 5000;

export class Shapes<R> {
  private readonly first: Step<R> = { text: '', kind: 'comment', next: [] };
  private readonly values = new ValueScanner(MOST_VALUES);
  private steps = 0;

  /** @param read the dialect's reader; undefined for a statement that is more than one rule or no sound one. */
  constructor(private readonly read: (text: string) => Likeness<R> | undefined) {}

  /** What the reader would make of the statement between the offsets, if it is like others before; else undefined. */
  get(text: string, from: number, to: number): Likeness<R> | undefined {
    const end = this.follow(text, from, to);
    if (end?.shape === 'none' || (!end && this.steps >= MOST_STEPS)) return undefined;
    const own = text.slice(from, to);
    if (own.includes('\\')) return undefined;
    if (!end) {
      this.enter(own);
      return undefined;
    }
    end.shape ??= this.learn(own, end) ?? 'none';
    return end.shape === 'none' ? undefined : { rule: this.made(end.shape), rest: end.shape.likeness.rest };
  }

  /** The end that the text leads to over known steps; its values are then in `values`. */
  private follow(text: string, start = 0, to = text.length): Step<R> | undefined {
    const { values } = this;
    values.begin(text, to);
    let step: Step<R> | undefined = this.first;
    let at = start;
    while (step) {
      let found: Step<R> | undefined;
      for (const next of step.next) {
        if (!text.startsWith(next.text, at)) continue;
        const from = at + next.text.length;
        if (next.kind === 'end') {
          if (from === to) return next;
        } else if (values.take(from, next.kind)) {
          at = values.end;
          found = next;
          break;
        }
      }
      step = found;
    }
    return undefined;
  }

  /** Remembers the steps of a text that was not met before: it is read, and those like it may be made. */
  private enter(text: string): void {
    const cuts = this.values.cut(text);
    if (!cuts || this.values.count === 0) return;
    let step = this.first;
    for (const { text: before, kind } of cuts) {
      let next = step.next.find((s) => s.kind === kind && s.text === before);
      if (!next) {
        if (step.next.length >= MOST_NEXT) return;
        step.next.push((next = { text: ` ${before}`.slice(1), kind, next: [] }));
        this.steps++;
      }
      step = next;
    }
  }

  /** Afterwards the values are those of the text. */
  private learn(text: string, end: Step<R>): Shape<R> | undefined {
    const { values } = this;
    if (this.follow(text) !== end || values.count === 0) return undefined;
    const [base, other] = [values.sample(text, 0), values.sample(text, 1)];
    const likeness = this.follow(base) === end ? this.read(base) : undefined;
    const shape = likeness && this.shapeOf(base, likeness);
    const holds = (sample: string): boolean => {
      if (!shape || this.follow(sample) !== end) return false;
      const read = this.read(sample);
      return read !== undefined && spelled(read) === spelled({ rule: this.made(shape), rest: shape.likeness.rest });
    };
    return holds(base) && holds(other) && holds(text) ? shape : undefined;
  }

  /** The base's values are in `values`. */
  private shapeOf(base: string, likeness: Likeness<R>): Shape<R> | undefined {
    const { values } = this;
    const { match, unmodelled } = likeness.rule;
    const [term] = match;
    if (!term || match.length !== 1 || unmodelled) return undefined;
    const places: Place[] = [];
    for (let i = 0; i < values.count; i++) {
      const place = placeOf(base, values.kinds[i] as ValueKind, { start: values.starts[i] as number, end: values.ends[i] as number }, values.numbers[i] as number, likeness.rule, term);
      if (!place) return undefined;
      places.push(place);
    }
    const decided = places.flatMap((p) => p.dimension ?? []);
    return new Set(decided).size === decided.length ? { likeness, term, places, layouts: new Map() } : undefined;
  }

  /** The shape's rule with the values that are in `values`. */
  private made({ likeness, term, places, layouts }: Shape<R>): Rule {
    const { starts, ends, numbers } = this.values;
    let lengths = 0;
    for (let i = 0; i < places.length; i++) lengths = lengths * (LONGEST_VALUE + 1) + (ends[i] as number) - (starts[i] as number);
    let layout = layouts.get(lengths);
    if (!layout) {
      if (layouts.size >= MOST_LAYOUTS) layouts.clear();
      layouts.set(lengths, (layout = layoutOf(likeness.rule, term, places.map(({ start, end }, i) => ({ end, by: (ends[i] as number) - (starts[i] as number) - (end - start) })))));
    }
    const own: Record<string, unknown> & Term = { ...term };
    for (let i = 0; i < places.length; i++) {
      const { dimension, prefix } = places[i] as Place;
      if (dimension) (own as Record<Dimension, AddressIntervals>)[dimension] = setOf(numbers[i] as number, prefix);
    }
    if (layout.atoms) (own as { atoms: readonly Atom[] }).atoms = layout.atoms;
    const match: Match = [own];
    return { span: layout.span, match, action: likeness.rule.action, fields: layout.fields };
  }
}

function setOf(value: number, prefix: number | undefined): AddressIntervals {
  return prefix === undefined ? [value, value + 1] : network(4, value, prefix);
}

/** Where the value of a sample has gone; undefined if it is not sure that every other would go there too. */
function placeOf(text: string, kind: ValueKind, { start, end }: Span, value: number, rule: Rule, term: Term): Place | undefined {
  if (kind === 'count' || kind === 'comment') return { start, end };
  const slash = kind === 'address' ? /^\/(\d\d?)(?=\s|$)/.exec(text.slice(end, end + 4)) : null;
  const prefix = slash ? Number(slash[1]) : undefined;
  if (prefix !== undefined && prefix > 32) return undefined;
  const [from, to] = setOf(value, prefix);
  const dimensions = kind === 'address' ? (['src', 'dst'] as const) : (['sport', 'dport'] as const);
  const dimension = dimensions.find((d) => term[d]?.length === 2 && term[d][0] === from && term[d][1] === to);
  const fields = rule.fields.filter((f) => f.role === dimension);
  const [field] = fields;
  if (!dimension || fields.length !== 1 || field?.span.start !== start || field.span.end !== end + (slash?.[0].length ?? 0)) return undefined;
  return { start, end, dimension, ...(prefix === undefined ? {} : { prefix }) };
}

/** @param moves how much what follows each value is moved. */
function layoutOf(rule: Rule, { atoms }: Term, moves: readonly { readonly end: number; readonly by: number }[]): Layout {
  const move = (at: number): number => at + moves.reduce((sum, { end, by }) => (end <= at ? sum + by : sum), 0);
  const moved = ({ start, end }: Span): Span => ({ start: move(start), end: move(end) });
  const fields = rule.fields.map(({ role, span }): Field => ({ role, span: moved(span) }));
  return { span: moved(rule.span), fields, ...(atoms ? { atoms: atoms.map((atom): Atom => ({ ...atom, span: moved(atom.span) })) } : {}) };
}

function spelled(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${String(v)}n` : v));
}
