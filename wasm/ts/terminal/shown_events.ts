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

/** What a mutation means to a reader who has seen the events that are remembered. */
export interface Happening {
  readonly mutation: Mutation;
  readonly mark: Mark;
  /** The event as it is now, or was until it was deleted; `undefined` where it is not remembered. */
  readonly event: EventJson | undefined;
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

  /** `undefined` where a mutation is older than what is known of its event. */
  take(mutation: Mutation): Happening | undefined {
    const { op, seq } = mutation;
    const id = 'event' in mutation ? mutation.event.key.id : mutation.id;
    const shown = this.#events.get(id);
    // An older version never overwrites a newer one.
    if (shown !== undefined && shown.seq >= seq) return undefined;
    if (op === 'delete') {
      this.#events.delete(id);
      return { mutation, mark: '-', event: shown?.event };
    }
    const mark = 'event' in mutation && shown === undefined ? '+' : '~';
    const event = 'event' in mutation ? mutation.event : this.#changed(shown?.event, mutation.set);
    if (event !== undefined) this.#remember(event, seq);
    return { mutation, mark, event };
  }

  #changed(
    event: EventJson | undefined,
    set: Readonly<Record<string, unknown>>,
  ): EventJson | undefined {
    if (event === undefined) return undefined;
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
