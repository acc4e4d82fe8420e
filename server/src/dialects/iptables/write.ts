/** Writes rules into iptables texts. */
import type { Family } from '../../core/addresses.ts';
import type { Policy } from '../../model/policy.ts';
import type { Entry } from '../../model/rule.ts';
import { indentation, lineBreak, lineStart, nextLine } from '../../text/lines.ts';
import type { Permit, TextChange, WriteRequest } from '../dialect.ts';
import { isPrinted } from './printed.ts';
import { aboveComments, addsBy, reached, statementText, trailingDeny, wholeOf, withItsLogging } from './writePlace.ts';
import { PLAIN, Snippet, commentLine, hasPlaceholder, merged, specifications, styleOf } from './writeRule.ts';

/** A place in the text, and the command that new lines there begin with. */
interface Target {
  readonly offset: number;
  /** What stands before the rule's specification: `-A INPUT`, `$IPT -w -A INPUT`. */
  readonly command: string;
  readonly indent: string;
}

const COMMAND = /(^|\s)(?:-[A-Z]|--(?:append|insert|replace|delete|policy|new-chain|flush)\b)/;

function tableOf(policy: Policy): string {
  return policy.name.split(' ')[0] ?? 'filter';
}

/** The words of a statement before its command: the program and what it is told first; nothing in a save file. */
function prefixOf(statement: string, policy: Policy): string {
  const at = COMMAND.exec(statement);
  const before = at ? statement.slice(0, at.index).trim().replace(/^\[\d+:\d+\]/, '') : statement.trim();
  const table = tableOf(policy);
  const plain = before.replace(/\s*\\\r?\n\s*/g, ' ');
  if (plain === '' || table === 'filter' || /(?:^|\s)(?:-t|--table)(?:\s|=)/.test(plain)) return plain;
  return `${plain} -t ${table}`;
}

