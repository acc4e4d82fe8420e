// Real Terraform files: HashiCorp's parser and tree-sitter-hcl judge validity, structure, values and places; then
// the files are damaged, and what was not touched must come out as before.
import { parse as parseByHashiCorp } from '@cdktf/hcl2json';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Node, Language, Parser } from 'web-tree-sitter';
import { parseHcl } from '../../../server/src/text/hcl/parse.ts';
import type { HclFile, HclItem } from '../../../server/src/text/hcl/tree.ts';
import { vendorView } from './vendorView.ts';

const shared = process.env['VEEAM_PORTS_SHARED'];
const corpus = join(shared ?? '', 'corpus');

interface File {
  readonly name: string;
  readonly text: string;
}

function corpusFiles(): File[] {
  return readdirSync(corpus).filter((folder) => folder.startsWith('terraform-')).flatMap((folder) =>
    readdirSync(join(corpus, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tf'))
      .map((name) => ({ name: join(folder, name), text: readFileSync(join(corpus, folder, name), 'utf8') })),
  );
}

/** Every block and attribute: what it is, and its place and that of its value. */
type Place = readonly [kind: string, name: string, start: number, end: number, valueStart: number, valueEnd: number];

function ours(file: HclFile): Place[] {
  const visit = (item: HclItem, base: number): Place[] => {
    if (item.kind === 'unread') return [];
    const place = [base + item.span.start, base + item.span.end] as const;
    if (item.kind === 'attribute') return [['attribute', item.name.text, ...place, base + item.value.span.start, base + item.value.span.end]];
    return [['block', [item.type, ...item.labels].map(({ text }) => text).join(' '), ...place, 0, 0], ...item.body.items.flatMap((inner) => visit(inner, base))];
  };
  return file.items.flatMap(({ base, item }) => visit(item, base));
}

function theirs(root: Node): Place[] {
  const visit = (node: Node): Place[] => {
    const children = node.namedChildren.filter((child) => child !== null);
    if (node.type === 'attribute') {
      const [name, expression] = children.filter((child) => child.type !== 'comment');
      return [['attribute', name?.text ?? '', node.startIndex, node.endIndex, expression?.startIndex ?? 0, expression?.endIndex ?? 0]];
    }
    const inner = children.filter((child) => child.type !== 'expression').flatMap(visit);
    if (node.type !== 'block') return inner;
    const names = children.flatMap((child) => (child.type === 'identifier' ? [child.text] : child.type === 'string_lit' ? [child.text.slice(1, -1)] : []));
    return [['block', names.join(' '), node.startIndex, node.endIndex, 0, 0], ...inner];
  };
  return visit(root);
}

describe.skipIf(!shared)('Terraform files of the corpus', () => {
  const files = shared ? corpusFiles() : [];
  let treeSitter: Parser;

  beforeAll(async () => {
    await Parser.init();
    const wasm = createRequire(import.meta.url).resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm');
    treeSitter = new Parser().setLanguage(await Language.load(wasm));
  });

  it('are there', () => expect(files.length).toBeGreaterThan(80));

  it('are valid for us if they are for HashiCorp, with the same blocks, labels, attributes and values', async () => {
    let valid = 0;
    for (const { name, text } of files) {
      const file = parseHcl(text);
      const answer = await parseByHashiCorp(name, text).catch(() => undefined);
      expect([name, file.problems.length === 0]).toEqual([name, answer !== undefined]);
      if (answer === undefined) continue;
      valid++;
      expect(vendorView(file, text), name).toEqual(answer);
    }
    console.log(`HCL: ${files.length} files, ${valid} valid for HashiCorp's parser and for ours, same blocks and values`);
  });

  it('have blocks, attributes and values where tree-sitter sees them', () => {
    let places = 0;
    for (const { name, text } of files) {
      const tree = treeSitter.parse(text);
      if (!tree || tree.rootNode.hasError) continue;
      const expected = theirs(tree.rootNode);
      places += expected.length;
      expect(ours(parseHcl(text)), name).toEqual(expected);
      tree.delete();
    }
    console.log(`HCL: ${places} blocks and attributes where tree-sitter sees them`);
    expect(places).toBeGreaterThan(5000);
  });

  const EACH = 8;
  const damages: Record<string, (text: string, at: number) => { readonly start: number; readonly end: number } | undefined> = {
    'a brace deleted': (text, at) => firstOf(text, /[{}]/g, at),
    'a quotation mark deleted': (text, at) => firstOf(text, /"/g, at),
    'cut': (text, at) => ({ start: at, end: text.length }),
  };

  it.each(Object.keys(damages).flatMap((damage) => [[damage, true], [damage, false]] as const))('%s, indented: %s', (damage, indented) => {
    let all = 0;
    let exact = 0;
    for (const original of files) {
      const text = indented ? original.text : original.text.replace(/^[ \t]+/gm, '');
      const whole = parseHcl(text);
      if (whole.problems.length > 0 || whole.items.length < 3) continue;
      for (let i = 0; i < EACH; i++) {
        const hit = damages[damage]?.(text, Math.floor((text.length * (i + 0.5)) / EACH));
        if (!hit) continue;
        const broken = parseHcl(text.slice(0, hit.start) + text.slice(hit.end));
        const found = new Map(broken.items.map(({ base, item }) => [base, JSON.stringify(item)]));
        for (const { base, item } of whole.items) {
          const end = base + item.span.end;
          if (end > hit.start && base < hit.end) continue;
          all++;
          if (found.get(base >= hit.end ? base - (hit.end - hit.start) : base) === JSON.stringify(item)) exact++;
        }
      }
    }
    console.log(`HCL, ${damage}, ${indented ? 'indented' : 'not indented'}: ${exact} of ${all} other blocks exact (${((100 * exact) / all).toFixed(2)} %)`);
    expect(all).toBeGreaterThan(500);
    if (indented) expect(exact / all).toBeGreaterThanOrEqual(0.95);
  });
});

function firstOf(text: string, pattern: RegExp, from: number): { readonly start: number; readonly end: number } | undefined {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : undefined;
}
