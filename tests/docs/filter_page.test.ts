import { FilterError } from 'eventglass';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinCases, quoteCases, termCases, timeSpans, valueCases } from './rules/filter_cases.js';
import { readPage } from './support/doc_page.js';
import { FilterBench } from './support/filter_bench.js';
import { codesIn, tableRows } from './support/table.js';

const { text } = await readPage('docs/filter.md');
let bench: FilterBench;

beforeAll(async () => {
  bench = await FilterBench.make();
});

afterAll(() => {
  bench[Symbol.dispose]();
});

test('each term finds what the page says', () => {
  const rows = tableRows(text, 'Terms');
  const terms = rows.flatMap(([term = '', matches = '']) =>
    codesIn(term).concat(/^the column is more/.test(matches) ? codesIn(matches) : []),
  );
  expect(terms).toEqual(Object.keys(termCases));
  for (const { as, ...each } of Object.values(termCases)) {
    expect(bench.wrong(as, each), as).toEqual([]);
  }
});

test('each value finds what the page says', () => {
  const values = tableRows(text, "Values, by the column's type").flatMap(([, value = '']) =>
    codesIn(value),
  );
  expect([...values].sort()).toEqual(Object.keys(valueCases).sort());
  for (const [value, { column, ...each }] of Object.entries(valueCases)) {
    expect(bench.wrong(`${column}:${value}`, each), value).toEqual([]);
  }
});

test('each time means the milliseconds that the page says', () => {
  const rows = tableRows(text, 'Times');
  const times = rows.flatMap(([time = '', means = '']) => codesIn(`${time} ${means}`));
  expect([...times].sort()).toEqual(Object.keys(timeSpans).sort());
  for (const [time, [begin, end]] of Object.entries(timeSpans)) {
    const around = [begin - 1, begin, end - 1, end].map((timestamp) => ({ timestamp }));
    const inside = around.filter(({ timestamp }) => timestamp >= begin && timestamp < end);
    expect(bench.found(`time:${time}`, around), time).toEqual(inside);
  }
});

test('comparisons with a month begin and end as the page says', () => {
  const [begin, end] = [Date.UTC(2026, 10), Date.UTC(2026, 11)];
  const around = [begin - 1, begin, end - 1, end].map((timestamp) => ({ timestamp }));
  const placesOf = (filter: string) =>
    bench.found(filter, around).map((each) => around.indexOf(each as never));
  expect(text).toContain('`time>=2026-11` begins where November does, `time>2026-11` where it has');
  expect(placesOf('time>=2026-11')).toEqual([1, 2, 3]);
  expect(placesOf('time>2026-11')).toEqual([3]);
  expect(placesOf('time<=2026-11')).toEqual([0, 1, 2]);
  expect(placesOf('time<2026-11')).toEqual([0]);
});

test('terms are joined as the page says', () => {
  const joins = tableRows(text, 'Joining terms').flatMap(([join = '']) => codesIn(join));
  expect(joins).toEqual(Object.keys(joinCases));
  for (const [join, each] of Object.entries(joinCases)) {
    expect(bench.wrong(join, each), join).toEqual([]);
  }
  // Which binds tighter: the same rows as with the parentheses of the page.
  const [, plain = '', bracketed = ''] = /`(a b OR -c)` is `([^`]+)`/.exec(text) ?? [];
  const rows = ['', 'a', 'b', 'c', 'a b', 'a c', 'a b c'].map((message) => ({ message }));
  expect(bench.found(plain, rows)).toEqual(bench.found(bracketed, rows));
  expect(bench.found(plain, rows)).not.toHaveLength(rows.length);
});

test('quotes take characters for what they are', () => {
  const section = text.split('## Quotes')[1]?.split('In addresses')[0] ?? '';
  const isFilter = (code: string): boolean => /^\w*:?".+"/.test(code);
  expect(codesIn(section).filter(isFilter)).toEqual(Object.keys(quoteCases));
  for (const [filter, each] of Object.entries(quoteCases)) {
    expect(bench.wrong(filter, each), filter).toEqual([]);
  }
});

test('case is ignored as the page says', () => {
  const rows = ['größe', 'σ', 'ς', 'grösse'].map((message) => ({ message }));
  const textsOf = (filter: string) => bench.found(filter, rows).map(({ message }) => message);
  expect(text).toContain('`GRÖẞE` finds `größe`, `Σ` finds `σ` and `ς`');
  expect(textsOf('GRÖẞE')).toEqual(['größe']);
  expect(textsOf('Σ')).toEqual(['σ', 'ς']);
  expect(textsOf('grösse')).toEqual(['grösse']);
});

test('each error names the token and what was expected', () => {
  const rows = tableRows(text, 'Errors');
  expect(rows.length).toBeGreaterThan(4);
  for (const [filter = '', token = '', expected = ''] of rows) {
    const code = codesIn(filter)[0] ?? '';
    let fault: unknown;
    try {
      bench.found(code, []);
    } catch (error) {
      fault = error;
    }
    if (!(fault instanceof FilterError)) throw new Error(`${code} is a filter`);
    const { offset, end } = fault;
    expect({
      token: `${offset} to ${end}`,
      expected: fault.expected.replace(/^expected /, ''),
    }).toEqual({
      token,
      expected,
    });
  }
});
