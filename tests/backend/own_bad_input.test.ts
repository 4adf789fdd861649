import { chmod } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

import { loadContent, loadFile, ownFile, ownFolder } from './support/own_files.js';

const good = '{"t":"2026-01-02T03:04:05Z","n":1}\n';
const goodMs = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('a file that is no file of rows is refused with what it is', () => {
  test.each<[string, string, string | Buffer, string]>([
    ['gzip', 'a.ndjson', gzipSync(good), 'compressed with gzip: unpack it first'],
    ['zip', 'a.csv', 'PK\x03\x04rest', 'a zip archive'],
    ['Parquet', 'a.csv', 'PAR1rest', 'a Parquet file'],
    ['binary', 'a.ndjson', Buffer.from([7, 0, 1, 2, 3, 4, 5, 6, 7, 8]), 'is binary'],
    ['HTML', 'a.csv', '<!DOCTYPE html>\n<p>Sign in</p>', 'is HTML or XML'],
    ['UTF-16', 'a.csv', Buffer.from('\ufefft,n\n2026-01-01,1\n', 'utf16le'), 'is UTF-16'],
    [
      'UTF-16 without a mark',
      'a.csv',
      Buffer.from('t,n\n2026-01-01,1\n', 'utf16le'),
      'UTF-16: make it UTF-8',
    ],
    ['old Mac lines', 'a.csv', 't,n\r2026-01-01,1\r', 'end with CR alone'],
    ['prose', 'a.txt', 'Dear all\nthis is a letter\n', 'is neither JSON'],
    ['prose called JSON', 'a.json', 'Dear all\nthis is\n', 'is no JSON: line 1, column 1'],
    ['nothing', 'a.csv', '', 'is empty'],
    ['spaces', 'a.csv', ' \n\n', 'is empty'],
    ['a header alone', 'a.csv', 't,n\n', 'has no rows'],
    ['an empty array', 'a.json', '[]', 'has no rows'],
    ['numbers', 'a.json', '[1, 2]', 'line 1, column 2: an object is expected'],
    ['no times', 'a.csv', 'a,b\nx,1\n', 'no field holds times in most rows; there are "a", "b"'],
    ['ambiguous days', 'a.csv', 'day,b\n01/02/2026,1\n', '"as":"day/month/year"'],
  ])('%s', async (_, name, content, message) => {
    await expect(loadContent(name, content)).rejects.toThrow(message);
  });

  test('what is not there, is a directory, or may not be read', async () => {
    const folder = await ownFolder();
    await expect(loadFile(`${folder}/none.csv`)).rejects.toThrow('there is no such file');
    await expect(loadFile(folder)).rejects.toThrow('is a directory');
    await expect(loadFile('/dev/zero')).rejects.toThrow('is a pipe or a device');
    const path = await ownFile('secret.ndjson', good);
    await chmod(path, 0);
    // Who may read everything is not refused.
    const asked = loadFile(path);
    if (process.getuid?.() === 0) expect((await asked).events).toHaveLength(1);
    else await expect(asked).rejects.toThrow('no permission');
  });

  test('rows that are all wrong', async () => {
    const content = '{"t":"2026-01-01","id":"a"}\n';
    const schema = { timestamp: { from: 't', as: 'ms' } } as const;
    await expect(loadContent('a.ndjson', content, schema)).rejects.toThrow(
      /not one row can be loaded:\n {2}line 1, column 6: no time: "t" is "2026-01-01"/,
    );
  });
});

describe('a wrong name is no harm', () => {
  test.each([
    ['a.csv', good, 'it is JSON, whatever its name says'],
    ['a.json', 't,n\n2026-01-02T03:04:05Z,1\n', '"a.json" is read as CSV, whatever its name says'],
  ])('%s', async (name, content, note) => {
    const { events, notes } = await loadContent(name, content);
    expect(events).toMatchObject([{ timestamp: goodMs, n: 1 }]);
    expect(notes).toEqual([note]);
  });

  test('JSON in lines called .json, and an array called .ndjson', async () => {
    expect((await loadContent('a.json', good + good)).events).toHaveLength(2);
    expect((await loadContent('a.ndjson', `[${good},${good}]`)).events).toHaveLength(2);
  });
});

