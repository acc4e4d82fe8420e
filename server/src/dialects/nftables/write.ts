/** Writes rules into a text, and whole new files. */
import { parseAddressSpec, type AddressIntervals, type Family } from '../../core/addresses.ts';
import { equals, unionAll } from '../../core/intervals.ts';
import type { Policy } from '../../model/policy.ts';
import type { Entry } from '../../model/rule.ts';
import { lineBreak, lineEnd, lineStart, nextLine } from '../../text/lines.ts';
import type { Permit, TextChange, WriteRequest } from '../dialect.ts';
import { type Place, placeFor } from './writePlace.ts';
import { type AddressNames, Placeholders, type RuleText, escapeSnippet, isSnippet, ruleTexts } from './writeRule.ts';

/** nft's own limit for a rule's comment, in bytes (include/nftables.h: NFTNL_UDATA_COMMENT_MAXLEN). */
const LONGEST_COMMENT = 120;

export function write({ text, reading, policy, permits, before, replace }: WriteRequest): readonly TextChange[] | undefined {
  const removal = replace ? removalOf(text, replace) : undefined;
  if (replace && !removal) return undefined;
  const place = placeFor(text, reading, policy, before ?? replace);
  if (permits.length === 0) return removal ? [removal] : [];
  if (!place) return undefined;
  const names = variablesAt(text, place.at);
  const rules = ruleTexts(permits, policy.families, new Placeholders(), names);
  if (rules.length === 0) return [];
  const snippet = isSnippet(permits);
  const newText = place.inline ? inlineText(rules, place) : linesText(rules, place, commentStyle(text, policy), lineBreak(text), snippet);
  const change: TextChange = { start: place.at, end: place.at, newText };
  if (!removal) return [change];
  return place.at === removal.start ? [{ ...removal, newText: newText + removal.newText }] : [change, removal];
}

