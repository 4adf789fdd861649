import { expect, test } from 'vitest';

import {
  compareKeys,
  formatBound,
  parseBound,
  successorOf,
} from '../../backend/src/store/bounds.js';

test.each([
  ['0', { timestamp: 0, id: '' }],
  ['-5', { timestamp: -5, id: '' }],
  ['8640000000000000', { timestamp: 8.64e15, id: '' }],
  ['5,', { timestamp: 5, id: '' }],
  ['5,evt_7', { timestamp: 5, id: 'evt_7' }],
  ['5,evt_7%00', { timestamp: 5, id: 'evt_7\u0000' }],
  ['5,a,b', { timestamp: 5, id: 'a,b' }],
  ['5,%C3%BC', { timestamp: 5, id: 'ü' }],
  ['2025-01-15', { timestamp: 1_736_899_200_000, id: '' }],
  ['2025-01-15T00:00:00,5Z', { timestamp: 1_736_899_200_500, id: '' }],
  ['2025-01-15t00:00:00.123456z', { timestamp: 1_736_899_200_123, id: '' }],
  ['-000001-01-01', { timestamp: -62_198_755_200_000, id: '' }],
])('%s is a bound', (text, key) => {
  expect(parseBound(text)).toEqual(key);
});

test.each(['', ',', 'x', '5,%', '5,%80', '2025', '2025-1-1'.concat('x'), 'open', '5 ', '٥', '--5'])(
  '%j is none, or a number of milliseconds',
  (text) => {
    expect(parseBound(text)).toEqual(text === '2025' ? { timestamp: 2_025, id: '' } : undefined);
  },
);

test('a bound that was written is read back', () => {
  for (const id of ['', 'a', 'a,b', '%41', 'ü😀', '\u0000', ' +&=?#/"\\', 'x'.repeat(1_025)]) {
    const key = { timestamp: -12, id };
    expect(parseBound(formatBound(key))).toEqual(key);
  }
  expect(formatBound(undefined)).toBe('open');
});

test('keys compare by time, then by the bytes of their ids', () => {
  const ordered = [
    { timestamp: -1, id: 'z' },
    { timestamp: 0, id: '' },
    { timestamp: 0, id: 'a' },
    successorOf({ timestamp: 0, id: 'a' }),
    { timestamp: 0, id: 'a\u0001' },
    { timestamp: 0, id: '\uFF5E' },
    { timestamp: 0, id: '😀' },
    { timestamp: 1, id: '' },
  ];
  ordered.forEach((a, i) => {
    ordered.forEach((b, j) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(i - j));
    });
  });
});
