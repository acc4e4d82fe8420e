/** Every quick fix of the example's module, applied alone: its finding is gone, none is new in any file, and HashiCorp's parser reads the result. */
import { parse as parseByHashiCorp } from '@cdktf/hcl2json';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver-protocol';
import { describe, expect, it } from 'vitest';
import { type LanguageService, createLanguageService } from '../../../server/src/service.ts';
import type { Analysis } from '../../../server/src/workspace/analysis.ts';
import { ASKER } from '../../features/asker.ts';
import { said } from '../../protocol/fixTexts.ts';

const FOLDER = fileURLToPath(new URL('../../../examples/terraform/', import.meta.url));
const uriOf = (name: string): string => `file:///module/${name}`;

type Files = ReadonlyMap<string, string>;

const FILES: Files = new Map(readdirSync(FOLDER).map((name) => [uriOf(name), readFileSync(FOLDER + name, 'utf8')]));
const DOCUMENTS = [...FILES.keys()].filter((uri) => uri.endsWith('.tf'));

function serviceOver(files: Files): LanguageService {
  return createLanguageService({ include: (_, pattern) => [...files].filter(([uri]) => uri.endsWith(pattern.slice(1))).map(([uri, text]) => ({ uri, text })) });
}

function analysed(service: LanguageService, uri: string, files: Files): Analysis {
  const analysis = service.analyse({ uri, text: files.get(uri) ?? '' });
  if (!analysis) throw new Error(`${uri} is in no dialect`);
  return analysis;
}

function allSaid(files: Files): string[] {
  const service = serviceOver(files);
  return DOCUMENTS.flatMap((uri) => said(service.diagnostics(analysed(service, uri, files), ASKER)).map((one) => `${uri} ${one}`));
}

/** The proven fixes of a finding; what it would take a person's word for (an address, a directive) is left out. */
function fixesOf(service: LanguageService, analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const steps = service.codeActions(analysis, diagnostic.range, { diagnostics: [diagnostic], automatic: false, only: ['quickfix'] }, ASKER);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.filter(({ isPreferred }) => isPreferred);
  }
}

function applied({ edit, title }: CodeAction): Files {
  const files = new Map(FILES);
  for (const change of edit?.documentChanges ?? []) {
    if (!('edits' in change)) throw new Error(title);
    const { uri } = change.textDocument;
    files.set(uri, TextDocument.applyEdits(TextDocument.create(uri, 'terraform', 1, files.get(uri) ?? ''), change.edits as TextEdit[]));
  }
  return files;
}

describe('the example of a module', () => {
  const before = allSaid(FILES);

  it.each(DOCUMENTS)('%s', async (uri) => {
    const service = serviceOver(FILES);
    const analysis = analysed(service, uri, FILES);
    for (const diagnostic of service.diagnostics(analysis, ASKER)) {
      for (const fix of fixesOf(service, analysis, diagnostic)) {
        const files = applied(fix);
        const after = allSaid(files);
        expect(after.filter((one) => !before.includes(one)), fix.title).toEqual([]);
        for (const closed of said([diagnostic])) expect(after, fix.title).not.toContain(`${uri} ${closed}`);
        for (const [name, text] of files) if (text !== FILES.get(name)) await expect(parseByHashiCorp(name, text), fix.title).resolves.toBeDefined();
      }
    }
  });

  it('has fixes', () => {
    const service = serviceOver(FILES);
    const analysis = analysed(service, uriOf('main.tf'), FILES);
    expect(service.diagnostics(analysis, ASKER).flatMap((d) => fixesOf(service, analysis, d)).length).toBeGreaterThan(2);
  });
});
