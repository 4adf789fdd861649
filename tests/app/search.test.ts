import { describe, expect, test } from 'vitest';
import { plainWords, rangesOf } from '../../app/src/lib/search/plain_words.js';
import { parseSearches, withRecent } from '../../app/src/lib/search/recent_searches.js';
import { faultOfSearch, joinSearch } from '../../app/src/lib/search/search_filter.js';
import { boundText } from '../../app/src/lib/bound_text.js';
import { matchesQuery, refusalOf } from '../../app/src/lib/search/search_request.js';
import { outcomeText } from '../../app/src/lib/search/search_text.js';
import { StepQueue, type Direction } from '../../app/src/lib/search/step_queue.js';

describe('a search joined to a filter', () => {
  test.each([
    ['', 'timeout', 'timeout'],
    ['', 'a OR b', 'a OR b'],
    ['source:shop', 'timeout', 'source:shop (timeout)'],
    ['source:shop', 'a OR b', 'source:shop (a OR b)'],
    ['a OR b', 'c', '(a OR b) (c)'],
    ['a', 'OR b', 'a (OR b)'],
    ['a', '")" ("(")', 'a (")" ("("))'],
  ])('%j and %j are %j', (filter, search, joined) => {
    const { searchBegin, ...rest } = joinSearch(filter, search);
    expect(rest).toEqual({ filter: joined, isJoined: true });
    expect(joined.slice(searchBegin, searchBegin + search.length)).toBe(search);
  });

  test.each(['a) OR (b', ')', '(', '"', 'say "hi', 'a"b)"(', '"\\"'])(
    '%j is asked for by itself, as it would take the filter apart',
    (search) => {
      expect(joinSearch('source:shop', search)).toEqual({
        filter: search,
        searchBegin: 0,
        isJoined: false,
      });
    },
  );

  test.each([
    { filter: '', search: 'amount>=ten', begin: 8, end: 11, expected: [8, 11] },
    { filter: 'a', search: 'amount>=ten', begin: 11, end: 14, expected: [8, 11] },
    { filter: 'a', search: 'b OR', begin: 7, end: 8, expected: [4, 4] },
    { filter: 'a:b', search: 'c', begin: 0, end: 1, expected: undefined },
  ])('has the fault at $begin of $filter and $search at $expected', (one) => {
    const { filter, search, begin, end, expected } = one;
    const fault = faultOfSearch({ begin, end, text: '' }, joinSearch(filter, search), search);
    expect(fault && [fault.begin, fault.end]).toEqual(expected);
  });
});

describe('the question for matches', () => {
  test.each([
    [{ timestamp: 5, id: '' }, '5'],
    [{ timestamp: -5, id: 'evt_7' }, '-5,evt_7'],
    [{ timestamp: 5, id: 'a,b%\u0000&é' }, '5,a%2Cb%25%00%26%C3%A9'],
    [{ timestamp: 5, id: '\ud800' }, '5,%EF%BF%BD'],
  ])('writes %j as %s', (key, text) => {
    expect(boundText(key)).toBe(text);
  });

  test('names the filter, the bound, and the key after the last', () => {
    const key = { timestamp: 1, id: 'a' };
    const query = matchesQuery({
      filter: 'a+b&c',
      direction: 'forward',
      bound: { type: 'after', key },
      last: { timestamp: 2, id: 'z' },
      limit: 3,
    });
    expect([...new URLSearchParams(query)]).toEqual([
      ['filter', 'a+b&c'],
      ['direction', 'forward'],
      ['limit', '3'],
      ['after', '1,a'],
      ['stop', '2,z%00'],
    ]);
  });

  test.each([
    [undefined, 502, null, { type: 'failed', reason: 'the answer has status 502' }],
    [{ error: { message: 'no' } }, 400, null, { type: 'failed', reason: 'no' }],
    [{ error: { message: 'wait' } }, 503, '7', { type: 'busy', waitMs: 7_000, reason: 'wait' }],
    [{ error: { message: 'wait' } }, 503, null, { type: 'busy', waitMs: 2_000, reason: 'wait' }],
    [
      { error: { code: 'invalid_filter', message: 'm', begin: 1, end: 2, expected: 'expected x' } },
      400,
      null,
      { type: 'fault', fault: { begin: 1, end: 2, text: 'Expected x.' } },
    ],
  ])('that is answered with %j and status %d says so', (answer, status, retryAfter, expected) => {
    expect(refusalOf(answer, status, retryAfter)).toEqual(expected);
  });
});

