/** Reads versions of one nftables document: cut, parsed, applied in order, lowered; unchanged statements from memory. */
import type { Block, Reading } from '../../model/reading.ts';
import { withNewlines } from '../../text/lines.ts';
import type { ReadContext, Reader } from '../dialect.ts';
import { SetStore, assemble } from './policies.ts';
import { readRuleset } from './ruleset.ts';
import { type BlockState, RulesetMemory } from './rulesetState.ts';

export class NftablesReader implements Reader {
  readonly #memory = new RulesetMemory();
  readonly #sets = new SetStore();

  read(text: string, context: ReadContext): Reading {
    this.#memory.statements.turn();
    const state = readRuleset(withNewlines(text), context, this.#memory);
    const { policies, unmodelled } = assemble(state, context.uri, this.#sets);
    const keys = new Set(policies.map((p) => p.key));
    return {
      fragments: policies.map((policy) => ({ key: policy.key, scope: 'file', policy })),
      includes: state.includes,
      problems: state.problems,
      unmodelled,
      comments: state.comments,
      blocks: blocksOf(state.blocks, keys),
    };
  }
}

function blocksOf(blocks: readonly BlockState[], keys: ReadonlySet<string>): Block[] {
  const inside = new Map<BlockState, string[]>();
  let table: BlockState | undefined;
  for (const block of blocks) {
    if (block.chain === undefined) table = block;
    const key = block.chain === undefined ? undefined : `${block.table} ${block.chain}`;
    inside.set(block, key !== undefined && keys.has(key) ? [key] : []);
    if (key !== undefined && keys.has(key) && table && table !== block && block.span.start < table.span.end) inside.get(table)?.push(key);
  }
  return blocks.map((b): Block => {
    const policies = [...new Set(inside.get(b))];
    return { span: b.span, kind: b.chain === undefined ? 'container' : policies.length > 0 ? 'policy' : 'chain', policies, name: b.name };
  });
}

