import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '../../server/src/dialects/dialect.ts';
import { terraform } from '../../server/src/dialects/terraform/index.ts';
import type { Reading } from '../../server/src/model/reading.ts';
import type { Rule } from '../../server/src/model/rule.ts';

const shared = process.env['VEEAM_PORTS_SHARED'];

/** Reasons that no reading of the text could do away with: values that others give, or that are known after apply. */
const TOLD_BY_NO_TEXT = /has no value here|only when Terraform runs|only after apply|is not in this module|outputs of module|is defined elsewhere|overwrite it|may add rules/;

const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile() && /\.(tf|tofu)(\.json)?$/.test(f.name)).map((f) => join(f.parentPath, f.name));

function contextOf(file: string): ReadContext {
  const folder = dirname(file);
  return {
    uri: `file://${file}`,
    include: (pattern) => {
      const end = pattern.replace(/^\*/, '');
      return readdirSync(folder).filter((name) => name.endsWith(end)).sort().map((name) => ({ uri: `file://${join(folder, name)}`, text: readFileSync(join(folder, name), 'utf8') }));
    },
  };
}

function reasonsOf(rule: Rule): string[] {
  const atoms = rule.match.flatMap((t) => t.atoms ?? []).flatMap((a) => (a.kind === 'unknown' ? [a.why] : []));
  return rule.action.kind === 'unknown' ? [...atoms, rule.action.why] : atoms;
}

const read = (file: string): { reading: Reading; text: string } => {
  const text = readFileSync(file, 'utf8');
  return { reading: terraform.createReader().read(text, contextOf(file)), text };
};

function outOfBounds({ problems, comments, blocks, unmodelled, fragments }: Reading, text: string): number {
  const spans = [
    ...problems.map((p) => p.span), ...comments.map((c) => c.span), ...blocks.map((b) => b.span), ...unmodelled.map((u) => u.span),
    ...fragments.flatMap(({ policy }) => [policy.header, policy.span, ...policy.main.entries.filter((e) => e.uri === undefined).flatMap(({ at, rule }) =>
      [rule.span, ...rule.fields.map((f) => f.span), ...rule.match.flatMap((t) => (t.atoms ?? []).map((a) => a.span))].map((s) => ({ start: at + s.start, end: at + s.end })))]),
  ];
  return spans.filter((s) => s.start < 0 || s.start > s.end || s.end > text.length).length;
}

describe.skipIf(shared === undefined)('real Terraform files', () => {
  const folders = shared === undefined ? [] : readdirSync(join(shared, 'corpus')).filter((f) => f.startsWith('terraform-'));
  const files = folders.flatMap((f) => filesIn(join(shared ?? '', 'corpus', f)));

  it('are read, and rules of AWS are modelled', () => {
    let rules = 0;
    let modelled = 0;
    let definite = 0;
    const reasons = new Map<string, number>();
    const misplaced: string[] = [];
    for (const file of files) {
      const { reading, text } = read(file);
      if (outOfBounds(reading, text) > 0) misplaced.push(file);
      for (const { policy } of reading.fragments) {
        for (const { rule } of policy.main.entries) {
          const why = reasonsOf(rule);
          rules++;
          if (why.length === 0) definite++;
          if (why.every((r) => TOLD_BY_NO_TEXT.test(r))) modelled++;
          else for (const r of new Set(why)) reasons.set(`${r} (${basename(file)})`, (reasons.get(`${r} (${basename(file)})`) ?? 0) + 1);
        }
      }
      rules += reading.unmodelled.filter((u) => u.why.includes('of this rule')).length;
    }
    const percent = (n: number): string => ((100 * n) / Math.max(rules, 1)).toFixed(1);
    const top = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 8).map(([why, n]) => `  ${String(n)} × ${why}`);
    console.log([`terraform: ${String(files.length)} files, ${String(rules)} rules, ${percent(modelled)} % modelled, ${percent(definite)} % told by the text alone`, ...top].join('\n'));
    expect(files.length).toBeGreaterThan(0);
    expect(misplaced).toEqual([]);
    expect(modelled).toBeGreaterThanOrEqual(0.85 * rules);
  });

  it('are detected by name', () => {
    expect(files.filter((file) => !terraform.detect({ uri: `file://${file}`, text: '' }))).toEqual([]);
  });
});
