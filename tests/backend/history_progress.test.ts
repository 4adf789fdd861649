import { expect, test } from 'vitest';

import { HistoryProgress } from '../../backend/src/simulation/history_progress.js';

/** Of a history of 10,000 events, with a clock that is set by hand. */
function openProgress() {
  const reports: unknown[] = [];
  const clock = { nowMs: 7_000 };
  const progress = new HistoryProgress({
    now: () => clock.nowMs,
    totalCount: 10_000,
    report: (report) => reports.push(report),
  });
  return { reports, clock, progress };
}

test('a long history is told of every five seconds, with count and rate', () => {
  const { reports, clock, progress } = openProgress();
  for (let i = 0; i < 14; i++) {
    clock.nowMs += 1_000;
    progress.add(500);
  }
  expect(reports).toEqual([
    { count: 2_500, totalCount: 10_000, perSecond: 500 },
    { count: 5_000, totalCount: 10_000, perSecond: 500 },
  ]);
});

test('the rate is that since the beginning, however long one part of it took', () => {
  const { reports, clock, progress } = openProgress();
  progress.add(1_000);
  clock.nowMs += 20_000;
  progress.add(1_000);
  progress.add(1_000);
  expect(reports).toEqual([{ count: 2_000, totalCount: 10_000, perSecond: 100 }]);
});

test('nothing is said of a short one', () => {
  const { reports, clock, progress } = openProgress();
  clock.nowMs += 4_999;
  progress.add(10_000);
  expect(reports).toEqual([]);
});
