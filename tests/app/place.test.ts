import { describe, expect, test } from 'vitest';
import { parsePlace } from '../../app/src/lib/timeline/place_query.js';
import { livePlace } from '../../table/src/timeline/place.js';

const parse = (query: string) => parsePlace(new URLSearchParams(query));
const key = (timestamp: number, id: string) => ({ type: 'key', key: { timestamp, id } });

describe('the place in a URL', () => {
  test.each([
    ['', livePlace],
    ['t=2026-11-20T14:03:22.123Z', key(Date.UTC(2026, 10, 20, 14, 3, 22, 123), '')],
    ['t=2026-11-20T14:03:22.123Z&e=evt_7', key(Date.UTC(2026, 10, 20, 14, 3, 22, 123), 'evt_7')],
    ['t=2026-11-20T14:03Z', key(Date.UTC(2026, 10, 20, 14, 3), '')],
    ['t=1969-12-31T23:59:59.999Z&e=%00%3C', key(-1, '\0<')],
    ['unrelated=1', livePlace],
    ['t=2026-11-20T14:03Z&e=a&o=13', { ...key(Date.UTC(2026, 10, 20, 14, 3), 'a'), offsetPx: 13 }],
  ])('%s is read', (query, place) => {
    expect(parse(query)).toEqual({ place, problem: undefined });
  });

  test.each(['0', '-1', '1.5', '201', 'x', ''])('%s is no pixel of a row, and ignored', (px) => {
    expect(parse(`t=2026-11-20T14:03Z&e=a&o=${px}`)).toEqual({
      place: key(Date.UTC(2026, 10, 20, 14, 3), 'a'),
      problem: undefined,
    });
  });

  test.each([
    ['-30s', 30_000],
    ['-15m', 900_000],
    ['-1h', 3_600_000],
    ['-7d', 7 * 86_400_000],
  ])('%s is so long before it is opened', (text, ms) => {
    const nowMs = Date.UTC(2026, 10, 28);
    const { place } = parsePlace(new URLSearchParams({ t: text }), nowMs);
    expect(place).toEqual(key(nowMs - ms, ''));
  });

  test.each([
    't=-1y',
    't=-h',
    't=-9999999d',
    't=',
    't=yesterday',
    't=2026-02-30T00:00:00Z',
    't=2026-11-20T24:00:00Z',
    't=%2B999999-01-01T00:00:00Z',
    't=<script>alert(1)</script>',
    `t=${'9'.repeat(1_000)}`,
    'e=evt_7',
    `t=2026-11-20T14:03:22.123Z&e=${'x'.repeat(1_025)}`,
  ])('%s is told to be wrong, and is live', (query) => {
    const { place, problem } = parse(query);
    expect(place).toEqual(livePlace);
    expect(problem).toMatch(/live end/);
    expect(problem?.length).toBeLessThan(200);
  });
});
