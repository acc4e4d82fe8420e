/** What was made of a script's commands before: their words by the variables in them, their rules by the words. */
import type { SimpleCommand } from '../../text/shellTree.ts';
import type { ShellWord, WordPart } from '../../text/shellWords.ts';
import type { RuleContext } from './draft.ts';
import { type Statement, StatementReader } from './statement.ts';
import { type Environment, type Value, expand } from './shellValues.ts';
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
      statement = new StatementReader(kept, { text, first, words: kept, context }).read();
    }
    this.current.set(key, statement);
    return statement;
  }
}

/** A command with the words that it had when its variables had these values. */
export interface CommandMemo {
  readonly fields: readonly Word[];
  readonly values: readonly (Value | undefined)[];
  options?: { readonly table: Word | undefined; readonly changes: readonly string[] };
  last?: { readonly statement: Statement; readonly context: RuleContext; readonly sets: string };
}

/** Commands of shared lines keep their words from one reading to the next. */
export class CommandMemos {
  private readonly memos = new WeakMap<SimpleCommand, CommandMemo>();
  private readonly variables = new WeakMap<SimpleCommand, readonly string[] | 'changing'>();

  of(command: SimpleCommand, environment: Environment): CommandMemo {
    let names = this.variables.get(command);
    if (!names) this.variables.set(command, (names = variablesOf(command.words)));
    const old = this.memos.get(command);
    if (names === 'changing') return { fields: fieldsOf(command, environment), values: [] };
    if (old && names.every((name, i) => same(environment.get(name), old.values[i]))) return old;
    const memo: CommandMemo = { fields: fieldsOf(command, environment), values: names.map((name) => environment.get(name)) };
    this.memos.set(command, memo);
    return memo;
  }
}

const same = (a: Value | undefined, b: Value | undefined): boolean => a === b || (a !== undefined && b !== undefined && a.text === b.text && a.why === b.why);

function fieldsOf({ words, start }: SimpleCommand, environment: Environment): Word[] {
  return words.flatMap((word) => expand(word, environment).map(({ text, why }): Word => (why === undefined ? { text, start: word.start - start, end: word.end - start } : { text, start: word.start - start, end: word.end - start, why })));
}

/** The variables on which the words hang; `changing` if they hang on more, or assign. */
function variablesOf(words: readonly ShellWord[]): readonly string[] | 'changing' {
  const names = new Set(['IFS']);
  const visit = (parts: readonly WordPart[]): boolean =>
    parts.every((part) => {
      if (part.kind !== 'variable') return true;
      names.add(part.name);
      return !/[@*[=]/.test(part.name + (part.operator ?? '')) && (part.other === undefined || visit(part.other));
    });
  return words.every((word) => visit(word.parts)) ? [...names] : 'changing';
}
