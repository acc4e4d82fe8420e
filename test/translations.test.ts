/**
 * Every text of the extension and of the language server in every language: complete, and with the same places to fill in.
 * `npx vitest run --project unit test/translations.test.ts -u` writes the bundles anew: texts that are new stand in those of
 * other languages as "", to be filled in by hand.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../server/src/catalog/builtin.ts';
import type { Condition } from '../server/src/model/flow.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LANGUAGES = ['de', 'fr'];
const read = (file: string): Record<string, string> => JSON.parse(readFileSync(ROOT + file, 'utf8')) as Record<string, string>;

/** The one module that translates texts which are data. */
const OF_CATALOG = 'server/src/catalog/text.ts';

interface Found {
  readonly texts: readonly string[];
  /** Calls that cannot be translated, by their place: the text is no literal, or wanted before the language is known. */
  readonly wrong: readonly string[];
}

/** The first argument of each call of `t`: in the client a property of `vscode.l10n`, in the server what `@vscode/l10n` exports. */
function textsOf(name: string): Found {
  const source = ts.createSourceFile(name, readFileSync(ROOT + name, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const wrong: string[] = [];
  const visit = (node: ts.Node, later: boolean): void => {
    if (ts.isCallExpression(node)) {
      const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
      const [text] = node.arguments;
      if (called === 't' && text) {
        if (ts.isStringLiteral(text)) texts.push(text.text);
        if (!ts.isStringLiteral(text) || !later) wrong.push(`${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${node.getText()}`);
      }
    }
    ts.forEachChild(node, (child) => {
      visit(child, later || ts.isFunctionLike(node));
    });
  };
  visit(source, false);
  return { texts, wrong };
}

function sourcesIn(folder: string): string[] {
  return readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
}

/** The sentences of the catalog that the editor shows. */
function catalogTexts(): string[] {
  const { features, components, pages } = builtinCatalog().data;
  const rows = pages.flatMap(({ sections }) => sections).flatMap((section) => section.rows);
  const conditions = rows.flatMap((row): readonly Condition[] => [...row.conditions, ...[...row.from, ...row.to, ...row.items].flatMap((part) => part.conditions)]);
  const texts = [
    ...features.flatMap(({ name, on, off }) => [name, on, off]),
    ...components.map(({ hint }) => hint),
    ...rows.flatMap(({ purpose, history }) => [purpose, history]),
    ...conditions.map(({ text }) => text),
  ];
  return texts.filter((text) => text !== undefined);
}

/** What a translation keeps as it is: places, links, code, directives, and the names to fill in there. */
const kept = (text: string): string[] => [...text.matchAll(/\{\d+\}|\(command:[^)]*\)|\(https:[^)]*\)|`[^`]*`|veeam-ports: \w+|\b(?:ADDRESS|COMPONENT|NETWORKS|WORKLOAD)\b/g)].map(([place]) => place).sort();

describe('the program', () => {
  const client = sourcesIn('client/src').map(textsOf);
  const server = sourcesIn('server/src').filter((name) => readFileSync(ROOT + name, 'utf8').includes("from '@vscode/l10n'")).map(textsOf);
  const found = [...client, ...server];
  const texts = [...new Set([...found.flatMap((one) => one.texts), ...catalogTexts()])].sort();
  const written = (translate: (text: string) => string): string => `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, translate(text)])), undefined, 2)}\n`;

  it('asks for texts by literals, when somebody is to see them', () => {
    expect(texts.length).toBeGreaterThan(200);
    expect(found.flatMap(({ wrong }) => wrong).filter((place) => !place.startsWith(OF_CATALOG))).toEqual([]);
  });

  it('has its texts in bundle.l10n.json, no more and no less', async () => {
    await expect(written((text) => text)).toMatchFileSnapshot(`${ROOT}l10n/bundle.l10n.json`);
  });

  it.each(LANGUAGES)('has them in %s', async (language) => {
    const file = `l10n/bundle.l10n.${language}.json`;
    const bundle = read(file);
    await expect(written((text) => bundle[text] ?? '')).toMatchFileSnapshot(ROOT + file);
    expect(texts.filter((text) => !bundle[text])).toEqual([]);
    for (const text of texts) expect({ text, kept: kept(bundle[text] ?? '') }).toEqual({ text, kept: kept(text) });
  });
});

it('French has its own spaces and apostrophes', () => {
  const texts = [...Object.values(read('l10n/bundle.l10n.fr.json')), ...Object.values(read('package.nls.fr.json'))];
  expect(texts.filter((text) => / [:;?!»]|« |\p{L}'\p{L}|["“”„]\p{L}/u.test(text.replace(/`[^`]*`/g, '')))).toEqual([]);
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
    for (const [key, text] of Object.entries(english)) expect(kept(translated[key] ?? '')).toEqual(kept(text));
  });
});
