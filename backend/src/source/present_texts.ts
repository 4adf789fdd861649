import type { EventStore } from '../store/event_store.js';

/**
 * Texts of the present state that several clients want: whole events, and messages of the newest batch. Forgotten with
 * the next batch.
 */
export class PresentTexts {
  readonly #store: EventStore;
  #seq = -1;
  readonly #events = new Map<string, string | undefined>();
  readonly #messages = new Map<string, Buffer>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** One event as JSON, whole; `undefined` where there is none. */
  event(id: string): string | undefined {
    this.#forgetPast();
    if (!this.#events.has(id)) this.#events.set(id, this.#store.readEventJson(id));
    return this.#events.get(id);
  }

  /** The message that `key` stands for, made where nobody has asked for it yet. */
  message(key: string, make: () => Buffer): Buffer {
    this.#forgetPast();
    const known = this.#messages.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#messages.set(key, made);
    return made;
  }

  #forgetPast(): void {
    const { seq } = this.#store.cursor;
    if (seq === this.#seq) return;
    this.#seq = seq;
    this.#events.clear();
    this.#messages.clear();
  }
}
