/** Reads a Help Center page saved as HTML. Kept apart, so that only whoever imports such a page loads the HTML parser. */
import { Parser } from 'htmlparser2';
import { oneLine } from './cells.ts';
import { isPortTable } from './columns.ts';
import { superscript } from './footnotes.ts';
import { HtmlTable } from './htmlTable.ts';
import type { Block, PageText, TableBlock } from './page.ts';
import { looksLikeHeading, pageText, repaired } from './page.ts';

/** Browsers nest no deeper either. */
const MOST_ELEMENTS_DEEP = 512;
const MOST_TABLES_DEEP = 8;
const PORTION = 65_536;

const SILENT: ReadonlySet<string> = new Set(['button', 'nav', 'noscript', 'script', 'select', 'style', 'svg', 'template']);
const BLOCKS: ReadonlySet<string> = new Set([
  'address', 'article', 'aside', 'blockquote', 'body', 'caption', 'dd', 'div', 'dl', 'dt', 'figure', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header',
  'hr', 'li', 'main', 'ol', 'p', 'pre', 'section', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'title', 'tr', 'ul',
]);

/** Undefined if elements nest deeper than any page's do. */
export function readHtml(text: string): PageText | undefined {
  return new HtmlReader(text).read();
}

/** A run of text between two block boundaries; a `note` stands in a box. */
interface Line {
  readonly kind: 'heading' | 'line' | 'note';
  readonly line: number;
  /** Line breaks of the page are `\n`. */
  readonly text: string;
}

/** What the page, or a table of it, holds in the page's order. */
interface Frame {
  readonly content: (Line | TableBlock)[];
  readonly table?: HtmlTable;
}

class HtmlReader {
  readonly #text: string;
  readonly #parser: Parser;
  readonly #page: Frame = { content: [] };
  /** The page and the tables that are open. */
  readonly #frames: Frame[] = [this.#page];
  readonly #open = { elements: 0, silent: 0, heading: 0, caption: 0, superscript: 0, title: 0, h1: 0 };
  #tooDeep = false;
  #title: string | undefined;
  #h1: string | undefined;
  #url: string | undefined;
  #run = '';
  #runLine = 1;
  #bullet = false;
  #line = 1;
  #linesCountedTo = 0;

