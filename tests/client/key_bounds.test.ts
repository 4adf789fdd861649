import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys, rangeHasKey, successorOf } from '../../wasm/ts/client/event_keys.js';
import { MAX_TIMESTAMP_MS } from '../../wasm/ts/checks.js';
import { formatBound, parseBound } from '../../wasm/ts/client/key_bounds.js';
import { normalizeRequest } from '../../wasm/ts/client/viewport_request.js';
import { compareModelKeys } from '../support/event_model.js';

const key = fc.record({
  timestamp: fc.integer({ min: -MAX_TIMESTAMP_MS, max: MAX_TIMESTAMP_MS }),
  id: fc.string({ unit: 'binary', maxLength: 8 }),
});

describe('a bound', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(key, (given) => {
        expect(parseBound(formatBound(given))).toEqual(given);
      }),
    );
  });

  it.each([
    '',
    ',',
    'open,',
    '1.5',
    '1e3',
    ' 1',
    '--1',
    '1,%',
    '1,%ff',
    '99999999999999999',
    '8640000000000001',
  ])('is not %j', (text) => {
    expect(parseBound(text)).toBeUndefined();
  });

  it('may be open, a time, or a key', () => {
    expect(parseBound('open')).toBe('open');
    expect(parseBound('-5')).toEqual({ timestamp: -5, id: '' });
    expect(parseBound('5,a%2Cb%00')).toEqual({ timestamp: 5, id: 'a,b\u0000' });
  });
});

describe('the order of keys', () => {
  it('is that of UTF-8 bytes', () => {
    const near = fc.record({
      timestamp: fc.nat(1),
      id: fc.string({ unit: 'binary', maxLength: 4 }),
    });
    fc.assert(
      fc.property(near, near, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(compareModelKeys(a, b)));
      }),
      { numRuns: 1_000 },
    );
    expect(
      compareKeys({ timestamp: 0, id: '\uff5e' }, { timestamp: 0, id: '\u{1f600}' }),
    ).toBeLessThan(0);
  });

  it('has half-open ranges', () => {
    const a = { timestamp: 1, id: 'a' };
    expect(rangeHasKey({ begin: a, end: successorOf(a) }, a)).toBe(true);
    expect(rangeHasKey({ begin: a, end: a }, a)).toBe(false);
    expect(rangeHasKey({ begin: undefined, end: undefined }, a)).toBe(true);
  });
});

describe('a viewport request', () => {
  it.each([
    [
      { type: 'rank', rank: -4.5 },
      { type: 'rank', rank: 0 },
    ],
    [
      { type: 'rank', rank: NaN },
      { type: 'rank', rank: 0 },
    ],
    [
      { type: 'key', key: { timestamp: Infinity, id: 'x'.repeat(2_000) }, rowOffset: -1e9 },
      { type: 'key', key: { timestamp: MAX_TIMESTAMP_MS, id: '' }, rowOffset: -1_000 },
    ],
    [
      { type: 'key', key: { timestamp: 1.4, id: 'a\ud800' }, rowOffset: 0 },
      { type: 'key', key: { timestamp: 1, id: 'a\ufffd' }, rowOffset: 0 },
    ],
  ] as const)('%j becomes %j', (target, normal) => {
    const request = normalizeRequest({ id: 1, target, rowCount: 1e9, overscanRows: -1 });
    expect(request).toEqual({
      id: 1,
      target: normal,
      rowCount: 1_000,
      overscanRows: 0,
      filter: '',
    });
  });

  it.each([
    [' \t', ''],
    ['kind:a ', 'kind:a '],
    ['\ud800', '\ufffd'],
  ])('has %j as the filter %j', (filter, normal) => {
    const target = { type: 'live' } as const;
    const request = normalizeRequest({ id: 1, target, rowCount: 1, overscanRows: 0, filter });
    expect(request.filter).toBe(normal);
  });
});
