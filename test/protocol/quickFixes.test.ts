/** Every quick fix of every example, applied alone: its diagnostic is gone, and none is new. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic, SnippetTextEdit, TextEdit } from 'vscode-languageserver-protocol/node';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, closeAll } from './client.ts';
import { TRANSPORTS } from './transports.ts';

afterEach(closeAll);

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** What a person puts into the places of a snippet. */
function filledIn(snippet: string): string {
  return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, (_, words: string) => (/\d/.test(words) ? words : '192.0.2.77')).replace(/\\([\\$}])/g, '$1');
}

function isSnippet(edit: TextEdit | SnippetTextEdit): edit is SnippetTextEdit {
  return 'snippet' in edit;
}

function applied(action: CodeAction, uri: string, text: string): string {
  const [change] = action.edit?.documentChanges ?? [];
  if (!change || !('edits' in change) || change.textDocument.uri !== uri) throw new Error(`no edit of ${uri} in ${action.title}`);
  expect(change.textDocument.version).toBe(1);
  const edits = change.edits.map((edit): TextEdit => ('range' in edit && isSnippet(edit) ? { range: edit.range, newText: filledIn(edit.snippet.value) } : edit));
  return TextDocument.applyEdits(TextDocument.create(uri, '', 1, text), edits);
}

const textOf = (message: Diagnostic['message']): string => (typeof message === 'string' ? message : message.value);

/** What diagnostics say of which flows, wherever they stand after an edit; a shift of lines is no news. */
function said(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.flatMap(({ code, data, message }) => {
    const flows = (data as { flows: string[] }).flows;
    return flows.length > 0 ? flows.map((flow) => `${String(code)} ${flow}`) : [`${String(code)} ${textOf(message).replace(/\d+/g, 'N')}`];
  });
}

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
  describe.each(readdirSync(EXAMPLES))('%s', (name) => {
    const text = readFileSync(EXAMPLES + name, 'utf8');
    const uri = `file:///examples/${name}`;

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
      const whole = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
      let current = text;
      const take = async (pick: (actions: readonly CodeAction[]) => CodeAction | undefined, only: string): Promise<boolean> => {
        await client.open(uri, current, '');
        const action = pick(await client.actions(uri, whole, { diagnostics: [], only: [only] }));
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
      const whole = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
      const [all, ...others] = await client.actions(uri, whole, { diagnostics: [], only: ['source.fixAll'] });
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
