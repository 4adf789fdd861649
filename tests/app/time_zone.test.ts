import { describe, expect, test } from 'vitest';
import {
  findTimeZone,
  timeOfWall,
  timeZone,
  utc,
  wallTime,
} from 'eventglass/internal/time_zone.js';
import {
  clockText,
  estimateText,
  relativeText,
  timestampText,
} from '../../table/src/time/time_text.js';

const utcMs = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);

describe('the text of a time', () => {
  test.each([
    ['UTC', '2026-11-20T14:03:22.123', '2026-11-20 14:03:22.123'],
    ['Europe/Berlin', '2026-11-20T14:03:22.123', '2026-11-20 15:03:22.123'],
    ['America/Los_Angeles', '2026-11-20T02:00:00.000', '2026-11-19 18:00:00.000'],
    // Offsets that are no whole hours.
    ['Asia/Kolkata', '2026-11-20T14:03:22.123', '2026-11-20 19:33:22.123'],
    ['Asia/Kathmandu', '2026-11-20T14:03:22.123', '2026-11-20 19:48:22.123'],
    ['Australia/Lord_Howe', '2026-07-01T00:00:00.000', '2026-07-01 10:30:00.000'],
    ['Pacific/Kiritimati', '2026-11-20T14:03:22.123', '2026-11-21 04:03:22.123'],
    // Clocks are set forward from 2 to 3, and back from 3 to 2.
    ['Europe/Berlin', '2026-03-29T00:59:59.999', '2026-03-29 01:59:59.999'],
    ['Europe/Berlin', '2026-03-29T01:00:00.000', '2026-03-29 03:00:00.000'],
    ['Europe/Berlin', '2026-10-25T00:59:59.999', '2026-10-25 02:59:59.999'],
    ['Europe/Berlin', '2026-10-25T01:00:00.000', '2026-10-25 02:00:00.000'],
    // By half an hour.
    ['Australia/Lord_Howe', '2026-10-03T15:29:59.999', '2026-10-04 01:59:59.999'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00.000', '2026-10-04 02:30:00.000'],
    // A day that there was not.
    ['Pacific/Apia', '2011-12-30T09:59:59.999', '2011-12-29 23:59:59.999'],
    ['Pacific/Apia', '2011-12-30T10:00:00.000', '2011-12-31 00:00:00.000'],
    // Before 1970, and before there were zones.
    ['Europe/Berlin', '1969-12-31T23:59:59.999', '1970-01-01 00:59:59.999'],
    ['America/New_York', '1950-07-01T12:00:00.000', '1950-07-01 08:00:00.000'],
    ['Europe/Berlin', '1893-03-31T23:06:31.999', '1893-03-31 23:59:59.999'],
    ['Europe/Berlin', '1893-03-31T23:06:32.000', '1893-04-01 00:06:32.000'],
    ['Europe/Berlin', '0050-01-01T00:00:00.000', '0050-01-01 00:53:28.000'],
    ['Europe/Berlin', '-000043-03-15T12:00:00.000', '-000043-03-15 12:53:28.000'],
    // Years of five digits and more.
    ['Europe/Berlin', '+012345-07-01T12:00:00.000', '+012345-07-01 14:00:00.000'],
  ])('in %s, of %s, is %s', (name, time, text) => {
    expect(timestampText(utcMs(time), timeZone(name))).toBe(text);
  });

  test('of the farthest times is one', () => {
    expect(timestampText(8.64e15, utc)).toBe('+275760-09-13 00:00:00.000');
    for (const name of ['Europe/Berlin', 'America/Los_Angeles', 'Asia/Tokyo']) {
      for (const time of [8.64e15, -8.64e15]) {
        expect(timestampText(time, timeZone(name))).toMatch(/^[+-]27\d{4}-\d\d-\d\d /);
      }
    }
  });

  test('can be had without milliseconds or without the day', () => {
    const time = utcMs('2026-11-20 14:03:22.999');
    expect(estimateText(time, timeZone('Asia/Kolkata'))).toBe('2026-11-20 19:33:22');
    expect(clockText(time, timeZone('Asia/Kolkata'))).toBe('19:33:22.999');
    expect(clockText(8.64e15, utc)).toBe('00:00:00.000');
  });
});

describe('a time that clocks show', () => {
  test.each([
    ['Europe/Berlin', '2026-11-20 15:03:22', '2026-11-20 14:03:22'],
    ['Asia/Kathmandu', '2026-11-20 00:00:00', '2026-11-19 18:15:00'],
    // Never shown: half past 2 is half past 3.
    ['Europe/Berlin', '2026-03-29 02:30:00', '2026-03-29 01:30:00'],
    ['America/New_York', '2026-03-08 02:00:00', '2026-03-08 07:00:00'],
    ['Australia/Lord_Howe', '2026-10-04 02:15:00', '2026-10-03 15:45:00'],
    ['Pacific/Apia', '2011-12-30 12:00:00', '2011-12-30 22:00:00'],
    // Shown twice: the first time.
    ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25 00:30:00'],
    ['America/New_York', '2026-11-01 01:30:00', '2026-11-01 05:30:00'],
    ['Europe/Berlin', '2026-10-25 03:00:00', '2026-10-25 02:00:00'],
  ])('in %s, %s, is %s in UTC', (name, wall, time) => {
    expect(timestampText(timeOfWall(utcMs(wall), timeZone(name)), utc)).toBe(`${time}.000`);
  });

  test('is shown at the time that is found for it, wherever there is one', () => {
    for (const name of [
      'Europe/Berlin',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
    ]) {
      const zone = timeZone(name);
      for (
        let time = utcMs('2010-01-01 00:10:00');
        time < utcMs('2030-01-01 00:00:00');
        time += 97_000_000
      ) {
        const wall = wallTime(time, zone);
        expect(wallTime(timeOfWall(wall, zone), zone)).toBe(wall);
      }
    }
  });
});

describe('the name of a zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'EST5EDT'])(
    'is known: %s',
    (name) => {
      expect(findTimeZone(name)?.name).toBe(name);
    },
  );

  test.each([
    '',
    'Nowhere/City',
    '+05:30',
    '<script>',
    'Europe/Berlin ',
    'Europe/Berlin;',
    '__proto__',
    `Europe/${'x'.repeat(100)}`,
    'a/b/c/d/e',
  ])('is refused: %j', (name) => {
    expect(findTimeZone(name)).toBeUndefined();
    expect(timeZone(name)).toBe(utc);
  });
});

describe('how long ago a time is', () => {
  const now = utcMs('2026-11-20 14:00:00');
  test.each([
    [0, 'just now'],
    [9_999, 'just now'],
    [-9_999, 'just now'],
    [10_000, '10 s ago'],
    [59_999, '50 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 d ago'],
    [365 * 86_400_000, '365 d ago'],
    [366 * 86_400_000, '1 y ago'],
    [-180_000, 'in 3 min'],
  ])('of %i ms is %s', (ms, text) => {
    expect(relativeText(now - ms, now)).toBe(text);
  });
});
