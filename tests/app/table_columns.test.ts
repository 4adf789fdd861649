import type { Schema } from 'eventglass';
import { describe, expect, test } from 'vitest';
import { TableColumns } from '../../table/src/columns/table_columns.js';
import { isSameSchema, parseSchema } from '../../table/src/timeline/timeline_schema.js';
import {
  columnProperties,
  formatColumns,
  hidesColumns,
  parseColumns,
  withWidth,
} from '../../table/src/columns/column_layout.js';
import { parseLink, withView } from '../../app/src/lib/view_settings/link_settings.js';
import { usualSettings } from '../../app/src/lib/view_settings/settings.js';
import { demoColumns } from './support/demo_columns.js';

const quakes: Schema = [
  { name: 'id', type: 'id' },
  { name: 'place', type: 'text' },
  { name: 'mag', type: 'number' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'alertLevel', type: 'dictionary' },
  { name: 'level', type: 'dictionary' },
  { name: 'felt_by', type: 'number' },
  { name: 'tsunami', type: 'boolean' },
];

const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);

describe('the columns of a table', () => {
  test('are time and severity, and then those of the schema', () => {
    expect(names(demoColumns.all)).toEqual([
      'timestamp',
      'severity',
      'source',
      'type',
      'actor',
      'message',
      'amount',
    ]);
    expect(names(new TableColumns(quakes).all)).toEqual([
      'timestamp',
      'level',
      'place',
      'mag',
      'alertLevel',
      'felt_by',
      'tsunami',
    ]);
  });

  test('are called as people write', () => {
    const labels = new TableColumns(quakes).all.map(({ label }) => label);
    expect(labels).toEqual(['Time', 'Level', 'Place', 'Mag', 'Alert level', 'Felt by', 'Tsunami']);
  });

  test('have one that takes the room that is left', () => {
    expect(demoColumns.main?.name).toBe('message');
    expect(new TableColumns(quakes).main?.name).toBe('place');
    const facts = quakes.filter(({ type }) => type !== 'text');
    expect(new TableColumns(facts).main?.name).toBe('alertLevel');
    expect(new TableColumns(facts).severity?.name).toBe('level');
    const bare = new TableColumns(quakes.filter(({ type }) => /id|timestamp|number/.test(type)));
    expect(bare.main).toBeUndefined();
  });

  test('tell how much an event matters, whatever that is called', () => {
    const columns = new TableColumns(quakes);
    const cellsOf = (level: string) =>
      columns.all.map(({ name }) => (name === 'level' ? level : ''));
    expect(columns.severityOf(cellsOf('WARN'))).toBe('warning');
    expect(columns.severityOf(cellsOf('fatal'))).toBe('critical');
    expect(columns.severityOf(cellsOf('debug'))).toBeUndefined();
    expect(columns.severityTerm(['error'])).toBe('level:error,err');
    const calm = new TableColumns(quakes.filter(({ name }) => name !== 'level'));
    expect(calm.severityTerm(['error'])).toBeUndefined();
    expect(calm.severityOf(['', ''])).toBeUndefined();
  });

  test('of which there are many are not all shown at first; the main one is', () => {
    const many: Schema = [
      { name: 'id', type: 'id' },
      { name: 'timestamp', type: 'timestamp' },
      ...Array.from({ length: 30 }, (_, i) => ({ name: `n${String(i)}`, type: 'number' as const })),
      { name: 'note', type: 'text' },
    ];
    const { all, usual } = new TableColumns(many);
    expect(all).toHaveLength(32);
    expect(usual).toHaveLength(9);
    expect(usual.at(-1)?.name).toBe('note');
  });

  test('have their widths from the page where the style sheet does not know them', () => {
    expect([...columnProperties(demoColumns, undefined).values()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const tracks = [...columnProperties(new TableColumns(quakes), undefined).values()];
    const trackCounts = tracks.map((text) => text?.match(/minmax/g)?.length);
    expect(trackCounts).toEqual([6, 3, 2]);
    expect(tracks[0]).toMatch(/^168px minmax/);
  });

  test.each(['a,b', 'x:1', '100%', 'ä ö', '__proto__', 'a&b=c+d', '%2C'])(
    'can be called %j in links',
    (name) => {
      const table = new TableColumns([...quakes, { name, type: 'number' }]);
      const columns = withWidth(table, parseColumns(table, 'time,place'), 'place', 300);
      const named = parseColumns(table, `${encodeURIComponent(name)}:70,time`);
      expect(named).toEqual([
        { name, widthPx: 70 },
        { name: 'timestamp', widthPx: undefined },
      ]);
      expect(parseColumns(table, formatColumns(named))).toEqual(named);
      for (const layout of [columns, named]) {
        const query = new URLSearchParams(withView('?q=x', { ...usualSettings, columns: layout }));
        expect(query.get('q')).toBe('x');
        expect(parseLink(query, table).columns).toEqual(layout);
      }
    },
  );
});

describe('the schema that a backend tells', () => {
  test.each([
    undefined,
    null,
    {},
    { columns: 'id' },
    { columns: [] },
    { columns: [{ name: 'id', type: 'id' }] },
    { columns: [...quakes, { name: 'x', type: 'date' }] },
    { columns: [...quakes, { name: 7, type: 'text' }] },
    { columns: [...quakes, { name: 'id2', type: 'id' }] },
  ])('is none if it is %j', (answer) => {
    expect(parseSchema(answer)).toBeUndefined();
  });

  test('is its columns, and nothing else that is told', () => {
    const columns = quakes.map((column) => ({ ...column, optional: true }));
    expect(parseSchema({ name: 'Quakes', columns })).toEqual(quakes);
    expect(isSameSchema(quakes, [...quakes])).toBe(true);
    expect(isSameSchema(quakes, quakes.slice(1))).toBe(false);
    expect(isSameSchema(quakes, [...quakes].reverse())).toBe(false);
  });
});

describe('columns that a page gives', () => {
  const schema: Schema = [
    { name: 'id', type: 'id' },
    { name: 'at', type: 'timestamp' },
    { name: 'actor', type: 'dictionary' },
    { name: 'source', type: 'dictionary' },
    { name: 'message', type: 'text' },
  ];

  test('have among them the one that takes the room, and the places of two lines', () => {
    const columns = new TableColumns(schema, [{ name: 'actor' }, { name: 'source' }]);
    expect(columns.main?.name).toBe('source');
    expect(columns.usual.map(({ name, area }) => [name, area])).toEqual([
      ['actor', 'type'],
      ['source', 'message'],
    ]);
    expect(new TableColumns(schema).main?.name).toBe('message');
  });

  test('stay at every width, as those that a reader has chosen do', () => {
    const columns = new TableColumns(schema, [{ name: 'source' }, { name: 'message' }]);
    expect(hidesColumns(columns, undefined)).toBe(true);
    expect(hidesColumns(new TableColumns(schema), undefined)).toBe(false);
  });
});
