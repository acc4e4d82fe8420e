/** Writes rules into a module's file, in the form that the group or network ACL has, and whole new files. */
import type { Policy } from '../../model/policy.ts';
import type { Entry } from '../../model/rule.ts';
import { indentation, lineBreak, lineEnd, lineStart, nextLine } from '../../text/lines.ts';
import type { HclBlock, HclExpression } from '../../text/hcl/tree.ts';
import type { Permit, TextChange, WriteRequest } from '../dialect.ts';
import { freeNumbers } from './aclNumbers.ts';
import { type Configuration, type Resource, kindOf } from './configuration.ts';
import { configurationBehind } from './reader.ts';
import { type Form, aclBlocks, aclCount, aclResources, inlineBlocks, inlineObjects, ruleResources, singleResources } from './writeRules.ts';
import { Writer, isSnippet, isUnnamable, nameFrom, wantedOf } from './writeText.ts';

export function write({ text, reading, policy, permits, before, replace }: WriteRequest): readonly TextChange[] | undefined {
  const configuration = configurationBehind(reading);
  if (!configuration) return undefined;
  const removal = replace ? removalOf(text, replace, policy, configuration) : undefined;
  if (replace && !removal) return undefined;
  if (permits.length === 0) return removal ? [removal] : [];
  const place = new Place(text, policy, configuration);
  if (!place.isAcl && isUnnamable(permits)) return undefined;
  const writer = new Writer(isSnippet(permits, !place.isAcl), !place.isAcl);
  const newline = lineBreak(text);
  const form: Form = { side: place.side, writer, newline, taken: (type, name) => configuration.resources.has(`${type}.${name}`) };
  const wanted = wantedOf(permits);
  const change = place.isAcl ? place.aclRules(wanted, form, before) : place.groupRules(wanted, form);
  if (!change) return undefined;
  return removal ? [change, removal] : [change];
}

