import { createStore } from '@eventglass/bench/adapters/plainjs.mjs';
import { checkStore } from '@eventglass/bench/checks.mjs';
import { readFrames, ensureDataset } from '@eventglass/bench/data/dataset.mjs';
import { FILTER } from '@eventglass/bench/data/events.mjs';
import { Oracle } from '@eventglass/bench/oracle.mjs';
import type { BenchEvent, Store } from '@eventglass/bench/types.js';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const dataset = ensureDataset({ eventCount: 2_000, batchCount: 4, batchSize: 100, mix: 'steady' });
const oracle = new Oracle(dataset, dataset.batchCount);

/** A store that has taken all of the dataset. */
async function openStore(): Promise<Store> {
  const store = await createStore();
  await store.load(readFileSync(dataset.eventsPath));
  await store.filter(FILTER);
  for (const frame of readFrames(dataset, 'plain')) await store.applyBatch(frame);
  return store;
}

/** A store that answers like another but for some answers. */
function withFault(store: Store, fault: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get({ ...fault }, name) ?? Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

test('a store that is right passes every check', async () => {
  const { checkCount, failures } = await checkStore(await openStore(), oracle, dataset);
  expect(failures).toEqual([]);
  expect(checkCount).toBeGreaterThan(10);
});

/** Changes the last row of an answer. */
const changingLast =
  (read: (begin: number, rowCount: number) => unknown, change: (row: BenchEvent) => BenchEvent) =>
  (begin: number, rowCount: number) => {
    const rows = read(begin, rowCount) as readonly BenchEvent[];
    return rows.map((row, i) => (i === rows.length - 1 ? change(row) : row));
  };

test.each<[string, (store: Store) => Partial<Store>, string]>([
  ['loses a row', () => ({ count: () => oracle.rows.length - 1 }), 'count:'],
  [
    'lets a filtered row go',
    () => ({ filterCount: () => oracle.filtered.length - 1 }),
    'count of the filter:',
  ],
  [
    'keeps an old message',
    (store) => ({
      window: changingLast(
        (begin, rowCount) => store.window(begin, rowCount),
        (row) => ({ ...row, message: 'old' }),
      ),
    }),
    'window at',
  ],
  [
    'keeps an old value in the filter',
    (store) => ({
      filterWindow: changingLast(
        (begin, rowCount) => store.filterWindow(begin, rowCount),
        (row) => ({ ...row, value: row.value + 1 }),
      ),
    }),
    'window of the filter at',
  ],
  [
    'seeks to the row after',
    (store) => ({ seek: async (time) => (await store.seek(time)) + 1 }),
    'seek to',
  ],
  [
    'counts a row into the next bucket',
    (store) => ({
      histogram: async (begin, end, count, onFiltered) => {
        const counts = Array.from(await store.histogram(begin, end, count, onFiltered));
        return counts.map((rows, i) => (i === 0 ? rows - 1 : i === 1 ? rows + 1 : rows));
      },
    }),
    'histogram of all:',
  ],
  [
    'throws',
    () => ({
      at: () => {
        throw new Error('no such row');
      },
    }),
    'row at',
  ],
])('a store that %s is found out', async (_, fault, failure) => {
  const store = await openStore();
  const { failures } = await checkStore(withFault(store, fault(store)), oracle, dataset);
  expect(failures.join('\n')).toContain(failure);
});
