import { describe, expect, test } from 'vitest';
import { parseTimeInput } from '../../app/src/lib/timeline/time_input.js';

// A Friday.
const now = Date.UTC(2026, 10, 20, 15, 30, 10, 500);
const utc = (...parts: [number, number, number, number?, number?, number?, number?]) =>
  Date.UTC(parts[0], parts[1] - 1, ...(parts.slice(2) as [number]));

describe('a typed time', () => {
  test.each([
    ['2026-11-19T14:03:22.123Z', utc(2026, 11, 19, 14, 3, 22, 123)],
    ['2026-11-19T14:03:22Z', utc(2026, 11, 19, 14, 3, 22)],
    ['2026-11-19 14:00', utc(2026, 11, 19, 14)],
    ['  2026-11-19 9:05 ', utc(2026, 11, 19, 9, 5)],
    ['2026-11-19 14:03:22,5', utc(2026, 11, 19, 14, 3, 22, 500)],
    ['2026-11-19 14:03:22.123456789', utc(2026, 11, 19, 14, 3, 22, 123)],
    ['2026-11-19 14:00 +02:00', utc(2026, 11, 19, 12)],
    ['2026-11-19T14:00-0530', utc(2026, 11, 19, 19, 30)],
    ['2026-11-19', utc(2026, 11, 19)],
    ['2024-02-29', utc(2024, 2, 29)],
    ['1969-12-31 23:59', utc(1969, 12, 31, 23, 59)],
    ['14:00', utc(2026, 11, 20, 14)],
    ['14:00:05.250', utc(2026, 11, 20, 14, 0, 5, 250)],
    ['16:00', utc(2026, 11, 19, 16)],
    ['1795183200', 1_795_183_200_000],
    ['1795183200.25', 1_795_183_200_250],
    ['1795183200123', 1_795_183_200_123],
    ['now', now],
    ['-2h', now - 7_200_000],
    ['-1h30m', now - 5_400_000],
    ['-1.5h', now - 5_400_000],
    ['- 90 s', now - 90_000],
    ['-1w', now - 604_800_000],
    ['3 d ago', now - 259_200_000],
    ['today', utc(2026, 11, 20)],
    ['Yesterday', utc(2026, 11, 19)],
    ['yesterday 14:00', utc(2026, 11, 19, 14)],
    ['yesterday at 4:05', utc(2026, 11, 19, 4, 5)],
  ])('%s', (text, timestamp) => {
    expect(parseTimeInput(text, now)).toEqual({ type: 'time', timestamp });
  });

  test.each([
    '',
    '   ',
    'soon',
    '25:00',
    '12:60',
    '2026-13-01',
    '2026-02-30',
    '2026-11-20 14:00 +25:00',
    '20.11.2026',
    '-2',
    '-h',
    '2h',
    'yesterday 2h',
    '-99999999999999999999w',
    '12345',
    '123456789012345678',
    'NaN',
    'Infinity',
  ])('%j is refused with a hint', (text) => {
    expect(parseTimeInput(text, now)).toMatchObject({
      type: 'problem',
      message: expect.stringContaining('2026-11-20 14:00') as string,
    });
  });
});