/** The lines of the block that is the rule, with the comment directly above it. */
function removalOf(text: string, entry: Entry, policy: Policy, configuration: Configuration): TextChange | undefined {
  if (entry.uri !== undefined) return undefined;
  const end = entry.at + entry.rule.span.end;
  const blocks = [...configuration.resources.values()].filter((r) => r.uri === policy.uri).flatMap((r) => [r.block, ...r.blocks.filter((b) => b.uri === policy.uri).map((b) => b.node)].map((node) => ({ start: r.base + node.span.start, end: r.base + node.span.end })));
  if (!blocks.some((b) => b.start === entry.at && b.end === end)) return undefined;
  let start = lineStart(text, entry.at);
  if (text.slice(start, entry.at).trim() !== '' || text.slice(end, lineEnd(text, end)).trim() !== '') return undefined;
  for (let above = lineStart(text, Math.max(0, start - 1)); start > 0 && /^[ \t]*#(?!.*veeam-ports:)/.test(text.slice(above, start)); above = lineStart(text, Math.max(0, start - 1))) start = above;
  const after = nextLine(text, end);
  // One of the blank lines around the block goes with it.
  const blank = start > 0 && text.slice(lineStart(text, start - 1), start).trim() === '';
  return { start: blank ? lineStart(text, start - 1) : start, end: after, newText: '' };
}

/** Where and in which form a policy's new rules are written. */
class Place {
  readonly side: 'ingress' | 'egress';
  readonly isAcl: boolean;
  private readonly address: string;
  private readonly resource?: Resource;

  constructor(
    private readonly text: string,
    private readonly policy: Policy,
    private readonly configuration: Configuration,
  ) {
    this.side = policy.name.endsWith(' egress') ? 'egress' : 'ingress';
    this.address = policy.attachment;
    this.isAcl = policy.order.kind === 'priority';
    const found = configuration.resources.get(this.address.replace(/\[[^\]]*\]$/, ''));
    if (found) this.resource = found;
  }

  groupRules(wanted: ReturnType<typeof wantedOf>, form: Form): TextChange | undefined {
    if (this.resource && this.isInline(this.resource, 'aws_default_security_group')) {
      const list = this.resource.attributes.get(this.side);
      if (list) return this.inList(list.uri, list.base, list.node.value, wanted, form);
      return this.inBlock(this.resource, (indent) => inlineBlocks(wanted, indent, form));
    }
    const group = this.idText();
    return this.afterBlocks(this.hasOldRules() ? ruleResources(wanted, group, form) : singleResources(wanted, group, form), form.newline);
  }

  aclRules(wanted: ReturnType<typeof wantedOf>, form: Form, before: Entry | undefined): TextChange | undefined {
    const numbers = freeNumbers(this.policy, aclCount(wanted, new Writer(false, false)), before);
    if (!numbers || !this.resource) return undefined;
    if (!this.isInline(this.resource, 'aws_default_network_acl')) return this.afterBlocks(aclResources(wanted, numbers, this.idText(), form), form.newline);
    if (this.resource.attributes.has(this.side)) return undefined;
    return this.inBlock(this.resource, (indent) => aclBlocks(wanted, numbers, indent, form));
  }

  /** Rules stand in the block itself if some do already, on either side, and none of this side in a resource of its own. */
  private isInline(resource: Resource, always: string): boolean {
    const has = (side: string): boolean => resource.attributes.has(side) || resource.blocks.some((b) => kindOf(b.node) === side);
    if (resource.type === always || has(this.side)) return true;
    return this.ruleTypes().length === 0 && (has('ingress') || has('egress'));
  }

  /** Whether rules of this side, or of the module if this side has none, are `aws_security_group_rule`: the provider warns of both forms for one group. */
  private hasOldRules(): boolean {
    const own = this.ruleTypes();
    if (own.length > 0) return own.includes('aws_security_group_rule');
    const all = [...this.configuration.resources.values()].map((r) => r.type).filter((type) => /_security_group_(?:ingress_|egress_)?rule$/.test(type));
    return all.length > 0 && all.every((type) => type === 'aws_security_group_rule');
  }

  /** Types of the rule resources that the policy's rules come from. */
  private ruleTypes(): string[] {
    const places = new Set(this.policy.main.entries.map((e) => `${e.uri ?? this.policy.uri} ${String(e.at)}`));
    return [...this.configuration.resources.values()].filter((r) => r !== this.resource && places.has(placeKey(r))).map((r) => r.type);
  }

  /** The expression that names the group or network ACL. */
  private idText(): string {
    if (this.resource) return `${this.address}.id`;
    return this.text.slice(this.policy.header.start, this.policy.header.end);
  }

  /** After the last rule of this side, or at the end of the resource. Undefined where other instances would get the rule too. */
  private inBlock(resource: Resource, write: (indent: string) => readonly string[]): TextChange | undefined {
    if (this.address !== resource.address && !(this.address === `${resource.address}[0]` && resource.attributes.has('count'))) return undefined;
    if (!resource.block.closed) return undefined;
    const here = resource.blocks.filter((b) => b.uri === this.policy.uri && b.base === resource.base);
    const last = [here.filter((b) => kindOf(b.node) === this.side), here.filter((b) => ['ingress', 'egress'].includes(kindOf(b.node)))].find((l) => l.length > 0)?.at(-1)?.node;
    const newline = lineBreak(this.text);
    if (last) {
      const at = resource.base + last.span.end;
      const indent = indentation(this.text, resource.base + last.span.start);
      return insertion(nextLineOrEnd(this.text, at), `${newline}${write(indent).join(`${newline}${newline}`)}${newline}`);
    }
    return this.atEnd(resource.base, resource.block, write);
  }

  private atEnd(base: number, block: HclBlock, write: (indent: string) => readonly string[]): TextChange | undefined {
    const newline = lineBreak(this.text);
    const brace = base + block.span.end - 1;
    const start = lineStart(this.text, brace);
    if (this.text[brace] !== '}' || this.text.slice(start, brace).trim() !== '') return undefined;
    const indent = `${indentation(this.text, base + block.span.start)}  `;
    const gap = block.body.items.length > 0 ? newline : '';
    return insertion(start, `${gap}${write(indent).join(`${newline}${newline}`)}${newline}`);
  }

  /** A further element of `ingress = [...]`. */
  private inList(uri: string, base: number, list: HclExpression, wanted: ReturnType<typeof wantedOf>, form: Form): TextChange | undefined {
    if (uri !== this.policy.uri || list.kind !== 'tuple' || this.address !== this.resource?.address) return undefined;
    const last = list.items.at(-1);
    const open = base + list.span.start + 1;
    const indent = last ? indentation(this.text, base + last.span.start) : `${indentation(this.text, open)}  `;
    const objects = inlineObjects(wanted, indent, form).join(`,${form.newline}`);
    if (last) return insertion(base + last.span.end, `,${form.newline}${objects}`);
    return { start: open, end: base + list.span.end - 1, newText: `${form.newline}${objects},${form.newline}${indentation(this.text, open)}` };
  }

  /** New resources after the last one of this file that has a rule of the policy, else after the policy's own block. */
  private afterBlocks(resources: readonly string[], newline: string): TextChange | undefined {
    const places = new Set(this.policy.main.entries.filter((e) => e.uri === undefined).map((e) => e.at));
    const blocks = [...this.configuration.resources.values()].filter((r) => r.uri === this.policy.uri && (r === this.resource || places.has(r.base + r.block.span.start)));
    const last = blocks.sort((a, b) => a.base + a.block.span.end - (b.base + b.block.span.end)).at(-1);
    if (!last?.block.closed) return undefined;
    const at = nextLineOrEnd(this.text, last.base + last.block.span.end);
    const broken = at === 0 || /[\n\r]/.test(this.text[at - 1] ?? '');
    return insertion(at, `${broken ? '' : newline}${newline}${resources.join(`${newline}${newline}`)}${newline}`);
  }
}

