import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { iptables } from '../../server/src/dialects/iptables/index.ts';
import type { Reading } from '../../server/src/model/reading.ts';
import type { Entry, Rule } from '../../server/src/model/rule.ts';

const shared = process.env['VEEAM_PORTS_SHARED'];

/** Reasons that are part of a rule's meaning: what these ask is in no text. */
const TOLD_BY_NO_TEXT = /not known here|only some packets|depends on|is not in this text|is known only|no value in this file|changes (?:the packet's destination|an address)/;

interface Count {
  rules: number;
  modelled: number;
  definite: number;
}

function entriesOf(reading: Reading): Entry[] {
  const chains = new Set(reading.fragments.flatMap(({ policy }) => [policy.main, ...policy.chains.values()]));
  return [...chains].flatMap((chain) => chain.entries);
}

/** Lines that add a rule and of which no rule came. */
function lostLines(reading: Reading, text: string): number {
  const known = new Set(entriesOf(reading).map(({ at }) => at));
  return [...text.matchAll(/^[ \t]*((?:\[\d+:\d+\][ \t]*)?-[AI][ \t]+\S+.*)$/gm)].filter((m) => !known.has(m.index + m[0].length - (m[1] ?? '').length)).length;
}

function count(reading: Reading, into: Count): void {
  for (const { rule } of entriesOf(reading)) {
    into.rules++;
    const reasons = reasonsOf(rule);
    if (rule.unmodelled === undefined && reasons.every((r) => TOLD_BY_NO_TEXT.test(r))) into.modelled++;
    if (reasons.length === 0) into.definite++;
  }
}

function reasonsOf(rule: Rule): string[] {
  const atoms = rule.match.flatMap((t) => t.atoms ?? []).flatMap((a) => (a.kind === 'unknown' ? [a.why] : []));
  return rule.action.kind === 'unknown' ? [...atoms, rule.action.why] : atoms;
}

/** Every place of the reading lies within the text it speaks of. */
function outOfBounds(reading: Reading, text: string): number {
  const spans = [
    ...reading.problems.map((p) => p.span), ...reading.comments.map((c) => c.span), ...reading.blocks.map((b) => b.span), ...reading.unmodelled.map((u) => u.span),
    ...reading.fragments.flatMap(({ policy }) => [policy.header, policy.span]),
    ...entriesOf(reading).flatMap(({ at, rule }) => [rule.span, ...rule.fields.map((f) => f.span)].map((s) => ({ start: at + s.start, end: at + s.end }))),
  ];
  return spans.filter((s) => s.start < 0 || s.start > s.end || s.end > text.length).length;
}

const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name));

describe.skipIf(shared === undefined)('real iptables files', () => {
  it.each([
    ['iptables-save', 0.95],
    ['iptables-script', 0.95],
  ])('%s', (format, share) => {
    const total: Count = { rules: 0, modelled: 0, definite: 0 };
    const misplaced: string[] = [];
    const files = filesIn(join(shared ?? '', 'corpus', format));
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      const reading = iptables.createReader().read(text, { uri: `file://${file}` });
      count(reading, total);
      total.rules += lostLines(reading, text);
      if (outOfBounds(reading, text) > 0) misplaced.push(file);
    }
    const percent = (n: number): string => ((100 * n) / Math.max(total.rules, 1)).toFixed(1);
    console.log(`${format}: ${files.length} files, ${total.rules} rules, ${percent(total.modelled)} % modelled, ${percent(total.definite)} % told by the text alone`);
    expect(misplaced).toEqual([]);
    expect(total.modelled).toBeGreaterThanOrEqual(share * total.rules);
  });

  it('is detected by content or name', () => {
    const undetected = filesIn(join(shared ?? '', 'corpus', 'iptables-script')).filter((file) => !iptables.detect({ uri: `file://${file}`, text: readFileSync(file, 'utf8') }));
    expect(undetected).toEqual([]);
  });
});
