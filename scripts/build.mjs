// Bundles the extension, the language server and the command line tool into dist/.
//   node scripts/build.mjs [--production]     production: minified, without source maps
import { build } from 'esbuild';
import { chmodSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const production = process.argv.includes('--production');
const SERVER_LIMIT = 600 * 1024;

const node = { platform: 'node', target: 'node20', format: 'cjs' };
const worker = { platform: 'browser', target: 'es2022' };
const program = { ...node, banner: { js: '#!/usr/bin/env node' } };

const bundles = {
  'dist/client.js': { ...node, entry: 'client/src/node/main.ts', external: ['vscode'] },
  'dist/browser/client.js': { ...worker, entry: 'client/src/browser/main.ts', format: 'cjs', external: ['vscode'] },
  'dist/webview/coverage.js': { ...worker, entry: 'client/src/webview/coverage.ts', format: 'iife' },
  'dist/server.js': { ...node, entry: 'server/src/node/server.ts' },
  'dist/browser/server.js': { ...worker, entry: 'server/src/browser/server.ts', format: 'iife' },
  'dist/veeam-ports.js': { ...program, entry: 'server/src/node/cli.ts' },
  'dist/veeam-ports-language-server.js': { ...program, entry: 'server/src/node/server.ts' },
};

generate();

await Promise.all(
  Object.entries(bundles).map(async ([outfile, { entry, ...options }]) => {
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      bundle: true,
      minify: production,
      sourcemap: !production,
      // The server's library brings a second copy of the types.
      alias: { 'vscode-languageserver-types': `${root}node_modules/vscode-languageserver-types/lib/esm/main.js` },
      mainFields: options.platform === 'browser' ? ['browser', 'module', 'main'] : ['module', 'main'],
      logLevel: 'warning',
      ...options,
    });
    if (options.banner) chmodSync(root + outfile, 0o755);
    const { size } = statSync(root + outfile);
    console.log(`${outfile}  ${(size / 1024).toFixed(0)} KB`);
    if (production && outfile.endsWith('server.js') && size > SERVER_LIMIT) console.warn(`${outfile} is larger than ${SERVER_LIMIT / 1024} KB`);
  }),
);
