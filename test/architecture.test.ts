/** The invariants of ARCHITECTURE.md, read from the imports: what may know what. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVER = 'server/src/';

const LAYERS: Record<string, number> = {
  core: 0,
  text: 1,
  model: 2,
  catalog: 3,
  families: 3,
  dialects: 4,
  engine: 4,
  workspace: 5,
  checks: 6,
  features: 7,
  'service.ts': 8,
  lsp: 9,
  cli: 9,
  node: 10,
  browser: 10,
};
const FEATURES = 7;
const FIRST_WITH_IO = 9;
/** Not the editor: a table of translations, for any program. */
const TRANSLATION = '@vscode/l10n';
const PROTOCOL_TYPES = ['vscode-languageserver-types', 'vscode-languageserver-textdocument'];
const DIALECTS = readdirSync(`${ROOT}${SERVER}dialects`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

interface Import {
  specifier: string;
  typeOnly: boolean;
}

/** Every import and re-export of a module, dynamic ones included. */
function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const typeOnly = ts.isImportDeclaration(node) ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword : node.isTypeOnly;
      found.push({ specifier: node.moduleSpecifier.text, typeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      found.push({ specifier: argument && ts.isStringLiteral(argument) ? argument.text : '(computed)', typeOnly: false });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      found.push({ specifier: node.argument.literal.text, typeOnly: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `server/src/dialects/nftables/parse.ts` → `['dialects', 'nftables', 'parse.ts']` */
function segments(file: string): string[] {
  return posix.relative(SERVER, file).split('/');
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function serverViolation(file: string, { specifier }: Import): string | undefined {
  const [folder = '', dialect, ...deeper] = segments(file);
  const layer = LAYERS[folder];
  if (layer === undefined) return 'stands in no layer';
  if (!specifier.startsWith('.')) {
    if (layer >= FIRST_WITH_IO) return undefined;
    const name = packageOf(specifier);
    if (name.startsWith('node:') || builtinModules.includes(name)) return `uses Node's ${specifier}`;
    if (PROTOCOL_TYPES.includes(name)) return layer < FEATURES ? `knows the protocol (${specifier})` : undefined;
    return name.startsWith('vscode') || (name.startsWith('@vscode/') && name !== TRANSLATION) ? `knows the editor (${specifier})` : undefined;
  }
  const [target = '', targetDialect, ...targetDeeper] = segments(posix.join(posix.dirname(file), specifier));
  const targetLayer = LAYERS[target];
  if (targetLayer === undefined) return `imports ${specifier}, which stands in no layer`;
  if (target !== folder) return targetLayer < layer ? undefined : `imports ${target}, which is not below ${folder}`;
  const crosses = folder === 'dialects' && deeper.length > 0 && targetDeeper.length > 0 && dialect !== targetDialect;
  return crosses ? `imports another dialect, ${targetDialect ?? ''}` : undefined;
}

/** What a module does that ARCHITECTURE.md forbids; `file` is relative to the repository. */
function violations(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports = importsOf(source);
  if (!file.startsWith(SERVER)) {
    return imports.filter(({ specifier, typeOnly }) => specifier.includes('server/src') && !typeOnly).map(({ specifier }) => `${file} takes more than types from ${specifier}`);
  }
  const found = imports.map((one) => serverViolation(file, one)).filter((one) => one !== undefined);
  if (/^(engine|checks)$/.test(segments(file)[0] ?? '')) {
    const code = ts.createPrinter({ removeComments: true }).printFile(source);
    found.push(...DIALECTS.filter((id) => new RegExp(`\\b${id}\\b`).test(code)).map((id) => `names the dialect ${id}`));
  }
  return found.map((one) => `${file} ${one}`);
}

describe('architecture', () => {
  const files = ['server/src', 'client/src'].flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );

  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(DIALECTS).toContain('nftables');
  });

  it('holds in every module', () => {
    expect(files.flatMap((file) => violations(file, readFileSync(ROOT + file, 'utf8')))).toEqual([]);
  });

  it.each([
    ['server/src/core/ports.ts', `import { Rule } from '../model/rule.ts'`],
    ['server/src/engine/trace.ts', `export * from '../dialects/registry.ts'`],
    ['server/src/engine/trace.ts', `if (dialect === 'nftables') stop()`],
    ['server/src/families/netfilter/hooks.ts', `import type { Page } from '../../catalog/data.ts'`],
    ['server/src/dialects/nftables/parse.ts', `import { words } from '../iptables/parse.ts'`],
    ['server/src/cli/main.ts', `const { startServer } = await import('../lsp/server.ts')`],
    ['server/src/workspace/host.ts', `import { readFile } from 'node:fs/promises'`],
    ['server/src/checks/missing.ts', `import { Range } from 'vscode-languageserver-types'`],
    ['server/src/features/hover.ts', `import { Hover } from 'vscode-languageserver'`],
    ['server/src/helpers/misc.ts', `import { a } from '../core/ports.ts'`],
    ['client/src/client.ts', `import { codes } from '../../server/src/checks/registry.ts'`],
  ])('would report %s: %s', (file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });

  it.each([
    ['server/src/dialects/registry.ts', `import { nftables } from './nftables/index.ts'`],
    ['server/src/dialects/nftables/index.ts', `import type { Dialect } from '../dialect.ts'`],
    ['server/src/features/hover.ts', `import type { Hover } from 'vscode-languageserver-types'`],
    ['server/src/engine/trace.ts', `// as nftables does\nimport { Rule } from '../model/rule.ts'`],
    ['server/src/lsp/server.ts', `import { createConnection } from 'vscode-languageserver/node'`],
    ['client/src/client.ts', `import type { Coverage } from '../../server/src/lsp/protocol.ts'`],
  ])('allows %s: %s', (file, text) => {
    expect(violations(file, text)).toEqual([]);
  });
});
