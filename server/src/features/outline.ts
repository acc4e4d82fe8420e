/** The tables, chains and rules of a text as a tree with exact places, whatever the dialect: from its blocks and its rules. */
import { t } from '@vscode/l10n';
import type { Span } from '../core/span.ts';
import type { Chain } from '../model/policy.ts';
import { chainsOf } from '../model/policy.ts';
import type { Block } from '../model/reading.ts';
import type { Analysis } from '../workspace/analysis.ts';

export interface OutlineItem {
  readonly kind: 'container' | 'chain' | 'rule';
  readonly name: string;
  readonly detail: string;
  readonly span: Span;
  /** What to show of it first: its name, or all of a rule. */
  readonly selection: Span;
  readonly children: OutlineItem[];
}

/** Rules of one chain that stand together, where the chain has no block of its own around them. */
export interface Run extends Span {
  readonly chain: string;
}

/** With more rules than these an outline lists tables and chains alone: editors ask for all of it with every edit. */
const MOST_RULES = 2000;

export function outlineOf(analysis: Analysis): OutlineItem[] {
  const { reading, text } = analysis;
  const own = ownRules(analysis);
  const solid = new Set(solidBlocks(analysis));
  const items = [...reading.blocks.flatMap((block) => blockItem(block, solid.has(block), analysis)), ...runsOf(analysis, own).map(({ chain, start, end }) => item('chain', chain, { start, end }, { start, end: lineEndAt(start, end, text) }))];
  const spans = new Map(own.map(({ start, end }) => [start, end]));
  if (spans.size <= MOST_RULES) for (const [start, end] of spans) items.push(item('rule', text.slice(start, end), { start, end }));
  return nested(items);
}

const item = (kind: OutlineItem['kind'], name: string, span: Span, selection = span, detail = ''): OutlineItem => ({ kind, name, detail, span, selection, children: [] });

function lineEndAt(start: number, end: number, text: string): number {
  const length = /[\r\n]/.exec(text.slice(start, end))?.index;
  return length === undefined ? end : start + length;
}

/** A block whose rules stand among those of others is shown by the line that names it. */
function blockItem(block: Block, solid: boolean, analysis: Analysis): OutlineItem[] {
  if (block.kind === 'rule') return [];
  const { text, lines, paths } = analysis;
  const start = block.span.start + (/^\s*/.exec(text.slice(block.span.start, block.span.end))?.[0].length ?? 0);
  const first = { start, end: Math.max(start, lineEndAt(start, block.span.end, text)) };
  const named = block.name ?? first;
  const name = text.slice(named.start, named.end);
  if (block.kind === 'container') return [item('container', name, { start, end: block.span.end }, within(named, first))];
  const policy = block.policies.length === 1 ? paths.flatMap(({ policies }) => policies).find(({ key }) => key === block.policies[0]) : undefined;
  const detail = policy ? t('default {0}', policy.default) : '';
  const line = lines.lineOf(named.start);
  const span = solid ? { start, end: block.span.end } : { start: Math.max(start, lines.lineStart(line)), end: Math.min(block.span.end, lines.lineEnd(line)) };
  return named.start < span.start || named.end > span.end ? [] : [item('chain', name, span, named, detail)];
}

const within = (inner: Span, outer: Span): Span => (inner.start >= outer.start && inner.end <= outer.end ? inner : outer);

/** The blocks of chains that no other one overlaps, in text order. */
function solidBlocks({ reading }: Analysis): Block[] {
  const chains = reading.blocks.filter(({ kind }) => kind !== 'container');
  let reached = 0;
  return chains.filter(({ span }, i) => {
    const before = reached;
    reached = Math.max(reached, span.end);
    return before <= span.start && (chains[i + 1]?.span.start ?? Infinity) >= span.end;
  });
}

interface OwnRule extends Span {
  readonly chain: Chain;
}

/** The rules that stand in this document, in text order. */
export function ownRules({ paths }: Analysis): OwnRule[] {
  const out: OwnRule[] = [];
  const seen = new Set<Chain>();
  for (const chain of paths.flatMap(({ policies }) => policies).flatMap((policy) => chainsOf(policy))) {
    if (seen.has(chain)) continue;
    seen.add(chain);
    for (const { rule, at, uri } of chain.entries) if (uri === undefined && rule.span.end > rule.span.start) out.push({ chain, start: at + rule.span.start, end: at + rule.span.end });
  }
  return out.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** @param own as {@link ownRules} gives them. */
export function runsOf(analysis: Analysis, own: readonly OwnRule[]): Run[] {
  const solid = solidBlocks(analysis);
  const out: { chain: string; start: number; end: number; of: Chain }[] = [];
  let next = 0;
  for (const { chain, start, end } of own) {
    while ((solid[next]?.span.end ?? Infinity) <= start) next++;
    const block = solid[next];
    if (block && block.span.start <= start) continue;
    const last = out.at(-1);
    if (last?.of === chain) last.end = Math.max(last.end, end);
    else out.push({ chain: chain.name, start, end, of: chain });
  }
  return out;
}

/** What lies inside another item becomes its child. */
function nested(items: readonly OutlineItem[]): OutlineItem[] {
  const roots: OutlineItem[] = [];
  const open: OutlineItem[] = [];
  for (const one of [...items].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)) {
    while (open.length > 0 && (open.at(-1)?.span.end ?? 0) < one.span.end) open.pop();
    (open.at(-1)?.children ?? roots).push(one);
    open.push(one);
  }
  return roots;
}