/** The prefix as it can stand outside the loop or function that it was found in: variables that the text assigns stay. */
function outside(prefix: string, policy: Policy, text: string): string {
  const names = [...prefix.matchAll(/\$\{?(\w+)/g)].map((m) => m[1] ?? '');
  if (names.every((name) => new RegExp(`^[ \\t]*(?:export\\s+|readonly\\s+)?${name}=`, 'm').test(text))) return prefix;
  return prefixOf(`${policy.families[0] === 6 ? 'ip6tables' : 'iptables'} -A`, policy);
}

const join = (prefix: string, command: string): string => (prefix === '' ? command : `${prefix} ${command}`);

/** New rules that packets must meet before `entry` of the named chain. */
function beforeEntry(text: string, policy: Policy, entry: Entry, chain: string): Target {
  const statement = statementText(text, entry);
  const own = prefixOf(statement, policy);
  const whole = own === '' ? undefined : wholeOf(text, entry.at);
  const prefix = whole ? outside(own, policy, text) : own;
  const start = lineStart(text, whole?.start ?? entry.at);
  const indent = indentation(text, start);
  const inserted = { command: join(prefix, `-I ${chain}`), indent };
  if (addsBy(statement) === 'insert') return { ...inserted, offset: nextLine(text, whole?.end ?? entry.at + entry.rule.span.end) };
  // A comment above the line that names the chain first belongs to the chain.
  const offset = start === lineStart(text, policy.header.start) ? start : aboveComments(text, start);
  // Rule numbers further down count on the rules that stand there now.
  const numbered = new RegExp(`-[IDR]\\s+${chain.replace(/[^\\w-]/g, '\\$&')}\\s+(?!1\\s)\\d`).test(text.slice(offset));
  if (numbered) return { ...inserted, offset: nextLine(text, policy.span.end) };
  return { offset, command: join(prefix, `-A ${chain}`), indent };
}

/** New rules behind all others of the chain, its trailing deny excepted. */
function atEnd(text: string, policy: Policy): Target | undefined {
  const { entries, name } = policy.main;
  const here = entries.filter((e) => e.uri === undefined || e.uri === policy.uri);
  const deny = trailingDeny(entries);
  if (deny) return deny.uri === undefined || deny.uri === policy.uri ? beforeEntry(text, policy, withItsLogging(entries, deny), name) : undefined;
  const appended = here.filter((e) => addsBy(statementText(text, e)) === 'append');
  const last = appended.reduce<Entry | undefined>((a, e) => (a && a.at > e.at ? a : e), undefined);
  if (last) {
    const own = prefixOf(statementText(text, last), policy);
    const whole = own === '' ? undefined : wholeOf(text, last.at);
    const prefix = whole ? outside(own, policy, text) : own;
    return { offset: nextLine(text, whole?.end ?? last.at + last.rule.span.end), command: join(prefix, `-A ${name}`), indent: indentation(text, whole?.start ?? last.at) };
  }
  const named = text.slice(lineStart(text, policy.header.start), policy.header.end);
  if (named.trim().startsWith(':')) {
    const commit = /^[ \t]*COMMIT\b/m.exec(text.slice(policy.header.end));
    return { offset: commit ? policy.header.end + commit.index : text.length, command: `-A ${name}`, indent: '' };
  }
  const whole = wholeOf(text, policy.header.start);
  const prefix = prefixOf(named.slice(Math.max(...[';', '&', '|', '{', '('].map((c) => named.lastIndexOf(c))) + 1).replace(/^\s*(?:do|then|else)\s/, ''), policy);
  return { offset: nextLine(text, whole?.end ?? policy.header.end), command: join(whole ? outside(prefix, policy, text) : prefix, `-A ${name}`), indent: indentation(text, whole?.start ?? policy.header.start) };
}

function targetOf({ text, policy, before }: WriteRequest): Target | undefined {
  if (!before) return atEnd(text, policy);
  if (before.uri !== undefined && before.uri !== policy.uri) return undefined;
  const way = reached(policy, before);
  if (!way) return undefined;
  if (!way.always) return beforeEntry(text, policy, way.main, policy.main.name);
  const entries = way.chain === policy.main.name ? policy.main.entries : (policy.chains.get(way.chain)?.entries ?? []);
  return beforeEntry(text, policy, withItsLogging(entries, before), way.chain);
}

/** Rules that `echo` prints are arguments in quotes, which nothing is written into. */
const prints = (text: string, policy: Policy): boolean =>
  isPrinted(text, policy.header.start) || [policy.main, ...policy.chains.values()].some(({ entries }) => entries.some((e) => e.uri === undefined && isPrinted(text, e.at)));

export function write(request: WriteRequest): readonly TextChange[] | undefined {
  const { text, policy, permits, replace } = request;
  if (prints(text, policy)) return undefined;
  const target = targetOf(request);
  if (!target) return undefined;
  const family = policy.families[0] ?? 4;
  const snippet = new Snippet(hasPlaceholder(permits));
  const style = styleOf(text);
  const lines = merged(permits).flatMap((permit) => {
    const rules = specifications(permit, family, style, snippet).map((spec) => `${target.indent}${snippet.literal(target.command)} ${spec}`);
    return rules.length > 0 && style.notes === 'line' ? [snippet.literal(`${target.indent}${commentLine(permit.note)}`), ...rules] : rules;
  });
  if (lines.length === 0) return undefined;
  const eol = lineBreak(text);
  const open = target.offset > 0 && !/[\r\n]/.test(text.charAt(target.offset - 1));
  const added: TextChange = { start: target.offset, end: target.offset, newText: `${open ? eol : ''}${lines.join(eol)}${eol}` };
  if (!replace) return [added];
  if (replace.uri !== undefined && replace.uri !== policy.uri) return undefined;
  const removed = removalOf(text, replace);
  if (!removed) return undefined;
  if (removed.start === added.start) return [{ ...added, end: removed.end }];
  return added.start < removed.start ? [added, removed] : [removed, added];
}

/** Takes a statement away with its line, or alone if more stands there. Undefined within a loop or a condition. */
function removalOf(text: string, entry: Entry): TextChange | undefined {
  const from = entry.at + entry.rule.span.start;
  const to = entry.at + entry.rule.span.end;
  if (prefixed(text, entry) && wholeOf(text, entry.at)) return undefined;
  const start = lineStart(text, from);
  const end = nextLine(text, to);
  const before = text.slice(start, from).trim();
  const behind = text.slice(to, end).trim();
  if (before === '' && (behind === '' || behind.startsWith('#'))) return { start, end, newText: '' };
  const separator = /^[ \t]*;[ \t]*/.exec(text.slice(to, end))?.[0].length ?? 0;
  return { start: from, end: to + separator, newText: '' };
}

/** Whether the statement is a command of a script. */
const prefixed = (text: string, entry: Entry): boolean => !/^(?:\[\d+:\d+\]\s*)?-/.test(statementText(text, entry));

const CHAIN = { in: 'INPUT', out: 'OUTPUT', transit: 'FORWARD' } as const;
const ANSWERS = { in: 'OUTPUT', out: 'INPUT', transit: 'FORWARD' } as const;

const chainFor = (permit: Permit): string => (permit.answer ? ANSWERS : CHAIN)[permit.direction];

export function writeRules(permits: readonly Permit[], family: Family): string {
  const snippet = new Snippet(hasPlaceholder(permits));
  return merged(permits).flatMap((permit) => specifications(permit, family, PLAIN, snippet).map((spec) => `-A ${chainFor(permit)} ${spec}`)).join('\n');
}

/** What every host needs in each direction: loopback, answers, and the ICMP messages without which paths and neighbours are not found (RFC 1191, RFC 4890). */
function basics(chain: string, family: Family): string[] {
  const lines = [`-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`];
  if (chain !== 'FORWARD') lines.unshift(`-A ${chain} ${chain === 'INPUT' ? '-i' : '-o'} lo -j ACCEPT`);
  if (family === 4) return [...lines, `-A ${chain} -p icmp -m icmp --icmp-type destination-unreachable -j ACCEPT`, `-A ${chain} -p icmp -m icmp --icmp-type time-exceeded -j ACCEPT`];
  const types = ['destination-unreachable', 'packet-too-big', 'time-exceeded', 'parameter-problem'];
  if (chain !== 'FORWARD') types.push('router-solicitation', 'router-advertisement', 'neighbour-solicitation', 'neighbour-advertisement');
  return [...lines, ...types.map((type) => `-A ${chain} -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j ACCEPT`)];
}

/** Chains that default-deny: those of the permits' directions. */
function chainsOf(permits: readonly Permit[]): string[] {
  const used = new Set(permits.map((p) => CHAIN[p.direction]));
  if (used.size === 0) return ['INPUT', 'OUTPUT'];
  return Object.values(CHAIN).filter((c) => used.has(c));
}

function bodyOf(permits: readonly Permit[], family: Family, snippet: Snippet): string[] {
  const chains = chainsOf(permits);
  return chains.flatMap((chain) => [
    ...basics(chain, family),
    ...merged(permits).filter((p) => chainFor(p) === chain).flatMap((permit) => {
      const rules = specifications(permit, family, PLAIN, snippet).map((spec) => `-A ${chain} ${spec}`);
      return rules.length > 0 ? [snippet.literal(commentLine(permit.note)), ...rules] : [];
    }),
  ]);
}

const needs = (permits: readonly Permit[], family: Family): boolean =>
  permits.some((p) => [p.from, p.to].some((e) => e.kind === 'addresses' && e.set[family].length > 0));

/** In the save format of the family that the permits' addresses are of; a script of both tools if they are of both. */
export function writePolicy(permits: readonly Permit[], directives: readonly string[]): string {
  const snippet = new Snippet(hasPlaceholder(permits));
  const head = directives.map((d) => snippet.literal(`# ${d}`));
  const dropped = chainsOf(permits);
  const policyOf = (chain: string): string => (dropped.includes(chain) ? 'DROP' : 'ACCEPT');
  const six = needs(permits, 6);
  if (six && needs(permits, 4)) {
    const commands = ([4, 6] as const).flatMap((family) => {
      const tool = family === 4 ? 'iptables' : 'ip6tables';
      const rules = bodyOf(permits, family, snippet).map((line) => (line.startsWith('#') ? line : `${tool} ${line}`));
      return ['', ...dropped.map((chain) => `${tool} -P ${chain} DROP`), ...dropped.map((chain) => `${tool} -F ${chain}`), ...rules];
    });
    return ['#!/bin/sh', ...head, ...commands, ''].join('\n');
  }
  const family = six ? 6 : 4;
  const chains = Object.values(CHAIN).map((chain) => `:${chain} ${policyOf(chain)} [0:0]`);
  return [...head, '*filter', ...chains, ...bodyOf(permits, family, snippet), 'COMMIT', ''].join('\n');
}
