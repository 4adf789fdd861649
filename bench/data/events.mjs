/** @import { BenchEvent, EventFilter } from '../types.js' */
/** @import { Random } from './random.mjs' */
import { createRandom, pick, randomBelow } from './random.mjs';

export const FIRST_TIMESTAMP_MS = 1_700_000_000_000;
/** From one event to the next, in the middle. */
const STEP_MS = 250;
/** Events arrive out of order by up to half of this: nearly sorted, as a log is that many append to. */
const JITTER_MS = 10_000;

const SOURCES = ['kafka', 'nginx', 'postgres', 'billing', 'auth', 'search', 'mobile', 'worker'];
const TYPES = Array.from(
  { length: 20 },
  (_, i) => `type.${['login', 'order', 'view', 'error', 'sync'][i % 5]}.${i}`,
);
const ACTOR_COUNT = 5_000;
const WORDS =
  `request handled accepted user session payload cache order retry shard index token stream page click response
  latency queue commit schema batch upload policy signal window cursor`.split(/\s+/);
/** A message has words up to this length, and eight hexadecimal digits. */
const MESSAGE_LENGTH = 48;

/** About 3 % of the messages of one source in eight. */
export const FILTER = /** @satisfies {EventFilter} */ ({ source: 'auth', contains: 'timeout' });
const NEEDLE_SHARE = 0.03;

/** @param {number} eventCount The time after the last of so many events. */
export function endTimestampMs(eventCount) {
  return FIRST_TIMESTAMP_MS + eventCount * STEP_MS;
}

/**
 * @param {Random} random
 * @param {number} length
 */
function hexDigits(random, length) {
  let digits = '';
  while (digits.length < length) {
    digits += randomBelow(random, 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return digits.slice(0, length);
}

/** @param {Random} random */
function randomUuid(random) {
  const hex = hexDigits(random, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** @param {Random} random */
export function randomMessage(random) {
  let text = '';
  while (text.length < MESSAGE_LENGTH) text += `${pick(random, WORDS)} `;
  if (random() < NEEDLE_SHARE) text += `${FILTER.contains} `;
  return text + hexDigits(random, 8);
}

/** @param {Random} random */
export function randomValue(random) {
  return Math.round(random() * 1e6) / 1_000;
}

/**
 * @param {Random} random
 * @param {number} timestamp
 * @returns {BenchEvent}
 */
export function randomEvent(random, timestamp) {
  return {
    id: randomUuid(random),
    timestamp,
    source: pick(random, SOURCES),
    type: pick(random, TYPES),
    actor: `actor-${String(randomBelow(random, ACTOR_COUNT)).padStart(4, '0')}`,
    message: randomMessage(random),
    value: randomValue(random),
  };
}

/**
 * The events of a dataset, in the order in which they arrive. The same at every call.
 * @param {number} eventCount
 */
export function* generateEvents(eventCount) {
  const random = createRandom(42);
  for (let i = 0; i < eventCount; i++) {
    const jitterMs = randomBelow(random, JITTER_MS) - JITTER_MS / 2;
    yield randomEvent(random, FIRST_TIMESTAMP_MS + i * STEP_MS + jitterMs);
  }
}

/**
 * What the values of an event take by themselves: 8 bytes for the timestamp and the number, 4 for the code of each of the three
 * dictionary columns, and the bytes of its id and text.
 * @param {BenchEvent} event
 */
export function columnBytesOf({ id, message }) {
  return 2 * 8 + 3 * 4 + id.length + message.length; // both are ASCII
}
