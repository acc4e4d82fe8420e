/**
 * Shell text as a tree of commands. Lines that hold nothing but whole simple commands, as most lines of a rule script
 * do, are read once per text and shared between readings; their places are relative to the line.
 * Source: POSIX.1-2017, Shell Command Language, 2.9 Shell Commands, 2.10 Shell Grammar.
 */
import { t } from '@vscode/l10n';
import type { AndOr, Assignment, Command, Item, Pipeline, Redirection, ShellComment, ShellScript, Step } from './shellTree.ts';
import { type ShellToken, type ShellWord, ShellScanner } from './shellWords.ts';

/** A line of whole simple commands. */
interface PlainLine {
  readonly lists: readonly (readonly Step[])[];
  readonly comments: readonly ShellComment[];
}

/** Plain lines by their text; `undefined` marks a line that is not. */
export class ShellLineCache {
  private previous = new Map<string, PlainLine | null>();
  private current = new Map<string, PlainLine | null>();

  private readings = 0;

  /** Begins a reading; what the last one did not use is forgotten. */
  turn(): void {
    this.readings++;
    this.previous = this.current;
    this.current = new Map();
  }

  get(text: string): PlainLine | undefined {
    let line = this.current.get(text);
    if (line === undefined) {
      line = this.previous.get(text);
      // A slice would keep the whole document of its reading alive.
      const own = line === undefined && this.readings > 1 ? ` ${text}`.slice(1) : text;
      if (line === undefined) line = readPlain(own);
      this.current.set(own, line);
    }
    return line ?? undefined;
  }
}

/** Words that open or close something; a line that has one where a command begins is not plain. */
const KEYWORDS: ReadonlySet<string> = new Set(['if', 'then', 'elif', 'else', 'fi', 'for', 'select', 'while', 'until', 'do', 'done', 'case', 'esac', 'function', '{', '}', '[[', '((', 'time']);
const DEPTH_LIMIT = 100;