/** The whole line if the statement stands alone on it, else the statement and its separator. */
function removalOf(text: string, { at, rule, uri }: Entry): TextChange | undefined {
  if (uri !== undefined) return undefined;
  const end = at + rule.span.end;
  const start = lineStart(text, at);
  const alone = text.slice(start, at).trim() === '' && /^[\s;]*(?:#.*)?$/.test(text.slice(end, lineEnd(text, end)));
  if (alone) return { start, end: nextLine(text, end), newText: '' };
  const separator = /^\s*;[ \t]*/.exec(text.slice(end, lineEnd(text, end)));
  return { start: at, end: end + (separator?.[0].length ?? 0), newText: '' };
}

function inlineText(rules: readonly RuleText[], { command, lead, tail }: Place): string {
  return `${lead}${rules.map((r) => `${command}${r.text};`).join(' ')}${tail}`;
}

type CommentStyle = 'line' | 'statement';

/** Comments as the chain's rules have them: `comment "..."`, or a line above. */
function commentStyle(text: string, policy: Policy): CommentStyle {
  let statements = 0;
  let lines = 0;
  for (const { at, rule, uri } of policy.main.entries) {
    if (uri !== undefined) continue;
    if (/\bcomment\s+"[^"]*"\s*$/.test(text.slice(at, at + rule.span.end))) statements++;
    else if (at > 0 && /^[ \t]*#/.test(text.slice(lineStart(text, Math.max(0, lineStart(text, at) - 1)), at))) lines++;
  }
  return statements > lines ? 'statement' : 'line';
}

function linesText(rules: readonly RuleText[], { indent, command, lead }: Place, style: CommentStyle, newline: string, snippet: boolean): string {
  const escape = snippet ? escapeSnippet : (s: string): string => s;
  let out = lead;
  let above = '';
  for (const { text, notes } of rules) {
    const note = plain(notes.join('; '));
    if (style === 'line' && note !== above && note !== '') out += `${indent}# ${escape(note)}${newline}`;
    above = note;
    const comment = style === 'statement' && note !== '' ? ` comment "${escape(note.slice(0, LONGEST_COMMENT))}"` : '';
    out += `${indent}${command}${text}${comment}${newline}`;
  }
  return out;
}

/** One line of ASCII without quotes, which neither a comment line nor a comment string can hold. */
function plain(note: string): string {
  return note.replace(/\s+/g, ' ').replace(/[^\x20-\x7e]/g, '?').replaceAll('"', "'").trim();
}

/** The variables that are defined in the text above, outside blocks, with addresses only. */
function variablesAt(text: string, until: number): AddressNames {
  const known = new Map<string, { readonly family: Family; readonly set: AddressIntervals }>();
  const defined = new Set<string>();
  for (const found of text.slice(0, until).matchAll(/^(define|redefine|undefine)[ \t]+([A-Za-z_][\w-]*)(?:[ \t]*=[ \t]*([^\n\r#]*))?/gm)) {
    const name = found[2] as string;
    known.delete(name);
    if (found[1] !== 'define' || defined.has(name)) continue;
    defined.add(name);
    const value = addressesOf((found[3] ?? '').trim());
    if (value) known.set(name, value);
  }
  return (family, set) => {
    for (const [name, value] of known) if (value.family === family && equals(value.set, set)) return `$${name}`;
    return undefined;
  };
}

function addressesOf(value: string): { family: Family; set: AddressIntervals } | undefined {
  const inner = /^\{([^{}]*)\}$/.exec(value)?.[1] ?? value;
  const items = inner.split(',').map((item) => item.trim()).filter((item) => item !== '');
  if (items.length === 0 || (items.length > 1 && inner === value)) return undefined;
  const sets = items.map((item) => parseAddressSpec(item.replace(/\s*-\s*/, '-')));
  for (const family of [4, 6] as const) {
    if (sets.every((s) => s !== undefined && s[family].length > 0)) return { family, set: unionAll(sets.map((s) => s?.[family] ?? [])) };
  }
  return undefined;
}

export function writeRules(permits: readonly Permit[], family: Family): string {
  return ruleTexts(permits, [family], new Placeholders()).map((r) => r.text).join('\n');
}

const STATEFUL = ['ct state established,related accept', 'ct state invalid drop'];
/** Errors that path MTU discovery needs are RELATED; IPv6 needs neighbour discovery beside (RFC 4890, section 4.4). */
const DISCOVERY = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert, mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept';
const ERRORS = ['icmp type { destination-unreachable, time-exceeded, parameter-problem } accept', 'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept'];

interface Section {
  readonly direction: Permit['direction'];
  readonly hook: string;
  readonly lines: readonly string[];
}

const SECTIONS: readonly Section[] = [
  { direction: 'in', hook: 'input', lines: [...STATEFUL, 'iif lo accept', ...ERRORS, DISCOVERY] },
  { direction: 'transit', hook: 'forward', lines: [...STATEFUL, ...ERRORS] },
  { direction: 'out', hook: 'output', lines: [...STATEFUL, 'oif lo accept', ...ERRORS, DISCOVERY] },
];

export function writePolicy(permits: readonly Permit[], directives: readonly string[]): string {
  const snippet = isSnippet(permits);
  const escape = snippet ? escapeSnippet : (s: string): string => s;
  const placeholders = new Placeholders();
  const transit = permits.some((p) => p.direction === 'transit') || directives.some((d) => /^veeam-ports:\s*transit\b/.test(d));
  const chains = SECTIONS.filter((s) => (s.direction === 'transit') === transit || permits.some((p) => p.direction === s.direction)).map(({ direction, hook, lines }) => {
    const rules = ruleTexts(permits.filter((p) => p.direction === direction), [4, 6], placeholders);
    const written = linesText(rules, { at: 0, indent: '\t\t', command: '', inline: false, lead: '', tail: '' }, 'line', '\n', snippet);
    const head = [`\tchain ${hook} {`, `\t\ttype filter hook ${hook} priority filter; policy drop;`, ...lines.map((line) => `\t\t${line}`)].join('\n');
    return `${escape(head)}\n${written}${escape('\t}')}\n`;
  });
  const header = ['#!/usr/sbin/nft -f', ...directives.map((d) => `# ${d}`), '', 'table inet filter', 'delete table inet filter', 'table inet filter {'];
  return `${escape(header.join('\n'))}\n${chains.join('\n')}${escape('}')}\n`;
}
