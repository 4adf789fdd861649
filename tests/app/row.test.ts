import { describe, expect, test } from 'vitest';
import { eventSchema } from '../../backend/src/event_schema.js';
import { markNew, rowOfJson, rowsOfBlock } from '../../table/src/timeline/row.js';
import type { RowSource, TimelineRow } from '../../table/src/timeline/row.js';
import { demoColumns } from './support/demo_columns.js';

interface TestEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly rowId: number;
  readonly version: number;
  readonly message: string;
}

/** A block of these events, read as the engine's blocks are. */
function blockOf(events: readonly TestEvent[]): RowSource {
  const at = (row: number): TestEvent => {
    const event = events[row];
    if (!event) throw new RangeError(`row ${String(row)}`);
    return event;
  };
  return {
    rowCount: events.length,
    rowId: (row) => at(row).rowId,
    rowVersion: (row) => at(row).version,
    key: (row) => ({ timestamp: at(row).timestamp, id: at(row).id }),
    value: (row, column) => {
      const { name } = eventSchema[column] ?? { name: '' };
      return name === 'message'
        ? at(row).message
        : name === 'timestamp'
          ? at(row).timestamp
          : undefined;
    },
    isCut: () => false,
  };
}

const event = (id: string, version = 1, message = id, rowId = 7): TestEvent => ({
  id,
  timestamp: 5,
  rowId,
  version,
  message,
});
const ids = (rows: readonly TimelineRow[]) => rows.map((row) => row.id);

describe('rows of a block', () => {
  test('are the same objects while the event does not change', () => {
    const older = rowsOfBlock(blockOf([event('a'), event('b'), event('c')]), [], demoColumns);
    const newer = rowsOfBlock(
      blockOf([event('b'), event('c', 2, 'changed'), event('d')]),
      older,
      demoColumns,
    );
    expect(ids(newer)).toEqual(['b', 'c', 'd']);
    expect(newer[0]).toBe(older[1]);
    expect(newer[1]).toMatchObject({ version: 2, changes: 1 });
  });

  test('do not count a new version with the same content as a change', () => {
    const older = rowsOfBlock(blockOf([event('a', 1)]), [], demoColumns);
    const newer = rowsOfBlock(blockOf([event('a', 9)]), older, demoColumns);
    expect(newer[0]).toMatchObject({ version: 9, changes: 0 });
    expect(newer[0]?.cells).toBe(older[0]?.cells);
  });

  test('count a new time as a change', () => {
    const older = rowsOfBlock(blockOf([event('a', 1)]), [], demoColumns);
    const [row] = rowsOfBlock(blockOf([{ ...event('a', 2), timestamp: 6 }]), older, demoColumns);
    expect(row).toMatchObject({ timestamp: 6, changes: 1, first: { timestamp: 5 } });
    const [again] = rowsOfBlock(
      blockOf([{ ...event('a', 3), timestamp: 9 }]),
      row ? [row] : [],
      demoColumns,
    );
    expect(again).toMatchObject({ timestamp: 9, changes: 2, first: { timestamp: 5 } });
  });

  test('are read anew where another epoch has given the same version to another state', () => {
    const older = rowsOfBlock(blockOf([event('a', 1, 'before', 7)]), [], demoColumns);
    const [row] = rowsOfBlock(blockOf([event('a', 1, 'after', 8)]), older, demoColumns);
    expect(row?.cells).toContain('after');
    expect(row).toMatchObject({ rowId: 8, changes: 1 });
  });

  test('take the place of the same event as the server sent it', () => {
    const server = rowOfJson({ id: 'a', timestamp: 5, message: 'a' }, demoColumns);
    if (!server) throw new Error('a row is expected');
    const [row] = rowsOfBlock(blockOf([event('a')]), [server], demoColumns);
    expect(row).toMatchObject({ changes: 0, version: 1 });
    expect(row?.cells).toBe(server.cells);
  });

  test('are new only where they came among rows that were there', () => {
    const older = rowsOfBlock(blockOf(['b', 'd'].map((id) => event(id))), [], demoColumns);
    const newer = rowsOfBlock(
      blockOf(['a', 'b', 'c', 'd', 'e'].map((id) => event(id))),
      older,
      demoColumns,
    );
    expect(ids(markNew(newer, older).filter((row) => row.isNew))).toEqual(['c']);
    expect(markNew(newer, []).some((row) => row.isNew)).toBe(false);
  });
});

describe('a row of JSON', () => {
  test.each([
    undefined,
    null,
    'event',
    [],
    {},
    { id: 'a' },
    { id: '', timestamp: 1 },
    { id: 7, timestamp: 1 },
    { id: 'a', timestamp: '1' },
    { id: 'a', timestamp: 1e17 },
    { id: 'a', timestamp: NaN },
  ])('%j is no event', (json) => {
    expect(rowOfJson(json, demoColumns)).toBeUndefined();
  });

  test('leaves cells of the wrong type empty, and cuts long text at a character', () => {
    const row = rowOfJson(
      { id: 'a', timestamp: 0, actor: { x: 1 }, message: '😀'.repeat(1_025) },
      demoColumns,
    );
    expect(row?.cells).toContain(`${'😀'.repeat(1_024)}…`);
    expect(row?.cells.filter((cell) => cell === '')).toHaveLength(6);
  });
});
