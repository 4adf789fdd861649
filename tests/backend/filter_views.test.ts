import { FilterError } from 'eventglass';
import { expect, onTestFinished, test } from 'vitest';

import { TooManyFiltersError } from '../../backend/src/source/event_source.js';
import { FilterViews, maxFilterViews } from '../../backend/src/source/filter_views.js';
import { EventStore } from '../../backend/src/store/event_store.js';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { variedEvents } from './support/changing_timeline.js';

const idleMs = 60_000;

/** Views over a store of their own, and a clock that is set by hand. */
async function openViews(maxViews = maxFilterViews) {
  const store = await EventStore.create('e', 1_000);
  onTestFinished(() => store.delete());
  store.fill(variedEvents().map(insertOf));
  const clock = { nowMs: 0 };
  return { store, clock, filters: new FilterViews(store, () => clock.nowMs, maxViews) };
}

test('the same filter is one view, however it is spaced, and no filter is none', async () => {
  const { store, filters } = await openViews();
  const errors = filters.use('severity:error');
  expect(filters.use('  severity:error\n')).toBe(errors);
  expect(filters.pin('severity:error ')).toBe(errors);
  expect(filters.use(' ')).toEqual({ rows: store.rows, view: undefined, sinceSeq: 0 });
  expect(filters.pin('  ')).toBe(filters.use(''));
  filters.unpin(filters.use(''));
  expect(filters.openCount).toBe(1);
  expect(errors.rows.rowCount).toBe(
    variedEvents().filter(({ severity }) => severity === 'error').length,
  );
  expect(errors.sinceSeq).toBe(store.cursor.seq);
});

test('one that is idle is closed with the next one asked for, one that is followed never', async () => {
  const { clock, filters } = await openViews();
  const followed = filters.pin('severity:error');
  filters.use('severity:info');
  clock.nowMs = idleMs;
  filters.use('severity:debug');
  expect(filters.openCount).toBe(3);
  clock.nowMs = idleMs + 1;
  filters.use('severity:debug');
  expect(filters.openCount).toBe(2);
  expect(filters.use('severity:error')).toBe(followed);
});

test('one is idle from when the last of its followers has left', async () => {
  const { clock, filters } = await openViews();
  const followed = filters.pin('severity:error');
  filters.pin('severity:error');
  clock.nowMs = 10 * idleMs;
  filters.unpin(followed);
  clock.nowMs = 20 * idleMs;
  filters.use('severity:info');
  expect(filters.openCount).toBe(2);
  filters.unpin(followed);
  clock.nowMs = 21 * idleMs;
  expect(filters.use('severity:error')).toBe(followed);
  clock.nowMs = 22 * idleMs + 1;
  filters.use('severity:info');
  expect(filters.openCount).toBe(1);
});

test('where there is no more room, the one that was used longest ago makes some', async () => {
  const { filters } = await openViews(3);
  const first = filters.pin('severity:error');
  const [second, third] = [filters.use('severity:info'), filters.use('severity:debug')];
  filters.unpin(first);
  filters.use('severity:info');
  filters.use('severity:warning');
  expect(filters.openCount).toBe(3);
  expect(filters.use('severity:info')).toBe(second);
  expect(filters.use('severity:error')).toBe(first);
  expect(filters.use('severity:debug')).not.toBe(third);
});

test('where all are followed there is no room for another', async () => {
  const { filters } = await openViews(2);
  const followed = filters.pin('severity:error');
  filters.pin('severity:info');
  for (let i = 0; i < 2; i++) {
    expect(() => filters.use('severity:debug')).toThrow(TooManyFiltersError);
    expect(() => filters.pin('severity:debug')).toThrow(TooManyFiltersError);
  }
  expect(filters.pin('severity:error')).toBe(followed);
  filters.unpin(followed);
  expect(() => filters.pin('severity:debug')).toThrow(TooManyFiltersError);
  filters.unpin(followed);
  filters.pin('severity:debug');
  expect(filters.openCount).toBe(2);
});

test('a filter that the engine has no room for is one too many', async () => {
  const { filters } = await openViews(100);
  for (let i = 0; i < 64; i++) filters.pin(`amount>${i}`);
  expect(() => filters.pin('amount>64')).toThrow(TooManyFiltersError);
  expect(filters.openCount).toBe(64);
});

test('a filter that does not parse takes no room', async () => {
  const { filters } = await openViews();
  expect(() => filters.use('amount>=')).toThrow(FilterError);
  expect(() => filters.pin('amount>=')).toThrow(FilterError);
  expect(filters.openCount).toBe(0);
});
