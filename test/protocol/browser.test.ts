/** The bundle for browsers needs nothing that only Node has. What it does there, the other tests see over the web worker. */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { builtServer } from './transports.ts';

const BUNDLE = fileURLToPath(new URL('../../dist/browser/server.js', import.meta.url));
const GLOBALS = ['Buffer', '__dirname', '__filename', 'global', 'process', 'setImmediate'];

/** Names of Node's modules that are asked for, and of its globals where nothing else has that name. */
function nodeIn(text: string): string[] {
  const source = ts.createSourceFile('server.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [argument] = node.arguments;
      const asks = node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require');
      if (asks) found.add(argument && ts.isStringLiteralLike(argument) ? argument.text : 'a computed module');
    }
    if (ts.isIdentifier(node) && GLOBALS.includes(node.text) && !isName(node)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

/** A property, a parameter, or anything else that only has the same name. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return ts.isPropertyAssignment(parent) || ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isTypeOfExpression(parent);
}

it('uses no Node API', () => {
  builtServer();
  expect(nodeIn(readFileSync(BUNDLE, 'utf8'))).toEqual([]);
});

it.each([...builtinModules.slice(0, 3).map((name) => `require("${name}")`), 'import("node:fs")', 'process.exit()', 'Buffer.from("")'])('would report %s', (text) => {
  expect(nodeIn(text)).toHaveLength(1);
});

it.each(['options.process()', 'typeof process', 'const name = { global: 1 }'])('allows %s', (text) => {
  expect(nodeIn(text)).toEqual([]);
});
