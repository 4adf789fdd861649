import { expect, test } from 'vitest';

import { CsvScanner } from '../../backend/src/import/csv_scanner.js';
import { openDataFile } from '../../backend/src/import/data_file.js';
import { type Fault, faultText } from '../../backend/src/import/faults.js';
import { LineScanner } from '../../backend/src/import/line_scanner.js';
import { isFault, readRows } from '../../backend/src/import/read_rows.js';
import { RowFrames, type RowScanner } from '../../backend/src/import/row_frames.js';
import { ValueScanner } from '../../backend/src/import/value_scanner.js';
import { ownFile } from './support/own_files.js';

/** Rows of a file, those that are too long as what is told of them. */
async function rowsOf(name: string, content: string, maxRowBytes: number): Promise<unknown[]> {
  const file = await openDataFile(await ownFile(name, content));
  const found: unknown[] = [];
  for await (const { rows } of readRows(file, { maxRowBytes })) {
    found.push(...rows.map((row) => (isFault(row) ? faultText(row) : row.values[0])));
  }
  return found;
}

const long = 'x'.repeat(100);

test.each([
  ['a.ndjson', `{"a":"1"}\n{"a":"${long}"}\n{"a":"2"}\n`, 'line 2, column 1'],
  ['a.csv', `a,b\n1,1\n"${long}",1\n2,1\n`, 'line 3, column 1'],
  ['a.json', `[{"a":"1"},{"a":"${long}"},{"a":"2"}]`, 'line 1, column 12'],
])('a row over the limit in %s is told, and the others are there', async (name, content, place) => {
  expect(await rowsOf(name, content, 60)).toEqual([
    '1',
    `${place}: the row is too long, more than 60 bytes`,
    '2',
  ]);
});

test('a row as long as the limit is a row, and one byte more is too much', async () => {
  const content = '{"a":"ab"}\n{"a":"cd"}';
  expect(await rowsOf('a.ndjson', content, 10)).toEqual(['ab', 'cd']);
  const told = (line: number): string =>
    `line ${line}, column 1: the row is too long, more than 9 bytes`;
  expect(await rowsOf('a.ndjson', content, 9)).toEqual([told(1), told(2)]);
});

const chunk = Buffer.alloc(1 << 20, 'y');

test.each<[string, RowScanner, string, string]>([
  ['NDJSON', new LineScanner(), '{"a":"', '"}\n'],
  ['CSV', new CsvScanner(','), 'a,"', '"\n'],
])('a gigabyte in one row of %s is told and takes no memory', (_, scanner, begin, end) => {
  const faults: Fault[] = [];
  const frames = new RowFrames(scanner, { fault: (fault) => faults.push(fault) });
  const before = process.memoryUsage().rss;
  let most = 0;
  const found = [...frames.push(Buffer.from(begin))];
  for (let i = 0; i < 1_024; i++) {
    found.push(...frames.push(chunk));
    most = Math.max(most, process.memoryUsage().rss);
  }
  found.push(...frames.push(Buffer.from(`${end}next\n`)), ...frames.push(Buffer.alloc(0), true));
  expect(faults.map(faultText)).toEqual([
    'line 1, column 1: the row is too long, more than 2097152 bytes',
  ]);
  expect(found.map(({ bytes, line }) => `${line} ${bytes.toString()}`)).toEqual(['2 next']);
  expect(most - before).toBeLessThan(64 << 20);
});

test.each(['array', 'lines', 'csv'])(
  'however the bytes of a file are cut, its rows are the same: %s',
  (form) => {
    const text = {
      array: '[ {"a":"]}\\"\\\\"}, {"b":[{}]} ,\n{"c":"\u00fc"}, 5, "x" ]',
      lines: '{"a":1}\r\n\n{"b":"2"}\n{"c":3}',
      csv: 'a,"b\n""c"",",d\r\n\r\n1,2"3,4\n"5",""\n6',
    }[form] as string;
    const bytes = Buffer.from(text);
    const framesOf = (size: number): readonly string[] => {
      const scanner = {
        array: new ValueScanner('array'),
        lines: new LineScanner(),
        csv: new CsvScanner(','),
      };
      const faults: string[] = [];
      const frames = new RowFrames(scanner[form as keyof typeof scanner], {
        fault: (fault) => faults.push(faultText(fault)),
      });
      const found: string[] = [];
      const add = (chunk: Buffer, isLast: boolean): void => {
        for (const frame of frames.push(chunk, isLast)) {
          found.push(`${frame.line}:${frame.column} ${frame.bytes.toString()}`);
        }
      };
      for (let at = 0; at < bytes.length; at += size) add(bytes.subarray(at, at + size), false);
      add(Buffer.alloc(0), true);
      expect(faults).toEqual([]);
      return found;
    };
    const whole = framesOf(bytes.length);
    expect(whole.length).toBe({ array: 5, lines: 3, csv: 4 }[form]);
    for (let size = 1; size < bytes.length; size++) expect(framesOf(size)).toEqual(whole);
  },
);
