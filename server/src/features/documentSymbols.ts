/** The outline of a document as the editor can show it: a tree, or a list with the names of what is around. */
import { type DocumentSymbol, type SymbolInformation, SymbolKind } from 'vscode-languageserver-types';
import type { Analysis } from '../workspace/analysis.ts';
import type { ClientSupport } from './client.ts';
import { rangeOf } from './diagnostics.ts';
import { plain } from './markup.ts';
import { type OutlineItem, outlineOf } from './outline.ts';

const KIND: Readonly<Record<OutlineItem['kind'], SymbolKind>> = { container: SymbolKind.Namespace, chain: SymbolKind.Function, rule: SymbolKind.Property };

const NAME_LIMIT = 120;

export function documentSymbolsOf(analysis: Analysis, client: ClientSupport): DocumentSymbol[] | SymbolInformation[] {
  const items = outlineOf(analysis);
  return client.symbols.hierarchical ? items.map((item) => symbolOf(item, analysis)) : items.flatMap((item) => flat(item, undefined, analysis));
}

function symbolOf({ kind, name, detail, span, selection, children }: OutlineItem, analysis: Analysis): DocumentSymbol {
  return {
    name: shownName(name),
    ...(detail === '' ? {} : { detail }),
    kind: KIND[kind],
    range: rangeOf(span, analysis.lines),
    selectionRange: rangeOf(selection, analysis.lines),
    ...(children.length > 0 ? { children: children.map((child) => symbolOf(child, analysis)) } : {}),
  };
}

function flat({ kind, name, span, children }: OutlineItem, around: string | undefined, analysis: Analysis): SymbolInformation[] {
  const own: SymbolInformation = { name: shownName(name), kind: KIND[kind], location: { uri: analysis.uri, range: rangeOf(span, analysis.lines) }, ...(around === undefined ? {} : { containerName: around }) };
  return [own, ...children.flatMap((child) => flat(child, shownName(name), analysis))];
}

/** Editors refuse symbols without a name. */
function shownName(name: string): string {
  const line = plain(name);
  return line === '' ? '…' : line.length > NAME_LIMIT ? `${line.slice(0, NAME_LIMIT)}…` : line;
}
