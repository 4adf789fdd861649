import type { Schema } from '../types.js';
import type { ExportRequest, QueryRequest, TailRequest } from './arguments.js';
import type { Backend } from './backend.js';
import { chooseColumns, columnsOfEvents } from './columns.js';
import type { EventJson } from './event_json.js';
import { type EventWriter, eventWriter } from './event_writer.js';
import { Output } from './output.js';

/** What a command writes to. */
export interface Screen {
  readonly output: Output;
  /** Says something beside the events, for people: a line of the standard error. */
  readonly report: (line: string) => void;
  /** A writer with the columns of the backend, or with those of the first events where it does not tell them. */
  readonly writerFor: (firstEvents: readonly EventJson[]) => EventWriter;
}

export interface ScreenParts {
  readonly request: TailRequest | QueryRequest | ExportRequest;
  readonly backend: Backend;
  /** Of the backend, where it tells it. */
  readonly schema: Schema | undefined;
  readonly hasMarks: boolean;
  /** Whether the events go to the standard output. */
  readonly isStandardOutput: boolean;
  readonly report: (line: string) => void;
}

export function openScreen(parts: ScreenParts): Screen {
  const { request, backend, schema, hasMarks, isStandardOutput, report } = parts;
  const { stdout } = process;
  const isScreen = isStandardOutput && stdout.isTTY;
  return {
    output: new Output(stdout, backend.signal),
    report,
    writerFor: (firstEvents) => {
      const known = schema ?? columnsOfEvents(firstEvents, backend.keyNames);
      const { columns, ...rest } = request;
      const isChosen = columns !== undefined;
      const onMissing = schema === undefined ? report : undefined;
      const isSure = schema !== undefined || isChosen || request.format === 'ndjson';
      const writer = eventWriter({
        ...rest,
        columns: isChosen ? chooseColumns(known, columns, onMissing) : known,
        isChosen,
        keyNames: backend.keyNames,
        hasMarks,
        hasChanges: 'hasChanges' in request && request.hasChanges,
        isScreen,
        screenWidth: () => (isScreen ? stdout.columns : undefined),
      });
      return isSure ? writer : tellingOfOthers(writer, known, report);
    },
  };
}

/** A writer that tells of fields which events have and `columns` has not: those are not written. */
function tellingOfOthers(
  writer: EventWriter,
  columns: Schema,
  report: (line: string) => void,
): EventWriter {
  const known = new Set(columns.map(({ name }) => name));
  const look = (names: readonly string[]): void => {
    for (const name of names) {
      if (known.has(name)) continue;
      known.add(name);
      report(`The first events have no '${name}', so it is left out. Ask for it with --columns.`);
    }
  };
  return {
    ...writer,
    lines: (events, seq) => {
      for (const { fields } of events) look(Object.keys(fields));
      return writer.lines(events, seq);
    },
    happening: (happening) => {
      const { mutation, event } = happening;
      look(Object.keys(event?.fields ?? ('set' in mutation ? mutation.set : {})));
      return writer.happening(happening);
    },
  };
}
