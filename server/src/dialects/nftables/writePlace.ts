/** Where new rules go: before the rule that would deny them, in the chain's own form of writing. */
import { indentation, lineBreak, lineEnd, lineStart, nextLine } from '../../text/lines.ts';
import type { Chain, Policy } from '../../model/policy.ts';
import type { Reading } from '../../model/reading.ts';
import type { Entry, Rule } from '../../model/rule.ts';

/**
 * A place in the text. `lead` and `tail` go around the rules as a whole; each rule stands on a line of its own with `indent`, or,
 * in a block of one line, between its neighbours. `command` is put before each rule (`add rule inet filter input `).
 */
export interface Place {
  readonly at: number;
  readonly indent: string;
  readonly command: string;
  readonly inline: boolean;
  readonly lead: string;
  readonly tail: string;
}

const COMMAND = /^(add|insert)\s+rule\s+(?:(?:ip|ip6|inet|arp|bridge|netdev)\s+)?\S+\s+\S+(\s+(?:index|position|handle)\s+\S+)?/;

/** @returns undefined where the text cannot be edited: in an included file, or without a block or command of the chain. */
export function placeFor(text: string, reading: Reading, policy: Policy, before: Entry | undefined): Place | undefined {
  if (reading.includes.includes(policy.uri)) return undefined;
  if (before && !policy.main.entries.includes(before)) {
    const through = policy.main.entries.find((e) => leadsTo(e, before, policy));
    return through && placeFor(text, reading, policy, through);
  }
  const anchor = before ?? closingDeny(policy);
  if (anchor) return isInPlace(text, anchor, reading, policy) ? beforeEntry(text, anchor, policy) : undefined;
  const last = policy.main.entries.at(-1);
  if (last?.uri !== undefined) return undefined;
  return last && isInPlace(text, last, reading, policy) ? afterEntry(text, last) : inEmptyChain(text, reading, policy);
}

/** Whether the entry stands in this text as a statement of the chain; text that was lost elsewhere counts as a rule, too. */
function isInPlace(text: string, entry: Entry, reading: Reading, policy: Policy): boolean {
  if (entry.uri !== undefined) return false;
  return commandOf(text, entry) !== undefined || reading.blocks.some((b) => b.kind === 'policy' && b.policies.includes(policy.key) && b.span.start <= entry.at && entry.at < b.span.end);
}

/** Whether the rule's jump can come to the chain that holds the entry. */
function leadsTo(from: Entry, target: Entry, policy: Policy): boolean {
  const seen = new Set<string>();
  const todo = [from.rule];
  for (let rule = todo.pop(); rule; rule = todo.pop()) {
    if (rule.action.kind !== 'jump' && rule.action.kind !== 'goto') continue;
    const { chain } = rule.action;
    if (seen.has(chain)) continue;
    seen.add(chain);
    const entries = policy.chains.get(chain)?.entries ?? [];
    if (entries.includes(target)) return true;
    todo.push(...entries.map((e) => e.rule));
  }
  return false;
}

const isUnconditional = (rule: Rule): boolean => rule.match.length === 1 && Object.keys(rule.match[0] ?? {}).length === 0;

/** The first rule that denies all that comes to it, with the rules before it that only log. */
function closingDeny(policy: Policy): Entry | undefined {
  const { entries } = policy.main;
  const at = entries.findIndex((e) => isUnconditional(e.rule) && denies(e.rule, policy, new Set()));
  if (at < 0) return undefined;
  let first = at;
  while (first > 0 && isUnconditional((entries[first - 1] as Entry).rule) && (entries[first - 1] as Entry).rule.action.kind === 'continue') first--;
  return entries[first];
}

function denies(rule: Rule, policy: Policy, seen: Set<string>): boolean {
  const { action } = rule;
  if (action.kind === 'drop' || action.kind === 'reject') return true;
  if ((action.kind !== 'jump' && action.kind !== 'goto') || seen.has(action.chain)) return false;
  seen.add(action.chain);
  const target: Chain | undefined = policy.chains.get(action.chain);
  return target?.entries.some((e) => isUnconditional(e.rule) && denies(e.rule, policy, seen)) ?? false;
}

function commandOf(text: string, entry: Entry): { readonly verb: string; readonly placed: boolean } | undefined {
  const found = COMMAND.exec(text.slice(entry.at, entry.at + 300));
  return found ? { verb: found[1] as string, placed: found[2] !== undefined } : undefined;
}

