/** From placed cells to the facts of a catalog row. */
import type { ComponentId, OpenedBy } from '../../model/flow.ts';
import type { FeatureData } from '../data.ts';
import { oneLine, readProtocolCell, shown } from './cells.ts';
import type { PlacedRow } from './columns.ts';
import type { OpenedPair } from './conditions.ts';
import { isOpenedBySession, needsIn, noteParts, soundsConditional, speaksOfNfs } from './conditions.ts';
import type { Footnotes } from './footnotes.ts';
import { citedFootnotes, gluedMarks, withoutMarks, withoutSuperscripts } from './footnotes.ts';
import type { NamedParty, PartyReader } from './parties.ts';
import { portSpecText, readPortCell } from './portCell.ts';

export interface ImportedParty {
  readonly component: ComponentId;
  readonly when: readonly string[];
}

/** A row as a catalog file will say it; its purpose is still to be written, out of `note`. */
export interface ImportedRow {
  readonly line: number;
  readonly from: readonly ImportedParty[];
  readonly to: readonly ImportedParty[];
  readonly alternatives?: 'from' | 'to';
  readonly protocol: string;
  readonly port: string;
  readonly when: readonly string[];
  readonly whenPort: Readonly<Record<string, readonly string[]>>;
  readonly openedBy?: OpenedBy;
  readonly sourcePorts?: string;
  readonly note: string;
}

/** What a row is read against. */
export interface RowContext {
  readonly parties: PartyReader;
  readonly features: readonly FeatureData[];
  readonly opened: readonly OpenedPair[];
  /** Those of the row's section. */
  readonly footnotes: Footnotes;
}

export type RowResult =
  | { readonly row: ImportedRow; readonly doubts: readonly string[] }
  | { readonly problem: string };

/** Of a cell; rows below may share it. */
export const LONGEST_NAMES = 2000;

export function readRow(placed: PlacedRow, context: RowContext): RowResult {
  const { parties, features, footnotes } = context;
  const long = [placed.from, placed.to].find((cell) => cell.length > LONGEST_NAMES);
  if (long !== undefined) return { problem: `"${shown(long)}" is too long for names of components` };
  const protocol = readProtocolCell(withoutSuperscripts(placed.protocol));
  if ('problem' in protocol) return protocol;
  const port = readPortCell(withoutSuperscripts(placed.port), placed.notes, gluedMarks(footnotes));
  if ('problem' in port) return port;
  const from = parties.read(withoutMarks(placed.from, footnotes));
  if ('problem' in from) return from;
  const to = parties.read(withoutMarks(placed.to, footnotes));
  if ('problem' in to) return to;
  if (from.value.alternatives && to.value.alternatives) {
    return { problem: `"${shown(placed.from)}" and "${shown(placed.to)}" are alternatives on both sides, which need a row for each From` };
  }

  const doubts = [...(protocol.value.doubt === undefined ? [] : [protocol.value.doubt]), ...port.value.doubts];
  const remarks: string[] = [];
  const imported = (party: NamedParty): ImportedParty => {
    const when = needsIn(party.remarks.join(' '), features);
    if (when.length === 0) {
      remarks.push(...party.remarks.map((remark) => `[${party.name}: ${remark}]`));
      doubts.push(...party.remarks.filter(soundsConditional).map((remark) => `no feature is known for "${shown(remark)}"`));
    }
    return { component: party.component, when };
  };
  const { rest, ofItem } = noteParts(placed.notes, port.value.items, features);
  const cited = citedFootnotes(placed, footnotes);
  const names = to.value.parties.map((party) => party.name);
  const when = needsIn([placed.group ?? '', ...names, rest, ...cited.map((footnote) => footnote.text)].join(' '), features);
  if (cited.length > 0 && when.length === 0) doubts.push('a footnote may hold a condition that no feature is known for');

  const row: ImportedRow = {
    line: placed.line,
    from: from.value.parties.map(imported),
    to: to.value.parties.map(imported),
    ...(from.value.alternatives ? { alternatives: 'from' } : to.value.alternatives ? { alternatives: 'to' } : {}),
    protocol: protocol.value.protocol,
    port: portSpecText(port.value),
    when,
    whenPort: ofItem,
    note: oneLine([
      ...(placed.group === undefined ? [] : [`[${placed.group}]`]), placed.notes,
      ...(port.value.remark === undefined ? [] : [`[Port: ${port.value.remark}]`]), ...remarks, ...cited.map(({ mark, text }) => `[${mark}: ${text}]`),
    ].join(' ')),
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
