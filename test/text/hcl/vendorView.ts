/** Our tree as `@cdktf/hcl2json` shows HashiCorp's: blocks below their labels, values that are not literal as their source text. */
import type { HclExpression, HclFile, HclItem, HclTemplatePart } from '../../../server/src/text/hcl/tree.ts';

type Json = Record<string, unknown>;

export function vendorView(file: HclFile, text: string): Json {
  const out: Json = {};
  for (const { base, item } of file.items) addItem(out, item, text.slice(base, base + item.span.end));
  return out;
}

function addItem(out: Json, item: HclItem, source: string): void {
  if (item.kind === 'unread') return;
  if (item.kind === 'attribute') {
    out[item.name.text] = value(item.value, source);
    return;
  }
  let holder = out;
  let key = item.type.text;
  for (const { text } of item.labels) {
    holder = (holder[key] ??= {}) as Json;
    key = text;
  }
  const body: Json = {};
  for (const inner of item.body.items) addItem(body, inner, source);
  ((holder[key] ??= []) as unknown[]).push(body);
}

function value(e: HclExpression, source: string): unknown {
  const text = source.slice(e.span.start, e.span.end);
  switch (e.kind) {
    case 'number':
    case 'boolean':
      return e.value;
    case 'null':
      return null;
    case 'template':
      if (e.parts.every((p) => p.kind === 'literal')) return e.parts.map((p) => escaped(p.text)).join('');
      return e.parts.length === 1 && e.parts[0]?.kind === 'interpolation' && e.parts[0].expression.kind === 'template' ? value(e.parts[0].expression, source) : template(e.parts, source);
    case 'tuple':
      return e.items.map((item) => value(item, source));
    case 'object':
      return Object.fromEntries(e.items.map(({ key, name, value: held }) => [name ?? keyOf(key, source), value(held, source)]));
    case 'unary':
      return e.operand.kind === 'number' ? -e.operand.value : e.operand.kind === 'boolean' ? !e.operand.value : `\${${text}}`;
    default:
      return `\${${text}}`;
  }
}

function keyOf(key: HclExpression, source: string): string {
  if (key.kind === 'template') return template(key.parts, source);
  const text = source.slice(key.span.start, key.span.end);
  return key.kind === 'parentheses' ? `\${${text}}` : text;
}

function template(parts: readonly HclTemplatePart[], source: string): string {
  return parts.map((part) => {
    const slice = (e: HclExpression): string => source.slice(e.span.start, e.span.end);
    switch (part.kind) {
      case 'literal':
        return escaped(part.text);
      case 'interpolation':
        return `\${${slice(part.expression)}}`;
      case 'if':
        return `%{if ${slice(part.condition)}}${template(part.then, source)}${part.otherwise.length > 0 ? `%{else}${template(part.otherwise, source)}` : ''}%{endif}`;
      case 'for':
        return `%{for ${part.key === undefined ? '' : `${part.key}, `}${part.value} in ${slice(part.collection)}}${template(part.body, source)}%{endfor}`;
    }
  }).join('');
}

const escaped = (text: string): string => text.replace(/[$%]\{/g, (found) => `${found[0] ?? ''}${found}`);
