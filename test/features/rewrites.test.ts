// Changing a rule's port closes the port that it had: offered as a rewriting, never as a quick fix, which takes nothing away.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import { ASKER } from './asker.ts';

const TEXT = readFileSync(new URL('cases/slip.nft', import.meta.url), 'utf8');

function titles(only?: readonly string[]): string[] {
  const service = createLanguageService();
  const analysis = service.analyse({ uri: 'untitled:slip.nft', text: TEXT });
  if (!analysis) throw new Error('no dialect');
  const position = analysis.lines.position(TEXT.indexOf('433'));
  const work = service.codeActions(analysis, { start: position, end: position }, { diagnostics: [], automatic: false, ...(only ? { only } : {}) }, ASKER);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value.map((action) => action.title);
  }
}

it.each([
  [undefined, true],
  [['quickfix'], false],
  [['source.fixAll.veeamPorts'], false],
  [['refactor'], true],
])('asked for %s: %s', (only, offered) => {
  expect(titles(only).includes('Change to 443')).toBe(offered);
});
