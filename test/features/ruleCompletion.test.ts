/** The completion of every flow, taken in every kind of file and in both directions, opens that flow. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextEdit } from 'vscode-languageserver-protocol';
import { describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import type { Flow } from '../../server/src/model/flow.ts';
import { createLanguageService } from '../../server/src/service.ts';
import { SIMPLE } from './asker.ts';

/** A file that drops everything of one direction but answers; the word to complete stands where rules go. */
const FILES: Record<string, (direction: 'in' | 'out') => string> = {
  'rules.nft': (direction) => `table inet filter {
    chain ${direction}put {
        type filter hook ${direction}put priority filter; policy drop;
        ct state established accept
        veeam
    }
}
`,
  'rules.v4': (direction) => `*filter
:INPUT ${direction === 'in' ? 'DROP' : 'ACCEPT'} [0:0]
:OUTPUT ${direction === 'out' ? 'DROP' : 'ACCEPT'} [0:0]
-A ${direction.toUpperCase()}PUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
veeam
COMMIT
`,
  'firewall.sh': (direction) => `#!/bin/sh
iptables -P ${direction.toUpperCase()}PUT DROP
iptables -A ${direction.toUpperCase()}PUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
veeam
`,
};

const FROM = '10.1.0.1';
const TO = '10.2.0.2';
const flows = builtinCatalog().at().flows.filter(({ self }) => !self);

function directives(flow: Flow, direction: 'in' | 'out'): string {
  const guarded = direction === 'in' ? flow.to : flow.from;
  const features = [...flow.conditions, ...flow.items.flatMap((item) => item.conditions)].map(({ feature, needs }) => `feature ${feature} ${needs}`);
  return [`use ${flow.workload}`, `guards ${guarded}`, `address ${flow.from} ${FROM}`, `address ${flow.to} ${TO}`, ...new Set(features)].map((words) => `# veeam-ports: ${words}\n`).join('');
}

describe.each(Object.entries(FILES))('%s', (name, fileFor) => {
  const service = createLanguageService();

  it.each(['in', 'out'] as const)('%s', (direction) => {
    const closed: string[] = [];
    for (const flow of flows) {
      const file = fileFor(direction);
      const head = file.startsWith('#!') ? file.indexOf('\n') + 1 : 0;
      const text = `${file.slice(0, head)}${directives(flow, direction)}\n${file.slice(head)}`;
      const uri = `file:///${direction}/${name}`;
      const analysis = service.analyse({ uri, text });
      if (!analysis) throw new Error('not read');
      const at = analysis.lines.position(text.indexOf('\nveeam\n') >= 0 ? text.indexOf('\nveeam\n') + 6 : text.indexOf('veeam\n    }') + 5);
      const item = service.completions(analysis, at, SIMPLE).find(({ detail }) => detail?.endsWith(` ${flow.id}`));
      const edited = item && service.analyse({ uri, text: TextDocument.applyEdits(TextDocument.create(uri, '', 1, text), [item.textEdit as TextEdit]) });
      const verdicts = edited?.reports.flatMap((report) => report.flows.filter((one) => one.flow.id === flow.id && report.path.direction === direction).map((one) => one.verdict.verdict)) ?? [];
      if (verdicts.join() !== 'open') closed.push(`${flow.id}: ${verdicts.join()} after ${JSON.stringify((item?.textEdit as TextEdit | undefined)?.newText)}`);
    }
    expect(closed).toEqual([]);
  });
});
