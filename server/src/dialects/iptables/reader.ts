/** Reads successive versions of one iptables text. */
import type { Family } from '../../core/addresses.ts';
import type { Block, Comment, Reading } from '../../model/reading.ts';
import type { ReadContext, Reader } from '../dialect.ts';
import { familyOf } from './detect.ts';
import type { RuleContext } from './draft.ts';
import { type ChainCache, fragmentsOf, policyKey } from './policies.ts';
import { Ruleset } from './ruleset.ts';
import { LineCache, readSave } from './save.ts';

export class IptablesReader implements Reader {
  private readonly lines = new LineCache();
  private chains: ChainCache = new Map();

  read(text: string, context: ReadContext): Reading {
    const ruleset = new Ruleset();
    const blocks: Block[] = [];
    const comments: Comment[] = [];
    this.lines.turn();
    const ruleContext = (family: Family, table: string): RuleContext => ({ family, table });
    readSave(text, ruleset, this.lines, { offset: 0, family: familyOf(context.uri, text), keep: false, context: ruleContext, cacheKey: '' }, blocks, comments);
    const previous = this.chains;
    this.chains = new Map();
    const fragments = fragmentsOf(ruleset, {
      uri: context.uri,
      assumption: (chain) => (chain.policySpan ? undefined : `${chain.name} keeps the policy that it has, taken to be ACCEPT`),
      unmodelled: [],
      previous,
      next: this.chains,
    });
    for (const table of ruleset.tables.values()) {
      for (const chain of table.chains.values()) if (chain.builtIn) blocks.push({ span: { start: chain.start, end: chain.end }, kind: 'policy', policies: [policyKey(table, chain.name)] });
    }
    blocks.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
    return { fragments, includes: [], problems: ruleset.problems, unmodelled: [...ruleset.tables.values()].flatMap((t) => t.unmodelled), comments, blocks };
  }
}

