/** Installs what the benchmarks are held against, outside of the project's own packages. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where the benchmarks put what they run. */
export const FOLDER = `${ROOT}artifacts/perf/`;

/** The program of vscode-langservers-extracted's JSON server. */
export function jsonServer(): string {
  const program = `${FOLDER}node_modules/vscode-langservers-extracted/bin/vscode-json-language-server`;
  if (!existsSync(program)) {
    mkdirSync(FOLDER, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(`${ROOT}test/perf/peers/${file}`, `${FOLDER}${file}`);
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'inherit' });
  }
  return program;
}

/** A server that does nothing but start: what the library alone costs. */
export function bareServer(): string {
  const program = `${FOLDER}bare.js`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(program, `const { createConnection } = require('node:module').createRequire(${JSON.stringify(`${ROOT}package.json`)})('vscode-languageserver/node');\nconst connection = createConnection();\nconnection.onInitialize(() => ({ capabilities: { textDocumentSync: 2, diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false } } }));\nconnection.languages.diagnostics.on(() => ({ kind: 'full', items: [] }));\nconnection.listen();\n`);
  return program;
}
