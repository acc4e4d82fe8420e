/** Symbols and folds of whole files against texts beside them (`vitest -u` writes them), and what must hold of any text. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DocumentSymbol, Position, Range } from 'vscode-languageserver-protocol';
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import { ASKER } from './asker.ts';

const FOLDER = fileURLToPath(new URL('outline/', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => !name.endsWith('.txt'));

const place = ({ line, character }: Position): string => `${line + 1}:${character + 1}`;

function written(symbols: readonly DocumentSymbol[], indent = ''): string[] {
  return symbols.flatMap(({ name, detail, range, selectionRange, children }) => [
    `${indent}${name}${detail === undefined ? '' : ` (${detail})`}  ${place(range.start)}-${place(range.end)}, named ${place(selectionRange.start)}-${place(selectionRange.end)}`,
    ...written(children ?? [], `${indent}  `),
  ]);
}

describe.each(files)('%s', (name) => {
  const service = createLanguageService();
  const analysis = service.analyse({ uri: `file:///${name}`, text: readFileSync(FOLDER + name, 'utf8') });

  it('has the outline and the folds beside it', async () => {
    if (!analysis) throw new Error('in no dialect');
    const folds = service.foldingRanges(analysis).map(({ startLine, endLine, kind }) => `${startLine + 1}-${endLine + 1}${kind === undefined ? '' : ` ${kind}`}`);
    const text = [...written(service.symbols(analysis, ASKER) as DocumentSymbol[]), '', ...folds, ''].join('\n');
    await expect(text).toMatchFileSnapshot(`${FOLDER}${name}.txt`);
  });
});

const notAfter = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.character <= b.character);
const holds = (outer: Range, inner: Range): boolean => notAfter(outer.start, inner.start) && notAfter(inner.start, inner.end) && notAfter(inner.end, outer.end);

/** Places at which the outline breaks what the protocol demands of it. */
function broken(symbols: readonly DocumentSymbol[], around: Range): string[] {
  return symbols.flatMap((symbol) => [
    ...(holds(around, symbol.range) && holds(symbol.range, symbol.selectionRange) && symbol.name !== '' ? [] : [`${symbol.name} ${place(symbol.range.start)}`]),
    ...broken(symbol.children ?? [], symbol.range),
  ]);
}

const STEP = 23;

it.each([...files.map((name) => FOLDER + name), ...readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.sh')).map(({ name }) => EXAMPLES + name)])('keeps places within one another when parts of %s are gone', (path) => {
  const original = readFileSync(path, 'utf8');
  const service = createLanguageService();
  for (let at = 0; at < original.length; at += STEP) {
    const text = original.slice(0, at) + original.slice(at + (at % 7) + 1);
    const analysis = service.analyse({ uri: `file:///${path}`, text });
    if (!analysis) continue;
    const end = analysis.lines.position(text.length);
    expect(broken(service.symbols(analysis, ASKER) as DocumentSymbol[], { start: { line: 0, character: 0 }, end })).toEqual([]);
    const folds = service.foldingRanges(analysis);
    expect(folds.filter(({ startLine, endLine }, i) => endLine <= startLine || endLine > end.line || startLine <= (folds[i - 1]?.startLine ?? -1))).toEqual([]);
    service.inlayHints(analysis, { start: { line: 0, character: 0 }, end }, ASKER);
  }
});
