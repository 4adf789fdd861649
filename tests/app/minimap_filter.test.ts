import { describe, expect, test } from 'vitest';
import { filterWithTime, timeTerm } from '../../app/src/lib/minimap/time_filter.js';

const begin = Date.parse('2026-11-20T14:00:00Z');
const range = { beginMs: begin, endMs: begin + 60_000 };
const term = 'time:2026-11-20T14:00:00.000..2026-11-20T14:00:59.999';
const otherTerm = 'time:2026-01-01T00:00:00.000..2026-01-31T23:59:59.999';

describe('a filter by time', () => {
  test('has every millisecond of the range, and no other', () => {
    expect(timeTerm(range)).toBe(term);
    const broken = { beginMs: begin - 0.5, endMs: begin + 59_999.25 };
    expect(timeTerm(broken)).toBe(term);
  });

  test.each([
    { name: 'of all', filter: '', to: term },
    { name: 'of a word', filter: ' timeout ', to: `timeout ${term}` },
    { name: 'of both', filter: 'a AND b', to: `a AND b ${term}` },
    { name: 'of either', filter: 'a OR b', to: `(a OR b) ${term}` },
    { name: 'of either, in parentheses', filter: '(a OR b)', to: `(a OR b) ${term}` },
    { name: 'of two alternatives', filter: '(a OR b) OR (c)', to: `((a OR b) OR (c)) ${term}` },
    { name: 'of an OR in quotes', filter: '"a \\" OR b"', to: `"a \\" OR b" ${term}` },
    { name: 'of a time chosen before', filter: otherTerm, to: term },
    { name: 'of a word and a time', filter: `a ${otherTerm}`, to: `a ${term}` },
    { name: 'of either and a time', filter: `(a OR b) ${otherTerm}`, to: `(a OR b) ${term}` },
    { name: 'of another column', filter: 'uptime:1..2', to: `uptime:1..2 ${term}` },
    { name: 'of not a time', filter: `-${otherTerm}`, to: `-${otherTerm} ${term}` },
    { name: 'of NOT a time', filter: `NOT ${otherTerm}`, to: `NOT ${otherTerm} ${term}` },
    { name: 'of a word or a time', filter: `a OR ${otherTerm}`, to: `(a OR ${otherTerm}) ${term}` },
  ])('$name', ({ filter, to }) => {
    expect(filterWithTime(filter, range)).toBe(to);
    expect(filterWithTime(to, range)).toBe(to);
  });
});
