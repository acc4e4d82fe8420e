/** Reads `veeam-ports:` directives from comments (contract: interfaces.md "Directives"). Meaning comes later; here only the words. */
import type { Span } from '../core/span.ts';
import type { Comment } from '../model/reading.ts';

export const DIRECTIVE_WORDS = ['use', 'guards', 'transit', 'address', 'reference', 'interface', 'feature', 'absent', 'revision', 'ignore', 'off'] as const;
export type DirectiveWord = (typeof DIRECTIVE_WORDS)[number];

export interface Word {
  readonly text: string;
  readonly span: Span;
}

export interface Directive {
  /** Undefined: not a directive word. */
  readonly word?: DirectiveWord;
  /** The word as written; empty at the end of a half-typed directive. */
  readonly name: Word;
  readonly args: readonly Word[];
  readonly reason?: string;
  /** From `veeam-ports:` to the end of the comment. */
  readonly span: Span;
  readonly comment: Comment;
}

const MARK = 'veeam-ports:';

export function directivesIn(comments: readonly Comment[]): Directive[] {
  const out: Directive[] = [];
  for (const comment of comments) {
    const at = comment.text.search(/\S/);
    if (at < 0 || !comment.text.startsWith(MARK, at)) continue;
    out.push(parseDirective(comment, at));
  }
  return out;
}

function parseDirective(comment: Comment, at: number): Directive {
  const base = comment.span.start;
  const start = at + MARK.length;
  const reasonAt = /\s(?:--|because)(?=\s|$)/.exec(comment.text.slice(start));
  const end = reasonAt ? start + reasonAt.index : comment.text.length;
  const words: Word[] = [];
  // Flow ids hold commas.
  const separated = /^\s*ignore\b/.test(comment.text.slice(start, end)) ? /\S+/g : /[^\s,]+/g;
  for (const m of comment.text.slice(start, end).matchAll(separated)) words.push({ text: m[0], span: { start: base + start + m.index, end: base + start + m.index + m[0].length } });
  const [name, ...args] = words;
  const word = DIRECTIVE_WORDS.find((w) => w === name?.text);
  return {
    ...(word ? { word } : {}),
    name: name ?? { text: '', span: { start: base + start, end: base + start } },
    args,
    ...(reasonAt ? { reason: comment.text.slice(end + reasonAt[0].length).trim() } : {}),
    span: { start: base + at, end: base + comment.text.trimEnd().length },
    comment,
  };
}

/** `*` stands for anything but `/`. */
export function flowGlob(glob: string): (flow: string) => boolean {
  const wanted = glob.split('/').map((part) => part.split('*'));
  return (flow) => {
    const parts = flow.split('/');
    return parts.length === wanted.length && wanted.every((pieces, i) => fits(pieces, parts[i] ?? ''));
  };
}

/** Whether a text is the pieces in their order with anything between them. */
function fits([first = '', ...between]: readonly string[], text: string): boolean {
  const last = between.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of between) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
