/**
 * Words of one nftables statement. Source: the lexical rules in "INPUT FILE FORMATS" and "DATA TYPES" of nft(8); addresses
 * are told from names before a colon or a dash may end them.
 */
import { parseIPv6 } from '../../core/addresses.ts';

type TokenKind = 'word' | 'string' | 'variable' | 'reference' | 'punctuation' | 'newline' | 'bad';

/** `text` is the content: without quotes for a string, without `$` or `@` for a variable or a set reference. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const AT = 64;
const BACKSLASH = 92;
const COLON = 58;

/** Classes of ASCII characters, as bits. */
const HEX = 1;
const DIGIT = 2;
const NUMBER_PART = 4;
const NAME_PART = 8;
const NAME_START = 16;
const CLASS = new Uint8Array(128);
const put = (characters: string, what: number): void => {
  for (let i = 0; i < characters.length; i++) CLASS[characters.charCodeAt(i)] = (CLASS[characters.charCodeAt(i)] as number) | what;
};
put('0123456789', HEX | DIGIT | NUMBER_PART | NAME_PART);
put('abcdefABCDEF', HEX);
put('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', NUMBER_PART | NAME_PART | NAME_START);
put('.', NUMBER_PART | NAME_PART);
put('/-', NAME_PART);
put('\\', NAME_PART | NAME_START);

/** Characters outside ASCII are taken as parts of names: nft knows none, so what they spell is not found. */
function is(code: number, what: number): boolean {
  return code < 128 ? ((CLASS[code] as number) & what) !== 0 : (what & (NAME_PART | NAME_START)) !== 0;
}

const PAIRS = new Set(['==', '!=', '<=', '>=', '<<', '>>']);
const MAC = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i;

export function tokenize(text: string): Token[] {
  const out: Token[] = [];
  const push = (kind: TokenKind, content: string, start: number, end: number): void => {
    out.push({ kind, text: content, start, end });
  };
  const length = text.length;
  let at = 0;
  while (at < length) {
    const c = text.charCodeAt(at);
    if (c === SPACE || c === TAB || c === RETURN) at++;
    else if (c === NEWLINE) push('newline', '\n', at, ++at);
    else if (c === HASH) at = endOfLine(text, at);
    else if (c === QUOTE) {
      const end = endOfString(text, at);
      const closed = text.charCodeAt(end - 1) === QUOTE && end - at > 1;
      push(closed ? 'string' : 'bad', closed ? text.slice(at + 1, end - 1) : text.slice(at + 1, end), at, end);
      at = end;
    } else if (c === BACKSLASH && continuation(text, at) > 0) at += continuation(text, at);
    else if ((c === DOLLAR || c === AT) && is(text.charCodeAt(at + 1), NAME_START)) {
      const end = endOfName(text, at + 1);
      push(c === AT ? 'reference' : 'variable', text.slice(at + 1, end), at, end);
      at = end;
    } else {
      const end = endOfWord(text, at, c);
      if (end > at) push('word', text.slice(at, end), at, end);
      const stop = end > at ? end : at + (PAIRS.has(text.slice(at, at + 2)) ? 2 : 1);
      if (end === at) push('punctuation', text.slice(at, stop), at, stop);
      at = stop;
    }
  }
  return out;
}

function endOfWord(text: string, at: number, c: number): number {
  if (c === COLON || is(c, HEX)) {
    const end = endOfColonAddress(text, at);
    if (end > at) return end;
  }
  if (c < 128 && is(c, DIGIT)) {
    let end = at + 1;
    while (end < text.length && text.charCodeAt(end) < 128 && is(text.charCodeAt(end), NUMBER_PART)) end++;
    return end;
  }
  return is(c, NAME_START) ? endOfName(text, at) : at;
}

/** The end of an IPv6 or hardware address that starts here, or `at`. */
function endOfColonAddress(text: string, at: number): number {
  let end = at;
  let colons = 0;
  for (; end < text.length && end - at < 46; end++) {
    const c = text.charCodeAt(end);
    if (c === COLON) colons++;
    else if (c !== 46 && !(c < 128 && is(c, HEX))) break;
  }
  if (colons < 2) return at;
  const word = text.slice(at, end);
  return parseIPv6(word) !== undefined || MAC.test(word) ? end : at;
}

/** Names end with at most one `*`, the wildcard of interface names. */
function endOfName(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && is(text.charCodeAt(end), NAME_PART)) {
    if (text.charCodeAt(end) === BACKSLASH && continuation(text, end) > 0) break;
    end++;
  }
  return text[end] === '*' ? end + 1 : end;
}

/** The offset after the closing quote, or the line's end if there is none. */
export function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const c = text.charCodeAt(end);
    if (c === QUOTE) return end + 1;
    if (c === NEWLINE) return end;
  }
  return text.length;
}

export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** How many characters a line continuation at `at` takes; 0 if there is none. */
export function continuation(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === NEWLINE) return 2;
  return next === RETURN && text.charCodeAt(at + 2) === NEWLINE ? 3 : 0;
}
