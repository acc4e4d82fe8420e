/** A VS Code with the packaged extension on a copy of examples/, for a person to try: `npm run editor`. */
import { buildPackage } from './build.ts';
import { codeServerMissing, startCodeServer } from './codeServer.ts';
import { EXAMPLES, VSIX } from './paths.ts';

async function main(): Promise<void> {
  const missing = codeServerMissing();
  if (missing !== undefined) throw new Error(missing);
  console.log('Packaging the extension ...');
  buildPackage();
  const server = await startCodeServer({ folders: [EXAMPLES], vsix: VSIX });
  console.log(`VS Code with Veeam Ports, on a copy of examples/: open this in your browser, and end with Ctrl+C.\n\n  ${server.address()}\n`);
  await new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, done);
  });
  await server.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