function commandText(text: string, entry: Entry, verb: string): string {
  const words = (COMMAND.exec(text.slice(entry.at, entry.at + 300))?.[0] ?? '').replace(/\s+(?:index|position|handle)\s+\S+$/, '').split(/\s+/);
  return `${verb} ${words.slice(1).join(' ')} `;
}

function beforeEntry(text: string, entry: Entry, policy: Policy): Place {
  const command = commandOf(text, entry);
  if (!command) return onLineOf(text, entry, '');
  if (command.verb === 'add' && !command.placed) return onLineOf(text, entry, commandText(text, entry, 'add'));
  // An inserted rule stands before those inserted earlier, so the new one must be inserted after it, and after every other command that could come between.
  const last = policy.main.entries.reduce((a, b) => (b.at > a.at ? b : a), entry);
  return { ...afterEntry(text, command.placed ? last : entry), command: commandText(text, entry, 'insert') };
}

/** Above the entry's line and the comments that belong to it; within the line if another statement begins it. */
function onLineOf(text: string, entry: Entry, command: string): Place {
  const start = lineStart(text, entry.at);
  const indent = indentation(text, entry.at);
  if (start + indent.length < entry.at && text.slice(start, entry.at).replace(/^\ufeff/, '').trim() !== '') return { at: entry.at, indent: '', command, inline: true, lead: '', tail: ' ' };
  return { at: aboveComments(text, start), indent, command, inline: false, lead: '', tail: '' };
}

function aboveComments(text: string, start: number): number {
  let at = start;
  while (at > 0) {
    const previous = lineStart(text, at - 1 - (text.charCodeAt(at - 1) === 10 && text.charCodeAt(at - 2) === 13 ? 1 : 0));
    if (!/^[ \t]*#(?!!)/.test(text.slice(previous, Math.min(at, previous + 200)))) return at;
    at = previous;
  }
  return at;
}

function afterEntry(text: string, entry: Entry): Place {
  const command = commandOf(text, entry) ? commandText(text, entry, 'add') : '';
  const end = entry.at + entry.rule.span.end;
  return after(text, end, indentation(text, entry.at), command);
}

/** On the line after the statement that ends at `end`, or within its line if more than a comment follows there. */
function after(text: string, end: number, indent: string, command: string): Place {
  const rest = text.slice(end, lineEnd(text, end));
  if (/^[\s;]*(?:#.*)?$/.test(rest)) {
    const at = nextLine(text, end);
    const broken = at > 0 && /[\n\r]/.test(text[at - 1] as string);
    return { at, indent, command, inline: false, lead: broken ? '' : lineBreak(text), tail: '' };
  }
  const separated = /^\s*;/.exec(rest);
  return { at: end + (separated?.[0].length ?? 0), indent: '', command, inline: true, lead: separated ? ' ' : '; ', tail: '' };
}

/** A chain without rules: at the end of its last block, or after the command that makes it. */
function inEmptyChain(text: string, reading: Reading, policy: Policy): Place | undefined {
  const block = reading.blocks.filter((b) => b.kind === 'policy' && b.policies.includes(policy.key)).at(-1);
  const command = `add rule ${policy.key} `;
  if (!block) return after(text, policy.span.end, indentation(text, policy.span.start), command);
  const head = /\S[\s\S]*/.exec(text.slice(block.span.start, block.span.start + 200))?.[0] ?? '';
  if (/^(?:add|create)\s/.test(head)) return after(text, block.span.end, indentation(text, block.span.start), command);
  const brace = block.span.end - 1;
  if (text[brace] !== '}') return undefined;
  const start = lineStart(text, brace);
  if (text.slice(start, brace).trim() === '') {
    const blockIndent = text.slice(start, brace);
    return { at: start, indent: insideIndent(text, block.span.start, brace) ?? `${blockIndent}\t`, command: '', inline: false, lead: '', tail: '' };
  }
  const before = text.slice(block.span.start, brace).trimEnd();
  const closed = before.endsWith(';') || before.endsWith('{');
  return { at: block.span.start + before.length, indent: '', command: '', inline: true, lead: closed ? ' ' : '; ', tail: '' };
}

/** The indentation of the first statement in the block. */
function insideIndent(text: string, start: number, brace: number): string | undefined {
  let at = text.indexOf('{', start) + 1;
  for (at = nextLine(text, at); at < brace; at = nextLine(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (line.trim() !== '') return indentation(text, at);
  }
  return undefined;
}
