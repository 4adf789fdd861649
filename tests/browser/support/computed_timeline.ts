import type { Event } from '@eventglass/backend/schema';
import type { EventKey } from 'eventglass';
import { compareKeys } from '../../../backend/src/store/bounds.js';

/** Between two events of the beginning. */
const stepMs = 1_000;

const firstMs = Date.UTC(1990, 0, 1);

/** Where `key` is among ascending keys: those before it. */
function countBefore(keys: readonly EventKey[], key: EventKey): number {
  let begin = 0;
  let end = keys.length;
  while (begin < end) {
    const middle = (begin + end) >>> 1;
    const at = keys[middle];
    if (at && compareKeys(at, key) < 0) begin = middle + 1;
    else end = middle;
  }
  return begin;
}

/**
 * A timeline of any length: at the beginning it has an event each second, which are computed where somebody asks for them. What
 * happens afterwards is kept beside it.
 */
export class ComputedTimeline {
  readonly #firstCount: number;
  /** Events of the beginning that are elsewhere or nowhere now, ascending. */
  #left: EventKey[] = [];
  /** Events that have come since, or moved, ascending. */
  #come: Event[] = [];
  /** What events are that have changed and stayed where they were. */
  readonly #changed = new Map<string, Event>();
  seq = 0;

  constructor(firstCount: number) {
    this.#firstCount = firstCount;
  }

  get count(): number {
    return this.#firstCount - this.#left.length + this.#come.length;
  }

  /** Events before `key`. */
  rankOf(key: EventKey): number {
    return this.#firstBefore(key) - countBefore(this.#left, key) + countBefore(this.#come, key);
  }

  /** The event of this rank. REQUIRES: 0 <= rank < count */
  at(rank: number): Event {
    let begin = 0;
    let end = this.#firstCount;
    // The last event of the beginning that has at most `rank` events before it.
    while (end - begin > 1) {
      const middle = Math.floor((begin + end) / 2);
      if (this.rankOf(this.#firstKey(middle)) <= rank) begin = middle;
      else end = middle;
    }
    const key = this.#firstKey(begin);
    const before = this.rankOf(key);
    const isThere = !this.#hasLeft(key);
    const comeAt = countBefore(this.#come, key);
    if (rank < before) return this.#come[comeAt - (before - rank)] as Event;
    if (isThere && rank === before) return this.#first(begin);
    return this.#come[comeAt + rank - before - (isThere ? 1 : 0)] as Event;
  }

  /** REQUIRES: 0 <= begin <= end <= count */
  slice(begin: number, end: number): readonly Event[] {
    const events: Event[] = [];
    if (begin === end) return events;
    const from = this.at(begin);
    let first = this.#firstBefore(from);
    let left = countBefore(this.#left, from);
    let come = countBefore(this.#come, from);
    while (events.length < end - begin) {
      const next = this.#come[come];
      const key = this.#firstKey(first);
      if (next && (first === this.#firstCount || compareKeys(next, key) < 0)) {
        events.push(next);
        come++;
        continue;
      }
      const hasLeft = this.#left[left]?.id === key.id;
      if (hasLeft) left++;
      else events.push(this.#first(first));
      first++;
    }
    return events;
  }

  /** REQUIRES: no event has this id or this key */
  insert(event: Event): void {
    this.seq++;
    this.#come.splice(countBefore(this.#come, event), 0, event);
  }

  /** Takes the event away. REQUIRES: it is there */
  delete(event: EventKey): void {
    this.seq++;
    this.#take(event);
  }

  /** Puts another state of an event in the place of `event`. REQUIRES: they have one id, and `event` is there */
  replace(event: Event, newer: Event): void {
    this.seq++;
    const isCome = this.#come[countBefore(this.#come, event)]?.id === event.id;
    if (event.timestamp === newer.timestamp && !isCome) {
      this.#changed.set(event.id, newer);
      return;
    }
    this.#take(event);
    this.#come.splice(countBefore(this.#come, newer), 0, newer);
  }

  #take(key: EventKey): void {
    const at = countBefore(this.#come, key);
    if (this.#come[at]?.id === key.id) this.#come.splice(at, 1);
    else
      this.#left.splice(countBefore(this.#left, key), 0, { timestamp: key.timestamp, id: key.id });
  }

  #hasLeft(key: EventKey): boolean {
    const at = this.#left[countBefore(this.#left, key)];
    return at !== undefined && compareKeys(at, key) === 0;
  }

  #firstKey(i: number): EventKey {
    return { timestamp: firstMs + i * stepMs, id: `first_${String(i)}` };
  }

  #firstBefore(key: EventKey): number {
    const i = Math.ceil((key.timestamp - firstMs) / stepMs);
    if (i < 0) return 0;
    if (i >= this.#firstCount) return this.#firstCount;
    return compareKeys(this.#firstKey(i), key) < 0 ? i + 1 : i;
  }

  #first(i: number): Event {
    const { timestamp, id } = this.#firstKey(i);
    return (
      this.#changed.get(id) ?? {
        timestamp,
        id,
        source: 'chat',
        type: 'message.posted',
        severity: 'info',
        actor: 'Ada Test',
        message: `event ${String(i)}`,
      }
    );
  }
}
