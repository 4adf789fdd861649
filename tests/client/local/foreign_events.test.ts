import { expect, it } from 'vitest';
import { ForeignEvents } from '../../../wasm/ts/client/local/foreign_events.js';
import { readTimestamp } from '../../../wasm/ts/client/local/timestamps.js';
import { modelSchema } from '../../support/event_model.js';

it.each([
  ['seconds', 1_700_000_000, undefined, 1_700_000_000_000],
  ['seconds with a fraction', 1_700_000_000.001, undefined, 1_700_000_000_001],
  ['milliseconds', 1_700_000_000_000, undefined, 1_700_000_000_000],
  ['microseconds', 1_700_000_000_000_999, undefined, 1_700_000_000_000],
  ['nanoseconds', 1_700_000_000_001_000_000, undefined, 1_700_000_000_001],
  ['digits in a text', '1700000000', undefined, 1_700_000_000_000],
  ['ISO 8601', '2023-11-14T22:13:20.123Z', undefined, 1_700_000_000_123],
  ['a unit that is told', 5, 's', 5_000],
  ['a unit that is told, small', 5, 'ms', 5],
  ['before 1970', -1, 's', -1_000],
  ['a Date', new Date(7), undefined, 7],
  ['no time', 'yesterday', undefined, undefined],
  ['no number', NaN, undefined, undefined],
  ['an object', {}, undefined, undefined],
] as const)('reads %s', (_what, value, unit, ms) => {
  expect(readTimestamp(value, unit)).toBe(ms);
});

function read(value: unknown, options = {}, numbers = false): unknown {
  const event = new ForeignEvents(modelSchema, options, numbers).read(value);
  return typeof event === 'string' ? event : (JSON.parse(event.json) as unknown);
}

it('makes of each field what its column holds', () => {
  expect(
    read({
      id: 7,
      timestamp: '1970-01-01T00:00:01Z',
      kind: true,
      message: { a: [1] },
      amount: '2.5',
    }),
  ).toEqual({ id: '7', timestamp: 1_000, kind: 'true', message: '{"a":[1]}', amount: 2.5 });
  expect(read({ id: 'a', timestamp: 1e12, kind: null, amount: 'many' })).toEqual({
    id: 'a',
    timestamp: 1e12,
  });
});

it('has no text for what JSON has none for', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(read({ id: 1n, timestamp: 1e12, kind: 2n, message: circle })).toEqual({
    id: '1',
    timestamp: 1e12,
    kind: '2',
    message: '',
  });
});

it('finds fields that are named otherwise, also within objects, and never what objects have by themselves', () => {
  const fields = { id: 'meta.uuid', timestamp: 'at', kind: 'constructor', message: 'a.b' };
  expect(read({ meta: { uuid: 'x' }, at: 1e12, a: null }, { fields })).toEqual({
    id: 'x',
    timestamp: 1e12,
  });
});

it.each([
  [undefined, 'not_an_object'],
  [[], 'not_an_object'],
  ['text', 'not_an_object'],
  [{ timestamp: 1 }, 'missing_id'],
  [{ id: '', timestamp: 1 }, 'missing_id'],
  [{ id: {}, timestamp: 1 }, 'missing_id'],
  [{ id: 'a' }, 'missing_timestamp'],
  [{ id: 'a', timestamp: 'soon' }, 'missing_timestamp'],
  [{ id: 'a', timestamp: 1, message: 'x'.repeat(5 << 20) }, 'too_long'],
])('says why %j is no event', (value, fault) => {
  expect(read(value)).toBe(fault);
});

it('numbers events without an id where it is told to', () => {
  const events = new ForeignEvents(modelSchema, {}, true);
  expect(
    [{ timestamp: 1 }, { id: 'own', timestamp: 1 }, { timestamp: 1 }].map((each) =>
      events.read(each),
    ),
  ).toMatchObject([{ id: '1' }, { id: 'own' }, { id: '3' }]);
});

it('leaves no lone surrogate, which would make a whole batch malformed', () => {
  expect(read({ id: 'a\ud800', timestamp: 1, message: '\udc00b' })).toMatchObject({
    id: 'a\ufffd',
    message: '\ufffdb',
  });
});
