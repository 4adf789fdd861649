import type { Schema } from '../types.js';
import type { EventJson } from './event_json.js';
import type { EventWriter, WriterOptions } from './event_writer.js';
import { csvLines, jsonLines } from './line_formats.js';
import type { Happening } from './shown_events.js';

/**
 * Lines that say what happened, so that whoever applies them in order has what the backend has:
 *
 *     {"op":"present","seq":N,"id":"…","event":{…}}           was there when the program asked
 *     {"op":"insert","seq":N,"id":"…","event":{…}}
 *     {"op":"update","seq":N,"id":"…","event":{…}}
 *     {"op":"update","seq":N,"id":"…","set":{…},"event":{…}}  `event` where it is known
 *     {"op":"delete","seq":N,"id":"…","event":{…}}            as it was, where that is known
 *     {"op":"reset","reason":"…"}                             forget all; what is present follows
 */
export function ndjsonChanges(options: WriterOptions): EventWriter {
  const line = jsonLines(options);
  return {
    head: () => '',
    lines: (events, seq) =>
      events
        .map(({ key, fields }) => line({ op: 'present', seq, id: key.id, event: fields }))
        .join(''),
    happening: ({ mutation, event }) => {
      const { op, seq } = mutation;
      const set = 'set' in mutation ? mutation.set : undefined;
      return line({ op, seq, id: idOf(mutation), set, event: event?.fields });
    },
    reset: (reason) => line({ op: 'reset', reason }),
  };
}

const FIRST_COLUMNS: Schema = [
  { name: 'op', type: 'dictionary' },
  { name: 'seq', type: 'number' },
];

/** The same as CSV. Of an event that is not known there are its id and the fields that are set. */
export function csvChanges(options: WriterOptions): EventWriter {
  const { head, line } = csvLines(options, FIRST_COLUMNS);
  const { keyNames } = options;
  return {
    head,
    lines: (events, seq) => events.map((event) => line(['present', seq], event)).join(''),
    happening: ({ mutation, event }) => {
      const set = 'set' in mutation ? mutation.set : {};
      const known: Pick<EventJson, 'fields'> = event ?? {
        fields: { ...set, [keyNames.id]: idOf(mutation) },
      };
      return line([mutation.op, mutation.seq], known);
    },
    reset: () => line(['reset', undefined], { fields: {} }),
  };
}

function idOf(mutation: Happening['mutation']): string {
  return 'event' in mutation ? mutation.event.key.id : mutation.id;
}
