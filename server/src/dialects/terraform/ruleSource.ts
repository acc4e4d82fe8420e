/**
 * Where rules are written: a block, an object in an argument, an element that a `dynamic` block makes. All of them give
 * named values with their places.
 */
import { t } from '@vscode/l10n';
import type { Span } from '../../core/span.ts';
import { shift } from '../../core/span.ts';
import type { HclAttribute, HclBlock, HclExpression } from '../../text/hcl/tree.ts';
import { nestedBlocks } from './blocks.ts';
import type { Located, Resource } from './configuration.ts';
import { kindOf } from './configuration.ts';
import { attributeOf, evaluate } from './evaluate.ts';
import { dynamicScopes } from './instances.ts';
import type { Scope } from './scope.ts';
import { NULL, type Value } from './values.ts';

/** Something that is not known about a whole rule; the span is relative to the source. */
export interface Doubt {
  readonly why: string;
  readonly span: Span;
}

export interface RuleSource {
  readonly uri: string;
  /** Offset of the rule's text; spans count from it. */
  readonly at: number;
  readonly length: number;
  readonly doubts: readonly Doubt[];
  /** Null where the argument is not written. */
  value(name: string): Value;
  /** Of the argument's expression; of the whole rule where it has no place of its own. */
  span(name: string): Span;
  has(name: string): boolean;
}

/** A part of a resource whose rules are not known one by one. */
export interface Lost {
  readonly uri: string;
  readonly at: number;
  readonly length: number;
  readonly why: string;
}

export interface Sources {
  readonly sources: readonly RuleSource[];
  readonly lost: readonly Lost[];
  /** The argument or blocks are written, if only to say that there is none. */
  readonly written: boolean;
}

/** A resource that is one rule. */
export function resourceSource(resource: Resource, scope: Scope, doubts: readonly Doubt[]): RuleSource {
  const at = resource.base + resource.block.span.start;
  const length = resource.block.span.end - resource.block.span.start;
  const whole = { start: 0, end: length };
  return {
    uri: resource.uri, at, length, doubts,
    value: (name) => {
      const found = resource.attributes.get(name);
      return found ? evaluate(found.node.value, scope) : NULL;
    },
    span: (name) => {
      const found = resource.attributes.get(name);
      return found && found.uri === resource.uri && found.base === resource.base ? shift(found.node.value.span, -resource.block.span.start) : whole;
    },
    has: (name) => resource.attributes.has(name),
  };
}

/** The nested rules of a kind (`ingress`, `egress`, `entry`), as blocks, `dynamic` blocks or an argument that is a list of objects. */
export function nestedSources(resource: Resource, kind: string, scope: Scope): Sources {
  const sources: RuleSource[] = [];
  const lost: Lost[] = [];
  const blocks = resource.blocks.filter((b) => kindOf(b.node) === kind);
  for (const located of blocks) {
    if (located.node.type.text === 'dynamic') dynamicSources(located, scope, sources, lost);
    else sources.push(blockSource(located, located.node, scope, []));
  }
  const argument = resource.attributes.get(kind);
  if (argument && !(argument.node.value.kind === 'null')) argumentSources(argument, scope, sources, lost);
  return { sources, lost, written: blocks.length > 0 || argument !== undefined };
}

/**
 * Where changes of an argument are ignored: what stands in it was so when the resource was made, and others may have changed it.
 * Source: Terraform language documentation, "The lifecycle Meta-Argument", `ignore_changes`.
 */
export function ignoredChanges(resource: Resource, kind: string): Lost | undefined {
  for (const { node, uri, base } of resource.blocks) {
    if (node.type.text !== 'lifecycle') continue;
    const written = nestedBlocks(node).attributes.find((a) => a.name.text === 'ignore_changes')?.value;
    const names = written?.kind === 'tuple' ? written.items.map(nameIn) : written ? [nameIn(written)] : [];
    const { start, end } = written?.span ?? node.span;
    if (names.includes(kind) || names.includes('all') || names.includes('*')) return { uri, at: base + start, length: end - start, why: t('changes of {0} outside of this configuration are ignored', kind) };
  }
  return undefined;
}

function nameIn(e: HclExpression): string | undefined {
  if (e.kind === 'variable') return e.name;
  const [part] = e.kind === 'template' ? e.parts : [];
  return part?.kind === 'literal' ? part.text : undefined;
}

