import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utc } from 'eventglass/internal/time_zone.js';
import { readEvent, USUAL_KEY_NAMES } from '../../wasm/ts/terminal/event_json.js';
import { Table } from '../../wasm/ts/terminal/table.js';
import { textWidth } from '../../wasm/ts/terminal/visible_text.js';

const columns = [
  { name: 'timestamp', type: 'timestamp' },
  { name: 'source', type: 'dictionary' },
  { name: 'amount', type: 'number' },
  { name: 'message', type: 'text' },
] as const;

function eventOf(fields: object) {
  const event = readEvent({ id: 'a', timestamp: 0, ...fields }, USUAL_KEY_NAMES);
  if (!event) throw new Error('that is no event');
  return event;
}

function tableOf(events: readonly object[], screenWidth: number | undefined) {
  const table = new Table(columns, { zone: utc, hasMarks: true, screenWidth: () => screenWidth });
  const read = events.map(eventOf);
  return (table.head(read) + table.lines(read, '+')).split('\n').slice(0, -1);
}

const events = [
  { source: 'shop', amount: 4.5, message: 'Paid' },
  { source: '美咲の店', amount: -1200, message: 'A message that is longer than others are' },
];

test('a table has columns as wide as what is in them', () => {
  expect(tableOf(events, undefined)).toEqual([
    '  timestamp                source    amount  message',
    '+ 1970-01-01 00:00:00.000  shop         4.5  Paid',
    '+ 1970-01-01 00:00:00.000  美咲の店   -1200  A message that is longer than others are',
  ]);
});

test('a table cuts the last column first, then the widest others, and never the time', () => {
  expect(tableOf(events, 70)[2]).toBe(
    '+ 1970-01-01 00:00:00.000  美咲の店   -1200  A message that is longer…',
  );
  expect(tableOf(events, 63)[2]).toBe(
    '+ 1970-01-01 00:00:00.000  美咲…    -1200  A message that is l…',
  );
});

test('a table leaves out columns before the last where they would leave no room for it', () => {
  expect(tableOf(events, 50)).toEqual([
    '  timestamp                message',
    '+ 1970-01-01 00:00:00.000  Paid',
    '+ 1970-01-01 00:00:00.000  A message that is long…',
  ]);
});

test('no line is wider than the screen, whatever is in it', () => {
  const text = fc.string({ unit: 'binary' });
  const event = fc.record({ source: text, amount: fc.double(), message: text });
  fc.assert(
    fc.property(fc.array(event), fc.integer({ min: 1, max: 200 }), (some, width) => {
      for (const line of tableOf(some, width)) {
        expect(textWidth(line)).toBeLessThanOrEqual(width);
      }
    }),
  );
});
