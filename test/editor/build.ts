/** What the editor tests run: the package, and the suite bundled for each kind of extension host with the folder that it opens. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { EXAMPLES, ROOT, SUITE_FOLDER, SUITES, VSIX } from './paths.ts';

const source = (name: string): string => fileURLToPath(new URL(`suite/${name}`, import.meta.url));

/** @returns what vsce printed. */
export function vsce(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/vsce'), [...args, '--no-dependencies'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`vsce ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** Builds dist/ too. */
export function buildPackage(): void {
  mkdirSync(join(VSIX, '..'), { recursive: true });
  vsce('package', '--out', VSIX);
}

export async function buildSuite(): Promise<void> {
  const common: BuildOptions = { bundle: true, logLevel: 'warning', format: 'cjs', target: 'es2022' };
  await build({ ...common, entryPoints: [source('node.ts')], outfile: SUITES.node, platform: 'node', external: ['vscode', 'mocha'] });
  await build({
    ...common,
    entryPoints: [source('web.ts')],
    outfile: SUITES.web,
    platform: 'browser',
    external: ['vscode'],
    define: { global: 'globalThis' },
    banner: { js: 'var process = { env: {} };' },
    footer: { js: 'module.exports = { run };' },
  });
  mkdirSync(SUITE_FOLDER, { recursive: true });
  cpSync(join(EXAMPLES, 'worker.nft'), join(SUITE_FOLDER, 'worker.nft'));
  writeFileSync(join(SUITE_FOLDER, 'notes.md'), '# Notes\n');
}
