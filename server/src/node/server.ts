/** The language server as a Node process: `--node-ipc` from VS Code, `--stdio` (also the default) from other editors. */
import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from '../lsp/server.ts';
import { includesWithin } from './includes.ts';

// V8 doubles the space for young objects while there is garbage, up to 48 MB; for bursts as short as a keystroke its first size does.
setFlagsFromString('--semi-space-growth-factor=1');

if (!process.argv.some((argument) => /^--(stdio|node-ipc|socket|pipe)\b/.test(argument))) process.argv.push('--stdio');

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

startServer(createConnection(ProposedFeatures.all), { includes: includesWithin, nextTurn });
