/** Every text of the extension in every language: complete, and with the same places to fill in. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LANGUAGES = ['de', 'fr'];
const read = (file: string): Record<string, string> => JSON.parse(readFileSync(ROOT + file, 'utf8')) as Record<string, string>;

/** The first argument of each call of `t`, also as a property; a text that is no literal could not be translated. */
function textsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
      const [text] = node.arguments;
      if (name === 't' && text) found.push(ts.isStringLiteralLike(text) ? text.text : `not a literal: ${file}: ${text.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const placesIn = (text: string): string[] => [...text.matchAll(/\{\d+\}|\(command:[^)]*\)|\(https:[^)]*\)|`[^`]*`/g)].map(([place]) => place).sort();

describe('the program', () => {
  const folder = `${ROOT}client/src`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const texts = [...new Set(files.flatMap((name) => textsOf(`${folder}/${name}`)))].sort();

  it('has texts', () => {
    expect(texts.length).toBeGreaterThan(50);
  });

  it.each(['', ...LANGUAGES.map((language) => `.${language}`)])('is translated by bundle.l10n%s.json, no more and no less', (language) => {
    const bundle = read(`l10n/bundle.l10n${language}.json`);
    expect(Object.keys(bundle).sort()).toEqual(texts);
    for (const [text, translated] of Object.entries(bundle)) {
      expect(placesIn(translated)).toEqual(placesIn(text));
      if (language === '') expect(translated).toBe(text);
    }
  });
});

describe('package.json', () => {
  const english = read('package.nls.json');

  it('has each text that it names, and no other', () => {
    const named = [...readFileSync(`${ROOT}package.json`, 'utf8').matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key);
    expect([...new Set(named)].sort()).toEqual(Object.keys(english).sort());
  });

  it.each(LANGUAGES)('is complete in %s', (language) => {
    const translated = read(`package.nls.${language}.json`);
    expect(Object.keys(translated)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(english)) expect(placesIn(translated[key] ?? '')).toEqual(placesIn(text));
  });
});
