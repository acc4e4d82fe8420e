/**
 * Blocks of a body by the schema of who reads it. In the native syntax a block is a block; in JSON it is what a property
 * holds: below one level of names for each label, an object for one block or an array of objects for several.
 * Source: HCL JSON Syntax Specification, "Blocks".
 */
import type { HclAttribute, HclBlock, HclBody, HclExpression, HclItem, HclLabel, HclObject, HclUnread } from './tree.ts';

/**
 * Blocks of a type, in text order; in JSON also the values in their place that cannot be read as blocks.
 * @param labels how many labels blocks of this type have; native blocks with another number are given, too
 */
export function blocksOf({ syntax, items }: { readonly syntax: HclBody['syntax']; readonly items: readonly HclItem[] }, type: string, labels: number): (HclBlock | HclUnread)[] {
  if (syntax === 'native') return items.filter((item) => item.kind === 'block' && item.type.text === type) as HclBlock[];
  return items.flatMap((item) => (item.kind === 'attribute' && item.name.text === type ? held(item, item.value, labels, []) : []));
}

function held(property: HclAttribute, value: HclExpression, levels: number, labels: readonly HclLabel[]): (HclBlock | HclUnread)[] {
  if (value.kind === 'tuple') return value.items.flatMap((item) => held(property, item, levels, labels));
  if (value.kind === 'null') return [];
  if (value.kind !== 'object') return [{ kind: 'unread', span: value.span }];
  if (levels === 0) return [{ kind: 'block', type: property.name, labels, body: bodyOf(value), span: value === property.value ? property.span : value.span, closed: true }];
  return value.items.flatMap((item) => (item.name === undefined ? [{ kind: 'unread', span: item.span }] : held(property, item.value, levels - 1, [...labels, { text: item.name, span: item.key.span, quoted: true }])));
}

/** The object as a body: its entries are arguments; the property `//` is a comment. */
function bodyOf({ items, span }: HclObject): HclBody {
  return {
    syntax: 'json',
    items: items.filter(({ name }) => name !== '//').map(({ key, name, value, span: place }) => (name === undefined ? { kind: 'unread', span: place } : { kind: 'attribute', name: { text: name, span: key.span }, value, span: place })),
    span: { start: span.start + 1, end: span.end - 1 },
  };
}