function dynamicSources(located: Located<HclBlock>, scope: Scope, sources: RuleSource[], lost: Lost[]): void {
  const { node, uri, base } = located;
  const { attributes, blocks } = nestedBlocks(node);
  const named = (name: string): HclExpression | undefined => attributes.find((a) => a.name.text === name)?.value;
  const forEach = named('for_each');
  const content = blocks.find((b) => b.type.text === 'content');
  const written = named('iterator');
  const iterator = written?.kind === 'variable' ? written.name : kindOf(node);
  if (!forEach || !content) {
    lost.push({ uri, at: base + node.span.start, length: node.span.end - node.span.start, why: t('the dynamic block is not complete') });
    return;
  }
  for (const { scope: inner, perhaps } of dynamicScopes(forEach, iterator, scope)) {
    const doubts = perhaps === undefined ? [] : [{ why: perhaps, span: shift(forEach.span, -node.span.start) }];
    sources.push(blockSource({ node: content, uri, base }, node, inner, doubts));
  }
}

/** @param outer the block whose text stands for the rule */
function blockSource({ node, uri, base }: Located<HclBlock>, outer: HclBlock, scope: Scope, doubts: readonly Doubt[]): RuleSource {
  const { attributes, unread } = nestedBlocks(node);
  const byName = new Map<string, HclAttribute>(attributes.map((a) => [a.name.text, a]));
  const [gap] = unread;
  const local = (span: Span): Span => shift(span, -outer.span.start);
  return source(byName, scope, {
    uri, at: base + outer.span.start, length: outer.span.end - outer.span.start, local,
    doubts: [...doubts, ...(gap ? [{ why: t('a part of the rule could not be read'), span: local(gap.span) }] : node.closed ? [] : [{ why: t('the rule’s block is not closed'), span: { start: 0, end: outer.type.span.end - outer.type.span.start } }])],
  });
}

interface Place {
  readonly uri: string;
  readonly at: number;
  readonly length: number;
  readonly doubts: readonly Doubt[];
  readonly local: (span: Span) => Span;
}

function source(attributes: ReadonlyMap<string, { readonly value: HclExpression }>, scope: Scope, { uri, at, length, doubts, local }: Place): RuleSource {
  return {
    uri, at, length, doubts,
    value: (name) => {
      const found = attributes.get(name);
      return found ? evaluate(found.value, scope) : NULL;
    },
    span: (name) => {
      const found = attributes.get(name);
      return found ? local(found.value.span) : { start: 0, end: length };
    },
    has: (name) => attributes.has(name),
  };
}

/** `ingress = [{ ... }]` (Terraform language documentation, "Arguments Accepting Complex Values as Blocks"). */
function argumentSources({ node, uri, base }: Located<HclAttribute>, scope: Scope, sources: RuleSource[], lost: Lost[]): void {
  const expression = node.value;
  if (expression.kind === 'tuple') for (const item of expression.items) elementSource(item, uri, base, scope, sources, lost);
  else elementSource(expression, uri, base, scope, sources, lost);
}

function elementSource(expression: HclExpression, uri: string, base: number, scope: Scope, sources: RuleSource[], lost: Lost[]): void {
  const at = base + expression.span.start;
  const length = expression.span.end - expression.span.start;
  if (expression.kind === 'object' && expression.items.every((i) => i.name !== undefined)) {
    const byName = new Map(expression.items.map((i) => [i.name ?? '', { value: i.value }]));
    sources.push(source(byName, scope, { uri, at, length, doubts: [], local: (span) => shift(span, -expression.span.start) }));
    return;
  }
  const whole = { start: 0, end: length };
  const add = (value: Value, doubts: readonly Doubt[]): void => {
    if (value.kind === 'list') {
      for (const item of value.items) add(item, doubts);
      if (value.more) lost.push({ uri, at, length, why: value.more.why });
    } else if (value.kind === 'object') sources.push({ uri, at, length, doubts, value: (name) => orNull(value, name), span: () => whole, has: (name) => value.entries.has(name) });
    else if (value.kind === 'unknown' && value.options && doubts.length === 0) for (const option of value.options) add(option, [{ why: value.why, span: whole }]);
    else if (value.kind !== 'null') lost.push({ uri, at, length, why: value.kind === 'unknown' ? value.why : t('this is not a list of rules') });
  };
  add(evaluate(expression, scope), []);
}

function orNull(value: Value & { kind: 'object' }, name: string): Value {
  return value.entries.has(name) || value.more ? attributeOf(value, name) : NULL;
}
