import type { EventsSource } from '../source_description.js';
import type { LocalStore } from './local_store.js';
import type { SourceRun } from './source_run.js';

/** Events that are put at a time: a few milliseconds, between which the reader is heard. */
const SLICE_EVENTS = 5_000;

/** Puts an array of events, slice by slice. */
export function readEvents({ events }: EventsSource, store: LocalStore): SourceRun {
  return async ({ signal, sleep }) => {
    for (let begin = 0; begin < events.length; begin += SLICE_EVENTS) {
      store.put(events.slice(begin, begin + SLICE_EVENTS));
      await sleep(0);
      signal.throwIfAborted();
    }
  };
}
