import type { Schema } from 'eventglass';
import { ArrowStream } from 'eventglass/arrow';
import type { PageWriter } from './page_writer.js';

/** The stream format of Apache Arrow: a record batch for each page. */
export function arrowWriter(schema: Schema): PageWriter {
  let stream = new ArrowStream(schema);
  return {
    begin: () => {
      stream = new ArrowStream(schema);
      return stream.begin();
    },
    page: (events) => stream.batch(schema.map((_, i) => events.map(({ cells }) => cells[i]))),
    end: () => stream.end(),
  };
}
