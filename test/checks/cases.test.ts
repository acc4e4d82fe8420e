/**
 * Checks on real text: `test/checks/<code>/<case>.nft`, each with the findings that it has, no more and no less, in comments
 * below the line that they stand on. The carets mark the text of the finding, as far as it is on that line:
 *
 *     tcp dport 433 accept
 *     #         ^^^ near-miss: was 443 meant?
 *
 * The text after the code must occur in the message; `…` stands for anything. A severity that is not the code's own follows
 * the code: `missing-flow information: ...`. `~ ...` further says a related place: its line's number and message.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES, type Finding } from '../../server/src/model/finding.ts';
import { createLanguageService } from '../../server/src/service.ts';
import { LineIndex } from '../../server/src/text/lineIndex.ts';

const ROOT = new URL('./', import.meta.url).pathname;
const ANNOTATION = /^\s*#(\s*)(\^+) ([a-z-]+)(?: (error|warning|information|hint))?: ?(.*)$/;
const RELATED = /^\s*#\s*~ (\d+): (.*)$/;

interface Annotation {
  readonly line: number;
  readonly column: number;
  readonly marked: string;
  readonly code: string;
  readonly severity: string;
  readonly text: string;
  readonly related: { readonly line: number; readonly text: string }[];
}

function annotationsOf(text: string): Annotation[] {
  const out: Annotation[] = [];
  let subject = -1;
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    const found = ANNOTATION.exec(line);
    const related = RELATED.exec(line);
    if (found) {
      const [, , carets = '', code = '', severity, message = ''] = found;
      const column = line.indexOf('^');
      out.push({ line: subject, column, marked: (lines[subject] ?? '').slice(column, column + carets.length), code, severity: severity ?? CODES[code as keyof typeof CODES], text: message, related: [] });
    } else if (related) out.at(-1)?.related.push({ line: Number(related[1]) - 1, text: related[2] ?? '' });
    else subject = i;
  }
  return out;
}

const says = (message: string, text: string): boolean => {
  let at = 0;
  for (const part of text.split('…')) {
    const found = message.indexOf(part.trim(), at);
    if (found < 0) return false;
    at = found + part.trim().length;
  }
  return true;
};

function place(f: Pick<Finding, 'span'>, lines: LineIndex): { line: number; column: number; marked: string } {
  const line = lines.lineOf(f.span.start);
  const start = lines.lineStart(line);
  return { line, column: f.span.start - start, marked: lines.text.slice(f.span.start, Math.min(f.span.end, lines.lineEnd(line))) };
}

const codes = readdirSync(ROOT, { withFileTypes: true }).filter((d) => d.isDirectory()).map((d) => d.name);

describe.each(codes)('%s', (code) => {
  const files = readdirSync(`${ROOT}${code}`);
  const seen = new Map(files.map((file) => [file, readFileSync(`${ROOT}${code}/${file}`, 'utf8')]));

  it.each(files)('%s', (file) => {
    const text = seen.get(file) ?? '';
    const service = createLanguageService();
    const analysis = service.analyse({ uri: `file:///${file}`, text });
    if (!analysis) throw new Error('in no dialect that the product reads');
    const lines = new LineIndex(text);
    const findings = [...service.findings(analysis)];
    const wanted = annotationsOf(text);
    const brief = (f: Finding): string => `line ${String(place(f, lines).line + 1)} ${f.code} ${f.severity} «${place(f, lines).marked}»`;
    expect(findings.map(brief).sort()).toEqual(wanted.map((w) => `line ${String(w.line + 1)} ${w.code} ${w.severity} «${w.marked}»`).sort());
    for (const w of wanted) {
      const here = findings.filter((f) => f.code === w.code && place(f, lines).line === w.line && place(f, lines).column === w.column);
      const match = here.find((f) => says(f.message, w.text));
      if (!match) throw new Error(`line ${String(w.line + 1)}: no ${w.code} says “${w.text}”, but ${here.map((f) => `“${f.message}”`).join(', ')}`);
      for (const r of w.related) {
        const places = match.related.map((x) => `${String(lines.lineOf(x.span.start) + 1)}: ${x.message}`);
        if (!match.related.some((x) => lines.lineOf(x.span.start) === r.line && says(x.message, r.text))) throw new Error(`line ${String(w.line + 1)}: nothing related on line ${String(r.line + 1)} says “${r.text}”, but ${places.join(', ')}`);
      }
    }
  });

  it('has a case with the finding and one without', () => {
    const having = [...seen.values()].map((text) => annotationsOf(text).some((a) => a.code === code));
    expect([having.includes(true), having.includes(false)]).toEqual([true, true]);
  });
});

describe('the cases', () => {
  it('are there for every code', () => {
    expect(codes.sort()).toEqual(Object.keys(CODES).sort());
  });
});
