/** A tree in short, for golden files: the text again, in one spelling, with its structure in parentheses. */
import type { HclBlock, HclExpression, HclFile, HclItem, HclTemplatePart, HclUnread } from '../../../server/src/text/hcl/tree.ts';
import { LineIndex } from '../../../server/src/text/lineIndex.ts';

export function outline(file: HclFile, text: string): string {
  const lines = new LineIndex(text);
  const at = (offset: number): string => {
    const { line, character } = lines.position(offset);
    return `${line + 1}:${character + 1}`;
  };
  return [
    ...file.items.flatMap(({ item }) => itemLines(item)),
    ...file.comments.map(({ span, text: comment }) => `comment ${at(span.start)} ${JSON.stringify(comment)}`),
    ...file.problems.map(({ span, message }) => `problem ${at(span.start)}-${at(span.end)} ${message}`),
    '',
  ].join('\n');
}

export function itemLines(item: HclItem | HclBlock | HclUnread): string[] {
  switch (item.kind) {
    case 'unread':
      return ['<unread>'];
    case 'attribute':
      return [`${item.name.text} = ${expression(item.value)}`];
    case 'block':
      return [`${[item.type.text, ...item.labels.map(({ text, quoted }) => (quoted ? JSON.stringify(text) : text))].join(' ')} {`, ...item.body.items.flatMap(itemLines).map((line) => `  ${line}`), item.closed ? '}' : '<not closed>'];
  }
}

function expression(e: HclExpression): string {
  switch (e.kind) {
    case 'error':
      return '<error>';
    case 'number':
    case 'boolean':
      return String(e.value);
    case 'null':
      return 'null';
    case 'variable':
      return e.name;
    case 'template':
      return `${e.form}(${parts(e.parts)})`;
    case 'tuple':
      return `[${e.items.map(expression).join(', ')}]`;
    case 'object':
      return `{${e.items.map(({ key, name, value }) => `${name === undefined ? `(${expression(key)})` : JSON.stringify(name)}: ${expression(value)}`).join(', ')}}`;
    case 'for':
      return `for(${e.keyName === undefined ? '' : `${e.keyName}, `}${e.valueName} in ${expression(e.collection)}: ${e.key ? `${expression(e.key)} => ` : ''}${expression(e.value)}${e.grouped ? '...' : ''}${e.condition ? ` if ${expression(e.condition)}` : ''})`;
    case 'call':
      return `${e.name}(${e.arguments.map(expression).join(', ')}${e.expanded ? '...' : ''})`;
    case 'access':
      return `<${expression(e.source)}${e.steps.map((s) => (s.kind === 'attribute' ? ` .${s.name}` : s.kind === 'index' ? ` ${s.legacy ? '.' : ''}[${expression(s.index)}]` : s.kind === 'splat' ? ' [*]' : ' .*')).join('')}>`;
    case 'unary':
      return `(${e.operator}${expression(e.operand)})`;
    case 'binary':
      return `(${expression(e.left)}${e.operations.map(({ operator, right }) => ` ${operator} ${expression(right)}`).join('')})`;
    case 'conditional':
      return `(${expression(e.condition)} ? ${expression(e.then)} : ${expression(e.otherwise)})`;
    case 'parentheses':
      return `parentheses ${expression(e.inner)}`;
  }
}

function parts(all: readonly HclTemplatePart[]): string {
  return all.map((part) => {
    switch (part.kind) {
      case 'literal':
        return JSON.stringify(part.text);
      case 'interpolation':
        return expression(part.expression);
      case 'if':
        return `if ${expression(part.condition)} (${parts(part.then)}) else (${parts(part.otherwise)})`;
      case 'for':
        return `for ${part.key === undefined ? '' : `${part.key}, `}${part.value} in ${expression(part.collection)} (${parts(part.body)})`;
    }
  }).join(' ');
}
