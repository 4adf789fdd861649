import type { Schema } from 'eventglass';
import { csvHead, csvLine } from 'eventglass/internal/csv.js';
import type { PageWriter } from './page_writer.js';

/** Comma-separated values (RFC 4180), in UTF-8, with the columns' names in the first line. */
export function csvWriter(schema: Schema, isGuarded: boolean): PageWriter {
  const encoder = new TextEncoder();
  return {
    begin: () => encoder.encode(csvHead(schema, isGuarded)),
    page: (events) =>
      encoder.encode(events.map(({ cells }) => csvLine(cells, schema, isGuarded)).join('')),
    end: () => new Uint8Array(),
  };
}
