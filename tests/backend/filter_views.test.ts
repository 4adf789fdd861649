import { FilterError } from 'eventglass';
import { expect, onTestFinished, test, vi } from 'vitest';

import { demoSchema } from '../../backend/src/event_schema.js';
import { TooManyFiltersError } from '../../backend/src/source/event_source.js';
import { FilterViews, maxFilterViews } from '../../backend/src/source/filter_views.js';
import { ScanBudget, defaultScanLimits } from '../../backend/src/source/scan_budget.js';
import { EventStore } from '../../backend/src/store/event_store.js';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { variedEvents } from './support/changing_timeline.js';

const idleMs = 60_000;

const asked = (filter: string, address = 'somebody') => ({ filter, address });

/** Views over a store of their own, and a clock that is set by hand. */
async function openViews(maxViews = maxFilterViews, scanLimits = defaultScanLimits) {
  const store = await EventStore.create(demoSchema, 'e', 1_000);
  onTestFinished(() => store.delete());
  store.fill(variedEvents().map(insertOf));
  const clock = { nowMs: 0 };
  const now = (): number => clock.nowMs;
  return {
    store,
    clock,
    filters: new FilterViews(store, { now, budget: new ScanBudget(scanLimits, now), maxViews }),
  };
}

test('the same filter is one view, however it is spaced, and no filter is none', async () => {
  const { store, filters } = await openViews();
  const errors = filters.use(asked('severity:error'));
  expect(filters.use(asked('  severity:error\n'))).toBe(errors);
  expect(filters.pin(asked('severity:error '))).toBe(errors);
  expect(filters.use(asked(' '))).toEqual({ rows: store.rows, view: undefined, sinceSeq: 0 });
  expect(filters.pin(asked('  '))).toBe(filters.use(asked('')));
  filters.unpin(filters.use(asked('')));
  expect(filters.openCount).toBe(1);
  expect(errors.rows.rowCount).toBe(
    variedEvents().filter(({ severity }) => severity === 'error').length,
  );
  expect(errors.sinceSeq).toBe(store.cursor.seq);
});

test('one that is idle is closed with the next one asked for, one that is followed never', async () => {
  const { clock, filters } = await openViews();
  const followed = filters.pin(asked('severity:error'));
  filters.use(asked('severity:info'));
  clock.nowMs = idleMs;
  filters.use(asked('severity:debug'));
  expect(filters.openCount).toBe(3);
  clock.nowMs = idleMs + 1;
  filters.use(asked('severity:debug'));
  expect(filters.openCount).toBe(2);
  expect(filters.use(asked('severity:error'))).toBe(followed);
});

test('one is idle from when the last of its followers has left', async () => {
  const { clock, filters } = await openViews();
  const followed = filters.pin(asked('severity:error'));
  filters.pin(asked('severity:error'));
  clock.nowMs = 10 * idleMs;
  filters.unpin(followed);
  clock.nowMs = 20 * idleMs;
  filters.use(asked('severity:info'));
  expect(filters.openCount).toBe(2);
  filters.unpin(followed);
  clock.nowMs = 21 * idleMs;
  expect(filters.use(asked('severity:error'))).toBe(followed);
  clock.nowMs = 22 * idleMs + 1;
  filters.use(asked('severity:info'));
  expect(filters.openCount).toBe(1);
});

test('where there is no more room, the one that was used longest ago makes some', async () => {
  const { filters } = await openViews(3);
  const first = filters.pin(asked('severity:error'));
  const [second, third] = [
    filters.use(asked('severity:info')),
    filters.use(asked('severity:debug')),
  ];
  filters.unpin(first);
  filters.use(asked('severity:info'));
  filters.use(asked('severity:warning'));
  expect(filters.openCount).toBe(3);
  expect(filters.use(asked('severity:info'))).toBe(second);
  expect(filters.use(asked('severity:error'))).toBe(first);
  expect(filters.use(asked('severity:debug'))).not.toBe(third);
});

test('where all are followed there is no room for another', async () => {
  const { filters } = await openViews(2);
  const followed = filters.pin(asked('severity:error'));
  filters.pin(asked('severity:info'));
  for (let i = 0; i < 2; i++) {
    expect(() => filters.use(asked('severity:debug'))).toThrow(TooManyFiltersError);
    expect(() => filters.pin(asked('severity:debug'))).toThrow(TooManyFiltersError);
  }
  expect(filters.pin(asked('severity:error'))).toBe(followed);
  filters.unpin(followed);
  expect(() => filters.pin(asked('severity:debug'))).toThrow(TooManyFiltersError);
  filters.unpin(followed);
  filters.pin(asked('severity:debug'));
  expect(filters.openCount).toBe(2);
});

test('a filter that the engine has no room for is one too many', async () => {
  const { filters } = await openViews(100);
  for (let i = 0; i < 64; i++) filters.pin(asked(`amount>${i}`));
  expect(() => filters.pin(asked('amount>64'))).toThrow(TooManyFiltersError);
  expect(filters.openCount).toBe(64);
});

test('a filter that the engine has no room for takes the place of one that nobody follows', async () => {
  const { filters } = await openViews(100);
  const followed = filters.pin(asked('severity:error'));
  for (let i = 1; i < 64; i++) filters.use(asked(`amount>${i}`));
  filters.use(asked('amount>64'));
  expect(filters.openCount).toBe(64);
  expect(filters.use(asked('severity:error'))).toBe(followed);
});

test('a filter that does not parse takes no room', async () => {
  const { filters } = await openViews(2);
  expect(() => filters.use(asked('amount>='))).toThrow(FilterError);
  expect(() => filters.pin(asked('amount>='))).toThrow(FilterError);
  expect(filters.openCount).toBe(0);

  const views = [asked('severity:error'), asked('severity:info')].map((one) => filters.use(one));
  expect(() => filters.use(asked('amount>='))).toThrow(FilterError);
  expect(() => filters.pin(asked('amount>='))).toThrow(FilterError);
  expect(filters.use(asked('severity:error'))).toBe(views[0]);
  expect(filters.use(asked('severity:info'))).toBe(views[1]);
});

test('a client that asks for ever new filters is refused them, and nobody else', async () => {
  const { store, clock, filters } = await openViews(100);
  const open = store.openView.bind(store);
  vi.spyOn(store, 'openView').mockImplementation((filter) => {
    clock.nowMs += 500;
    return open(filter);
  });
  const others = filters.use(asked('severity:error', 'somebody else'));
  const untilRefused = (): number => {
    for (let i = 0; i < 100; i++) filters.use(asked(`amount>${clock.nowMs}`));
    return 0;
  };
  expect(untilRefused).toThrow(TooManyFiltersError);
  const count = filters.openCount;
  expect(count).toBeLessThan(10);
  expect(() => filters.pin(asked('severity:info'))).toThrow(TooManyFiltersError);
  expect(filters.openCount).toBe(count);
  // What is open costs nothing, whoever asks.
  expect(filters.use(asked('severity:error'))).toBe(others);
  filters.use(asked('severity:info', 'somebody else'));
  filters.use(asked('severity:info'));

  clock.nowMs += 5_000;
  filters.use(asked('severity:debug'));
  expect(untilRefused).toThrow(TooManyFiltersError);
});
