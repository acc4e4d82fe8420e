/** The language server as a Node process: `--node-ipc` from VS Code, `--stdio` (also the default) from other editors. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from '../lsp/server.ts';
import { includesWithin } from './includes.ts';

if (!process.argv.some((argument) => /^--(stdio|node-ipc|socket|pipe)\b/.test(argument))) process.argv.push('--stdio');

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

startServer(createConnection(ProposedFeatures.all), { includes: includesWithin, nextTurn });
