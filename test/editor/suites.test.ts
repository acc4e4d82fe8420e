/** The extension-host suite in a real VS Code, three ways. */
import { describe, expect, it } from 'vitest';
import { runSuite, type Mode } from './extensionHost.ts';
import { editorMissing, skipReason } from './vscode.ts';

const missing = skipReason(editorMissing());

describe.skipIf(missing !== undefined)('the extension-host suite passes', () => {
  it.each<[string, Mode]>([
    ['from source', 'source'],
    ['from the package', 'package'],
    ['as a web worker extension, as in vscode.dev', 'web'],
  ])('%s', async (_, mode) => {
    const { passed, failed, total, outside } = await runSuite(mode);
    expect(failed).toEqual([]);
    expect(passed).toHaveLength(total);
    expect(total).toBeGreaterThan(10);
    expect(outside).toEqual([]);
  });
});
