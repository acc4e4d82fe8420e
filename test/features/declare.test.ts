/** Declaring what a policy guards takes effect where it is written, in every kind of file. */
import type { CodeAction } from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import { ASKER, SIMPLE } from './asker.ts';

const FILES: Record<string, string> = {
  'rules.nft': `# Ports for Veeam
table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        tcp dport { 2500-3300, 6162 } accept
    }
}
`,
  'commands.nft': `# Ports for Veeam
add table inet filter
add chain inet filter input { type filter hook input priority filter; policy drop; }
add rule inet filter input tcp dport 2500-3300 accept
add rule inet filter input tcp dport 6162 accept
`,
  'crlf.nft': '# Veeam\r\ntable inet filter {\r\n\tchain input {\r\n\t\ttype filter hook input priority 0; policy drop;\r\n\t\ttcp dport 6162 accept\r\n\t}\r\n}\r\n',
  'rules.v4': `# Ports for Veeam
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp --dport 2500:3300 -j ACCEPT
-A INPUT -p tcp --dport 6162 -j ACCEPT
COMMIT
`,
  'firewall.sh': `#!/bin/sh
# Ports for Veeam
iptables -P INPUT DROP
iptables -A INPUT -p tcp --dport 2500:3300 -j ACCEPT
iptables -A INPUT -p tcp --dport 6162 -j ACCEPT
`,
};

describe.each(Object.entries(FILES))('%s', (name, text) => {
  const service = createLanguageService();
  const uri = `file:///${name}`;
  const document = TextDocument.create(uri, '', 1, text);

  function actions(): CodeAction[] {
    const analysis = service.analyse({ uri, text });
    if (!analysis) throw new Error('not read');
    const all = { start: { line: 0, character: 0 }, end: document.positionAt(text.length) };
    const work = service.codeActions(analysis, all, { diagnostics: [], automatic: true }, SIMPLE);
    let step = work.next();
    while (!step.done) step = work.next();
    return step.value;
  }

  const after = (action: CodeAction): string => TextDocument.applyEdits(document, action.edit?.changes?.[uri] ?? []);

  it('is asked what it guards, the best fit first', () => {
    const analysis = service.analyse({ uri, text });
    expect(analysis && service.diagnostics(analysis, ASKER).map(({ code }) => code)).toEqual(['unchecked-policy']);
    expect(actions()[0]?.title).toBe('Declare that it guards backup-repository (Backup repository)');
  });

  it('is guarded by what was declared', () => {
    const declared = actions().filter(({ title }) => title.startsWith('Declare that it guards'));
    expect(declared.length).toBeGreaterThan(1);
    for (const action of declared) {
      const [, component] = /guards ([\w-]+)/.exec(action.title) ?? [];
      const edited = service.analyse({ uri: `file:///edited/${name}`, text: after(action) });
      expect({ action: action.title, guards: edited?.reports.map(({ guard }) => guard) }).toEqual({ action: action.title, guards: [{ kind: 'host', components: [component] }] });
      expect(edited?.reports[0]?.flows.length).toBeGreaterThan(0);
      expect(edited?.directiveFindings).toEqual([]);
    }
  });

  it('is left alone if so declared', () => {
    const off = actions().find(({ title }) => title === 'Do not check this policy');
    const edited = service.analyse({ uri: `file:///edited/${name}`, text: off ? after(off) : '' });
    expect(edited && service.diagnostics(edited, ASKER)).toEqual([]);
    expect(edited?.reports).toEqual([]);
  });

  it('keeps its line breaks', () => {
    for (const action of actions()) expect(after(action).includes('\r\n')).toBe(text.includes('\r\n'));
    for (const action of actions()) expect(after(action).replace(/\r\n/g, '').includes(text.includes('\r\n') ? '\n' : '\r')).toBe(false);
  });
});
