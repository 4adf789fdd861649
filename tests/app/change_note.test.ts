import { expect, test } from 'vitest';
import { changeNote } from '../../table/src/timeline/change_note.js';
import { timeZone } from 'eventglass/internal/time_zone.js';
import { rowOfJson, type TimelineRow } from '../../table/src/timeline/row.js';
import { demoColumns } from './support/demo_columns.js';

const inBerlin = { columns: demoColumns, zone: timeZone('Europe/Berlin') };

/** A row with these fields now, that had others when the reader saw it first. */
function changed(was: object, is: object, changes = 1): TimelineRow {
  const base = { id: 'e', timestamp: 0, severity: 'info', source: 'shop', message: 'paid' };
  const before = rowOfJson({ ...base, ...was }, demoColumns);
  const after = rowOfJson({ ...base, ...is }, demoColumns);
  if (!before || !after) throw new Error('no event');
  return { ...after, changes, first: before };
}

test('nothing is told of a row that has not changed', () => {
  expect(
    changeNote({ ...changed({}, {}), changes: 0, first: undefined }, inBerlin),
  ).toBeUndefined();
});

test.each([
  [{ severity: 'warning' }, {}, 3, '3 changes; severity was warning'],
  [{ amount: 12 }, { amount: 13 }, 1, '1 change; amount was 12.00'],
  [{}, { amount: 13 }, 1, '1 change; amount was empty'],
  [
    { amount: 1, severity: 'error', source: 'ads' },
    {},
    2,
    '2 changes; severity was error, source was ads',
  ],
  [{ message: 'due' }, {}, 1, '1 change of the message'],
  [{ message: 'due', severity: 'error' }, {}, 2, '2 changes; severity was error'],
  [{}, {}, 2, '2 changes; as before'],
  [{ timestamp: 7_200_123 }, {}, 1, '1 change; time was 03:00:00.123'],
  [{ timestamp: -3_600_001 }, {}, 1, '1 change; time was 1969-12-31 23:59:59.999'],
  [
    { timestamp: -3_600_000, amount: 1 },
    {},
    2,
    '2 changes; time was 00:00:00.000, amount was 1.00',
  ],
] as const)('%j, now %j, is told as it was first', (was, is, changes, text) => {
  expect(changeNote(changed(was, is, changes), inBerlin)?.text).toBe(text);
});

test('the long text has every value, texts too', () => {
  const row = changed({ message: 'due', amount: 1, severity: 'error', source: 'ads' }, {}, 2);
  expect(changeNote(row, inBerlin)?.longText).toBe(
    '2 changes; severity was error, source was ads, message was due, amount was 1.00',
  );
});

test('the long text has the day of a former time', () => {
  const row = changed({ timestamp: 7_200_123, message: 'due' }, {}, 2);
  expect(changeNote(row, inBerlin)?.longText).toBe(
    '2 changes; time was 1970-01-01 03:00:00.123, message was due',
  );
});

test('of a row that is gone that alone is told', () => {
  const row = { ...changed({ severity: 'error' }, {}), goneSinceMs: 5 };
  expect(changeNote(row, inBerlin)?.text).toBe('gone');
});