  constructor(text: string) {
    this.#text = text;
    this.#parser = new Parser({
      onopentag: (name, attributes) => { this.#onOpen(name, attributes); },
      onclosetag: (name) => { this.#onClose(name); },
      ontext: (data) => { this.#add(this.#open.superscript > 0 ? superscript(data) : data.replace(/[\t\n\f\r ]+/g, ' ')); },
      oncomment: (data) => { this.#address(/^ saved from url=\(\d+\)(\S+)/.exec(data)?.[1]); },
    });
  }

  read(): PageText | undefined {
    for (let at = 0; at < this.#text.length && !this.#tooDeep; at += PORTION) this.#parser.write(this.#text.slice(at, at + PORTION));
    if (this.#tooDeep) return undefined;
    this.#parser.end();
    this.#flush();
    return pageText({ url: this.#url, title: this.#h1 ?? this.#title }, this.#page.content.map(asBlock));
  }

  #onOpen(name: string, attributes: Readonly<Record<string, string>>): void {
    if (BLOCKS.has(name)) this.#flush();
    this.#count(name, 1);
    const { table } = this.#frame;
    if (name === 'br') this.#add('\n');
    else if (name === 'li') this.#bullet = this.#open.silent === 0;
    else if (name === 'table') this.#frames.push({ content: [], table: new HtmlTable(this.#lineNow()) });
    else if (name === 'tr') table?.openRow(this.#lineNow());
    else if (name === 'td' || name === 'th') table?.openCell(this.#lineNow(), spanOf(attributes['colspan']), spanOf(attributes['rowspan']));
    else if (name === 'thead' || name === 'tbody' || name === 'tfoot') table?.openGroup();
    else if (name === 'link' && attributes['rel'] === 'canonical') this.#address(attributes['href']);
    else if (name === 'meta' && attributes['property'] === 'og:url') this.#address(attributes['content']);
  }

  #onClose(name: string): void {
    if (BLOCKS.has(name)) this.#flush();
    this.#count(name, -1);
    if (name === 'li') this.#bullet = false;
    else if (name === 'table') this.#closeTable();
    else if (name === 'tr') this.#frame.table?.closeRow();
    else if (name === 'td' || name === 'th') this.#frame.table?.closeCell();
  }

  #count(name: string, by: 1 | -1): void {
    const open = this.#open;
    open.elements += by;
    if (SILENT.has(name)) open.silent += by;
    if (/^h[1-6]$|^caption$/.test(name)) open.heading += by;
    if (name === 'caption') open.caption += by;
    else if (name === 'sup') open.superscript += by;
    else if (name === 'title') open.title += by;
    else if (name === 'h1') open.h1 += by;
    this.#tooDeep ||= open.elements > MOST_ELEMENTS_DEEP || this.#frames.length > MOST_TABLES_DEEP;
  }

  get #frame(): Frame {
    return this.#frames.at(-1) ?? this.#page;
  }

  /** A port table is one block. Other tables are boxes around notes, or hold the layout: what is in them is the page's. */
  #closeTable(): void {
    const { table, content } = this.#frames.pop() ?? this.#page;
    const block = table?.end();
    const outer = this.#frame;
    outer.table?.addText(table?.text ?? '');
    const tables = content.filter((each) => each.kind === 'table');
    const isPorts = block !== undefined && isPortTable(block.header.cells, block.rows);
    const kept = isPorts ? [block, ...tables] : tables.length > 0 ? content : content.map(asNote);
    for (const each of kept) outer.content.push(each);
  }

  #add(text: string): void {
    if (this.#open.silent > 0 || (this.#run === '' && text.trim() === '')) return;
    if (this.#run === '') {
      this.#runLine = this.#lineNow();
      this.#run = this.#bullet ? '* ' : '';
      this.#bullet = false;
    }
    this.#run += text;
  }

  /** Ends a run of text: a line of its own, and a line of the cell that it stands in. */
  #flush(): void {
    const text = repaired(this.#run).split('\n').map(oneLine).filter((line) => line !== '').join('\n');
    this.#run = '';
    if (text === '') return;
    if (this.#open.title > 0) {
      this.#title ??= text;
      return;
    }
    if (this.#open.h1 > 0) this.#h1 ??= text;
    const frame = (this.#open.caption > 0 ? this.#frames.at(-2) : undefined) ?? this.#frame;
    frame.table?.addText(text);
    frame.content.push({ kind: this.#open.heading > 0 ? 'heading' : 'line', line: this.#runLine, text });
  }

  /** The first usable address counts. */
  #address(url: string | undefined): void {
    if (url !== undefined && /^https?:\/\//.test(url)) this.#url ??= url;
  }

  /** Of what the parser reads; since that goes forward, every character is looked at once. */
  #lineNow(): number {
    for (; this.#linesCountedTo < this.#parser.startIndex; this.#linesCountedTo++) {
      const c = this.#text.charCodeAt(this.#linesCountedTo);
      if (c === 10 || (c === 13 && this.#text.charCodeAt(this.#linesCountedTo + 1) !== 10)) this.#line++;
    }
    return this.#line;
  }
}

/** 0 means all rows that are left. */
function spanOf(text = ''): number {
  const count = /^\s*(\d{1,5})/.exec(text)?.[1];
  return count === undefined ? 1 : Number(count);
}

/** Short lines in a box are no headings. */
function asNote(each: Line | TableBlock): Line | TableBlock {
  return each.kind === 'line' ? { ...each, kind: 'note' } : each;
}

function asBlock(each: Line | TableBlock): Block {
  if (each.kind === 'table') return each;
  const isHeading = each.kind === 'heading' || (each.kind === 'line' && !each.text.includes('\n') && looksLikeHeading(each.text));
  return { kind: isHeading ? 'heading' : 'paragraph', line: each.line, text: oneLine(each.text) };
}
