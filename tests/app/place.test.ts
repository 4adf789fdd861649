import { describe, expect, test } from 'vitest';
import { livePlace, parsePlace } from '../../app/src/lib/timeline/place.js';

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
  ])('%s is read', (query, place) => {
    expect(parse(query)).toEqual({ place, problem: undefined });
  });

  test.each([
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
