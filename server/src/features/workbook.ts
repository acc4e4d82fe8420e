/**
 * A workbook of one sheet (ECMA-376, SpreadsheetML) whose cells are all text: no reader takes one for a formula, not even after
 * it was edited. The first row is a heading that stays in sight and filters.
 */
import { strToU8, zipSync } from 'fflate';
import { XML_HEAD, element, xmlText } from './xml.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** Of a cell, in characters (Excel specifications and limits). */
const LONGEST = 32_767;
const WIDEST = 60;
const HEADING = 1;
const TEXT = 2;
/** The same bytes for the same rows: ZIP knows no earlier day. */
const UNDATED = new Date(1980, 0, 1);

export function workbook(name: string, rows: readonly (readonly string[])[]): Uint8Array {
  const files = {
    '[Content_Types].xml': element('Types', { xmlns: TYPES },
      element('Default', { Extension: 'rels', ContentType: 'application/vnd.openxmlformats-package.relationships+xml' })
      + element('Override', { PartName: '/xl/workbook.xml', ContentType: `${SHEET_TYPE}.sheet.main+xml` })
      + element('Override', { PartName: '/xl/worksheets/sheet1.xml', ContentType: `${SHEET_TYPE}.worksheet+xml` })
      + element('Override', { PartName: '/xl/styles.xml', ContentType: `${SHEET_TYPE}.styles+xml` })),
    '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': element('workbook', { xmlns: MAIN, 'xmlns:r': DOCUMENT }, element('sheets', {}, element('sheet', { name, sheetId: 1, 'r:id': 'rId1' }))),
    'xl/_rels/workbook.xml.rels': relations([['worksheet', 'worksheets/sheet1.xml'], ['styles', 'styles.xml']]),
    'xl/styles.xml': styles(),
    'xl/worksheets/sheet1.xml': sheet(rows),
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, xml]) => [path, strToU8(XML_HEAD + xml)])), { mtime: UNDATED });
}

function relations(targets: readonly (readonly [type: string, target: string])[]): string {
  return element('Relationships', { xmlns: RELATIONS }, targets.map(([type, target], i) => element('Relationship', { Id: `rId${i + 1}`, Type: `${DOCUMENT}/${type}`, Target: target })).join(''));
}

/** Formats by number: 0 the default, {@link HEADING} bold, {@link TEXT} wrapped; the last two are text (number format 49). */
function styles(): string {
  const font = (bold: string): string => element('font', {}, `${bold}${element('sz', { val: 11 })}${element('name', { val: 'Calibri' })}`);
  const format = (attributes: Readonly<Record<string, number>>, content = ''): string => element('xf', { borderId: 0, fillId: 0, fontId: 0, numFmtId: 0, xfId: 0, ...attributes }, content);
  const text = { numFmtId: 49, applyNumberFormat: 1, quotePrefix: 1 };
  return element('styleSheet', { xmlns: MAIN },
    element('fonts', { count: 2 }, font('') + font('<b/>'))
    + element('fills', { count: 2 }, element('fill', {}, element('patternFill', { patternType: 'none' })) + element('fill', {}, element('patternFill', { patternType: 'gray125' })))
    + element('borders', { count: 1 }, element('border', {}, '<left/><right/><top/><bottom/><diagonal/>'))
    + element('cellStyleXfs', { count: 1 }, element('xf', { borderId: 0, fillId: 0, fontId: 0, numFmtId: 0 }))
    + element('cellXfs', { count: 3 }, format({}) + format({ ...text, fontId: 1, applyFont: 1 }) + format({ ...text, applyAlignment: 1 }, element('alignment', { vertical: 'top', wrapText: 1 })))
    + element('cellStyles', { count: 1 }, element('cellStyle', { name: 'Normal', xfId: 0, builtinId: 0 })));
}

function sheet(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.length ?? 0;
  const all = `A1:${columnName(columns - 1)}${rows.length}`;
  const widths = Array.from({ length: columns }, (_, i) => Math.min(WIDEST, Math.max(...rows.map((row) => row[i]?.length ?? 0)) + 2));
  return element('worksheet', { xmlns: MAIN },
    element('sheetViews', {}, element('sheetView', { workbookViewId: 0 }, element('pane', { ySplit: 1, topLeftCell: 'A2', activePane: 'bottomLeft', state: 'frozen' })))
    + element('cols', {}, widths.map((width, i) => element('col', { min: i + 1, max: i + 1, width, customWidth: 1 })).join(''))
    + element('sheetData', {}, rows.map((row, r) => element('row', { r: r + 1 }, row.map((text, c) => cell(text, `${columnName(c)}${r + 1}`, r === 0 ? HEADING : TEXT)).join(''))).join(''))
    + element('autoFilter', { ref: all })
    + element('ignoredErrors', {}, element('ignoredError', { sqref: all, numberStoredAsText: 1 })));
}

function cell(text: string, place: string, style: number): string {
  // `_x0041_` would be read as an escaped A (ECMA-376 part 1, 22.9.2.19).
  const literal = text.slice(0, LONGEST).replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');
  return element('c', { r: place, s: style, t: 'inlineStr' }, element('is', {}, `<t xml:space="preserve">${xmlText(literal)}</t>`));
}

/** 0 is A, 26 is AA. */
function columnName(index: number): string {
  return (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
}
