import { csvHead, csvLine } from '../internal/csv.js';
import type { TimeZone } from '../internal/time_zone.js';
import type { Schema } from '../types.js';
import { tableColumns } from './columns.js';
import { cellsOf, type EventJson } from './event_json.js';
import { type Mark, Table } from './table.js';
import { visibleJson, visibleText } from './visible_text.js';

export const FORMATS = ['table', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Writes events as text, in one of the formats. */
export interface EventWriter {
  /** What stands before the lines of events, of which these are the first. */
  readonly head: (firstEvents: readonly EventJson[]) => string;
  readonly lines: (events: readonly EventJson[], mark?: Mark) => string;
  /** Whether lines tell what happened to events. */
  readonly hasMarks: boolean;
}

export interface WriterOptions {
  readonly format: Format;
  /** The columns that were asked for, or all. */
  readonly columns: Schema;
  /** Whether they were asked for by name. */
  readonly isChosen: boolean;
  readonly zone: TimeZone;
  /** Whether the table is one of a feed. */
  readonly hasMarks: boolean;
  /** For CSV: whether text that a spreadsheet would run gets an apostrophe before it. */
  readonly isGuarded: boolean;
  /** Whether lines go to a screen, which must not be told what to do. */
  readonly isScreen: boolean;
  readonly screenWidth: () => number | undefined;
}

/** An event a line, whole, as the backend has it; on a screen with what can't be seen escaped, which means the same. */
function ndjsonWriter({ isScreen }: WriterOptions): EventWriter {
  const line = ({ fields }: EventJson): string => {
    const json = JSON.stringify(fields);
    return `${isScreen ? visibleJson(json) : json}\n`;
  };
  return {
    head: () => '',
    lines: (events) => events.map(line).join(''),
    hasMarks: false,
  };
}

/** As the page's export has it; on a screen with what can't be seen escaped. */
function csvWriter({ columns, isGuarded, isScreen }: WriterOptions): EventWriter {
  const shown = isScreen
    ? columns.map(({ name, type }) => ({ name: visibleText(name), type }))
    : columns;
  const line = (event: EventJson): string => {
    const cells = cellsOf(event, columns);
    const safe = isScreen
      ? cells.map((cell) => (typeof cell === 'string' ? visibleText(cell) : cell))
      : cells;
    return csvLine(safe, shown, isGuarded);
  };
  return {
    head: () => csvHead(shown, isGuarded),
    lines: (events) => events.map(line).join(''),
    hasMarks: false,
  };
}

function tableWriter(options: WriterOptions): EventWriter {
  const { columns, isChosen, hasMarks } = options;
  const table = new Table(isChosen ? columns : tableColumns(columns), options);
  return {
    head: (firstEvents) => table.head(firstEvents),
    lines: (events, mark = ' ') => table.lines(events, mark),
    hasMarks,
  };
}

export function eventWriter(options: WriterOptions): EventWriter {
  switch (options.format) {
    case 'table':
      return tableWriter(options);
    case 'ndjson':
      return ndjsonWriter(options);
    case 'csv':
      return csvWriter(options);
  }
}
