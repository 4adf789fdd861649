import type { Schema } from 'eventglass';

/** Different values of a dictionary column; `Dictionary::kMaxValues` of the engine. */
const maxValues = 1 << 20;

/** Values that are kept free: what is planned and not applied yet, a round of mutations, is not counted. */
const marginValues = 10_000;

/** Milliseconds between two counts where there is little room: a count may look at all events. */
const recountMs = 1_000;

interface Room {
  left: number;
  countedAtMs: number;
}

/**
 * How many more values the dictionary columns have room for, at least. Every value is taken for a new one until the
 * room seems to be used up; then the values that there really are get counted.
 */
export class DictionaryRoom {
  readonly #rooms = new Map<number, Room>();
  readonly #distinctCount: (column: string) => number;
  readonly #schema: Schema;
  readonly #now: () => number;

  /** `now`: milliseconds, never going back. */
  constructor(schema: Schema, distinctCount: (column: string) => number, now: () => number) {
    this.#schema = schema;
    this.#distinctCount = distinctCount;
    this.#now = now;
    for (const [i, { type }] of schema.entries()) {
      if (type === 'dictionary') this.#rooms.set(i, { left: 0, countedAtMs: -Infinity });
    }
  }

  /** Takes room for a value in each of `columns`; answers the one that has none, and takes nothing then. */
  take(columns: readonly number[]): number | undefined {
    const full = columns.find((column) => !this.#hasRoom(column));
    if (full !== undefined) return full;
    for (const column of columns) {
      const room = this.#rooms.get(column);
      if (room !== undefined) room.left--;
    }
    return undefined;
  }

  #hasRoom(column: number): boolean {
    const room = this.#rooms.get(column);
    if (room === undefined || room.left > 0) return true;
    const nowMs = this.#now();
    if (nowMs - room.countedAtMs < recountMs) return false;
    room.countedAtMs = nowMs;
    const distinctCount = this.#distinctCount(this.#schema[column]?.name ?? '');
    room.left = maxValues - marginValues - distinctCount;
    return room.left > 0;
  }
}
