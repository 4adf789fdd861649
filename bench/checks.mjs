/** @import { Awaitable, BenchEvent, Store, Verdict } from './types.js' */
/** @import { Oracle } from './oracle.mjs' */
import { endTimestampMs, FIRST_TIMESTAMP_MS } from './data/events.mjs';

export const WINDOW_ROWS = 50;
export const BUCKET_COUNT = 200;
const SHOWN_LENGTH = 120;

/** @param {BenchEvent} row Some stores answer with numbers of other types, or with more fields. */
function describe({ id, timestamp, source, type, actor, message, value }) {
  return [Number(timestamp), id, source, type, actor, message, Number(value)].join(' ');
}

/** @param {readonly BenchEvent[]} rows Rows of the same time have no order in most stores. */
function describeAll(rows) {
  return rows.map(describe).sort().join('\n');
}

/**
 * @param {readonly BenchEvent[]} rows
 * @param {number} index
 * @returns {number} The next place that does not part rows of the same time.
 */
function nextCut(rows, index) {
  let cut = Math.max(0, index);
  while (cut > 0 && cut < rows.length && rows[cut - 1]?.timestamp === rows[cut]?.timestamp) cut++;
  return Math.min(cut, rows.length);
}

/**
 * Compares a store's answers with the oracle's. The filter is set and live.
 *
 * @param {Store} store
 * @param {Oracle} oracle
 * @param {{ readonly eventCount: number }} dataset
 * @returns {Promise<Verdict>}
 */
export async function checkStore(store, oracle, { eventCount }) {
  const { rows, filtered } = oracle;
  /** @type {string[]} */
  const failures = [];
  let checkCount = 0;

  /** @param {string} name @param {() => Awaitable<string | number>} answer @param {string | number} expected */
  async function check(name, answer, expected) {
    checkCount++;
    try {
      const actual = await answer();
      if (actual === expected) return;
      const [got, want] = [actual, expected].map((text) => String(text).slice(0, SHOWN_LENGTH));
      failures.push(`${name}: got ${got}, want ${want}`);
    } catch (error) {
      failures.push(`${name}: ${String(error)}`);
    }
  }

  /**
   * @param {string} name
   * @param {readonly BenchEvent[]} expected
   * @param {(begin: number, rowCount: number) => Awaitable<readonly BenchEvent[]>} read
   */
  async function checkWindows(name, expected, read) {
    for (const place of [0, 17, expected.length >> 1, expected.length - WINDOW_ROWS]) {
      const begin = nextCut(expected, place);
      const end = nextCut(expected, begin + WINDOW_ROWS);
      await check(
        `${name} at ${begin}`,
        async () => describeAll(await read(begin, end - begin)),
        describeAll(expected.slice(begin, end)),
      );
    }
  }

  await check('count', () => store.count(), rows.length);
  await check('count of the filter', () => store.filterCount(), filtered.length);
  await checkWindows('window', rows, (begin, count) => store.window(begin, count));
  await checkWindows('window of the filter', filtered, (begin, count) =>
    store.filterWindow(begin, count),
  );

  const endMs = endTimestampMs(eventCount);
  for (const share of [0, 1 / 3, 0.9]) {
    const time = FIRST_TIMESTAMP_MS + Math.floor((endMs - FIRST_TIMESTAMP_MS) * share);
    const index = oracle.seek(time);
    await check(`seek to ${time}`, () => store.seek(time), index);
    const first = rows[index]?.timestamp ?? NaN;
    await check(
      `row at ${time}`,
      async () => Number((await store.at(time, 1))[0]?.timestamp),
      first,
    );
  }

  for (const onFiltered of [false, true]) {
    await check(
      `histogram of ${onFiltered ? 'the filter' : 'all'}`,
      async () =>
        [...Array.from(await store.histogram(FIRST_TIMESTAMP_MS, endMs, BUCKET_COUNT, onFiltered))]
          .map(Number)
          .join(),
      oracle.histogram(FIRST_TIMESTAMP_MS, endMs, BUCKET_COUNT, onFiltered).join(),
    );
  }
  return { checkCount, failures };
}
