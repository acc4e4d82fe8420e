/** The language server as a Node process: `--node-ipc` from VS Code, `--stdio` (the default) from other editors. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from '../lsp/server.ts';

const TRANSPORTS = ['--stdio', '--node-ipc', '--socket', '--pipe'];
if (!process.argv.some((argument) => TRANSPORTS.includes(argument.split('=', 1)[0] ?? ''))) process.argv.push('--stdio');

startServer(createConnection(ProposedFeatures.all));
