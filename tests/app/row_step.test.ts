import { describe, expect, test } from 'vitest';
import { stepFrom } from '../../table/src/grid/row_step.js';

const row = (timestamp: number, id = `e${String(timestamp)}`) => ({ timestamp, id });
const rows = [row(10), row(20), row(20, 'e20b'), row(30)];

const middle = { begin: 100, rows, rowCount: 1_000 };
const first = { begin: 0, rows, rowCount: 1_000 };
const last = { begin: 96, rows, rowCount: 100 };

describe('a step', () => {
  test.each([
    ['to the next row', row(10), 1, middle, 1],
    ['to the row before', row(20, 'e20b'), -1, middle, 1],
    ['from an event that has moved in time', row(999, 'e10'), 1, middle, 1],
    ['from where an event was, down', row(15), 1, middle, 1],
    ['from where an event was, up', row(15), -1, middle, 0],
    ['from where an event was, by its id', row(20, 'e20a'), 1, middle, 2],
    ['from where the first event was', row(5), 1, first, 0],
    ['from where the last event was', row(35), -1, last, 3],
  ] as const)('%s', (_, from, count, drawn, index) => {
    expect(stepFrom(from, count, drawn)).toEqual({ type: 'row', index });
  });

  test.each([
    ['above the first row', row(10), -1, first],
    ['below the last row', row(30), 1, last],
    ['above where the first event was', row(5), -1, first],
    ['below where the last event was', row(35), 1, last],
  ] as const)('%s leads nowhere', (_, from, count, drawn) => {
    expect(stepFrom(from, count, drawn)).toEqual({ type: 'end' });
  });

  test.each([
    ['off the rows that are known', row(30), 1, middle],
    ['off the rows that are known, up', row(10), -1, middle],
    ['from before them', row(5), 1, middle],
    ['from after them', row(35), -1, middle],
    ['while none are known', row(10), 1, { ...middle, rows: [] }],
  ] as const)('%s leads away', (_, from, count, drawn) => {
    expect(stepFrom(from, count, drawn)).toEqual({ type: 'away' });
  });
});
