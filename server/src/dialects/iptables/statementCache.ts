/** Commands of scripts that were read before, by their text and the values in it. */
import { span } from '../../core/span.ts';
import type { RuleContext } from './draft.ts';
import { type Statement, StatementReader } from './statement.ts';
import type { Word } from './words.ts';

export class StatementCache {
  private previous = new Map<string, Statement>();
  private current = new Map<string, Statement>();
  private readings = 0;

  /** Begins a reading; what the last one did not use is forgotten. */
  turn(): void {
    this.readings++;
    this.previous = this.current;
    this.current = new Map();
  }

  /** @param first index of the first word behind the program's name. @param sets what the text's address sets hold. */
  get(text: string, words: readonly Word[], first: number, context: RuleContext, sets: string): Statement {
    const expanded = /[$`\\"']/.test(text) ? words.map((w) => `${w.text}\u0001${w.why ?? ''}`).join('\u0002') : '';
    const key = `${context.family} ${context.table}\u0000${text}\u0000${expanded}${text.includes('set') ? `\u0000${sets}` : ''}`;
    let statement = this.current.get(key) ?? this.previous.get(key);
    if (!statement) {
      const kept = this.readings > 1 ? words.map((w) => ({ ...w, text: ` ${w.text}`.slice(1) })) : words;
      statement = new StatementReader(kept, context, first).read(span(0, text.length), () => kept);
    }
    this.current.set(key, statement);
    return statement;
  }
}
