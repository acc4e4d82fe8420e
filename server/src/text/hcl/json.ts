/**
 * The JSON syntax of HCL as the same tree. Properties become attributes, since only the schema of who reads it tells an
 * argument from blocks; `blocksOf` reads a property as blocks. Strings are templates.
 * Source: HCL JSON Syntax Specification (json/spec.md).
 */
import { t } from '@vscode/l10n';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Span } from '../../core/span.ts';
import { JsonString } from './jsonString.ts';
import { type HclAttribute, type HclExpression, type HclFile, type HclObjectItem, type HclProblem, DEPTH_LIMIT } from './tree.ts';

const MESSAGES: Readonly<Record<string, () => string>> = {
  PropertyNameExpected: () => t('Here a property name in quotes is expected.'),
  ValueExpected: () => t('A value is missing here.'),
  ColonExpected: () => t('Here a colon is missing.'),
  CommaExpected: () => t('Here a comma is missing.'),
  CloseBraceExpected: () => t('Here } is missing.'),
  CloseBracketExpected: () => t('Here ] is missing.'),
  EndOfFileExpected: () => t('The file goes on behind its only value.'),
  InvalidCommentToken: () => t('JSON has no comments; write a property named // instead.'),
  UnexpectedEndOfString: () => t('The string is not closed on its line: a quotation mark is missing.'),
  InvalidEscapeCharacter: () => t('This escape means nothing in JSON.'),
  InvalidUnicode: () => t('\\u must be followed by four hexadecimal digits.'),
};
/** Errors after which everything that stands in the text is still in the tree. */
const HARMLESS: ReadonlySet<string> = new Set(['CommaExpected', 'PropertyNameExpected', 'EndOfFileExpected', 'InvalidCommentToken']);

export function parseHclJson(text: string): HclFile {
  const deep = tooDeep(text);
  if (deep !== undefined) return { syntax: 'json', items: [], comments: [], problems: [{ span: { start: deep, end: deep + 1 }, message: t('More than {0} levels of nesting are not read.', DEPTH_LIMIT) }] };
  const errors: ParseError[] = [];
  const root = parseTree(text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text, errors, { disallowComments: true });
  const reader = new JsonReader(text, errors);
  const items = root ? reader.body(root) : [];
  return { syntax: 'json', items: items.map((item) => ({ base: 0, item })), comments: [], problems: reader.problems.sort((a, b) => a.span.start - b.span.start) };
}

/** The offset of the first bracket that is nested too deep. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') {
      if (++depth > DEPTH_LIMIT) return i;
    } else if (c === '}' || c === ']') depth--;
    else if (c === '"') {
      for (i++; i < text.length && text[i] !== '"' && text[i] !== '\n'; i++) if (text[i] === '\\') i++;
    }
  }
  return undefined;
}

class JsonReader {
  readonly problems: HclProblem[];
  /** Offsets of errors after which something may be lost, and how many values were given up for them. */
  private readonly lossy: readonly number[];
  private given = 0;

  constructor(private readonly text: string, errors: readonly ParseError[]) {
    this.problems = errors.map(({ error, offset, length }) => ({ span: this.within(offset, length), message: MESSAGES[printParseErrorCode(error)]?.() ?? t('This is not JSON.') }));
    this.lossy = errors.filter(({ error }) => !HARMLESS.has(printParseErrorCode(error))).map(({ offset, length }) => this.within(offset, length).end).sort((a, b) => a - b);
  }

  private place({ offset, length }: Node): Span {
    return this.within(offset, length);
  }

  /** The library counts the character after a backslash even behind the end. */
  private within(offset: number, length: number): Span {
    return { start: Math.min(offset, this.text.length), end: Math.min(offset + length, this.text.length) };
  }

  /** An object, or an array of objects whose properties are all of one body. */
  body(node: Node): HclAttribute[] {
    const objects = node.type === 'array' ? node.children ?? [] : [node];
    return objects.flatMap((object) => {
      if (object.type === 'object') return (object.children ?? []).map((p) => this.attribute(p)).filter((a) => a.name.text !== '//');
      this.problems.push({ span: this.place(object), message: t('Here an object is expected.') });
      return [];
    });
  }

  private attribute(node: Node): HclAttribute {
    const [key, value] = node.children ?? [];
    const name = { text: String(key?.value ?? ''), span: this.place(key ?? node) };
    return { kind: 'attribute', name, value: this.value(node, value), span: this.place(node) };
  }

  /** Of a property; an error inside makes the innermost value an `error`. */
  private value(property: Node, node: Node | undefined): HclExpression {
    const { given } = this;
    const { start, end } = this.place(property);
    const read: HclExpression = node ? this.expression(node) : { kind: 'error', span: { start: end, end } };
    if (read.kind === 'error' || this.given > given || !this.isLossy(start, end)) return read;
    this.given++;
    return { kind: 'error', span: read.span };
  }

  /** Whether an error stands in a range; its end belongs to it. */
  private isLossy(start: number, end: number): boolean {
    let lo = 0;
    let hi = this.lossy.length;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if ((this.lossy[mid] as number) <= start) lo = mid + 1;
      else hi = mid;
    }
    return (this.lossy[lo] ?? Infinity) <= end;
  }

  private expression(node: Node): HclExpression {
    const span = this.place(node);
    switch (node.type) {
      case 'string':
        return this.string(node);
      case 'number':
        return { kind: 'number', value: Number(node.value), span };
      case 'boolean':
        return { kind: 'boolean', value: node.value === true, span };
      case 'null':
        return { kind: 'null', span };
      case 'array':
        return { kind: 'tuple', items: (node.children ?? []).map((item) => this.expression(item)), span };
      case 'object':
        return { kind: 'object', items: (node.children ?? []).map((item) => this.objectItem(item)), span };
      case 'property':
        return { kind: 'error', span };
    }
  }

  private objectItem(node: Node): HclObjectItem {
    const [keyNode, valueNode] = node.children ?? [];
    const key: HclExpression = keyNode ? this.string(keyNode) : { kind: 'error', span: this.place(node) };
    const value = this.value(node, valueNode);
    const plain = key.kind === 'template' && key.parts.every((part) => part.kind === 'literal');
    return { key, ...(plain ? { name: key.parts.map((part) => part.text).join('') } : {}), value, span: this.place(node) };
  }

  private string(node: Node): HclExpression {
    const span = this.place(node);
    const raw = this.text.slice(span.start + 1, span.end - 1);
    const value = String(node.value);
    if (!value.includes('${') && !value.includes('%{')) return { kind: 'template', form: 'json', parts: value === '' ? [] : [{ kind: 'literal', text: value, span: { start: span.start + 1, end: span.end - 1 } }], span };
    const reader = new JsonString(value, raw, span.start + 1);
    const parts = reader.read();
    for (const problem of reader.problems) this.problems.push({ span: reader.inFile(problem.span), message: problem.message });
    return parts ? { kind: 'template', form: 'json', parts, span } : { kind: 'error', span };
  }
}