describe('a row that is wrong is left out and told, with its place; the others are loaded', () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      'no time',
      'a.ndjson',
      `${good}{"n":2}\n${good}`,
      ['line 2, column 1: no time: "t" is missing'],
    ],
    [
      'a time that is none',
      'a.csv',
      `t,n\n${'2026-01-01,1\n'.repeat(20)}"later, maybe",2\n2026-01-03,3\n`,
      ['line 22, column 1: no time: "t" is "later, maybe"'],
    ],
    [
      'no JSON',
      'a.ndjson',
      `${good}{"t":"2026-01-01","n":}\n${good}`,
      ['line 2, column 23: no JSON: "}" stands where a value is expected'],
    ],
    [
      'no JSON in an array over several lines',
      'a.json',
      `[\n{"t":"2026-01-01"},\n{"t":"2026-01-02",\n "n" 5},\n{"t":"2026-01-03"}\n]`,
      ['line 4, column 6: no JSON: "5" stands where a colon is expected'],
    ],
    [
      'no object',
      'a.ndjson',
      `${good}"text"\n[1]\n${good}`,
      [
        'line 2, column 1: an object is expected, and "\\"text\\"" stands here',
        'line 3, column 1: an object is expected, and "[1]" stands here',
      ],
    ],
    [
      'a bracket is missing in an array',
      'a.json',
      `[\n{"t":"2026-01-01","n":1},\n{"t":"2026-01-02","n":[2},\n{"t":"2026-01-03","n":3}\n]`,
      ['line 3, column 25: no JSON: "}" stands where a comma or ] is expected'],
    ],
    [
      'a bracket is missing in an array in one line',
      'a.json',
      '[{"t":"2026-01-01","n":1},{"t":"2026-01-02","n":[2},{"t":"2026-01-03","n":3}]',
      ['line 1, column 51: no JSON: "}" stands where a comma or ] is expected'],
    ],
    [
      'a brace is missing in an array',
      'a.json',
      `[\n{"t":"2026-01-01"},\n{"t":"2026-01-02",\n{"t":"2026-01-03"}\n]`,
      ['line 4, column 1: no JSON: it ends where a name in quotes is expected'],
    ],
    [
      'a quote is missing in an array',
      'a.json',
      `[\n{"t":"2026-01-01"},\n{"t":"2026-01-02},\n{"t":"2026-01-03"}\n]`,
      ['line 3, column 1: the row does not end: it lacks a bracket or a quote'],
    ],
    [
      'an array that is cut',
      'a.json',
      `[\n{"t":"2026-01-01","n":1},\n{"t":"2026-01-02","n":2},\n{"t":"2026-0`,
      [
        'line 4, column 1: the file ends in the middle of this row',
        'line 4, column 13: the array is not closed: the file may have been cut here',
      ],
    ],
    [
      'an array that is cut between rows',
      'a.json',
      `[{"t":"2026-01-01","n":1},\n`,
      ['line 2, column 1: the array is not closed: the file may have been cut here'],
    ],
    [
      'more after an array',
      'a.json',
      `[{"t":"2026-01-01","n":1}]\n{"t":"2026-01-01"}`,
      ['line 2, column 19: there is more after the end of the rows, which is left out'],
    ],
    [
      'lines that are cut',
      'a.ndjson',
      `${good}{"t":"2026-`,
      ['line 2, column 6: no JSON: a string begins that does not end'],
    ],
    [
      'CSV that is cut',
      'a.csv',
      't,n,m\n2026-01-01,1,x\n2026-01',
      ['line 3, column 1: 1 field, and the header has 3'],
    ],
    [
      'CSV that is cut in quotes',
      'a.csv',
      't,n,m\n2026-01-01,1,x\n2026-01-02,2,"be\nfore',
      [
        'line 3, column 1: a quote in this row is never closed',
        'line 4, column 1: 1 field, and the header has 3',
      ],
    ],
    [
      'a quote that is never closed',
      'a.csv',
      't,n\n2026-01-01,"1\n2026-01-02,2\n2026-01-03,3\n',
      ['line 2, column 1: a quote in this row is never closed'],
    ],
    [
      'too many fields',
      'a.csv',
      't,n\n2026-01-01,1\n2026-01-02,2,3\n',
      ['line 3, column 1: 3 fields, and the header has 2'],
    ],
    [
      'past the range of dates',
      'a.ndjson',
      '{"time":1700000000000}\n{"time":8640000000000001}\n{"time":-8640000000000000}\n{"time":1700000000000}\n{"time":1700000000000}\n',
      ['line 2, column 9: no time: "time" is "8640000000000001"'],
    ],
    [
      'nested without end',
      'a.ndjson',
      `${good}{"t":"2026-01-01","n":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`,
      ['line 2, column 1: nested deeper than 64 levels'],
    ],
  ])('%s', async (_, name, content, told) => {
    const { rejected, rejectedCount, events } = await loadContent(name, content);
    expect(rejected).toEqual(told);
    expect(rejectedCount).toBe(told.length);
    expect(events.length).toBeGreaterThan(0);
  });

  test('bytes that are no UTF-8, in each format', async () => {
    const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
    const lines = await loadContent(
      'a.ndjson',
      latin1(`${good}{"t":"2026-01-01","n":"Z\xfcrich"}\n`),
    );
    expect(lines.rejected).toEqual(['line 2, column 25: not UTF-8']);
    const csv = await loadContent('a.csv', latin1('t,n\n2026-01-01,Oslo\n2026-01-01,Z\xfcrich\n'));
    expect(csv.rejected).toEqual(['line 3, column 13: not UTF-8']);
    const array = await loadContent('a.json', latin1(`[${good},{"t":"2026-01-01",\n"n":"\xff"}]`));
    expect(array.rejected).toEqual(['line 3, column 6: not UTF-8']);
    for (const { events } of [lines, csv, array]) expect(events).toHaveLength(1);
  });

  test('only the first are told, and all are counted', async () => {
    const { rejected, rejectedCount, text } = await loadContent(
      'a.ndjson',
      good + 'x\n'.repeat(25),
    );
    expect(rejected).toHaveLength(10);
    expect(rejectedCount).toBe(25);
    expect(text).toContain('1 events loaded, 25 rejected');
    expect(text).toContain('and 15 more');
  });
});

