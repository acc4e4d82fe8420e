/**
 * Nothing that the language server says in an editor is left in English: with a translation that puts every text in ⟦ ⟧, and
 * leaves out the places to fill in, no words remain outside. Exempt is what is the same in every language: code and links,
 * names of the catalog (components, workloads, pages, applications, ids), names in the file and single words quoted from it,
 * words of directives and their forms, codes, registered services, protocols, and what a policy does by default.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { config } from '@vscode/l10n';
import type { MarkupContent } from 'vscode-languageserver-protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinCatalog } from '../server/src/catalog/builtin.ts';
import { servicePort } from '../server/src/core/services.ts';
import { DIRECTIVE_HELP } from '../server/src/features/directiveWords.ts';
import { PACKET_KEYS } from '../server/src/features/packets.ts';
import { runCommand } from '../server/src/lsp/commands.ts';
import { Folders } from '../server/src/lsp/folders.ts';
import { CODES } from '../server/src/model/finding.ts';
import { chainsOf } from '../server/src/model/policy.ts';
import { createLanguageService } from '../server/src/service.ts';
import { type Analysis, type Overrides, entriesOf } from '../server/src/workspace/analysis.ts';
import { ASKER } from './features/asker.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENGLISH = JSON.parse(readFileSync(`${ROOT}l10n/bundle.l10n.json`, 'utf8')) as Record<string, string>;
const bracketed = (text: string): string => text.split(/(\{\d+\})/).map((part, i) => (i % 2 === 1 || part === '' ? part : `⟦${part}⟧`)).join('');
const translate = (with_: (text: string) => string): void => {
  config({ contents: Object.fromEntries(Object.keys(ENGLISH).map((text) => [text, with_(text)])) });
};

beforeAll(() => {
  translate(bracketed);
});

// Other test files share the module.
afterAll(() => {
  config({ contents: {} });
});

interface File {
  readonly name: string;
  readonly text: string;
}

const filesIn = (folder: string): File[] =>
  readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ name: path.slice(ROOT.length), text: readFileSync(path, 'utf8') }));

interface Shown {
  readonly texts: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** The files themselves. */
  readonly written: string;
}

