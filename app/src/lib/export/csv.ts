import type { Schema } from 'eventglass';
import type { Cell, ExportEvent } from './export_event.js';
import type { PageWriter } from './page_writer.js';

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

function csvCell(cell: Cell, type: Schema[number]['type'], isGuarded: boolean): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return csvText(cell, isGuarded);
  if (typeof cell === 'number' && type === 'timestamp') return new Date(cell).toISOString();
  return String(cell);
}

/** Comma-separated values (RFC 4180), in UTF-8, with the columns' names in the first line. */
export function csvWriter(schema: Schema, isGuarded: boolean): PageWriter {
  const encoder = new TextEncoder();
  const head = schema.map(({ name }) => csvText(name, isGuarded)).join(',') + lineEnd;
  const lineOf = ({ cells }: ExportEvent) =>
    schema.map(({ type }, i) => csvCell(cells[i], type, isGuarded)).join(',') + lineEnd;
  return {
    begin: () => encoder.encode(head),
    page: (events) => encoder.encode(events.map(lineOf).join('')),
    end: () => new Uint8Array(),
  };
}
