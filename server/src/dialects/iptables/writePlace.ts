/** Where new rules go in an iptables text so that they are decided first. */
import type { Policy } from '../../model/policy.ts';
import { lineStart } from '../../text/lines.ts';
import { ShellLineCache, parseShell } from '../../text/shellScript.ts';
import type { Command, Item } from '../../text/shellTree.ts';
import type { Entry } from '../../model/rule.ts';

/** The text of the statement of an entry. */
export const statementText = (text: string, entry: Entry): string => text.slice(entry.at + entry.rule.span.start, entry.at + entry.rule.span.end);

/** How a statement adds its rule; a line of a save file or a command. */
export const addsBy = (statement: string): 'append' | 'insert' | undefined => {
  const option = /(?:^|\s)(-[AIR]|--append|--insert|--replace)\b/.exec(statement)?.[1];
  return option === undefined ? undefined : option === '-A' || option === '--append' ? 'append' : 'insert';
};

/** The line from which the comment lines that belong to the statement's line begin. */
export function aboveComments(text: string, start: number): number {
  let at = start;
  while (at > 0) {
    const before = lineStart(text, at - 1);
    const line = text.slice(before, at).trim();
    if (!line.startsWith('#') || line.startsWith('#!') || /^#\s*(?:Generated|Completed)\b/.test(line)) break;
    at = before;
  }
  return at;
}

const isUnconditional = ({ rule }: Entry): boolean => rule.match.length === 1 && Object.keys(rule.match[0] ?? {}).length === 0;
const denies = (entry: Entry): boolean => entry.rule.action.kind === 'drop' || entry.rule.action.kind === 'reject';

/** The entry of the main chain through which packets come to `target`, and whether they all do. */
export function reached(policy: Policy, target: Entry): { readonly main: Entry; readonly chain: string; readonly always: boolean } | undefined {
  const same = (e: Entry): boolean => e.at === target.at && e.rule === target.rule;
  if (policy.main.entries.some(same)) return { main: target, chain: policy.main.name, always: true };
  const holding = new Set<string>();
  for (const chain of policy.chains.values()) if (chain.entries.some(same)) holding.add(chain.name);
  const [home] = holding;
  if (home === undefined) return undefined;
  for (let grown = true; grown; ) {
    grown = false;
    for (const chain of policy.chains.values()) {
      if (!holding.has(chain.name) && chain.entries.some((e) => leadsTo(e, holding))) {
        holding.add(chain.name);
        grown = true;
      }
    }
  }
  const main = policy.main.entries.find((e) => leadsTo(e, holding));
  if (!main) return undefined;
  const jumps = [policy.main, ...policy.chains.values()].flatMap((c) => c.entries.filter((e) => leadsTo(e, new Set([home]))));
  return { main, chain: home, always: jumps.length === 1 && jumps[0] === main && isUnconditional(main) };
}

const leadsTo = ({ rule: { action } }: Entry, chains: ReadonlySet<string>): boolean => (action.kind === 'jump' || action.kind === 'goto') && chains.has(action.chain);

/** The trailing unconditional deny of a chain, if it ends in one. */
export function trailingDeny(entries: readonly Entry[]): Entry | undefined {
  const last = entries.at(-1);
  return last && denies(last) && isUnconditional(last) ? last : undefined;
}

/** Rules that only log, directly before an unconditional deny, belong to it. */
export function withItsLogging(entries: readonly Entry[], entry: Entry): Entry {
  let i = entries.findIndex((e) => e.at === entry.at && e.rule === entry.rule);
  if (i < 0 || !denies(entry) || !isUnconditional(entry)) return entry;
  while (i > 0) {
    const before = entries[i - 1] as Entry;
    const plain = before.rule.match.every((t) => Object.keys(t).every((k) => k === 'atoms') && (t.atoms ?? []).every((a) => a.kind === 'unknown'));
    if (before.rule.action.kind !== 'continue' || !plain || before.at > (entries[i] as Entry).at) break;
    i--;
  }
  return entries[i] as Entry;
}

/**
 * The part of a script that runs or is skipped as a whole with the statement at an offset: the loop, condition or list that
 * it stands in. Bodies of functions are places of their own. Undefined for a statement that stands alone.
 */
export function wholeOf(text: string, at: number): { readonly start: number; readonly end: number } | undefined {
  let items: readonly Item[] | undefined = parseShell(text, new ShellLineCache()).items;
  while (items) {
    let inner: readonly Item[] | undefined;
    for (const item of items) {
      if (item.kind === 'lost') continue;
      const commands = item.steps.flatMap((s) => s.pipeline.commands);
      const first = commands[0];
      const last = commands.at(-1);
      if (!first || !last || at < item.base + first.start || at >= item.base + last.end) continue;
      const [only] = commands;
      if (commands.length > 1 || !only) return { start: item.base + first.start, end: item.base + last.end };
      if (only.kind === 'simple') return undefined;
      inner = bodyOf(only);
      if (!inner) return { start: item.base + only.start, end: item.base + only.end };
    }
    items = inner;
  }
  return undefined;
}

const bodyOf = (command: Command): readonly Item[] | undefined => (command.kind === 'function' || command.kind === 'group' ? command.body : undefined);
