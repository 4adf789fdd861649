import type { Event } from '../../../backend/src/event_schema.js';
import type { FeedBatch, FeedMutation } from './feed_reader.js';

/** A place in the order of events; `''` comes before every id. */
export type Place = Pick<Event, 'timestamp' | 'id'>;

/** The order of events, spelled out independently of the engine. */
export function compareEvents(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
}

/** An event, and the seq of the last mutation that it has taken. */
interface Row {
  readonly event: Event;
  readonly version: number;
}

/** The timeline, or a client's part of it, as the protocol defines it in the plainest way: what everything is compared with. */
export class NaiveTimeline {
  readonly #rows = new Map<string, Row>();

  /** `events` as of `seq`. */
  constructor(events: Iterable<Event> = [], seq = 0) {
    for (const event of events) this.#rows.set(event.id, { event, version: seq });
  }

  apply({ mutations }: Pick<FeedBatch, 'mutations'>): void {
    for (const mutation of mutations) this.#applyOne(mutation);
  }

  #applyOne(mutation: FeedMutation): void {
    const version = mutation.seq;
    const id = 'event' in mutation ? mutation.event.id : mutation.id;
    const row = this.#rows.get(id);
    if (row !== undefined && version <= row.version) return;
    if ('event' in mutation) this.#rows.set(id, { event: mutation.event, version });
    else if (row === undefined) return;
    else if (mutation.op === 'delete') this.#rows.delete(id);
    else this.#rows.set(id, { event: changed(row.event, mutation.set), version });
  }

  /** Takes a page as of `seq` that covers what `isCovered` says. Batches since it was asked for have to be applied again. */
  applyPage(events: readonly Event[], seq: number, isCovered: (event: Event) => boolean): void {
    const ids = new Set(events.map(({ id }) => id));
    for (const { event, version } of [...this.#rows.values()]) {
      if (version <= seq && isCovered(event) && !ids.has(event.id)) this.#rows.delete(event.id);
    }
    for (const event of events) {
      const version = this.#rows.get(event.id)?.version ?? -1;
      if (version <= seq) this.#rows.set(event.id, { event, version: seq });
    }
  }

  /** Forgets the events that are not to be kept. */
  keep(isKept: (event: Event) => boolean): void {
    for (const { event } of [...this.#rows.values()]) {
      if (!isKept(event)) this.#rows.delete(event.id);
    }
  }

  get(id: string): Event | undefined {
    return this.#rows.get(id)?.event;
  }

  /** All events, in order. */
  events(): readonly Event[] {
    return [...this.#rows.values()].map(({ event }) => event).sort(compareEvents);
  }
}

function changed(event: Event, set: Readonly<Record<string, unknown>>): Event {
  const merged: Readonly<Record<string, unknown>> = { ...event, ...set };
  const present = Object.entries(merged).filter(([, value]) => value !== null);
  return Object.fromEntries(present) as unknown as Event;
}