/** What is shown of files, each text once. */
function shownOf(files: readonly File[], overrides?: Overrides): Shown {
  const folders = new Folders();
  const uriOf = (name: string): string => `file:///${name}`;
  for (const folder of new Set(files.map(({ name }) => dirname(name)))) folders.keep({ uri: uriOf(folder), files: files.filter(({ name }) => dirname(name) === folder).map(({ name, text }) => ({ uri: uriOf(name), text })) });
  const service = createLanguageService({ include: folders.include });
  const texts = new Set<string>();
  const names = new Set(NAMES);
  const add = (text: string | undefined): void => {
    if (text !== undefined) texts.add(text);
  };
  const addMarkup = (content: unknown): void => {
    add((content as MarkupContent | undefined)?.value);
  };
  for (const { name, text } of files) {
    const analysis = service.analyse({ uri: uriOf(name), text }, overrides ? { overrides } : {});
    if (!analysis) continue;
    for (const one of namesIn(analysis)) names.add(one);
    names.add(name.slice(name.lastIndexOf('/') + 1));
    const whole = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
    for (const { message, relatedInformation = [] } of service.diagnostics(analysis, ASKER)) for (const said of [message, ...relatedInformation.map((related) => related.message)]) add(said as string);
    for (const { command } of service.codeLenses(analysis, ASKER)) add(command?.title);
    for (const { label, tooltip } of service.inlayHints(analysis, whole, ASKER)) {
      add(label as string);
      addMarkup(tooltip);
    }
    for (const { tooltip } of service.documentLinks(analysis)) add(tooltip);
    const symbols = [...service.symbols(analysis, ASKER)];
    for (const symbol of symbols) {
      if ('detail' in symbol) add(symbol.detail);
      if ('children' in symbol) symbols.push(...(symbol.children ?? []));
    }
    add(service.portRequest(analysis, 'csv').content as string);
    const work = service.codeActions(analysis, whole, { diagnostics: [], automatic: false }, ASKER);
    let step = work.next();
    while (!step.done) step = work.next();
    for (const { title } of step.value) add(title);
    for (const found of text.matchAll(/(?<=veeam-ports:.*)[\w-]+|\d+|\b[a-z]+ *=|(?<=(?:chain|policy) +)\w|^:\w|"\w|^ *\w/gm)) {
      addMarkup(service.hover(analysis, analysis.lines.position(found.index), ASKER)?.contents);
    }
    for (const found of text.matchAll(/(?<=veeam-ports: *\w* +)(?=\w)|(?<=veeam-ports:) |^[ \t]*$/gm)) {
      for (const { detail, documentation } of service.completions(analysis, analysis.lines.position(found.index + found[0].length), ASKER)) {
        add(detail);
        addMarkup(documentation);
      }
    }
  }
  return { texts, names, written: files.map(({ text }) => text).join('\n') };
}

const { components, workloads, pages, features } = builtinCatalog().data;
const NAMES: readonly string[] = [
  ...[...components, ...workloads].flatMap(({ id, name, aliases }) => [id, name, ...aliases]),
  ...components.flatMap(({ hostNames }) => hostNames),
  ...features.map(({ id }) => id),
  ...pages.flatMap(({ title, names, sections }) => [title, ...names.map(({ name }) => name), ...sections.flatMap(({ heading, rows }) => [heading, ...rows.flatMap(({ application }) => application ?? [])])]),
  ...Object.keys(CODES),
  ...Object.entries(DIRECTIVE_HELP).flatMap(([word, { form }]) => [form, word]),
  'TCP', 'UDP', 'Veeam', 'accept', 'drop', 'reject',
];

function namesIn(analysis: Analysis): string[] {
  const { paths, directives, reading } = analysis;
  const policies = [...paths.flatMap((path) => path.policies), ...reading.fragments.map(({ policy }) => policy)];
  const rules = [...entriesOf(paths)].map(({ rule }) => rule);
  const atoms = rules.flatMap(({ match }) => match).flatMap((term) => term.atoms ?? []);
  return [
    ...policies.flatMap((policy) => [policy.name, ...chainsOf(policy).map(({ name }) => name)]),
    ...atoms.flatMap((atom) => (atom.kind === 'interface' ? atom.names : atom.kind === 'reference' ? [atom.name] : [])),
    ...directives.flatMap(({ name, args }) => [name, ...args].map(({ text }) => text)),
  ];
}

/** The text without what is translated or exempt: of most texts punctuation and numbers. */
function remainderOf(text: string, names: readonly string[], written = ''): string {
  const withoutQuoted = text.replace(/\\(?=[^\w\s])/g, '').replace(/""/g, '"').replace(/⟧([^⟦⟧\s]+)(?=⟦|$)/g, (piece, word: string) => (written.includes(word) ? '⟧' : piece));
  // The marks of code may be part of a translation, what they hold is not.
  let rest = withoutQuoted.replace(/⟦[^⟧]*⟧/g, (piece) => piece.replace(/[^`]+/g, ' ')).replace(/\(?https:[^\s)>]*\)?/g, ' ').replace(/\b[a-z-]+(?:\/[\w,.+-]+){3}(?!\w)/g, ' ');
  for (const name of names) if (rest.includes(name)) rest = rest.replace(new RegExp(`(?<![\\p{L}\\p{N}])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu'), ' ');
  rest = rest.replace(/(`+)[^]*?\1/g, ' ');
  return rest.split(/[^\p{L}\p{N}_.:/-]+/u).filter((word) => /\p{L}{2}/u.test(word) && servicePort(word) === undefined && !/^[\d.:/a-f-]+$/.test(word)).join(' ');
}

function leftIn({ texts, names, written }: Shown): string[] {
  const longestFirst = [...names].filter((name) => name.length > 1).sort((a, b) => b.length - a.length);
  return [...texts].flatMap((text) => {
    const rest = remainderOf(text, longestFirst, written);
    return rest === '' ? [] : [`${rest} | ${text}`];
  });
}

describe('in the language of the editor', () => {
  it.each(['test/checks', 'test/features/cases', 'examples'])('%s', (folder) => {
    const shown = shownOf(filesIn(folder));
    expect(shown.texts.size).toBeGreaterThan(100);
    expect(leftIn(shown)).toEqual([]);
  });

  it.each(['nftables', 'iptables', 'terraform'])('the cases of %s, as if they guarded a worker', (dialect) => {
    const shown = shownOf(filesIn(`test/dialects/${dialect}`), { guards: ['ahv-worker'] });
    expect(shown.texts.size).toBeGreaterThan(100);
    expect(leftIn(shown)).toEqual([]);
  });

  it('what changed in the documentation', () => {
    const text = createLanguageService().comparison('2026-02-12', undefined);
    expect(leftIn({ texts: new Set([text]), names: new Set(NAMES), written: '' })).toEqual([]);
  });

  it.each([
    ['trace', { packet: 'Paket' }],
    ['trace', { packet: { to: '10.0.0.1' } }],
    ['trace', { packet: { from: 'x', to: '10.0.0.1' } }],
    ['trace', { packet: { from: 'fd00::1', to: '10.0.0.1' } }],
    ['trace', { packet: { from: '10.0.0.2', to: '10.0.0.1' } }],
    ['trace', { packet: { from: '10.0.0.2', to: '10.0.0.1', protocol: 'x' } }],
    ['trace', { packet: { from: '10.0.0.2', to: '10.0.0.1', protocol: 'tcp', port: 'x' } }],
    ['trace', { packet: { from: '10.0.0.2', to: '10.0.0.1', protocol: 'tcp', policy: 1 } }],
    ['trace', { packet: { from: '10.0.0.2', to: '10.0.0.1', protocol: 'tcp', state: 'x' } }],
    ['trace', { packet: { from: '10.0.0.2', to: '10.0.0.1', protocol: 'tcp', policy: 'x' } }],
    ...['in', 'out', 'transit'].map((direction) => ['trace', { packet: { from: '10.0.0.2', to: '10.0.0.1', protocol: 'tcp', direction, policy: direction === 'in' ? 'filter OUTPUT' : 'filter INPUT' } }] as const),
    ['portRequest', { format: 'pdf' }],
    ['generate', { dialect: 'x' }],
    ['generate', { dialect: 'nftables' }],
    ['generate', { dialect: 'nftables', guards: ['x'] }],
    ['generate', { dialect: 'nftables', guards: ['backup-server'] }],
    ['generate', { dialect: 'nftables', guards: ['backup-server', 'console'] }],
    ['compare', { before: 'x' }],
    ['compare', { before: '2026-03-01', after: '2026-02-12' }],
  ] as const)('why %s refuses %j', async (command, fields) => {
    const service = createLanguageService();
    const analysis = service.analyse({ uri: 'file:///rules.v4', text: '*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n' }) as Analysis;
    const asked = runCommand({ command: `veeamPorts.server.${command}`, arguments: [{ uri: analysis.uri, ...fields }] }, service, (_, work) => Promise.resolve(work(analysis)));
    const why = await asked.then(() => 'nothing is wrong', (error: unknown) => (error as Error).message);
    expect(why).toContain('⟦');
    expect(leftIn({ texts: new Set([why]), names: new Set([...NAMES, ...namesIn(analysis), ...PACKET_KEYS, ...Object.keys(fields), 'nftables', 'iptables', 'terraform', 'markdown', 'csv', 'xlsx', 'new', 'established', 'Paket', 'pdf']), written: analysis.text })).toEqual([]);
  });

  it('can be told from what is not translated', () => {
    expect(remainderOf(`${bracketed('The flow must pass {0}.')} It does not.`.replace('{0}', 'Worker'), ['Worker'])).toBe('It does not.');
  });
});

it('is English where nothing is translated', () => {
  config({ contents: {} });
  const text = createLanguageService().comparison('2026-02-12', undefined);
  expect(text).toMatch(/^# Veeam ports: 2026-02-12 to the newest documentation\n/);
});

it.each(['nftables', 'iptables', 'terraform'])('nothing is remembered in another language: %s', (dialect) => {
  config({ contents: {} });
  const { texts } = shownOf(filesIn(`test/dialects/${dialect}`), { guards: ['ahv-worker'] });
  expect([...texts].filter((text) => text.includes('⟦'))).toEqual([]);
});
