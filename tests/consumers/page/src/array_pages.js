import { pages } from 'eventglass/sources';

const precedes = (event, { timestamp, id }) =>
  event.timestamp < timestamp || (event.timestamp === timestamp && event.id < id);

/** A source that answers for parts of an array in the order of events. */
export function arrayPages(events) {
  const rankOf = (key) => events.filter((event) => precedes(event, key)).length;
  return pages({
    readPage({ start, stop, rank, limit, direction }) {
      const begin = rank ?? (start === undefined ? 0 : rankOf(start));
      const end = stop === undefined ? events.length : rankOf(stop);
      const part =
        direction === 'forward'
          ? events.slice(begin, Math.min(end, begin + limit))
          : events.slice(Math.max(begin, end - limit), end);
      return { events: part, firstRank: begin, totalCount: events.length };
    },
  });
}
