import type { Event } from '../../../backend/src/event_schema.js';
import type { FeedBatch } from './feed_reader.js';

/** The order of events, spelled out independently of the engine. */
export function compareEvents(a: Event, b: Event): number {
  return a.timestamp - b.timestamp || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
}

/** The timeline as the protocol defines it, in the plainest way: what everything is compared with. */
export class NaiveTimeline {
  readonly #events = new Map<string, Event>();

  constructor(events: readonly Event[] = []) {
    for (const event of events) this.#events.set(event.id, event);
  }

  apply(batch: FeedBatch): void {
    for (const mutation of batch.mutations) {
      if (mutation.op === 'delete') {
        this.#events.delete(mutation.id);
      } else if ('event' in mutation) {
        this.#events.set(mutation.event.id, mutation.event);
      } else {
        const event = this.#events.get(mutation.id);
        if (event !== undefined) this.#events.set(mutation.id, changed(event, mutation.set));
      }
    }
  }

  get(id: string): Event | undefined {
    return this.#events.get(id);
  }

  /** All events, in order. */
  events(): readonly Event[] {
    return [...this.#events.values()].sort(compareEvents);
  }
}

function changed(event: Event, set: Readonly<Record<string, unknown>>): Event {
  const merged: Readonly<Record<string, unknown>> = { ...event, ...set };
  const present = Object.entries(merged).filter(([, value]) => value !== null);
  return Object.fromEntries(present) as unknown as Event;
}
