/**
 * Rule files with expectations in their comments. The caret points at a place in the last line that is no expectation:
 *   #   ^ hover: words that the card holds        #   ^ no hover
 *   #   ^ complete: the first labels              #   ^ inserts: the first edit's text     #   ^ no completion
 *   #   ^ action: a title                         #   ^ no action: part of a title
 *   #   ^ hint: the label shown there             #   ^ hint tells: words of its tooltip         #   ^ no hint
 *   #   ^ lens: the title above the line          #   ^ no lens
 *   #   ^ link: part of its target                #   ^ no link
 *   #   ^ defined: the declaring line, or several with “, ” between them        #   ^ mentioned: how often
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MarkupContent, Position } from 'vscode-languageserver-protocol';
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import type { Analysis } from '../../server/src/workspace/analysis.ts';
import { ASKER } from './asker.ts';

const CASES = fileURLToPath(new URL('cases/', import.meta.url));
const EXPECTATION = /^[#;/!]+ *\^ (no )?(hover|complete|completion|inserts|action|hint|hint tells|lens|link|defined|mentioned)(?:: ?(.*))?$/;

interface Expectation {
  readonly line: number;
  readonly position: Position;
  readonly none: boolean;
  readonly what: string;
  readonly words: string;
}

function expectationsIn(text: string): Expectation[] {
  const found: Expectation[] = [];
  let about = 0;
  text.split('\n').forEach((content, line) => {
    const match = EXPECTATION.exec(content);
    if (!match) about = line;
    else found.push({ line, position: { line: about, character: content.indexOf('^') }, none: match[1] !== undefined, what: match[2] ?? '', words: match[3] ?? '' });
  });
  return found;
}

const service = createLanguageService();

function hover(analysis: Analysis, { position, none, words }: Expectation): void {
  const card = (service.hover(analysis, position, ASKER)?.contents as MarkupContent | undefined)?.value;
  if (none) expect(card).toBeUndefined();
  else expect(card).toContain(words);
}

function complete(analysis: Analysis, { position, none, what, words }: Expectation): void {
  const items = service.completions(analysis, position, ASKER);
  if (none) expect(items).toEqual([]);
  else if (what === 'inserts') expect(items[0]?.textEdit?.newText).toBe(words.replaceAll('\\n', '\n'));
  else expect(items.map(({ label }) => label).slice(0, words.split(', ').length)).toEqual(words.split(', '));
}

function act(analysis: Analysis, { position, none, words }: Expectation): void {
  const work = service.codeActions(analysis, { start: position, end: position }, { diagnostics: [], automatic: true }, ASKER);
  let step = work.next();
  while (!step.done) step = work.next();
  const titles = step.value.map(({ title }) => title);
  if (none) expect(titles.filter((title) => title.includes(words))).toEqual([]);
  else expect(titles).toContain(words);
}

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };

function hint(analysis: Analysis, { position, none, what, words }: Expectation): void {
  const hints = service.inlayHints(analysis, WHOLE, ASKER).filter((one) => one.position.line === position.line && one.position.character === position.character);
  if (none) expect(hints).toEqual([]);
  else if (what === 'hint tells') expect(hints.map(({ tooltip }) => (tooltip as MarkupContent | undefined)?.value)).toEqual([expect.stringContaining(words)]);
  else expect(hints.map(({ label }) => label)).toEqual([words]);
}

function lens(analysis: Analysis, { position, none, words }: Expectation): void {
  const lenses = service.codeLenses(analysis, ASKER).filter(({ range }) => range.start.line === position.line);
  expect(lenses.map(({ command }) => command?.title)).toEqual(none ? [] : words.split(' | '));
}

function link(analysis: Analysis, { position, none, words }: Expectation): void {
  const targets = service.documentLinks(analysis).filter(({ range: { start, end } }) => start.line === position.line && start.character <= position.character && position.character < end.character).map(({ target }) => target);
  expect(targets).toEqual(none ? [] : [expect.stringContaining(words)]);
}

function defined(analysis: Analysis, { position, none, words }: Expectation): void {
  const lines = service.definition(analysis, position).map(({ range: { start } }) => analysis.text.split('\n')[start.line]?.replace(/^.*veeam-ports: /, ''));
  expect(lines).toEqual(none ? [] : words.split(', '));
}

function mentioned(analysis: Analysis, { position, none, words }: Expectation): void {
  expect(service.references(analysis, position, true)).toHaveLength(none ? 0 : Number(words));
}

describe.each(readdirSync(CASES))('%s', (name) => {
  const text = readFileSync(CASES + name, 'utf8');
  const analysis = service.analyse({ uri: `file:///cases/${name}`, text });
  it.each(expectationsIn(text).map((one) => ({ one, title: `line ${one.line + 1}: ${one.none ? 'no ' : ''}${one.what} ${one.words}` })))('$title', ({ one }) => {
    expect(analysis).toBeDefined();
    if (!analysis) return;
    if (one.what === 'hover') hover(analysis, one);
    else if (one.what === 'action') act(analysis, one);
    else if (one.what.startsWith('hint')) hint(analysis, one);
    else if (one.what === 'lens') lens(analysis, one);
    else if (one.what === 'link') link(analysis, one);
    else if (one.what === 'defined') defined(analysis, one);
    else if (one.what === 'mentioned') mentioned(analysis, one);
    else complete(analysis, one);
  });
});
