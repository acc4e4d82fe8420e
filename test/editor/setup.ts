/** Before the editor tests, where they can run: what they run is built, once. */
import { buildPackage, buildSuite } from './build.ts';
import { editorMissing } from './vscode.ts';

export default async function setup(): Promise<void> {
  if (editorMissing() !== undefined) return;
  buildPackage();
  await buildSuite();
}
