/** Blocks of a file or a body, whichever of HCL's two syntaxes it is written in. */
import { blocksOf } from '../../text/hcl/blocks.ts';
import type { HclAttribute, HclBlock, HclExpression, HclFile, HclUnread } from '../../text/hcl/tree.ts';

/** Top-level block types that say what rules are, with their numbers of labels. */
const TOP = [['locals', 0], ['variable', 1], ['resource', 2], ['module', 1]] as const;
/** Nested blocks that hold rules or the groups of a host, or say what happens to them. */
const NESTED = [['ingress', 0], ['egress', 0], ['entry', 0], ['dynamic', 1], ['content', 0], ['lifecycle', 0], ['network_interfaces', 0], ['network_configuration', 0], ['vpc_config', 0]] as const;

export function topBlocks(file: HclFile): { readonly base: number; readonly block: HclBlock }[] {
  if (file.syntax === 'native') return file.items.flatMap(({ base, item }) => (item.kind === 'block' ? [{ base, block: item }] : []));
  return file.items.flatMap(({ base, item }) => TOP.flatMap(([type, labels]) => blocksOf({ syntax: 'json', items: [item] }, type, labels).flatMap((block) => (block.kind === 'block' ? [{ base, block }] : []))));
}

interface Nested {
  readonly attributes: readonly HclAttribute[];
  /** In text order. */
  readonly blocks: readonly HclBlock[];
  readonly unread: readonly HclUnread[];
}

export function nestedBlocks({ body }: HclBlock): Nested {
  const { items } = body;
  const attributes = items.filter((i) => i.kind === 'attribute');
  const unread = items.filter((i) => i.kind === 'unread');
  if (body.syntax === 'native') return { attributes, blocks: items.filter((i) => i.kind === 'block'), unread };
  // A property that is a block in JSON is an object or several of them; else an argument stands in the block's place.
  const asBlocks = new Set(attributes.filter((a) => NESTED.some(([type]) => type === a.name.text) && holdsObjects(a.value)));
  const found = NESTED.flatMap(([type, labels]) => blocksOf({ syntax: 'json', items: [...asBlocks] }, type, labels));
  return { attributes: attributes.filter((a) => !asBlocks.has(a)), blocks: found.filter((b) => b.kind === 'block'), unread: [...unread, ...found.filter((b) => b.kind === 'unread')] };
}

function holdsObjects(value: HclExpression): boolean {
  return value.kind === 'object' || (value.kind === 'tuple' && value.items.length > 0 && value.items.every((i) => i.kind === 'object'));
}
