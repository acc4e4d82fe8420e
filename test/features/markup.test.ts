/** Nothing that a file or a name holds becomes markup, a link or a command in a card. */
import type { CodeAction, MarkupContent } from 'vscode-languageserver-protocol';
import { describe, expect, it } from 'vitest';
import { MARKDOWN, PLAIN, plain } from '../../server/src/features/markup.ts';
import { withoutPlaceholders } from '../../server/src/features/snippet.ts';
import { createLanguageService } from '../../server/src/service.ts';
import type { Analysis } from '../../server/src/workspace/analysis.ts';
import { ASKER, SIMPLE } from './asker.ts';

it.each([
  ['[run](command:evil)', '\\[run\\](command\\:evil)'],
  ['<img src=x>', '\\<img src=x\\>'],
  ['**bold** _x_ a_b', '\\*\\*bold\\*\\* \\_x\\_ a_b'],
  ['# heading', '\\# heading'],
  ['- item', '\\- item'],
  ['1. item', '1\\. item'],
  ['see https://evil.example', 'see https\\://evil.example'],
  ['see www.evil.example', 'see www\\.evil.example'],
  ['a\nb\u0000c\u202e', 'a b c'],
  ['2026-02-12, TCP 2500-3300: open.', '2026-02-12, TCP 2500-3300: open.'],
])('text %j', (words, expected) => expect(MARKDOWN.text(words)).toBe(expected));

it.each([
  ['drop', '`drop`'],
  ['a ` b', '`` a ` b ``'],
  ['``` [x](command:y)\n', '```` ``` [x](command:y) ````'],
])('code %j', (words, expected) => expect(MARKDOWN.code(words)).toBe(expected));

it('quotes no more than a line has room for', () => {
  expect(MARKDOWN.code('x'.repeat(1000)).length).toBeLessThan(200);
});

it('keeps a link in its brackets', () => {
  expect(MARKDOWN.link('a](b', 'https://e.example/(x y)')).toBe('[a\\](b](https://e.example/%28x%20y%29)');
});

it('strips what reorders text', () => {
  expect(plain(' \u202eabc\u2066 \tdef\r\n')).toBe('abc def');
});

it.each([
  ['ip daddr ${1:Worker} tcp dport { 1, 2 \\} accept', 'ip daddr Worker tcp dport { 1, 2 } accept'],
  ['$0a ${2}b \\$c \\\\', 'a b $c \\'],
  ['${1:x\\}y}', 'x}y'],
])('snippet %j without places', (snippet, expected) => expect(withoutPlaceholders(snippet)).toBe(expected));

const HOSTILE = `# veeam-ports: guards ahv-worker
# veeam-ports: address backup-server 10.10.0.10
table inet filter {
    chain output {
        type filter hook output priority filter; policy drop;
        ip daddr 10.10.0.10 tcp dport 10006 accept comment "\`[run](command:evil)\` ![x](https://evil.example/x)"
    }
}
`;
const HALF_TYPED = HOSTILE.replace('    }\n', '        veeam\n    }\n');

const service = createLanguageService();

function read(name: string, text: string): Analysis {
  const analysis = service.analyse({ uri: `file:///${name}.nft`, text });
  if (!analysis) throw new Error('not read');
  return analysis;
}

describe('a file with markup in it', () => {
  const analysis = read('hostile', HOSTILE);
  const inRule = analysis.lines.position(HOSTILE.indexOf('10006') + 2);

  it('is quoted, not run', () => {
    const { value } = service.hover(analysis, inRule, ASKER)?.contents as MarkupContent;
    const withoutCode = value.replace(/(`+) .*? \1/g, '').replace(/`[^`]*`/g, '');
    expect(value).toContain('command:evil');
    expect(withoutCode).not.toContain('evil');
  });

  it('is shown plainly to an editor without Markdown', () => {
    const contents = service.hover(analysis, inRule, SIMPLE)?.contents as MarkupContent;
    expect(contents.kind).toBe('plaintext');
    expect(contents.value).toContain('Worker → Backup server\nTCP 10006');
    expect(contents.value).not.toMatch(/\*\*|\\/);
  });

  it('completes without snippets for an editor that knows none', () => {
    const half = read('half', HALF_TYPED);
    const at = half.lines.position(HALF_TYPED.indexOf('veeam\n') + 5);
    const texts = service.completions(half, at, SIMPLE).map((item) => [item.insertTextFormat, item.textEdit?.newText]);
    expect(texts[0]).toEqual([undefined, 'ip daddr Nutanix Prism Central tcp dport 9440 accept comment "Veeam: Worker to Nutanix Prism Central, TCP 9440"']);
  });

  function actions(asker: typeof ASKER): CodeAction[] {
    const header = analysis.lines.position(HOSTILE.indexOf('output') + 1);
    const work = service.codeActions(analysis, { start: header, end: header }, { diagnostics: [], automatic: true, version: 3 }, asker);
    let step = work.next();
    while (!step.done) step = work.next();
    return step.value;
  }

  it('is edited without document changes or snippets by an editor that knows none', () => {
    const offered = actions(SIMPLE);
    expect(offered.length).toBeGreaterThan(2);
    for (const { title, edit } of offered) {
      expect(Object.keys(edit ?? {})).toEqual(['changes']);
      expect(title).not.toContain('fill in');
      expect(JSON.stringify(edit)).not.toContain('${');
    }
  });

  it('is edited under its version by one that knows them', () => {
    const offered = actions(ASKER);
    expect(offered.length).toBeGreaterThan(actions(SIMPLE).length);
    for (const { edit } of offered) expect(edit?.documentChanges).toMatchObject([{ textDocument: { uri: 'file:///hostile.nft', version: 3 } }]);
  });
});

it('PLAIN has the same pieces', () => {
  expect([PLAIN.strong('a'), PLAIN.code('b'), PLAIN.link('c', 'https://d'), PLAIN.list(['e']), PLAIN.paragraphs(['f', 'g'])]).toEqual(['a', 'b', 'c (https://d)', '• e', 'f\n\ng']);
});
