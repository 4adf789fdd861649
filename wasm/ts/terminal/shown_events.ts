import { readEvent, type EventJson, type KeyNames } from './event_json.js';
import type { Mutation } from './feed_message.js';
import type { Mark } from './table.js';

/** Events that are remembered: what has scrolled farther away is not looked for by a reader of a terminal. */
export const MAX_SHOWN_EVENTS = 10_000;

interface ShownEvent {
  readonly event: EventJson;
  /** The mutation that it has been brought up to. */
  readonly seq: number;
}

/** What is to be told of an event. */
export interface Happening {
  readonly mark: Mark;
  readonly event: EventJson;
}

/** The events that were printed last, by which it is known what mutations mean to the reader. */
export class ShownEvents {
  readonly #names: KeyNames;
  readonly #events = new Map<string, ShownEvent>();

  constructor(names: KeyNames) {
    this.#names = names;
  }

  clear(): void {
    this.#events.clear();
  }

  /** Takes events of a page, which is exact at `seq`. Those that were not shown before. */
  addPage(events: readonly EventJson[], seq: number): readonly EventJson[] {
    const news = events.filter(({ key }) => !this.#events.has(key.id));
    for (const event of events) this.#remember(event, seq);
    return news;
  }

  /** What a mutation means to the reader; `undefined` where it is nothing. */
  take(mutation: Mutation): Happening | undefined {
    const { op, seq } = mutation;
    const id = op === 'whole' ? mutation.event.key.id : mutation.id;
    const shown = this.#events.get(id);
    // An older version never overwrites a newer one.
    if (shown !== undefined && shown.seq >= seq) return undefined;
    switch (op) {
      case 'whole':
        this.#remember(mutation.event, seq);
        return { mark: shown === undefined ? '+' : '~', event: mutation.event };
      case 'set': {
        const event = shown && this.#changed(shown.event, mutation.set);
        if (event === undefined) return undefined;
        this.#remember(event, seq);
        return { mark: '~', event };
      }
      case 'delete':
        this.#events.delete(id);
        return shown && { mark: '-', event: shown.event };
    }
  }

  #changed(event: EventJson, set: Readonly<Record<string, unknown>>): EventJson | undefined {
    const fields = Object.entries({ ...event.fields, ...set }).filter(
      ([, value]) => value !== null,
    );
    return readEvent(Object.fromEntries(fields), this.#names);
  }

  #remember(event: EventJson, seq: number): void {
    const { id } = event.key;
    // Behind all others: a Map keeps the order in which keys came.
    this.#events.delete(id);
    this.#events.set(id, { event, seq });
    if (this.#events.size <= MAX_SHOWN_EVENTS) return;
    const [oldest] = this.#events.keys();
    if (oldest !== undefined) this.#events.delete(oldest);
  }
}
