/** Names and comments of a file come to the editor as words: no link, no HTML, nothing that reorders text or ends a line. */
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import { ASKER } from './asker.ts';

const EVIL = '[x](command:evil) <img src=x onerror=1> [y](javascript:1) ![z](http://z) \u202etxt';
const GROUP = `a](command:evil)<img src=x>\u202eb`;

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['file:///a.nft', `# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\n# ${EVIL}\ntable inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n    tcp dport 443 accept comment "${EVIL}"\n    tcp dport 19000 drop comment "${EVIL}"\n    veeam\n  }\n}\n`],
  ['file:///rules.v4', `# veeam-ports: guards ahv-worker\n# veeam-ports: address backup-server 10.10.0.10\n*filter\n:INPUT DROP [0:0]\n:${EVIL.replaceAll(' ', '_').slice(0, 28)} - [0:0]\n-A INPUT -p tcp --dport 19000 -m comment --comment "${EVIL}" -j DROP\n-A INPUT -p tcp --dport 443 -m comment --comment "${EVIL}" -j ACCEPT\nveeam\nCOMMIT\n`],
  ['file:///m/main.tf', `# veeam-ports: address backup-server 10.10.0.10\n# veeam-ports: guards ahv-worker\nresource "aws_security_group" "${GROUP}" {\n  ingress {\n    description = "${EVIL}"\n    protocol    = "tcp"\n    from_port   = 443\n    to_port     = 443\n    cidr_blocks = ["0.0.0.0/0", var.x]\n  }\n  veeam\n}\n`],
];

/** What Markdown would still read as markup: code and escaped characters taken out. */
const live = (markdown: string): string => markdown.replace(/\\[^\p{L}\p{N}\s]/gu, '').replace(/(`+)[^`](?:[\s\S]*?[^`])?\1(?!`)/g, '');

function strings(value: unknown, out: string[] = []): string[] {
  if (typeof value === 'string') out.push(value);
  else if (Array.isArray(value)) for (const one of value) strings(one, out);
  else if (value !== null && typeof value === 'object') for (const [key, one] of Object.entries(value)) if (key !== 'edit' && key !== 'textEdit' && key !== 'uri' && key !== 'data' && key !== 'arguments') strings(one, out);
  return out;
}

/** Every text that is Markdown, and every other, in an answer. */
function texts(answer: unknown): { markdown: string[]; plain: string[] } {
  const markdown: string[] = [];
  const rest = JSON.parse(JSON.stringify(answer ?? null), (_, value: unknown) => {
    if (value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'markdown' && 'value' in value) {
      markdown.push(String(value.value));
      expect(value).not.toHaveProperty('isTrusted');
      return null;
    }
    return value;
  }) as unknown;
  return { markdown, plain: strings(rest) };
}

describe.each(TEXTS)('%s', (uri, text) => {
  const service = createLanguageService({ include: () => [] });
  const analysis = service.analyse({ uri, text });
  if (!analysis) throw new Error('no dialect');
  const places = Array.from({ length: text.length / 3 }, (_, i) => analysis.lines.position(i * 3));
  const whole = { start: { line: 0, character: 0 }, end: analysis.lines.position(text.length) };

  it('hovers and completions', () => {
    const found = places.flatMap((at) => [service.hover(analysis, at, ASKER), ...service.completions(analysis, at, ASKER)]).map(texts);
    const markdown = [...new Set(found.flatMap((f) => f.markdown))];
    expect(markdown.length).toBeGreaterThan(0);
    for (const one of markdown) {
      expect(live(one)).not.toMatch(/\]\(\s*(?:command|javascript|http:\/\/z)|<img|!\[/i);
      expect(one).not.toMatch(/[\u202a-\u202e]/);
    }
  });

  it('diagnostics, lenses, hints and outlines are single lines of words', () => {
    const answers = [service.diagnostics(analysis, ASKER), service.codeLenses(analysis, ASKER), service.inlayHints(analysis, whole, ASKER), service.symbols(analysis, ASKER)].map(texts);
    expect(answers.flatMap((a) => a.plain).length).toBeGreaterThan(0);
    for (const one of answers.flatMap((a) => a.plain)) expect(one).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    for (const one of answers.flatMap((a) => a.markdown)) expect(live(one)).not.toMatch(/\]\(\s*(?:command|javascript)|<img/i);
  });
});
