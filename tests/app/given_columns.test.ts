import type { Schema } from 'eventglass';
import { describe, expect, test } from 'vitest';
import { columnProperties } from '../../table/src/columns/column_layout.js';
import { hasSameColumns, unknownColumns } from '../../table/src/columns/given_columns.js';
import { TableColumns } from '../../table/src/columns/table_columns.js';
import { demoColumns } from './support/demo_columns.js';

const { schema } = demoColumns;
const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);

describe('the columns that a page gives to a table', () => {
  test('are the usual ones, in the order and by the names that they are given', () => {
    const columns = new TableColumns(schema, [
      { name: 'message', label: 'What' },
      { name: 'actor', label: '' },
      { name: 'timestamp' },
    ]);
    expect(names(columns.usual)).toEqual(['message', 'actor', 'timestamp']);
    expect(columns.usual.map(({ label }) => label)).toEqual(['What', '', 'Time']);
    // The others can be shown by the reader, and cells stand where they always do.
    expect(names(columns.all)).toEqual(names(demoColumns.all));
    expect(columns.all.map(({ cell }) => cell)).toEqual(demoColumns.all.map(({ cell }) => cell));
    expect(columns.isStyled).toBe(false);
  });

  test('have the widths that they are given, within those that columns can have', () => {
    const widthOf = (widthPx: number) =>
      new TableColumns(schema, [{ name: 'actor', widthPx }, { name: 'message' }]).named('actor')
        ?.usualWidthPx;
    const usual = demoColumns.named('actor')?.usualWidthPx;
    expect([140, 1, 1e9, -5, NaN, Infinity].map(widthOf)).toEqual([
      140,
      40,
      2_000,
      40,
      usual,
      usual,
    ]);
    const columns = new TableColumns(schema, [
      { name: 'message', widthPx: 300 },
      { name: 'actor' },
    ]);
    expect(columnProperties(columns, undefined).get('--own-columns')).toBe(
      'minmax(40px, 300px) minmax(40px, 126px)',
    );
  });

  test('are each there once, and none that the schema has not', () => {
    const given = [{ name: 'actor' }, { name: 'nope' }, { name: 'actor' }, { name: '__proto__' }];
    const columns = new TableColumns(schema, given);
    expect(names(columns.usual)).toEqual(['actor']);
    expect(unknownColumns(columns, given)).toBe(
      'The events have no column “nope”, “__proto__”; they have timestamp, severity, source, type, actor, message, amount.',
    );
    expect(unknownColumns(columns, [{ name: 'actor' }])).toBe(undefined);
    expect(unknownColumns(columns, undefined)).toBe(undefined);
  });

  test('are the usual ones of the schema where there are none', () => {
    for (const given of [undefined, [], [{ name: 'nope' }]])
      expect(names(new TableColumns(schema, given).usual)).toEqual(names(demoColumns.usual));
  });

  test('are called in style sheets by their names, as far as these are words', () => {
    const own: Schema = [
      { name: 'id', type: 'id' },
      { name: 'timestamp', type: 'timestamp' },
      { name: 'user_name', type: 'text' },
      { name: 'a b" c', type: 'text' },
    ];
    expect(new TableColumns(own).all.map(({ part }) => part)).toEqual([
      'cell cell-timestamp',
      'cell cell-user_name',
      'cell',
    ]);
  });

  test('are compared by name, label and width, and by their order', () => {
    const columns = [{ name: 'actor', label: 'Who', widthPx: 100 }, { name: 'message' }] as const;
    expect(
      hasSameColumns(
        columns,
        columns.map((column) => ({ ...column })),
      ),
    ).toBe(true);
    expect(hasSameColumns(undefined, undefined)).toBe(true);
    expect(hasSameColumns(columns, undefined)).toBe(false);
    expect(hasSameColumns(columns, columns.slice(1))).toBe(false);
    expect(hasSameColumns(columns, columns.toReversed())).toBe(false);
    expect(hasSameColumns(columns, [{ name: 'actor', label: 'Who' }, columns[1]])).toBe(false);
  });
});
