/** @import { DatasetOptions, Mutation, MutationMix } from '../types.js' */
/** @import { Random } from './random.mjs' */
import {
  endTimestampMs,
  FIRST_TIMESTAMP_MS,
  randomEvent,
  randomMessage,
  randomValue,
} from './events.mjs';
import { createRandom, randomBelow } from './random.mjs';

/**
 * @typedef {object} Shares Of all mutations; the rest are updates.
 * @property {number} append Inserts at the live end.
 * @property {number} insert Inserts anywhere in the past.
 * @property {number} remove
 */

/** @type {Readonly<Record<MutationMix, Shares>>} */
const MIXES = {
  growing: { append: 0.4, insert: 0.1, remove: 0.1 },
  steady: { append: 0.24, insert: 0.06, remove: 0.3 },
};
/** Of the updates: they change the timestamp as well. */
const MOVE_SHARE = 0.1;
/** Between two events at the live end. */
const APPEND_STEP_MS = 50;

/**
 * The batches of a dataset. The same at every call.
 * @param {DatasetOptions} options
 * @param {readonly string[]} eventIds Of the events that were there before.
 * @returns {Generator<Mutation[], void>}
 */
export function* generateBatches({ eventCount, batchCount, batchSize, mix }, eventIds) {
  const random = createRandom(7);
  const shares = MIXES[mix];
  const ids = [...eventIds];
  let now = endTimestampMs(eventCount);

  const pastTimestamp = () => FIRST_TIMESTAMP_MS + randomBelow(random, now - FIRST_TIMESTAMP_MS);

  /** @param {number} timestamp @returns {Mutation} */
  function insert(timestamp) {
    const event = randomEvent(random, timestamp);
    ids.push(event.id);
    return { op: 'insert', event };
  }

  /** @returns {Mutation} */
  function remove() {
    const place = randomBelow(random, ids.length);
    const id = ids[place] ?? '';
    ids[place] = ids.at(-1) ?? '';
    ids.pop();
    return { op: 'delete', id };
  }

  /** @returns {Mutation} */
  function update() {
    const id = ids[randomBelow(random, ids.length)] ?? '';
    const set = { message: randomMessage(random), value: randomValue(random) };
    if (random() >= MOVE_SHARE) return { op: 'update', id, set };
    return { op: 'update', id, set: { ...set, timestamp: pastTimestamp() } };
  }

  function mutate() {
    let draw = random();
    if (draw < shares.append) return insert((now += randomBelow(random, APPEND_STEP_MS)));
    draw -= shares.append;
    if (draw < shares.insert) return insert(pastTimestamp());
    draw -= shares.insert;
    return draw < shares.remove ? remove() : update();
  }

  for (let i = 0; i < batchCount; i++) yield Array.from({ length: batchSize }, mutate);
}
