// Constructs of HCL as files in cases/, each with its tree in short; HashiCorp's parser says which of them are valid.
import { parse as parseByHashiCorp } from '@cdktf/hcl2json';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../../server/src/text/hcl/blocks.ts';
import { parseHclJson } from '../../../server/src/text/hcl/json.ts';
import { parseHcl } from '../../../server/src/text/hcl/parse.ts';
import { itemLines, outline } from './outline.ts';
import { vendorView } from './vendorView.ts';

const folder = fileURLToPath(new URL('cases/', import.meta.url));
const names = readdirSync(folder);

describe('native syntax', () => {
  it.each(names.filter((name) => name.endsWith('.tf')))('%s', async (name) => {
    const text = readFileSync(folder + name, 'utf8');
    const file = parseHcl(text);
    await expect(outline(file, text)).toMatchFileSnapshot(`${folder}${name}.tree`);
    const answer = await parseByHashiCorp(name, text).catch(() => undefined);
    expect(file.problems.length === 0, 'valid as for HashiCorp').toBe(answer !== undefined);
    if (answer !== undefined) expect(vendorView(file, text)).toEqual(answer);
  });
});

describe('JSON syntax', () => {
  it.each(names.filter((name) => name.endsWith('.tf.json')))('%s', async (name) => {
    const text = readFileSync(folder + name, 'utf8');
    await expect(outline(parseHclJson(text), text)).toMatchFileSnapshot(`${folder}${name}.tree`);
  });

  it('reads properties as blocks where the schema says so', async () => {
    const { syntax, items } = parseHclJson(readFileSync(`${folder}blocks.tf.json`, 'utf8'));
    const body = { syntax, items: items.map(({ item }) => item) };
    const resources = blocksOf(body, 'resource', 2);
    const nested = resources.flatMap((r) => (r.kind === 'block' ? ['ingress', 'egress', 'timeouts'].flatMap((type) => blocksOf(r.body, type, 0)) : []));
    const lines = [...resources, ...nested, ...blocksOf(body, 'variable', 1), ...blocksOf(body, 'variable', 3)].flatMap(itemLines);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`${folder}blocks.tf.json.blocks`);
  });

  it.each(['', '1', '{', '[{"a": 1}, {"b": 2}]', '{"a":'.repeat(50_000), '['.repeat(50_000), '{"a": "\\ud800${"}', '\ufeff{"a": 1}', '\0'])('takes any text: %.20s', (text) => {
    const file = parseHclJson(text);
    expect(file.items.length + file.problems.length).toBeGreaterThan(0);
  });
});
