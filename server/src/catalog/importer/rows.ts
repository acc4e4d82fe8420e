/** From placed cells to the facts of a catalog row. */
import type { ComponentId, OpenedBy } from '../../model/flow.ts';
import type { FeatureData } from '../data.ts';
import { oneLine, portSpecText, readPortCell, readProtocolCell } from './cells.ts';
import type { PlacedRow } from './columns.ts';
import type { OpenedPair } from './conditions.ts';
import { isOpenedBySession, needsIn, noteParts, soundsConditional, speaksOfNfs } from './conditions.ts';
import type { NamedParty, PartyReader } from './parties.ts';

export interface ImportedParty {
  readonly component: ComponentId;
  readonly when: readonly string[];
}

/** A row as a catalog file will say it; its purpose is still to be written, out of `note`. */
export interface ImportedRow {
  readonly line: number;
  readonly from: readonly ImportedParty[];
  readonly to: readonly ImportedParty[];
  readonly alternatives: boolean;
  readonly protocol: string;
  readonly port: string;
  readonly when: readonly string[];
  readonly whenPort: Readonly<Record<string, readonly string[]>>;
  readonly openedBy?: OpenedBy;
  readonly sourcePorts?: string;
  readonly note: string;
}

export interface Footnote {
  readonly digit: string;
  readonly text: string;
}

/** What a row is read against. */
export interface RowContext {
  readonly parties: PartyReader;
  readonly features: readonly FeatureData[];
  readonly opened: readonly OpenedPair[];
  /** Those of the row's section. */
  readonly footnotes: readonly Footnote[];
}

export type RowResult =
  | { readonly row: ImportedRow; readonly doubts: readonly string[] }
  | { readonly problem: string };

export function readRow(placed: PlacedRow, context: RowContext): RowResult {
  const { parties, features, footnotes } = context;
  const digits = footnotes.map((footnote) => footnote.digit);
  const fromCell = withoutDigits(placed.from, digits);
  const toCell = withoutDigits(placed.to, digits);

  const protocol = readProtocolCell(placed.protocol);
  if ('problem' in protocol) return protocol;
  const port = readPortCell(placed.port, placed.notes, digits);
  if ('problem' in port) return port;
  const from = parties.read(fromCell);
  if ('problem' in from) return from;
  const to = parties.read(toCell);
  if ('problem' in to) return to;
  if (from.value.alternatives) return { problem: `"${oneLine(placed.from)}": alternatives on the From side` };

  const doubts: string[] = [];
  const imported = (party: NamedParty): ImportedParty => {
    const when = needsIn(party.remarks.join(' '), features);
    if (when.length === 0) {
      doubts.push(...party.remarks.filter(soundsConditional).map((remark) => `no feature is known for "${remark}"`));
    }
    return { component: party.component, when };
  };
  const { rest, ofItem } = noteParts(placed.notes, port.value, features);
  const cited = footnotes.filter(({ digit }) =>
    [placed.from, placed.to, placed.notes].some((cell) => withoutDigits(cell, [digit]) !== cell));
  const names = to.value.parties.map((party) => party.name);
  const when = needsIn([...names, rest, ...cited.map((footnote) => footnote.text)].join(' '), features);
  if (cited.length > 0 && when.length === 0) doubts.push('a footnote may hold a condition that no feature is known for');

  const row: ImportedRow = {
    line: placed.line,
    from: from.value.parties.map(imported),
    to: to.value.parties.map(imported),
    alternatives: to.value.alternatives,
    protocol: protocol.value,
    port: portSpecText(port.value),
    when,
    whenPort: ofItem,
    note: oneLine([placed.notes, ...cited.map(({ digit, text }) => `[${digit}: ${text}]`)].join(' ')),
  };
  const openedBy = opener(row, context.opened);
  const nfs = speaksOfNfs([placed.to, placed.notes].join(' '));
  return {
    row: { ...row, ...(openedBy !== undefined && { openedBy }), ...(nfs && { sourcePorts: '1-65535' }) },
    doubts,
  };
}

function opener(row: ImportedRow, pairs: readonly OpenedPair[]): OpenedBy | undefined {
  if (isOpenedBySession(row.note)) return 'session';
  const [from, ...others] = row.from.map((party) => party.component);
  const [to, ...more] = row.to.map((party) => party.component);
  if (from === undefined || to === undefined || others.length > 0 || more.length > 0) return undefined;
  const both = pairs.some(([one, other]) => (from === one && to === other) || (from === other && to === one));
  return both ? 'installer' : undefined;
}

/** Takes away the digits of footnotes that are glued to a word or its full stop. */
function withoutDigits(text: string, digits: readonly string[]): string {
  if (digits.length === 0) return text;
  return text.replace(new RegExp(`(?<=[A-Za-z)][.,]?)[${digits.join('')}](?![\\w.])`, 'g'), '');
}