describe('steps that wait', () => {
  const queueOf = (...steps: readonly Direction[]) => {
    const queue = new StepQueue();
    for (const step of steps) queue.add(step);
    return queue;
  };
  const all = (queue: StepQueue) => {
    const runs: number[] = [];
    for (let run = queue.take(); run; run = queue.take()) runs.push(run.direction * run.count);
    return runs;
  };

  test('go together where they have one direction, and keep their order', () => {
    expect(all(queueOf(1, 1, 1, -1, -1, 1))).toEqual([3, -2, 1]);
  });

  test('beyond the end are dropped, those back are not', () => {
    const queue = queueOf(1, 1, -1);
    queue.dropAhead(1);
    queue.dropAhead(1);
    expect(all(queue)).toEqual([-1]);
  });

  test('are bounded', () => {
    const queue = new StepQueue();
    for (let i = 0; i < 5_000; i++) queue.add(1);
    for (let i = 0; i < 5_000; i++) queue.add(i % 2 === 0 ? -1 : 1);
    const runs = all(queue);
    expect(runs).toHaveLength(64);
    expect(runs[0]).toBe(1_000);
  });
});

describe('what is told', () => {
  test.each([
    [undefined, undefined, undefined, ''],
    [0, undefined, 1, 'No match'],
    [1, undefined, undefined, '1 match'],
    [3_456, undefined, undefined, '3,456 matches'],
    [3_456, 12, undefined, 'Match 12 of 3,456'],
    [3_456, 3_456, 1, 'No later match. From the first: press again'],
    [3_456, 1, -1, 'No earlier match. From the last: press again'],
  ] as const)('of %s, at %s, end %s: %s', (matchCount, place, end, text) => {
    expect(outcomeText({ matchCount, place, end })).toBe(text);
  });
});

describe('recent searches', () => {
  test('are the newest first, each once, and not too many or long', () => {
    expect(withRecent(['b', 'a'], 'a')).toEqual(['a', 'b']);
    expect(withRecent(['a'], '')).toEqual(['a']);
    expect(withRecent(['a'], 'x'.repeat(201))).toEqual(['a']);
    const many = Array.from({ length: 12 }, (_, i) => String(i));
    expect(withRecent(many, 'new')).toEqual(['new', ...many.slice(0, 11)]);
  });

  test.each([
    [null, []],
    ['', []],
    ['{', []],
    ['{"a":1}', []],
    ['["a",1,"",null,"a","b"]', ['a', 'b']],
  ])('kept as %j are %j', (text, searches) => {
    expect(parseSearches(text)).toEqual(searches);
  });
});

describe('words of a search', () => {
  test.each([
    ['timeout', ['timeout']],
    ['  card  declined ', ['card', 'declined']],
    ['"Card \\"x\\"" é-b', ['"Card "x""', 'é-b']],
    ['a OR b', []],
    ['-a', []],
    ['a source:shop', []],
    ['(a)', []],
    ['a"b"', []],
    ['"a', []],
    ['', []],
  ])('%j are %j', (search, words) => {
    const written = plainWords(search).map(({ text, isExact }) => (isExact ? `"${text}"` : text));
    expect(written).toEqual(words);
  });

  test.each([
    ['ab', false, 'xAByab', ['AB', 'ab']],
    ['ab', true, 'xAByab', ['ab']],
    ['größe', false, 'GRÖẞE grösse', ['GRÖẞE']],
    ['a-b/c', false, 'A-B/C', ['A-B/C']],
    ['.*[a]', false, 'a.*[A]', ['.*[A]']],
    ['a', false, 'a'.repeat(99), Array.from({ length: 50 }, () => 'a')],
  ])('%j (exactly: %s) are in %j where they are', (word, isExact, text, found) => {
    const ranges = rangesOf({ text: word, isExact }, text);
    expect(ranges.map(({ begin, end }) => text.slice(begin, end))).toEqual(found);
  });
});
