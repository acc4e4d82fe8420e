/** Two hundred half-typed versions in a row leave the server where a fresh open of the last one would. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-protocol/node';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, closeAll } from './client.ts';
import { TRANSPORTS } from './transports.ts';

afterEach(closeAll);

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const VERSIONS = 200;

/** Reproducible numbers below 1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What people do to a text: type letters, delete, break and join lines, paste parts of the file elsewhere. */
function edit(document: TextDocument, random: () => number): TextDocumentContentChangeEvent {
  const text = document.getText();
  const offset = Math.floor(random() * (text.length + 1));
  const start = document.positionAt(offset);
  const kind = random();
  if (kind < 0.35) return { range: { start, end: start }, text: ' {}()"\\#\n!,:;-$abcdrop0123456789/.'[Math.floor(random() * 33)] ?? '' };
  if (kind < 0.7) return { range: { start, end: document.positionAt(offset + 1 + Math.floor(random() * 4)) }, text: '' };
  if (kind < 0.85) return { range: { start: { line: start.line, character: 0 }, end: { line: start.line + 1, character: 0 } }, text: '' };
  const from = Math.floor(random() * text.length);
  return { range: { start, end: start }, text: text.slice(from, from + Math.floor(random() * 120)) };
}

const files = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name);

describe.each(TRANSPORTS.filter(({ name }) => name !== 'IPC'))('over $name', (transport) => {
  it.each(files)('%s', async (name) => {
    const original = readFileSync(EXAMPLES + name, 'utf8');
    const uri = `file:///examples/${name}`;
    const client = await Client.start(transport);
    const random = numbers(name.length);
    let document = TextDocument.create(uri, '', 1, original);
    await client.open(uri, original, '');
    const fresh = await Client.start(transport);
    for (let version = 2; version <= VERSIONS + 1; version++) {
      const change = edit(document, random);
      document = TextDocument.update(document, [change], version);
      await client.change(uri, change);
      if (version % 5 === 0) void client.pull(uri);
      if (version % 40 !== 1) continue;
      await fresh.open(uri, document.getText(), '');
      expect(await client.diagnostics(uri)).toEqual(await fresh.diagnostics(uri));
      await fresh.close(uri);
    }
    await client.change(uri, { text: original });
    await fresh.open(uri, original, '');
    expect(await client.diagnostics(uri)).toEqual(await fresh.diagnostics(uri));
  });
});
