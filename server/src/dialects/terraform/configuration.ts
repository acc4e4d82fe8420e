/**
 * What the files of one module folder define together: variables, locals, resources.
 * Sources: Terraform language documentation, "Files and Configuration Structure" (all files of a folder are one module) and
 * "Override Files" (merged last, attribute by attribute; nested blocks of a type are replaced together).
 */
import type { Span } from '../../core/span.ts';
import { shift } from '../../core/span.ts';
import type { HclAttribute, HclBlock, HclExpression, HclFile, HclItem, HclLabel, HclUnread } from '../../text/hcl/tree.ts';
import { nestedBlocks, topBlocks } from './blocks.ts';

/** One file of the module. */
export interface ModuleFile {
  readonly uri: string;
  /** Its last part, for the rules about names. */
  readonly name: string;
  readonly file: HclFile;
}

/** Where a node stands: its places count from `base` in the text of `uri`. */
export interface Located<T> {
  readonly node: T;
  readonly uri: string;
  readonly base: number;
}

export interface Resource {
  readonly type: string;
  readonly name: string;
  /** `aws_security_group.worker`. */
  readonly address: string;
  readonly uri: string;
  readonly base: number;
  readonly block: HclBlock;
  /** The name's label. */
  readonly label: HclLabel;
  readonly attributes: Map<string, Located<HclAttribute>>;
  /** Nested blocks in text order; `dynamic` blocks among them. */
  blocks: Located<HclBlock>[];
  /** Text of the block that could not be read. */
  readonly unread: Located<HclUnread>[];
  /** Another block of this address, which Terraform refuses. */
  twin?: Located<HclBlock>;
}

interface VariableBlock {
  type?: HclExpression;
  default?: HclExpression;
}

export interface ModuleCall {
  readonly name: string;
  readonly uri: string;
  readonly base: number;
  readonly block: HclBlock;
  readonly attributes: readonly HclAttribute[];
}

export interface Configuration {
  readonly variables: ReadonlyMap<string, VariableBlock>;
  readonly locals: ReadonlyMap<string, HclExpression>;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly modules: readonly ModuleCall[];
  /** Text between the blocks that could not be read. */
  readonly unread: readonly Located<HclUnread>[];
}

const OVERRIDE = /(?:^|_)override\.(?:tf|tofu)(?:\.json)?$/;

const isOverride = (name: string): boolean => OVERRIDE.test(name);

class Builder {
  readonly variables = new Map<string, VariableBlock>();
  readonly locals = new Map<string, HclExpression>();
  readonly resources = new Map<string, Resource>();
  readonly modules: ModuleCall[] = [];
  readonly unread: Located<HclUnread>[] = [];

  add({ uri, file }: ModuleFile, overriding: boolean): void {
    for (const { base, item } of file.items) if (item.kind === 'unread') this.unread.push({ node: item, uri, base });
    for (const { base, block } of topBlocks(file)) this.addBlock(block, uri, base, overriding);
  }

  private addBlock(block: HclBlock, uri: string, base: number, overriding: boolean): void {
    const [first, second] = block.labels;
    const attributes = block.body.items.filter((i): i is HclAttribute => i.kind === 'attribute');
    switch (block.type.text) {
      case 'locals':
        for (const a of attributes) if (overriding || !this.locals.has(a.name.text)) this.locals.set(a.name.text, a.value);
        break;
      case 'variable': {
        if (!first) break;
        const known = this.variables.get(first.text) ?? {};
        for (const a of attributes) if (a.name.text === 'type' || a.name.text === 'default') known[a.name.text] = a.value;
        this.variables.set(first.text, known);
        break;
      }
      case 'resource':
        if (first && second) this.addResource(block, first.text, second, uri, base, overriding);
        break;
      case 'module':
        if (first) this.modules.push({ name: first.text, uri, base, block, attributes });
        break;
    }
  }

  private addResource(block: HclBlock, type: string, label: HclLabel, uri: string, base: number, overriding: boolean): void {
    const address = `${type}.${label.text}`;
    const known = this.resources.get(address);
    if (known && !overriding) {
      known.twin ??= { node: block, uri, base };
      return;
    }
    const resource = known ?? { type, name: label.text, address, uri, base, block, label, attributes: new Map<string, Located<HclAttribute>>(), blocks: [], unread: [] };
    const located = <T extends HclItem>(node: T): Located<T> => ({ node, uri, base });
    const { attributes, blocks, unread } = nestedBlocks(block);
    for (const a of attributes) resource.attributes.set(a.name.text, located(a));
    const replaced = new Set(blocks.map(kindOf));
    resource.blocks = [...resource.blocks.filter((b) => !replaced.has(kindOf(b.node))), ...blocks.map(located)];
    // An attribute may take the place of blocks of its name, and the other way round.
    for (const a of attributes) resource.blocks = resource.blocks.filter((b) => kindOf(b.node) !== a.name.text || b.uri === uri);
    if (known) for (const kind of replaced) if (resource.attributes.get(kind)?.uri !== uri) resource.attributes.delete(kind);
    resource.unread.push(...unread.map(located));
    this.resources.set(address, resource);
  }
}

/** The type of a nested block, or the one that a `dynamic` block makes. */
export function kindOf(block: HclBlock): string {
  return block.type.text === 'dynamic' ? (block.labels[0]?.text ?? '') : block.type.text;
}

/** @param files in the order of their names */
export function configurationOf(files: readonly ModuleFile[]): Configuration {
  const builder = new Builder();
  for (const file of files) if (!isOverride(file.name)) builder.add(file, false);
  for (const file of files) if (isOverride(file.name)) builder.add(file, true);
  return builder;
}

export const placeOf = ({ base }: Pick<Located<unknown>, 'base'>, span: Span): Span => shift(span, base);
