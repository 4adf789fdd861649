import { describe, expect, test } from 'vitest';
import { placeAt } from '../../table/src/columns/column_drag.js';
import {
  columnProperties,
  formatColumns,
  hidesColumns,
  parseColumns,
  resizedSide,
  shownColumns,
  withColumn,
  withColumnAt,
  withColumnInPlaceOf,
  withoutColumn,
  withWidth,
} from '../../table/src/columns/column_layout.js';
import { demoColumns } from './support/demo_columns.js';

const usual = 'time,severity,source,type,actor,message,amount';

describe('columns of a text', () => {
  test.each([
    ['', ''],
    [usual, ''],
    ['time,severity,message:400', 'time,severity,message:400'],
    ['message,time', 'message,time'],
    ['timestamp,message', 'message'],
    ['time,time:50,message', 'time,message'],
    ['evil,time', 'time'],
    ['evil', ''],
    ['time:1,message:99999', 'time:40,message:2000'],
    ['time:,message:-5,type:1e3,actor:abc', 'time,message,type,actor'],
    ['time:100:200', 'time:100'],
    ['<b>', ''],
    [',,,', ''],
    [`time,${'x'.repeat(600)}`, ''],
  ])('%j are %j', (text, columns) => {
    expect(formatColumns(parseColumns(demoColumns, text))).toBe(columns);
  });
});

describe('columns', () => {
  test('get a width, within limits, and lose it again', () => {
    const wide = withWidth(demoColumns, undefined, 'type', 200.4);
    expect(formatColumns(wide)).toBe('time,severity,source,type:200,actor,message,amount');
    expect(formatColumns(withWidth(demoColumns, wide, 'type', 3))).toContain('type:40');
    expect(withWidth(demoColumns, wide, 'type', undefined)).toBeUndefined();
  });

  test.each([
    ['timestamp', 1, 'severity,time,source,type,actor,message,amount'],
    ['amount', 0, 'amount,time,severity,source,type,actor,message'],
    ['severity', 99, 'time,source,type,actor,message,amount,severity'],
    ['severity', -1, 'severity,time,source,type,actor,message,amount'],
    ['source', 2, ''],
    ['nothing', 2, ''],
  ])('are moved: %s to %i', (name, index, columns) => {
    expect(formatColumns(withColumnAt(demoColumns, undefined, name, index))).toBe(columns);
  });

  test.each([
    ['message', 'type', 'time,severity,source,message,type,actor,amount'],
    ['severity', 'type', 'time,source,type,severity,actor,message,amount'],
    ['severity', 'severity', ''],
    ['severity', 'nothing', ''],
    ['nothing', 'severity', ''],
  ])('are moved in the place of another: %s in that of %s', (name, other, columns) => {
    expect(formatColumns(withColumnInPlaceOf(demoColumns, undefined, name, other))).toBe(columns);
  });

  test('are hidden and come back where they usually stand', () => {
    const without = withoutColumn(demoColumns, undefined, 'type');
    expect(formatColumns(without)).toBe('time,severity,source,actor,message,amount');
    expect(hidesColumns(demoColumns, without)).toBe(true);
    expect(withColumn(demoColumns, without, 'type')).toBeUndefined();
    expect(hidesColumns(demoColumns, undefined)).toBe(false);
    const turned = parseColumns(demoColumns, 'message,source,time');
    expect(formatColumns(withColumn(demoColumns, turned, 'type'))).toBe('message,source,time,type');
    expect(formatColumns(withColumn(demoColumns, turned, 'amount'))).toBe(
      'message,source,time,amount',
    );
    expect(formatColumns(withColumn(demoColumns, turned, 'timestamp'))).toBe('message,source,time');
  });

  test('are never all hidden', () => {
    const last = parseColumns(demoColumns, 'message');
    expect(shownColumns(demoColumns, withoutColumn(demoColumns, last, 'message'))).toHaveLength(1);
  });

  test.each([
    ['', 'type', 'right'],
    ['', 'amount', 'left'],
    ['', 'message', undefined],
    ['time,message', 'message', 'right'],
    ['time,message:400,amount', 'message', 'right'],
    ['time,message:400,amount', 'amount', 'right'],
    ['time,amount', 'amount', 'right'],
  ])('of %j: the width of %s is changed at its %s', (text, name, side) => {
    expect(resizedSide(demoColumns, parseColumns(demoColumns, text), name)).toBe(side);
  });
});

describe('the tracks of columns', () => {
  const tracksOf = (text: string) => [
    ...columnProperties(demoColumns, parseColumns(demoColumns, text)).values(),
  ];

  test('are those of the style sheet where nothing is set', () => {
    expect(tracksOf('')).toEqual([undefined, undefined, undefined]);
  });

  test('step back beside panels while all columns are shown', () => {
    const widths = tracksOf('time:100,severity,source,type,actor,message,amount');
    expect(widths.map((tracks) => tracks?.split(') ').length)).toEqual([7, 5, 3]);
    expect(widths[2]).toBe('minmax(40px, 100px) minmax(40px, 60px) minmax(120px, 1fr)');
  });

  test('stay where the reader has chosen them', () => {
    const tracks = 'minmax(120px, 1fr) minmax(40px, 300px)';
    expect(tracksOf('message,source:300')).toEqual([tracks, tracks, tracks]);
  });
});

describe('a column that is dragged', () => {
  // The second has stepped back.
  const columns = [
    { name: 'a', index: 0, beginPx: 0, endPx: 100 },
    { name: 'c', index: 2, beginPx: 110, endPx: 200 },
    { name: 'd', index: 3, beginPx: 210, endPx: 300 },
  ];
  test.each([
    ['a', 50, undefined],
    ['a', 130, undefined],
    ['a', 190, { index: 2, edgePx: 210 }],
    ['a', 500, { index: 3, edgePx: 300 }],
    ['c', 40, { index: 0, edgePx: 0 }],
    ['c', 290, { index: 3, edgePx: 300 }],
    ['d', 60, { index: 2, edgePx: 110 }],
    ['d', -10, { index: 0, edgePx: 0 }],
    ['d', 400, undefined],
    ['x', 10, undefined],
  ])('%s to %i px goes to %j', (name, px, place) => {
    expect(placeAt(px, name, columns)).toEqual(place);
  });
});
