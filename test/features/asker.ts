/** An editor that can do everything, for tests of the features without a protocol. */
import type { ClientSupport } from '../../server/src/features/client.ts';
import type { Asker } from '../../server/src/service.ts';

const CLIENT: ClientSupport = {
  diagnostics: { unnecessaryTag: true, relatedInformation: true, codeDescription: true, data: true },
  markdown: { hover: true, completion: true },
  completion: { snippets: true, insertTextAsIs: true },
  edits: { documentChanges: true, snippets: true },
  symbols: { hierarchical: true },
  commands: new Set(['veeamPorts.showCoverage']),
  codeActions: { literals: true, preferred: true },
};

export const ASKER: Asker = { client: CLIENT, severity: {} };

/** Plain text, plain edits. */
export const SIMPLE: Asker = {
  client: { ...CLIENT, markdown: { hover: false, completion: false }, completion: { snippets: false, insertTextAsIs: false }, edits: { documentChanges: false, snippets: false }, symbols: { hierarchical: false }, commands: new Set() },
  severity: {},
};
