import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatAddress,
  liveAddress,
  parseAddress,
  sameAddress,
} from '../../app/src/lib/timeline/address.js';
import { livePlace } from '../../app/src/lib/timeline/place.js';

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

  test('is the same after writing and reading, for every time, id and filter', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: -8.64e15, max: 8.64e15 }),
        text,
        text.map((filter) => filter.trim()),
        (timestamp, id, filter) => {
          const address = { place: { type: 'key', key: { timestamp, id } }, filter } as const;
          const back = parse(formatAddress(address));
          expect(back).toEqual({ address, problem: undefined });
          expect(sameAddress(back.address, address)).toBe(true);
        },
      ),
    );
  });
});
