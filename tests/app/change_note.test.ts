import { expect, test } from 'vitest';
import { changeNote } from '../../app/src/lib/timeline/change_note.js';
import { rowOfJson, type TimelineRow } from '../../app/src/lib/timeline/row.js';

/** A row with these fields now, that had others when the reader saw it first. */
function changed(was: object, is: object, changes = 1): TimelineRow {
  const base = { id: 'e', timestamp: 0, severity: 'info', source: 'shop', message: 'paid' };
  const before = rowOfJson({ ...base, ...was });
  const after = rowOfJson({ ...base, ...is });
  if (!before || !after) throw new Error('no event');
  return { ...after, changes, firstCells: before.cells };
}

test('nothing is told of a row that has not changed', () => {
  expect(changeNote({ ...changed({}, {}), changes: 0, firstCells: undefined })).toBeUndefined();
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
] as const)('%j, now %j, is told as it was first', (was, is, changes, text) => {
  expect(changeNote(changed(was, is, changes))?.text).toBe(text);
});

test('the long text has every value, texts too', () => {
  const row = changed({ message: 'due', amount: 1, severity: 'error', source: 'ads' }, {}, 2);
  expect(changeNote(row)?.longText).toBe(
    '2 changes; severity was error, source was ads, message was due, amount was 1.00',
  );
});

test('of a row that is gone that alone is told', () => {
  const row = { ...changed({ severity: 'error' }, {}), goneSinceMs: 5 };
  expect(changeNote(row)?.text).toBe('gone');
});
