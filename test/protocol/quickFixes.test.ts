/** Every quick fix of every example, applied alone: its diagnostic is gone, and none is new. */
import type { CodeAction } from 'vscode-languageserver-protocol/node';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, closeAll } from './client.ts';
import { EXAMPLES, WHOLE, applied, said } from './fixTexts.ts';
import { TRANSPORTS } from './transports.ts';

afterEach(closeAll);

/** How often each thing is said beyond what was said before. */
function news(before: readonly string[], after: readonly string[]): string[] {
  const rest = [...before];
  return after.filter((one) => {
    const at = rest.indexOf(one);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

describe.each(TRANSPORTS.filter(({ name }) => name !== 'IPC'))('over $name', (transport) => {
  describe.each(EXAMPLES)('$name', ({ uri, text }) => {
    it('has findings', async () => {
      const client = await Client.start(transport);
      await client.open(uri, text, '');
      expect((await client.diagnostics(uri)).length).toBeGreaterThan(0);
    });

    it('loses a finding by each of its fixes, and gains none', async () => {
      const client = await Client.start(transport);
      const judge = await Client.start(transport);
      await client.open(uri, text, '');
      const diagnostics = await client.diagnostics(uri);
      const before = said(diagnostics);
      let preferred = 0;
      for (const diagnostic of diagnostics) {
        const actions = await client.actions(uri, diagnostic.range, { diagnostics: [diagnostic], only: ['quickfix'] });
        for (const action of actions) {
          expect(action.kind).toBe('quickfix');
          expect(action.diagnostics?.map(({ message }) => message)).toEqual([diagnostic.message]);
          await judge.open(uri, applied(action, uri, text), '');
          const after = said(await judge.diagnostics(uri));
          await judge.close(uri);
          const declares = /^(Declare|Used here)/.test(action.title);
          if (!declares) expect({ action: action.title, news: news(before, after) }).toEqual({ action: action.title, news: [] });
          const about = said([diagnostic]);
          expect({ action: action.title, gone: about.some((one) => after.filter((other) => other === one).length < before.filter((other) => other === one).length) }).toEqual({ action: action.title, gone: true });
          if (action.isPreferred) expect({ action: action.title, left: about.filter((one) => after.includes(one)) }).toEqual({ action: action.title, left: [] });
        }
        if (actions.some(({ isPreferred }) => isPreferred)) preferred++;
        expect(actions.filter(({ isPreferred }) => isPreferred).length).toBeLessThan(2);
      }
      expect(preferred).toBeGreaterThan(0);
    });

    it('is clean once fix-all and then every preferred fix is applied', async () => {
      const client = await Client.start(transport);
      let current = text;
      const take = async (pick: (actions: readonly CodeAction[]) => CodeAction | undefined, only: string): Promise<boolean> => {
        await client.open(uri, current, '');
        const action = pick(await client.actions(uri, WHOLE, { diagnostics: [], only: [only] }));
        if (action) current = applied(action, uri, current);
        await client.close(uri);
        return action !== undefined;
      };
      expect(await take((actions) => actions[0], 'source.fixAll')).toBe(true);
      for (let n = 0; n < 10 && (await take((actions) => actions.find(({ isPreferred }) => isPreferred), 'quickfix')); n++);
      await client.open(uri, current, '');
      expect(said(await client.diagnostics(uri)).filter((one) => !one.startsWith('fallback-flow'))).toEqual([]);
    });

    it('has no flow left to open after fix-all', async () => {
      const client = await Client.start(transport);
      await client.open(uri, text, '');
      const [all, ...others] = await client.actions(uri, WHOLE, { diagnostics: [], only: ['source.fixAll'] });
      expect(others).toEqual([]);
      expect(all?.kind).toBe('source.fixAll.veeamPorts');
      const fixed = applied(all as CodeAction, uri, text);
      const judge = await Client.start(transport);
      await judge.open(uri, fixed, '');
      const left = await judge.diagnostics(uri);
      expect(news(said(await client.diagnostics(uri)), said(left))).toEqual([]);
      expect(left.length).toBeLessThan((await client.diagnostics(uri)).length);
    });
  });
});
