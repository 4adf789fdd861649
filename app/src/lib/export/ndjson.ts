import type { Schema } from 'eventglass';
import type { PageWriter } from './page_writer.js';

/** One JSON object a line, as the event source has them; what an event does not have is left out. */
export function ndjsonWriter(schema: Schema): PageWriter {
  const encoder = new TextEncoder();
  return {
    begin: () => new Uint8Array(),
    page: (events) =>
      encoder.encode(
        events
          .map(({ cells }) => {
            const fields = schema.map(({ name }, i) => [name, cells[i]] as const);
            return `${JSON.stringify(Object.fromEntries(fields))}\n`;
          })
          .join(''),
      ),
    end: () => new Uint8Array(),
  };
}
