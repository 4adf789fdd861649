import { describe, expect, test } from 'vitest';
import { timeZone, utc as utcZone } from 'eventglass/internal/time_zone.js';
import { parseTimeInput } from 'eventglass/internal/time_input.js';
import { readTime, understoodText } from '../../app/src/lib/timeline/time_reader.js';

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
    ['1795183200123456', 1_795_183_200_123],
    ['1795183200123456789', 1_795_183_200_123],
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
    expect(parseTimeInput(text, now, utcZone)).toEqual({ type: 'time', timestamp });
  });

  // It is 21:15 there.
  test.each([
    ['2026-11-19 14:00', utc(2026, 11, 19, 8, 15)],
    ['2026-11-19T14:00Z', utc(2026, 11, 19, 14)],
    ['2026-11-19 14:00 +02:00', utc(2026, 11, 19, 12)],
    ['2026-11-19', utc(2026, 11, 18, 18, 15)],
    ['21:00', utc(2026, 11, 20, 15, 15)],
    ['22:00', utc(2026, 11, 19, 16, 15)],
    ['today', utc(2026, 11, 19, 18, 15)],
    ['yesterday 14:00', utc(2026, 11, 19, 8, 15)],
    ['-2h', now - 7_200_000],
    ['1795183200', 1_795_183_200_000],
  ])('in Kathmandu, %s', (text, timestamp) => {
    const time = parseTimeInput(text, now, timeZone('Asia/Kathmandu'));
    expect(time).toEqual({ type: 'time', timestamp });
  });

  test('in an hour that clocks leave out is as much later, and in one that they show twice the first', () => {
    const berlin = timeZone('Europe/Berlin');
    const timeOf = (text: string) => parseTimeInput(text, now, berlin);
    expect(timeOf('2026-03-29 02:30')).toEqual({
      type: 'time',
      timestamp: utc(2026, 3, 29, 1, 30),
    });
    expect(timeOf('2026-10-25 02:30')).toEqual({
      type: 'time',
      timestamp: utc(2026, 10, 25, 0, 30),
    });
    expect(timeOf('')).toMatchObject({
      message: expect.stringContaining('(Europe/Berlin)') as string,
    });
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
    '12345678901234567890',
    'NaN',
    'Infinity',
  ])('%j is refused with a hint', (text) => {
    expect(parseTimeInput(text, now, utcZone)).toMatchObject({
      type: 'problem',
      message: expect.stringContaining('2026-11-20 14:00') as string,
    });
  });
});

/** Clocks that are two hours ahead of UTC from 25 October 2026 1:00 on, and three before. */
const eastern = {
  name: 'Eastern',
  offsetMs: (timestamp: number) => (timestamp < utc(2026, 10, 25, 1) ? 3 : 2) * 3_600_000,
};

describe("a time on a zone's clocks", () => {
  test.each([
    ['2026-11-19 14:00', utc(2026, 11, 19, 12)],
    ['2026-10-01 14:00', utc(2026, 10, 1, 11)],
    ['2026-11-19 14:00Z', utc(2026, 11, 19, 14)],
    ['2026-11-19 14:00+01:00', utc(2026, 11, 19, 13)],
    ['17:00', utc(2026, 11, 20, 15)],
    ['18:00', utc(2026, 11, 19, 16)],
    ['yesterday', utc(2026, 11, 18, 22)],
    ['-2h', now - 7_200_000],
    ['last monday 9:30', utc(2026, 11, 16, 7, 30)],
    ['1 Oct 2026 14:00', utc(2026, 10, 1, 11)],
  ])('%s', async (text, timestamp) => {
    expect(await readTime(text, now, eastern)).toEqual({ type: 'time', timestamp });
  });
});

describe('a time as people and programs write it', () => {
  test.each([
    ['noon', utc(2026, 11, 20, 12)],
    ['midnight', utc(2026, 11, 20)],
    ['5pm', utc(2026, 11, 19, 17)],
    ['2 h ago', now - 7_200_000],
    ['half an hour ago', now - 1_800_000],
    ['2 days ago', now - 172_800_000],
    ['in 2 days', now + 172_800_000],
    ['2 days ago at 14:00', utc(2026, 11, 18, 14)],
    ['yesterday noon', utc(2026, 11, 19, 12)],
    ['last monday 9:30', utc(2026, 11, 16, 9, 30)],
    ['Monday', utc(2026, 11, 16)],
    ['last friday', utc(2026, 11, 13)],
    ['next friday', utc(2026, 11, 27)],
    ['3 april', utc(2026, 4, 3)],
    ['april 3', utc(2026, 4, 3)],
    ['december 24', utc(2025, 12, 24)],
    ['24.12.2025 18:00', utc(2025, 12, 24, 18)],
    ['20.11.2026', utc(2026, 11, 20)],
    ['11/20/2026', utc(2026, 11, 20)],
    ['Nov 20 14:03:22', utc(2026, 11, 20, 14, 3, 22)],
    ['Nov 20, 2026 @ 14:03:22.123', utc(2026, 11, 20, 14, 3, 22, 123)],
    ['2026/11/20 14:03:22', utc(2026, 11, 20, 14, 3, 22)],
    ['2026-11-20 14:03:22,123', utc(2026, 11, 20, 14, 3, 22, 123)],
    ['Fri, 20 Nov 2026 14:03:22 +0100', utc(2026, 11, 20, 13, 3, 22)],
    ['Fri, 20 Nov 2026 14:03:22 GMT', utc(2026, 11, 20, 14, 3, 22)],
    ['20/Nov/2026:14:03:22 +0100', utc(2026, 11, 20, 13, 3, 22)],
    ['[20/Nov/2026:14:03:22 +0100]', utc(2026, 11, 20, 13, 3, 22)],
  ])('%s', async (text, timestamp) => {
    expect(await readTime(text, now, utcZone)).toEqual({ type: 'time', timestamp });
  });

  test('says how it was read where it could be another day', async () => {
    expect(await readTime('03/04/2026 10:00', now, utcZone)).toEqual({
      type: 'time',
      timestamp: utc(2026, 4, 3, 10),
      note: 'Day before month: read as 3 April 2026.',
    });
  });

  test.each(['soon', '2026-13-01', '2026-02-30', 'monday or so', 'x'.repeat(5_000)])(
    '%.20s is none',
    async (text) => {
      expect(await readTime(text, now, utcZone)).toMatchObject({ type: 'problem' });
    },
  );

  test('is told as it was understood', () => {
    const time = { type: 'time', timestamp: now - 90_000 } as const;
    expect(understoodText(time, now, utcZone)).toBe('Fri 2026-11-20 15:28:40.500 UTC, 1.5 min ago');
    expect(understoodText({ ...time, note: 'So.' }, now - 90_000, utcZone)).toBe(
      'Fri 2026-11-20 15:28:40.500 UTC, now. So.',
    );
    expect(understoodText({ ...time, timestamp: now + 3_600_000 }, now, utcZone)).toMatch(
      /, in 1 h$/,
    );
  });
});
