/** Reads successive versions of one iptables text. */
import { t } from '@vscode/l10n';
import type { Family } from '../../core/addresses.ts';
import type { Block, Comment, Reading } from '../../model/reading.ts';
import type { Unmodelled } from '../../model/rule.ts';
import { withNewlines } from '../../text/lines.ts';
import { ShellLineCache, parseShell } from '../../text/shellScript.ts';
import type { ReadContext, Reader } from '../dialect.ts';
import { familyOf, formOf } from './detect.ts';
import type { RuleContext } from './draft.ts';
import { type ChainCache, fragmentsOf, policyKey } from './policies.ts';
import { type ChainState, Ruleset } from './ruleset.ts';
import { LineCache, readSave } from './save.ts';
import { ScriptRun } from './script.ts';
import { CommandMemos, StatementCache } from './statementCache.ts';

export class IptablesReader implements Reader {
  private readonly lines = new LineCache();
  private readonly shellLines = new ShellLineCache();
  private readonly statements = new StatementCache();
  private readonly memos = new CommandMemos();
  private chains: ChainCache = new Map();

  read(written: string, context: ReadContext): Reading {
    const text = withNewlines(written);
    this.lines.turn();
    this.shellLines.turn();
    this.statements.turn();
    return formOf(text) === 'save' ? this.readSave(text, context) : this.readScript(text, context);
  }

  private readSave(text: string, context: ReadContext): Reading {
    const ruleset = new Ruleset();
    const blocks: Block[] = [];
    const comments: Comment[] = [];
    const ruleContext = (family: Family, table: string): RuleContext => ({ family, table });
    readSave(text, ruleset, this.lines, { offset: 0, family: familyOf(context.uri, text), keep: false, context: ruleContext, cacheKey: '' }, blocks, comments);
    const assumption = (chain: ChainState): string | undefined => (chain.policySpan ? undefined : t('{0} keeps the policy that it has, taken to be ACCEPT', chain.name));
    return this.reading(ruleset, context, { assumption, unmodelled: [], blocks, comments, includes: [] });
  }

  private readScript(text: string, context: ReadContext): Reading {
    const script = parseShell(text, this.shellLines);
    const host = { context, statements: this.statements, memos: this.memos, lines: this.lines, parse: (t: string) => parseShell(t, this.shellLines).items };
    const source = { text, items: script.items };
    let run = new ScriptRun(source, { ...host, sets: undefined });
    run.run();
    if (!run.sets.empty) {
      run = new ScriptRun(source, { ...host, sets: run.sets });
      run.run();
    }
    const { argument } = run;
    const assumption = (chain: ChainState): string | undefined => {
      const parts = [
        ...(argument === undefined ? [] : [t('the script is run with the argument `{0}`', argument)]),
        ...(chain.emptied ? [] : [t('{0} has no rules before the script runs', chain.name)]),
        ...(chain.policySpan ? [] : [t('the policy of {0} is ACCEPT before the script runs', chain.name)]),
      ];
      return parts.length === 0 ? undefined : parts.reduce((list, part) => t('{0}; {1}', list, part));
    };
    const comments = [...script.comments.map((c) => ({ span: { start: c.start, end: c.start + c.text.length }, text: c.text })), ...run.comments].sort((a, b) => a.span.start - b.span.start);
    return this.reading(run.ruleset, context, { assumption, unmodelled: run.unmodelled, blocks: run.blocks, comments, includes: [...new Set(run.includes)] });
  }

  private reading(ruleset: Ruleset, context: ReadContext, parts: Parts): Reading {
    const previous = this.chains;
    this.chains = new Map();
    const { assumption, unmodelled, comments, includes } = parts;
    const blocks = [...parts.blocks];
    const fragments = fragmentsOf(ruleset, { uri: context.uri, assumption, unmodelled, previous, next: this.chains });
    for (const table of ruleset.tables.values()) {
      for (const chain of table.chains.values()) {
        const kind = chain.builtIn ? 'policy' : 'chain';
        blocks.push({ span: { start: chain.start, end: chain.end }, kind, policies: chain.builtIn ? [policyKey(table, chain.name)] : [], name: chain.header });
      }
    }
    blocks.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
    const lost = [...unmodelled, ...[...ruleset.tables.values()].flatMap((t) => t.unmodelled)];
    return { fragments, includes, problems: ruleset.problems, unmodelled: lost, comments, blocks };
  }
}

interface Parts {
  readonly assumption: (chain: ChainState) => string | undefined;
  readonly unmodelled: readonly Unmodelled[];
  readonly blocks: readonly Block[];
  readonly comments: readonly Comment[];
  readonly includes: readonly string[];
}