const placeKey = (r: Resource): string => `${r.uri} ${String(r.base + r.block.span.start)}`;
const nextLineOrEnd = (text: string, at: number): number => nextLine(text, at);
const insertion = (at: number, newText: string): TextChange => ({ start: at, end: at, newText });

/** Rules of a group that the author has yet to name. */
export function writeRules(permits: readonly Permit[]): string {
  const writer = new Writer(isSnippet(permits, true), true);
  const sides = [['in', 'ingress'], ['out', 'egress']] as const;
  return sides.flatMap(([direction, side]) => singleResources(wantedOf(permits.filter((p) => p.direction === direction)), 'aws_security_group.this.id', { side, writer, newline: '\n', taken: () => false })).join('\n\n');
}

export function writePolicy(permits: readonly Permit[], directives: readonly string[]): string {
  const writer = new Writer(isSnippet(permits, true), true);
  const guarded = /^veeam-ports:\s*guards\s+([\w-]+)/.exec(directives.find((d) => /^veeam-ports:\s*guards\b/.test(d)) ?? '')?.[1] ?? 'veeam';
  const name = nameFrom(guarded, () => false);
  const head = [
    ...directives.map((d) => `# ${d}`), ...(directives.length > 0 ? [''] : []),
    'variable "vpc_id" {', '  type = string', '}', '',
    `resource "aws_security_group" "${name}" {`, `  name_prefix = "${guarded}-"`, `  description = "Veeam: ${guarded}"`, '  vpc_id      = var.vpc_id', '}', '',
  ].map((line) => writer.plain(line)).join('\n');
  const rules = ([['in', 'ingress'], ['out', 'egress']] as const).flatMap(([direction, side]) =>
    singleResources(wantedOf(permits.filter((p) => p.direction === direction)), `aws_security_group.${name}.id`, { side, writer, newline: '\n', taken: () => false }),
  );
  return [head, ...rules.map((r) => `${r}\n`)].join('\n');
}
