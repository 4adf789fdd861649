import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatAddress,
  formatAgo,
  formatLast,
  liveAddress,
  parseAddress,
  sameAddress,
} from '../../app/src/lib/timeline/address.js';
import { livePlace } from '../../table/src/timeline/place.js';

const parse = (query: string) => parseAddress(new URLSearchParams(query));
const place = { type: 'key', key: { timestamp: Date.UTC(2026, 10, 20), id: 'evt_7' } } as const;

describe('an address', () => {
  test.each([
    ['', liveAddress],
    ['q=source:stripe', { place: livePlace, filter: 'source:stripe' }],
    ['q=+++', liveAddress],
    ['q=timeout&t=2026-11-20T00:00Z&e=evt_7', { place, filter: 'timeout' }],
    ['unrelated=1', liveAddress],
  ])('%s is read', (query, address) => {
    expect(parse(query)).toEqual({ address, problem: undefined });
  });

  test('with a bad time keeps its filter', () => {
    const { address, problem } = parse('q=timeout&t=yesterday');
    expect(address).toEqual({ place: livePlace, filter: 'timeout' });
    expect(problem).toMatch(/live end/);
  });

  test('with a filter that is too long shows all events, and says so', () => {
    expect(parse(`q=${'x'.repeat(4_096)}`).problem).toBeUndefined();
    const { address, problem } = parse(`q=${'x'.repeat(4_097)}&t=2026-11-20T00:00Z&e=evt_7`);
    expect(address).toEqual({ place, filter: '' });
    expect(problem).toMatch(/too long/);
  });

  test('is written so that people can read it', () => {
    expect(formatAddress({ place, filter: '' })).toBe('?t=2026-11-20T00:00:00.000Z&e=evt_7');
    expect(formatAddress({ place: livePlace, filter: 'source:stripe,shop' })).toBe(
      '?q=source:stripe,shop',
    );
    expect(formatAddress(liveAddress)).toBe('');
  });

  test('of a place has the state that it was written in', () => {
    const cursor = { epoch: 'f7c1.2', seq: 81_234 };
    const query = '?t=2026-11-20T00:00:00.000Z&e=evt_7&c=81234.f7c1.2';
    expect(formatAddress({ place, filter: '', cursor })).toBe(query);
    expect(parse(query).address).toEqual({ place, filter: '', cursor });
    expect(formatAddress({ place: livePlace, filter: '', cursor })).toBe('');
    expect(sameAddress({ place, filter: '', cursor }, { place, filter: '' })).toBe(true);
  });

  test.each(['81234', '.f7', '81234.', '-1.f7', '1e3.f7', `1.${'x'.repeat(101)}`, `${2 ** 60}.f7`])(
    'with %s for a state has none',
    (text) => {
      const query = new URLSearchParams({ t: '2026-11-20T00:00Z', e: 'evt_7', c: text });
      expect(parseAddress(query)).toEqual({ address: { place, filter: '' }, problem: undefined });
    },
  );

  test('of a time before it is opened has no place', () => {
    expect(formatAgo(90, 'source:stripe')).toBe('?q=source:stripe&t=-90m');
    const { place: ago } = parse(formatAgo(90, '')).address;
    const timestamp = ago.type === 'key' ? ago.key.timestamp : NaN;
    expect(Math.abs(Date.now() - 5_400_000 - timestamp)).toBeLessThan(60_000);
  });

  test('of the last minutes is live, with a filter on time', () => {
    const nowMs = Date.UTC(2026, 10, 28, 12, 30, 40);
    const read = (query: string) => parseAddress(new URLSearchParams(query), nowMs).address;
    expect(formatLast(60, 'a OR b')).toBe('?q=a+OR+b&last=60m');
    expect(read(formatLast(60, 'a OR b'))).toEqual({
      place: livePlace,
      filter: '(a OR b) time>=2026-11-28T11:30',
    });
    expect(read('last=60m').filter).toBe('time>=2026-11-28T11:30');
    for (const text of ['', '0m', '60', '-5m', '1e3m', '9999999m', 'm'])
      expect(read(`last=${text}`)).toEqual(liveAddress);
  });

  test('is the same after writing and reading, for every time, id and filter', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: -8.64e15, max: 8.64e15 }),
        text,
        text.map((filter) => filter.trim()),
        fc.integer({ min: 1, max: 200 }),
        fc.record({ epoch: fc.string({ minLength: 1, maxLength: 100 }), seq: fc.maxSafeNat() }),
        (timestamp, id, filter, offsetPx, cursor) => {
          const place = { type: 'key', key: { timestamp, id }, offsetPx } as const;
          const address = { place, filter, cursor };
          const back = parse(formatAddress(address));
          expect(back).toEqual({ address, problem: undefined });
          expect(sameAddress(back.address, address)).toBe(true);
        },
      ),
    );
  });
});
