import fc from 'fast-check';
import { expect, test } from 'vitest';

import { KeyRanges } from '../../backend/src/source/key_ranges.js';
import { eventAt } from './support/test_backend.js';
import { anyPart, anyPlace } from './support/timeline_part.js';

test('a key is in ranges if it is in one of them', () => {
  const seen = { inside: 0, outside: 0 };
  fc.assert(
    fc.property(
      anyPart,
      fc.array(anyPlace, { minLength: 10 }),
      ({ ranges, isInRanges }, places) => {
        const keyRanges = new KeyRanges(ranges);
        const bounds = ranges.flatMap(({ begin, end }) => [begin, end]);
        for (const place of [...places, ...bounds.filter((bound) => bound !== undefined)]) {
          const isIn = isInRanges(eventAt(place.timestamp, place.id));
          expect(keyRanges.has(place.timestamp, place.id)).toBe(isIn);
          seen[isIn ? 'inside' : 'outside']++;
        }
      },
    ),
  );
  expect(Math.min(seen.inside, seen.outside)).toBeGreaterThan(100);
});

test('an event that does not exist is in no range', () => {
  const all = new KeyRanges([{ begin: undefined, end: undefined }]);
  expect(all.has(NaN, 'a')).toBe(false);
  expect(all.has(0, 'a')).toBe(true);
});
