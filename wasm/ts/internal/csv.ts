import type { CellValue, ColumnType, Schema } from '../types.js';

/** What spreadsheets take for a formula, or for the way to one. */
const formulaStart = /^[=+\-@\t\r]/;

/** RFC 4180: a field with one of these is in quotes. White space at an end is lost by some readers otherwise. */
const needsQuotes = /[",\r\n]|^\s|\s$/;

/** RFC 4180. */
const lineEnd = '\r\n';

function quoted(text: string): string {
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A field of text. `isGuarded`: what a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvText(text: string, isGuarded: boolean): string {
  return quoted(isGuarded && formulaStart.test(text) ? `'${text}` : text);
}

function csvCell(cell: CellValue, type: ColumnType, isGuarded: boolean): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return csvText(cell, isGuarded);
  if (typeof cell === 'number' && type === 'timestamp') return new Date(cell).toISOString();
  return String(cell);
}

/** The first line of comma-separated values (RFC 4180): the columns' names. */
export function csvHead(schema: Schema, isGuarded: boolean): string {
  return schema.map(({ name }) => csvText(name, isGuarded)).join(',') + lineEnd;
}

/** The line of an event. `cells`: in the order of the schema. */
export function csvLine(cells: readonly CellValue[], schema: Schema, isGuarded: boolean): string {
  return schema.map(({ type }, i) => csvCell(cells[i], type, isGuarded)).join(',') + lineEnd;
}
