/** Where the editor tests find and leave things. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const ARTIFACTS = join(ROOT, 'artifacts/editor');
/** Pictures for docs/images. */
export const PICTURES = join(ARTIFACTS, 'readme');
export const VSIX = join(ROOT, 'artifacts/veeam-ports.vsix');
export const EXAMPLES = join(ROOT, 'examples');
/** The extension-host suite as one file per kind of host. */
export const SUITES = { node: join(ARTIFACTS, 'suite/node.js'), web: join(ARTIFACTS, 'suite/web.js') };
/** The folder that is open while the suite runs. */
export const SUITE_FOLDER = join(ARTIFACTS, 'suite/workspace');
