import type { QueryRequest } from './arguments.js';
import type { Backend } from './backend.js';
import type { EventWriter } from './event_writer.js';
import { newestPagesOf, pagesOf, ranksOf } from './range.js';
import type { Screen } from './screen.js';

const number = new Intl.NumberFormat('en-US');

/** Prints the events of a range. */
export async function query(
  { range, limit, isNewest }: QueryRequest,
  backend: Backend,
  { output, report, writerFor }: Screen,
): Promise<void> {
  let writer: EventWriter | undefined;
  let count = 0;
  const pages = isNewest ? newestPagesOf(backend, range, limit) : pagesOf(backend, range, limit);
  for await (const { events, cursor } of pages) {
    if (writer === undefined) {
      writer = writerFor(events);
      output.push(writer.head(events));
    }
    count += events.length;
    await output.write(writer.lines(events, cursor.seq));
  }
  if (writer === undefined) output.push(writerFor([]).head([]));
  if (count === 0) {
    report('No events.');
    return;
  }
  if (count < limit) return;
  const { begin, end } = await ranksOf(backend, range);
  if (end - begin <= count) return;
  const which = `The ${isNewest ? 'newest' : 'oldest'} ${number.format(count)}`;
  report(`${which} of ${number.format(end - begin)} events. More: --limit N, or eventglass export`);
}