function readPlain(text: string): PlainLine | null {
  if (text.endsWith('\\') || text.includes('<<') || /[()]/.test(text.replace(/\$\([^()]*\)|"[^"]*"|'[^']*'/g, ''))) return null;
  const parser = new Parser(text, undefined, true);
  const items = parser.list(() => false);
  if (parser.broken || items.some((i) => i.kind === 'lost')) return null;
  return { lists: items.map((i) => (i as AndOr).steps), comments: parser.comments };
}

export function parseShell(text: string, cache: ShellLineCache): ShellScript {
  const parser = new Parser(text, cache, false);
  return { items: parser.list(() => false), comments: parser.comments };
}

class Parser {
  readonly comments: ShellComment[] = [];
  /** A plain line turned out not to be one. */
  broken = false;
  private readonly scanner: ShellScanner;
  private token: ShellToken;
  private depth = 0;
  private pending: { document: { start: number; end: number; literal: boolean }; delimiter: string; tabs: boolean }[] = [];

  constructor(private readonly text: string, private readonly cache: ShellLineCache | undefined, private readonly plain: boolean) {
    this.scanner = new ShellScanner(text);
    this.token = this.read();
  }

  private read(): ShellToken {
    for (;;) {
      const token = this.scanner.next();
      if (token.kind !== 'comment') return token;
      this.comments.push({ start: token.start + 1, text: token.text });
    }
  }

  private advance(): ShellToken {
    const { token } = this;
    if (token.kind === 'word' && token.open) this.broken = true;
    if (token.kind === 'operator' && token.text === '\n' && this.pending.length > 0) this.readDocuments();
    this.token = this.read();
    return token;
  }

  private isOperator(...texts: string[]): boolean {
    return this.token.kind === 'operator' && texts.includes(this.token.text);
  }

  private atEnd(): boolean {
    return this.token.kind === 'end';
  }

  private bare(): string | undefined {
    return this.token.kind === 'word' ? this.token.bare : undefined;
  }

  /** The word that stands next, which is taken. */
  private takeWord(): ShellWord | undefined {
    const { token } = this;
    if (token.kind !== 'word') return undefined;
    this.advance();
    return token;
  }

  private newlines(): void {
    while (this.isOperator('\n', ';')) this.advance();
  }

  /** Commands up to a word or operator that ends the list, which is left standing. */
  list(ends: () => boolean): Item[] {
    const items: Item[] = [];
    for (;;) {
      this.newlines();
      if (this.atEnd() || ends()) return items;
      if (this.cache && this.plainLine(items)) continue;
      const { start } = this.token;
      const steps = this.andOr();
      if (steps.length > 0) items.push({ kind: 'list', base: 0, steps });
      if (this.isOperator('&', ';', '\n') || this.atEnd() || ends()) {
        if (this.isOperator('&')) this.advance();
        continue;
      }
      if (this.token.start === start || steps.length === 0 || this.token.kind !== 'word') {
        if (this.plain) {
          this.broken = true;
          return items;
        }
        const { end } = this.advance();
        const last = items.at(-1);
        if (last?.kind === 'lost' && /^[ \t]*$/.test(this.text.slice(last.end, start))) items[items.length - 1] = { ...last, end };
        else items.push({ kind: 'lost', start, end, why: t('the shell syntax is not understood') });
      }
    }
  }

  /** Takes a whole line from the cache, if the token begins it and it is plain. */
  private plainLine(items: Item[]): boolean {
    const { start } = this.token;
    for (let i = start - 1; i >= 0; i--) {
      const c = this.text.charCodeAt(i);
      if (c === 10 || c === 13) break;
      if (c !== 32 && c !== 9 && c !== 0xfeff) return false;
    }
    const end = this.scanner.lineEnd(start);
    const line = this.cache?.get(this.text.slice(start, end));
    if (!line) return false;
    for (const steps of line.lists) items.push({ kind: 'list', base: start, steps });
    // The token that begins the line was read already, and with it any comment that is all of the line.
    for (const comment of line.comments) this.comments.push({ start: start + comment.start, text: comment.text });
    this.scanner.at = end;
    this.token = this.read();
    return true;
  }

  private andOr(): Step[] {
    const steps: Step[] = [];
    let how: Step['how'] = 'then';
    for (;;) {
      const pipeline = this.pipeline();
      if (pipeline) steps.push({ how, pipeline });
      if (this.isOperator('&&')) how = 'and';
      else if (this.isOperator('||')) how = 'or';
      else return steps;
      this.advance();
      if (this.plain && this.atEnd()) this.broken = true;
      while (this.isOperator('\n')) this.advance();
      if (!pipeline && this.atEnd()) return steps;
    }
  }

  private pipeline(): Pipeline | undefined {
    let negated = false;
    while (this.bare() === '!') {
      negated = !negated;
      this.advance();
    }
    const commands: Command[] = [];
    for (;;) {
      const command = this.command();
      if (command) commands.push(command);
      if (!this.isOperator('|', '|&')) break;
      this.advance();
      if (this.plain && this.atEnd()) this.broken = true;
      while (this.isOperator('\n')) this.advance();
      if (!command) break;
    }
    return commands.length > 0 ? { commands, negated } : undefined;
  }

  private command(): Command | undefined {
    const word = this.bare();
    const { start } = this.token;
    const opens = this.isOperator('(') || (word !== undefined && KEYWORDS.has(word));
    if (!opens) return this.simple();
    if (this.plain) {
      this.broken = true;
      return undefined;
    }
    if (this.depth >= DEPTH_LIMIT) return undefined;
    this.depth++;
    const command = this.compound(word, start);
    this.depth--;
    return command;
  }

  private compound(word: string | undefined, start: number): Command | undefined {
    if (this.isOperator('(')) {
      this.advance();
      const body = this.list(() => this.isOperator(')'));
      if (this.isOperator(')')) this.advance();
      return { kind: 'subshell', body, start, redirections: this.redirections(), end: this.token.start };
    }
    switch (word) {
      case '{': {
        this.advance();
        const body = this.until('}');
        return { kind: 'group', body, start, redirections: this.redirections(), end: this.token.start };
      }
      case 'if':
        return this.conditional(start);
      case 'for':
      case 'select':
        return this.loop(start);
      case 'while':
      case 'until': {
        this.advance();
        const test = this.list(() => this.bare() === 'do');
        return { kind: 'while', test, body: this.doBody(), start, end: this.token.start };
      }
      case 'case':
        return this.choice(start);
      case 'function': {
        this.advance();
        const name = this.bare() ?? '';
        if (this.token.kind === 'word') this.advance();
        return this.functionBody(name, start);
      }
      case 'time':
        this.advance();
        return this.command();
      case '[[':
        return this.simple();
      default:
        return undefined;
    }
  }

  /** The body up to a closing word, which is taken. */
  private until(...words: string[]): Item[] {
    const body = this.list(() => words.includes(this.bare() ?? ''));
    if (words.includes(this.bare() ?? '')) this.advance();
    return body;
  }

  private doBody(): Item[] {
    this.newlines();
    if (this.bare() === 'do') this.advance();
    const body = this.until('done');
    this.redirections();
    return body;
  }

  private conditional(start: number): Command {
    const branches: { test: readonly Item[]; body: readonly Item[] }[] = [];
    let otherwise: readonly Item[] | undefined;
    do {
      this.advance();
      const test = this.list(() => this.bare() === 'then' || this.bare() === 'fi');
      if (this.bare() === 'then') this.advance();
      branches.push({ test, body: this.list(() => ['elif', 'else', 'fi'].includes(this.bare() ?? '')) });
    } while (this.bare() === 'elif');
    if (this.bare() === 'else') {
      this.advance();
      otherwise = this.list(() => this.bare() === 'fi');
    }
    if (this.bare() === 'fi') this.advance();
    this.redirections();
    return { kind: 'if', branches, ...(otherwise ? { otherwise } : {}), start, end: this.token.start };
  }

  private loop(start: number): Command {
    this.advance();
    const name = this.bare();
    if (this.token.kind === 'word') this.advance();
    while (this.isOperator('(') || this.isOperator(')')) this.skipParentheses();
    const words: ShellWord[] = [];
    while (this.isOperator('\n')) this.advance();
    if (this.bare() === 'in') {
      this.advance();
      for (let item = this.takeWord(); item; item = this.takeWord()) words.push(item);
    }
    this.newlines();
    return { kind: 'for', ...(name === undefined ? {} : { name }), words, body: this.doBody(), start, end: this.token.start };
  }

  private skipParentheses(): void {
    let depth = 0;
    do {
      if (this.isOperator('(')) depth++;
      if (this.isOperator(')')) depth--;
      this.advance();
    } while (depth > 0 && this.token.kind !== 'end');
  }

  private choice(start: number): Command | undefined {
    this.advance();
    const word = this.takeWord();
    if (!word) return undefined;
    while (this.isOperator('\n')) this.advance();
    if (this.bare() === 'in') this.advance();
    const branches: { patterns: readonly ShellWord[]; body: readonly Item[] }[] = [];
    for (;;) {
      while (this.isOperator('\n', ';', ';;', ';&', ';;&')) this.advance();
      if (this.atEnd() || this.bare() === 'esac') break;
      if (this.isOperator('(')) this.advance();
      const patterns: ShellWord[] = [];
      for (let pattern = this.takeWord(); pattern; pattern = this.takeWord()) {
        patterns.push(pattern);
        if (this.isOperator('|')) this.advance();
      }
      if (!this.isOperator(')')) {
        if (patterns.length === 0) this.advance();
        continue;
      }
      this.advance();
      branches.push({ patterns, body: this.list(() => this.bare() === 'esac' || this.isOperator(';;', ';&', ';;&')) });
    }
    if (this.bare() === 'esac') this.advance();
    return { kind: 'case', word, branches, start, end: this.token.start };
  }

  private functionBody(name: string, start: number): Command {
    while (this.isOperator('(') || this.isOperator(')')) this.advance();
    while (this.isOperator('\n')) this.advance();
    let body: Item[] = [];
    if (this.depth < DEPTH_LIMIT) {
      this.depth++;
      if (this.bare() === '{') {
        this.advance();
        body = this.until('}');
      } else body = this.single();
      this.depth--;
    }
    this.redirections();
    return { kind: 'function', name, body, start, end: this.token.start };
  }

  private single(): Item[] {
    const command = this.command();
    return command ? [{ kind: 'list', base: 0, steps: [{ how: 'then', pipeline: { commands: [command], negated: false } }] }] : [];
  }

  private simple(): Command | undefined {
    const { start } = this.token;
    const assignments: Assignment[] = [];
    const words: ShellWord[] = [];
    const redirections: Redirection[] = [];
    let end = start;
    for (;;) {
      const { token } = this;
      if (token.kind === 'redirection') {
        const redirection = this.redirection();
        if (redirection) redirections.push(redirection);
        continue;
      }
      if (token.kind !== 'word') break;
      this.advance();
      end = token.end;
      const assignment = words.length === 0 || isDeclaration(words[0]?.bare) ? this.assignment(token) : undefined;
      if (assignment) assignments.push(assignment);
      else words.push(token);
      const [only] = words;
      if (words.length === 1 && only?.bare !== undefined && assignments.length === 0 && this.isOperator('(') && this.text.slice(this.token.end).trimStart().startsWith(')')) {
        if (this.plain) {
          this.broken = true;
          return undefined;
        }
        return this.functionBody(only.bare, start);
      }
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0) return undefined;
    return { kind: 'simple', assignments, words, redirections, start, end };
  }

  private assignment(word: ShellWord): Assignment | undefined {
    const [first] = word.parts;
    if (first?.kind !== 'text' || first.quoted) return undefined;
    const m = /^([A-Za-z_]\w*)(\+?)=/.exec(first.text);
    if (!m) return undefined;
    const rest = first.text.slice(m[0].length);
    const value: ShellWord = { ...word, parts: [...(rest === '' ? [] : [{ ...first, text: rest }]), ...word.parts.slice(1)] };
    const base = { name: m[1] as string, append: m[2] === '+', value };
    if (value.parts.length > 0 || !this.isOperator('(') || this.token.start !== word.end) return base;
    const elements: ShellWord[] = [];
    this.advance();
    for (;;) {
      while (this.isOperator('\n')) this.advance();
      const element = this.takeWord();
      if (!element) break;
      elements.push(element);
    }
    if (this.isOperator(')')) this.advance();
    return { ...base, elements };
  }

  private redirections(): Redirection[] {
    const out: Redirection[] = [];
    while (this.token.kind === 'redirection') {
      const redirection = this.redirection();
      if (redirection) out.push(redirection);
    }
    return out;
  }

  private redirection(): Redirection | undefined {
    const { text: operator } = this.advance() as ShellToken & { text: string };
    if (this.token.kind !== 'word') return undefined;
    const target = this.token;
    if (operator !== '<<' && operator !== '<<-') {
      this.advance();
      return { operator, target };
    }
    const document = { start: target.end, end: target.end, literal: target.bare === undefined };
    this.pending.push({ document, delimiter: target.parts.map((p) => (p.kind === 'text' ? p.text : '')).join(''), tabs: operator === '<<-' });
    this.advance();
    return { operator, target, document };
  }

  /** The scanner stands behind the line's end: here are the bodies. */
  private readDocuments(): void {
    let { at } = this.scanner;
    for (const { document, delimiter, tabs } of this.pending) {
      document.start = Math.min(at, this.text.length);
      for (let found = false; !found; ) {
        const end = this.scanner.lineEnd(at);
        const line = this.text.slice(at, end);
        found = (tabs ? line.replace(/^\t+/, '') : line) === delimiter || at >= this.text.length;
        document.end = Math.min(at, this.text.length);
        this.scanner.at = end;
        at = end + (this.text.startsWith('\r\n', end) ? 2 : 1);
      }
    }
    this.pending = [];
  }
}

const isDeclaration = (word: string | undefined): boolean => word === 'export' || word === 'readonly' || word === 'local' || word === 'declare' || word === 'typeset';
