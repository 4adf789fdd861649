import { describe, expect, test } from 'vitest';
import {
  checkedCount,
  countOf,
  placeOf,
  wordOf,
} from '../../table/src/element/element_attributes.js';
import { firstPlace, isSamePlace, livePlace, type Place } from '../../table/src/timeline/place.js';

describe('attributes of the element', () => {
  test('name places', () => {
    expect(['', 'live', null, undefined].map(placeOf)).toEqual(Array(4).fill(livePlace));
    expect(placeOf('first')).toEqual(firstPlace);
    expect(placeOf('2026-11-20T14:00:00Z')).toEqual({
      type: 'key',
      key: { timestamp: Date.UTC(2026, 10, 20, 14), id: '' },
    });
    const place: Place = { type: 'key', key: { timestamp: 5, id: 'a' }, offsetPx: 3 };
    expect(placeOf(place)).toBe(place);
  });

  test.each(['Live', 'yesterday', '2026-13-01', '14:00', ' live', {}, { type: 'key' }])(
    'name no place with %j',
    (value) => {
      expect(() => placeOf(value as string)).toThrow(TypeError);
    },
  );

  test.each([{ timestamp: '5', id: 'a' }, { timestamp: NaN, id: 'a' }, { timestamp: 5 }, null])(
    'name no place by the key %j',
    (key) => {
      expect(() => placeOf({ type: 'key', key } as unknown as Place)).toThrow(TypeError);
    },
  );

  test('are whole numbers above 0', () => {
    expect([null, '1', '007', '20000'].map((text) => countOf('rows', text))).toEqual([
      undefined,
      1,
      7,
      20_000,
    ]);
    for (const text of ['', '0', '-1', '1.5', '1e3', 'many', ' 1', '123456789'])
      expect(() => countOf('rows', text), text).toThrow('rows is a whole number above 0');
    expect(checkedCount('rows', undefined)).toBe(undefined);
    expect(checkedCount('rows', 5)).toBe(5);
    for (const count of [0, -1, 1.5, NaN, Infinity])
      expect(() => checkedCount('rows', count)).toThrow('rows is a whole number above 0');
  });

  test('are one of some words, or none', () => {
    expect(wordOf(['light', 'dark'], 'dark')).toBe('dark');
    expect([null, undefined, '', 'Dark', 'pink'].map((text) => wordOf(['dark'], text))).toEqual(
      Array(5).fill(undefined),
    );
  });
});

test('places are one by key and pixel', () => {
  const at = (timestamp: number, id: string, offsetPx?: number): Place => ({
    type: 'key',
    key: { timestamp, id },
    ...(offsetPx === undefined ? {} : { offsetPx }),
  });
  expect(isSamePlace(livePlace, livePlace)).toBe(true);
  expect(isSamePlace(livePlace, undefined)).toBe(false);
  expect(isSamePlace(livePlace, at(1, 'a'))).toBe(false);
  expect(isSamePlace(at(1, 'a'), livePlace)).toBe(false);
  expect(isSamePlace(at(1, 'a'), at(1, 'a', 0))).toBe(true);
  expect(isSamePlace(at(1, 'a'), at(1, 'a', 2))).toBe(false);
  expect(isSamePlace(at(1, 'a'), at(1, 'b'))).toBe(false);
  expect(isSamePlace(at(1, 'a'), at(2, 'a'))).toBe(false);
});
