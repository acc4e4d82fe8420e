/**
 * Everything that the product does, on spoilt rule files: it ends, with places inside of the text, the same as for a document that
 * was never another one, and its edits keep the file's line endings. `RUNS=20000` tries more than CI, `SEED=` others.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position, Range } from 'vscode-languageserver-protocol';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { fixAll } from '../../server/src/features/fixes.ts';
import { rulesReport } from '../../server/src/features/rulesReport.ts';
import { type RangeJson, sourcesOf } from '../../server/src/features/sources.ts';
import { type LanguageService, createLanguageService } from '../../server/src/service.ts';
import { applyChanges } from '../../server/src/text/changes.ts';
import type { Analysis } from '../../server/src/workspace/analysis.ts';
import { ASKER, SIMPLE } from '../features/asker.ts';
import { mutation, ruleFiles } from './mutants.ts';

const RUNS = Number(process.env['RUNS'] ?? 150);
const URI = 'untitled:mutant';
const PACKET = { from: '10.0.0.9', to: '10.0.0.1', protocol: 'tcp', port: 443 };
const flows = builtinCatalog().at(undefined).flowById;

interface Guarded {
  readonly dialect: string;
  readonly guards: boolean;
}

function analysed(service: LanguageService, text: string, { dialect, guards }: Guarded): Analysis {
  const analysis = service.analyse({ uri: URI, text }, { dialect, ...(guards ? { overrides: { guards: ['ahv-worker'] } } : {}) });
  if (!analysis) throw new Error('no dialect');
  return analysis;
}

/** Line and column of every range in a report. */
function rangesIn(value: unknown): RangeJson[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(rangesIn);
  return 'start' in value && 'end' in value ? [value as RangeJson, ...inside] : inside;
}

function checkFindings(service: LanguageService, analysis: Analysis): void {
  let last = 0;
  for (const { span, related, corrections, uri, flows: ids, message } of service.findings(analysis)) {
    expect(uri).toBe(URI);
    expect(span.start).toBeGreaterThanOrEqual(last);
    last = span.start;
    expect(message).not.toBe('');
    for (const id of ids) expect(flows.has(id), id).toBe(true);
    for (const { start, end } of [span, ...related.map((r) => r.span), ...corrections.map((c) => c.span)]) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(end).toBeLessThanOrEqual(analysis.text.length);
    }
  }
}

/** What the reports say, as their readers get it. */
function reports(service: LanguageService, analysis: Analysis): unknown {
  const both = JSON.parse(JSON.stringify([service.coverage(analysis), rulesReport(analysis, sourcesOf(analysis))])) as unknown;
  const lines = analysis.lines.lineOf(analysis.text.length) + 1;
  for (const { start, end } of rangesIn(both)) {
    expect(start.line).toBeGreaterThanOrEqual(1);
    expect(start.column).toBeGreaterThanOrEqual(1);
    expect(end.line).toBeLessThanOrEqual(lines);
    expect(end.line - start.line || end.column - start.column).toBeGreaterThanOrEqual(0);
  }
  return both;
}

function actionsAt(service: LanguageService, analysis: Analysis, at: Position): void {
  const work = service.codeActions(analysis, { start: at, end: at }, { diagnostics: [], automatic: true }, ASKER);
  while (!work.next().done);
}

function expectInside({ start, end }: Range, { lines, text }: Analysis): void {
  const last = lines.position(text.length);
  for (const { line, character } of [start, end]) {
    expect(line).toBeLessThanOrEqual(last.line);
    expect(character).toBeLessThanOrEqual(lines.lineEnd(line) - lines.lineStart(line));
  }
}

function checkFeatures(service: LanguageService, analysis: Analysis, offset: number): void {
  const at = analysis.lines.position(offset);
  const whole = { start: { line: 0, character: 0 }, end: analysis.lines.position(analysis.text.length) };
  const hover = service.hover(analysis, at, ASKER);
  for (const range of [
    ...(hover?.range ? [hover.range] : []),
    ...service.codeLenses(analysis, ASKER).map((lens) => lens.range),
    ...service.inlayHints(analysis, whole, ASKER).map(({ position }) => ({ start: position, end: position })),
    ...service.documentLinks(analysis).map((link) => link.range),
    ...service.definition(analysis, at).map((place) => place.range),
    ...service.references(analysis, at, true).map((place) => place.range),
    ...service.diagnostics(analysis, ASKER).map((diagnostic) => diagnostic.range),
  ]) expectInside(range, analysis);
  for (const asker of [ASKER, SIMPLE]) {
    service.completions(analysis, at, asker);
    service.symbols(analysis, asker);
  }
  service.foldingRanges(analysis);
  service.trace(analysis, PACKET);
}

function checkFixes(service: LanguageService, analysis: Analysis): void {
  const fix = fixAll(service.fixContext(analysis));
  if (!fix) return;
  const { text } = analysis;
  const edited = applyChanges(text, fix.changes);
  const ends = new Set(text.match(/\r\n|\n|\r/g));
  if (ends.size === 1) expect(new Set(edited.match(/\r\n|\n|\r/g))).toEqual(ends);
  expect(/[\r\n]$/.test(edited)).toBe(/[\r\n]$/.test(text));
}

describe.each([...ruleFiles()])('spoilt files of %s', (dialect, texts) => {
  const text = fc.constantFrom(...texts);

  it('are checked, reported and served', () => {
    fc.assert(
      fc.property(text, text, fc.array(mutation, { minLength: 1, maxLength: 5 }), fc.array(mutation, { minLength: 1, maxLength: 2 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (one, other, first, then, place, guards) => {
        const how = { dialect, guards };
        const service = createLanguageService();
        const before = first.reduce((now, mutate) => mutate(now, other), one);
        reports(service, analysed(service, before, how));
        const after = then.reduce((now, mutate) => mutate(now, other), before);
        const analysis = analysed(service, after, how);
        checkFindings(service, analysis);
        const fresh = createLanguageService();
        expect(reports(service, analysis)).toEqual(reports(fresh, analysed(fresh, after, how)));
        checkFeatures(service, analysis, Math.floor(place * after.length));
      }),
      { numRuns: RUNS },
    );
  }, 3_600_000);

  it('are mended, or left alone', () => {
    fc.assert(
      fc.property(text, text, fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.double({ min: 0, max: 1, noNaN: true }), (one, other, mutations, place) => {
        const service = createLanguageService();
        const analysis = analysed(service, mutations.reduce((now, mutate) => mutate(now, other), one), { dialect, guards: true });
        checkFixes(service, analysis);
        actionsAt(service, analysis, analysis.lines.position(Math.floor(place * analysis.text.length)));
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  }, 3_600_000);
});