describe('names', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

  test.each([
    ['a.ndjson', `{"t":"2026-01-01",${names.map((name, i) => `"${name}":${i}`).join(',')}}\n`],
    ['a.csv', `t,${names.join(',')}\n2026-01-01,0,1,2,3\n`],
  ])('of what all objects have are columns like others in %s', async (name, content) => {
    const { events, schema } = await loadContent(name, content);
    expect(schema.columns.slice(2).map((column) => column.name)).toEqual(names);
    const [event = {}] = events;
    names.forEach((own, i) => {
      expect(Object.getOwnPropertyDescriptor(event, own)?.value).toBe(i);
    });
    expect(({} as Record<string, unknown>)['0']).toBeUndefined();
  });

  test('of what all objects have are kept within what is nested', async () => {
    const { events } = await loadContent(
      'a.ndjson',
      '{"t":"2026-01-01","a":[{"__proto__":{"x":1}}],"__proto__":{"constructor":2}}\n',
    );
    const text = JSON.stringify(events[0]);
    expect(text).toContain('{"a":[{"__proto__":{"x":1}}]}');
    expect(text).toContain('"__proto__.constructor":2');
  });

  test('that stand twice in a header get numbers, and none is lost', async () => {
    const { events, notes } = await loadContent('a.csv', 't,n,n,,n_2\n2026-01-01,1,2,3,4\n');
    expect(events[0]).toMatchObject({ n: 1, n_3: 2, column_4: 3, n_2: 4 });
    expect(notes).toEqual(['column 3, "n" again, is read as "n_3"']);
  });

  test('that stand twice in an object are told: the last counts', async () => {
    const { events, noted } = await loadContent(
      'a.ndjson',
      `${good}{"t":"2026-01-03","n":1,"n":2}\n{"t":"2026-01-04","a":{"b":{},"b":":{"}}\n`,
    );
    expect(events[1]).toMatchObject({ n: 2 });
    expect(noted).toEqual([
      'line 2, column 1: a name stands twice in one object: the last counts',
      'line 3, column 1: a name stands twice in one object: the last counts',
    ]);
  });

  test('that the timeline has itself leave room for it', async () => {
    const content =
      '{"created_at":"2026-01-01","timestamp":"x","id":"a","payload":"p","l":[1]}\n'.repeat(2);
    const { events, notes } = await loadContent('a.ndjson', content);
    expect(events[0]).toEqual({
      id: 'row_000000001',
      timestamp: Date.UTC(2026, 0, 1),
      timestamp_2: 'x',
      id_2: 'a',
      payload: 'p',
      payload_2: { l: [1] },
    });
    expect(notes[0]).toContain('"id" is not the id: it is not unique (line 2, column');
  });
});

