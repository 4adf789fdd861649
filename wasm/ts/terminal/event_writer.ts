import type { TimeZone } from '../internal/time_zone.js';
import type { Schema } from '../types.js';
import { csvChanges, ndjsonChanges } from './change_writer.js';
import { tableColumns } from './columns.js';
import type { EventJson, KeyNames } from './event_json.js';
import { csvLines, jsonLines } from './line_formats.js';
import type { Happening } from './shown_events.js';
import { Table } from './table.js';

export const FORMATS = ['table', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Writes events as text, in one of the formats. */
export interface EventWriter {
  /** What stands before the lines of events, of which these are the first. */
  readonly head: (firstEvents: readonly EventJson[]) => string;
  /** Events of a page, which is exact at `seq`. */
  readonly lines: (events: readonly EventJson[], seq: number) => string;
  /** What a feed tells; `''` where the format has no way to say it. */
  readonly happening: (happening: Happening) => string;
  /** What was written before is no longer what the backend has, and nobody knows what happened in between. */
  readonly reset: (reason: string) => string;
}

export interface WriterOptions {
  readonly format: Format;
  /** The columns that were asked for, or all. */
  readonly columns: Schema;
  readonly keyNames: KeyNames;
  /** Whether they were asked for by name. */
  readonly isChosen: boolean;
  readonly zone: TimeZone;
  /** Whether the table is one of a feed. */
  readonly hasMarks: boolean;
  /** For NDJSON and CSV: whether each line says what happened, in place of events as they came alone. */
  readonly hasChanges: boolean;
  /** For CSV: whether text that a spreadsheet would run gets an apostrophe before it. */
  readonly isGuarded: boolean;
  /** Whether lines go to a screen, which must not be told what to do. */
  readonly isScreen: boolean;
  readonly screenWidth: () => number | undefined;
}

/** Lines of events that came, in formats that have no way to tell what else happens to them. */
function eventLines(line: (event: EventJson) => string): Omit<EventWriter, 'head'> {
  return {
    lines: (events) => events.map(line).join(''),
    happening: ({ mark, event }) => (mark === '+' && event !== undefined ? line(event) : ''),
    reset: () => '',
  };
}

/** An event a line, whole, as the backend has it. */
function ndjsonWriter(options: WriterOptions): EventWriter {
  const line = jsonLines(options);
  return { head: () => '', ...eventLines(({ fields }) => line(fields)) };
}

function csvWriter(options: WriterOptions): EventWriter {
  const { head, line } = csvLines(options, []);
  return { head, ...eventLines((event) => line([], event)) };
}

function tableWriter(options: WriterOptions): EventWriter {
  const { columns, isChosen } = options;
  const table = new Table(isChosen ? columns : tableColumns(columns), options);
  return {
    head: (firstEvents) => table.head(firstEvents),
    lines: (events) => table.lines(events, ' '),
    happening: ({ mark, event }) => (event === undefined ? '' : table.lines([event], mark)),
    reset: () => '',
  };
}

export function eventWriter(options: WriterOptions): EventWriter {
  switch (options.format) {
    case 'table':
      return tableWriter(options);
    case 'ndjson':
      return options.hasChanges ? ndjsonChanges(options) : ndjsonWriter(options);
    case 'csv':
      return options.hasChanges ? csvChanges(options) : csvWriter(options);
  }
}
