/** Takes From and To cells apart into names, the brackets beside them, and how they are joined. */
import { oneLine } from './cells.ts';
import { soundsConditional } from './conditions.ts';

/** `beside`: a line break or nothing at all. */
type Joint = 'comma' | 'and' | 'or' | 'slash' | 'beside';

export interface Piece {
  /** To the piece before it. */
  readonly joint: Joint | undefined;
  /** On one line. */
  readonly name: string;
  readonly remarks: readonly string[];
}

/** `spellings` of whole names are in lower case, longest first. */
export function piecesOf(cell: string, spellings: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let rest = cell.trim();
  let joint: Joint | undefined;
  while (rest !== '') {
    const { name, remarks, others, end } = pieceAt(rest, spellings);
    pieces.push({ joint, name, remarks }, ...others.flatMap((other) => piecesOf(other, spellings).map((piece) => ({ ...piece, joint: 'or' as const }))));
    rest = rest.slice(end).trimStart();
    const separator = /^(?:,\s*(?:and\s+|or\s+)?|\/\s*|and\s+|or\s+)/i.exec(rest)?.[0] ?? '';
    joint = jointOf(separator);
    rest = rest.slice(separator.length).trimStart();
  }
  return pieces;
}

function jointOf(separator: string): Joint {
  if (separator === '') return 'beside';
  if (separator.startsWith('/')) return 'slash';
  return /\bor\b/i.test(separator) ? 'or' : /\band\b/i.test(separator) ? 'and' : 'comma';
}

interface PieceText {
  readonly name: string;
  readonly remarks: readonly string[];
  /** What brackets add as alternatives. */
  readonly others: readonly string[];
  /** Offset behind the brackets. */
  readonly end: number;
}

/** `[Optional] Backup server` is the backup server, with a remark. */
function pieceAt(text: string, spellings: readonly string[]): PieceText {
  const mark = /^\[([^\][]+)\]\s*(?=\w)/.exec(text);
  if (mark?.[1] === undefined) return namedAt(text, spellings);
  const { name, remarks, others, end } = namedAt(text.slice(mark[0].length), spellings);
  return { name, remarks: [mark[1], ...remarks], others, end: end + mark[0].length };
}

function namedAt(text: string, spellings: readonly string[]): PieceText {
  const known = spellingAt(text, spellings);
  let end = known ?? plainEnd(text, 0);
  let nameEnd = end;
  const remarks: string[] = [];
  const others: string[] = [];
  for (let bracket = bracketAt(text, end); bracket; bracket = bracketAt(text, end)) {
    const { inner } = bracket;
    const other = /^or\s+(?=\S)/i.exec(inner)?.[0];
    if (known === undefined && other === undefined && goesOn(text, bracket.end) && !soundsConditional(inner) && !isHostList(inner)) {
      end = nameEnd = plainEnd(text, bracket.end);
      continue;
    }
    if (other !== undefined) others.push(inner.slice(other.length));
    else if (!isHostList(inner)) remarks.push(oneLine(inner));
    end = bracket.end;
  }
  return { name: oneLine(text.slice(0, nameEnd)), remarks, others, end };
}

/** The length of the longest spelling that stands there as a whole name. */
function spellingAt(text: string, spellings: readonly string[]): number | undefined {
  const longest = spellings[0]?.length ?? 0;
  const lower = text.slice(0, longest + 8).replace(/\s/g, ' ').toLowerCase();
  return spellings.find((each) => lower.startsWith(each) && /^(?:$|[,(/]|\s+(?:[(/]|or\b|and\b)|\s*\n)/.test(text.slice(each.length, each.length + 8)))?.length;
}

/** All up to the next separator or bracket, but something. */
function plainEnd(text: string, from: number): number {
  const separator = /,|\n|\(|\s(?:or|and)\s/gi;
  separator.lastIndex = from;
  const end = separator.exec(text)?.index ?? text.length;
  return Math.max(end, from + 1);
}

interface Bracket {
  readonly inner: string;
  readonly end: number;
}

/** The bracket that follows blanks, with the brackets in it. */
function bracketAt(text: string, from: number): Bracket | undefined {
  const start = from + (/^\s*/.exec(text.slice(from, from + 100))?.[0].length ?? 0);
  if (text[start] !== '(') return undefined;
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return { inner: text.slice(start + 1, at).trim(), end: at + 1 };
  }
  return undefined;
}

/** After one blank another word follows that joins nothing. */
function goesOn(text: string, from: number): boolean {
  return /^ (?!or\b|and\b)\w/i.test(text.slice(from, from + 8));
}

function isHostList(text: string): boolean {
  return text.split(/,\s*/).every((part) => /^<?[\w*-]+>?(?:\.<?[\w*-]+>?)+$/.test(part));
}