describe('ids', () => {
  const rows = Array.from({ length: 200 }, (_, i) => `{"t":"2026-01-01","id":"${i}"}\n`).join('');

  test('that come again are told, and the first one stays', async () => {
    const { events, rejected } = await loadContent(
      'a.ndjson',
      `${rows}{"t":"2026-02-01","id":"7"}\n`,
    );
    expect(events).toHaveLength(200);
    expect(rejected).toEqual(['line 201, column 24: the id "7" has come before']);
  });

  test('that come again in another batch are found as well', async () => {
    const many = Array.from({ length: 12_000 }, (_, i) => `2026-01-01,${i}\n`).join('');
    const { events, rejected } = await loadContent('a.csv', `t,id\n${many}2026-01-01,3\n`);
    expect(events).toHaveLength(12_000);
    expect(rejected).toEqual(['line 12002, column 12: the id "3" has come before']);
  });

  test('that can be none are told', async () => {
    const content =
      '{"t":"2026-01-01","k":""}\n{"t":"2026-01-01","k":[1]}\n{"t":"2026-01-01"}\n' +
      `{"t":"2026-01-01","k":"${'x'.repeat(1_025)}"}\n{"t":"2026-01-01","k":5}\n`;
    const { events, rejected } = await loadContent('a.ndjson', content, { id: 'k' });
    expect(events).toMatchObject([{ id: '5' }]);
    expect(rejected).toEqual([
      'line 1, column 23: no id: it is empty',
      'line 2, column 23: no id: "[1]" is neither a text nor a number',
      'line 3, column 1: no id: "k" is missing',
      'line 4, column 23: no id: it has 1025 bytes, and at most 1024 are possible',
    ]);
  });

  test('of more digits than a number has stay what they are', async () => {
    const content =
      '{"t":"2026-01-01","id":9007199254740993}\n{"t":"2026-01-01","id":9007199254740992}\n';
    const { events } = await loadContent('a.ndjson', content);
    expect(events.map(({ id }) => id)).toEqual(['9007199254740992', '9007199254740993']);
  });
});

describe('values', () => {
  test('of several types are told, and none is lost', async () => {
    const numbers = Array.from({ length: 30 }, (_, i) => `{"t":"2026-01-01","n":${i}}\n`).join('');
    const { events, notes, schema } = await loadContent(
      'a.ndjson',
      `${numbers}{"t":"2026-01-02","n":"n/a"}\n{"t":"2026-01-03","n":true}\n{"t":"2026-01-04","n":{"x":1}}\n`,
    );
    expect(schema.columns[2]).toEqual({ name: 'n', type: 'number', optional: true });
    expect(events.slice(30)).toMatchObject([
      { payload: { n: 'n/a' } },
      { payload: { n: true } },
      { 'n.x': 1 },
    ]);
    expect(notes).toEqual([
      '2 of 32 values of "n" are no numbers, the first in line 31, column 23: "n/a"; they are kept as payload',
    ]);
  });

  test('of which many are texts make a column of texts', async () => {
    const { events } = await loadContent(
      'a.csv',
      't,n\n2026-01-01,1\n2026-01-02,x\n2026-01-03,2.50\n',
    );
    expect(events.map(({ n }) => n)).toEqual(['1', 'x', '2.50']);
  });

  test('that are no doubles keep their digits', async () => {
    const content = '{"t":"2026-01-01","n":1e999,"m":12345678901234567890,"l":0.1}\n';
    const { events } = await loadContent('a.ndjson', content);
    expect(events[0]).toMatchObject({ n: '1e999', m: '12345678901234567890', l: 0.1 });
    const csv = await loadContent('a.csv', 't,zip,n\n2026-01-01,01234,1e999\n2026-01-01,99999,5\n');
    expect(csv.events[0]).toMatchObject({ zip: '01234', n: '1e999' });
  });

  test('with half of a character come back as such or as its replacement', async () => {
    const { events } = await loadContent('a.ndjson', '{"t":"2026-01-01","n":"a\\ud800b"}\n');
    expect(['a\ud800b', 'a\ufffdb']).toContain(events[0]?.['n']);
  });

  test("of a terminal's commands are not sent to one", async () => {
    const { text } = await loadContent(
      'a.ndjson',
      '{"t":"2026-01-01","n":"\\u001b[2J\\u202eevil"}\n',
    );
    for (const command of ['\u001b', '\u202e']) expect(text).not.toContain(command);
  });
});

describe('marks and line ends', () => {
  test.each([
    ['a.csv', '\ufefft,n\r\n2026-01-02T03:04:05Z,1\r\n\r\n'],
    ['a.ndjson', `\ufeff${good.replace('\n', '\r\n')}\r\n`],
    ['a.json', `\ufeff[\r\n${good}\r\n]\r\n`],
  ])('of %s are no part of the rows', async (name, content) => {
    const { events, schema, rejected } = await loadContent(name, content);
    expect(rejected).toEqual([]);
    expect(schema.columns.map((column) => column.name)).toEqual(['id', 'timestamp', 'n']);
    expect(events).toEqual([{ id: 'row_000000001', timestamp: goodMs, n: 1 }]);
  });

  test('within quotes are', async () => {
    const { events } = await loadContent('a.csv', 't,n\r\n2026-01-01,"a\r\nb, ""c"""\r\n');
    expect(events[0]).toMatchObject({ n: 'a\r\nb, "c"' });
  });
});
