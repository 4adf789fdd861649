import { describe, expect, test } from 'vitest';
import { csvText } from 'eventglass/internal/csv.js';
import { csvWriter } from '../../app/src/lib/export/csv.js';
import { eventsOf } from '../../app/src/lib/export/export_event.js';
import { ndjsonWriter } from '../../app/src/lib/export/ndjson.js';
import { demoColumns } from './support/demo_columns.js';

const { schema } = demoColumns;

const event = {
  id: 'evt_1',
  timestamp: Date.UTC(2026, 10, 20, 14, 3, 22, 123),
  source: 'shop',
  type: 'order.paid',
  severity: 'info',
  actor: 'Ada Test',
  message: 'Paid',
};

function written(writer: ReturnType<typeof csvWriter>, ...events: readonly object[]): string {
  const page = eventsOf(events, schema);
  if (!page) throw new Error('that is no page');
  const decoder = new TextDecoder();
  return [writer.begin(), writer.page(page), writer.end()]
    .map((bytes) => decoder.decode(bytes))
    .join('');
}

describe('a field of CSV', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['a\r\nb', '"a\r\nb"'],
    [' padded', '" padded"'],
    ['padded ', '"padded "'],
    ['größe – ẞ 🚀', 'größe – ẞ 🚀'],
    ['a=b', 'a=b'],
  ])('%j is %j', (text, field) => {
    expect(csvText(text, true)).toBe(field);
    expect(csvText(text, false)).toBe(field);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ])('%j is guarded as %j', (text, field) => {
    expect(csvText(text, true)).toBe(field);
    expect(csvText(text, false)).not.toContain("'");
  });
});

describe('a CSV file', () => {
  const head = 'id,timestamp,source,type,severity,actor,message,amount\r\n';

  test('names its columns, ends lines with CRLF, and leaves numbers as they are', () => {
    const debt = { ...event, amount: -12.5 };
    const formula = { ...event, id: 'evt_2', timestamp: -1, message: '=1+1', amount: 1e21 };
    expect(written(csvWriter(schema, true), event, debt, formula)).toBe(
      `${head}evt_1,2026-11-20T14:03:22.123Z,shop,order.paid,info,Ada Test,Paid,\r\n` +
        'evt_1,2026-11-20T14:03:22.123Z,shop,order.paid,info,Ada Test,Paid,-12.5\r\n' +
        "evt_2,1969-12-31T23:59:59.999Z,shop,order.paid,info,Ada Test,'=1+1,1e+21\r\n",
    );
  });

  test('of no events has its head', () => {
    expect(written(csvWriter(schema, true))).toBe(head);
  });
});

test('NDJSON has an object a line, without what is missing', () => {
  const hostile = { ...event, message: '__proto__ "\n\u2028', amount: 0, unknown: 1 };
  const lines = written(ndjsonWriter(schema), event, hostile).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    event,
    { ...event, message: hostile.message, amount: 0 },
  ]);
  expect(lines[0]).not.toContain('amount');
});

test.each([
  [{}],
  [[1]],
  [[{ ...event, id: 7 }]],
  [[{ ...event, timestamp: 1.5 }]],
  [[{ ...event, timestamp: 9e15 }]],
  [[event, null]],
])('%j is no page', (answer) => {
  expect(eventsOf(answer, schema)).toBeUndefined();
});
