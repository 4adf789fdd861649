import { readdir, readFile } from 'node:fs/promises';
import { createEngine, type Engine, type FeedReport, type PageReport, RowBlock } from 'eventglass';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { writeRowBlock } from '../support/row_block.js';
import { everything, schema } from './support/test_schema.js';

/** Bytes as docs/protocol.md and docs/row_block.md describe them, one page or feed message a file; `hostile_` ones break its rules. */
const folder = new URL('../fixtures/wire/', import.meta.url);

async function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(name, folder)));
}

const cursor = { epoch: 'e1', seq: 10 };

let engine: Engine | undefined;

/** An engine that holds the events of page.json at the cursor. */
async function loaded(): Promise<Engine> {
  engine ??= await createEngine({ schema });
  engine.clear();
  engine.applyPage(await fixture('page.json'), { cursor, covered: everything });
  return engine;
}

function events(of: Engine): unknown {
  return JSON.parse(new TextDecoder().decode(of.writeJson({ begin: 0, end: of.rowCount })));
}

const seen = new Set<string>();
let loadedEngine: Engine;
let before: unknown;

beforeEach(async () => {
  loadedEngine = await loaded();
  before = events(loadedEngine);
});
afterAll(async () => {
  engine?.delete();
  // A fixture that no test reads proves nothing. Subscriptions are the client's messages: its tests write them, and those of the
  // backend read them.
  const names = (await readdir(folder)).filter(
    (name) => name !== 'page.json' && !/^(hostile_)?subscribe/.test(name),
  );
  expect([...seen].sort()).toEqual(names.sort());
});

async function page(name: string): Promise<PageReport> {
  seen.add(name);
  loadedEngine.clear();
  return loadedEngine.applyPage(await fixture(name), { cursor, covered: everything });
}

async function feed(name: string): Promise<FeedReport> {
  seen.add(name);
  return loadedEngine.applyFeed(await fixture(name));
}

describe('pages', () => {
  test('are events in order', () => {
    expect(before).toEqual([
      {
        id: 'evt_1',
        timestamp: 1_700_000_000_000,
        source: 'shop',
        message: 'Order "7" paid 😀',
        amount: 12.5,
        done: true,
      },
      { id: 'evt_2', timestamp: 1_700_000_000_000, source: 'chat', message: 'שלום' },
      { id: 'evt_3', timestamp: 1_700_000_000_001 },
    ]);
  });

  test('are the same events as a row block', async () => {
    seen.add('page.rows');
    const block = await fixture('page.rows');
    expect(new RowBlock(block.buffer, schema).events()).toEqual(before);
    loadedEngine.clear();
    const report = loadedEngine.applyPageBlock(block, { cursor, covered: everything });
    expect(report).toMatchObject({ status: 'applied', counts: { inserted: 3, skipped: 0 } });
    expect(events(loadedEngine)).toEqual(before);
    // What comes before in the header tells of the engine, not of the rows.
    const byteLengthAt = 48;
    const written = loadedEngine.writeBlock({ begin: 0, end: 3 });
    expect(written.slice(byteLengthAt)).toEqual(block.slice(byteLengthAt));
    const byTheDocument = writeRowBlock(schema, before as Readonly<Record<string, unknown>>[]);
    expect(byTheDocument.slice(byteLengthAt)).toEqual(block.slice(byteLengthAt));
  });

  test('may be empty', async () => {
    expect((await page('page_empty.json')).status).toBe('applied');
    expect(loadedEngine.coverage).toEqual(everything);
  });

  test.each([
    ['hostile_page_cut.json', 'syntax', 56],
    ['hostile_page_trailing_comma.json', 'syntax', 42],
    ['hostile_page_object.json', 'wrong_shape', 0],
    ['hostile_page_invalid_utf8.json', 'invalid_utf8', 36],
    ['hostile_page_overlong_utf8.json', 'invalid_utf8', 8],
    ['hostile_page_control_character.json', 'unclosed_string', 9],
    ['hostile_page_utf16.json', 'invalid_utf8', 0],
  ])('%s is refused whole', async (name, code, byteOffset) => {
    expect(await page(name)).toMatchObject({ status: 'malformed', error: { code, byteOffset } });
    expect(loadedEngine.rowCount).toBe(0);
    expect(loadedEngine.cursor).toBeUndefined();
  });

  test.each([
    ['hostile_page_missing_ids.json', ['missing_id', 'missing_id', 'missing_id', 'wrong_type']],
    [
      'hostile_page_wrong_types.json',
      ['wrong_type', 'wrong_type', 'wrong_type', 'wrong_type', 'not_an_object', 'not_an_object'],
    ],
    ['hostile_page_numbers.json', ['out_of_range', 'out_of_range', 'out_of_range', 'out_of_range']],
  ])('%s loses its bad events alone', async (name, codes) => {
    const { status, counts } = await page(name);
    expect(status).toBe('applied');
    expect(counts.skippedSamples.map(({ code }) => code)).toEqual(codes);
    expect(counts.inserted).toBe(1);
    expect(loadedEngine.indexOf('good')).toBe(0);
  });

  test('with one id several times hold the first event', async () => {
    expect((await page('hostile_page_duplicate_ids.json')).counts).toMatchObject({
      inserted: 1,
      stale: 2,
    });
    expect(events(loadedEngine)).toEqual([{ id: 'a', timestamp: 1, amount: 1 }]);
  });

  test('lose the columns that the schema does not name', async () => {
    await page('hostile_page_unknown_columns.json');
    expect(events(loadedEngine)).toEqual([{ id: 'a', timestamp: 1 }]);
    expect(loadedEngine.readRows({ begin: 0, end: 1 }).event(0)).toEqual({ id: 'a', timestamp: 1 });
  });

  test('have their lone surrogates replaced', async () => {
    await page('hostile_page_lone_surrogates.json');
    expect(events(loadedEngine)).toEqual([
      { id: 'a\ufffd', timestamp: 1, message: '\ufffd😀\ufffd' },
    ]);
  });

  test('keep markup as text', async () => {
    await page('hostile_page_markup.json');
    expect(events(loadedEngine)).toEqual([
      {
        id: '<img src=x onerror=alert(1)>',
        timestamp: 1,
        message: '</script><script>alert(1)</script>',
      },
    ]);
  });
});

describe('feed messages', () => {
  test('are batches', async () => {
    const report = await feed('batch.json');
    expect(report).toMatchObject({ status: 'applied', type: 'batch', epoch: 'e1', seq: 15 });
    expect(report.counts).toMatchObject({ inserted: 1, updated: 1, moved: 1, deleted: 1 });
    expect(events(loadedEngine)).toEqual([
      {
        id: 'evt_1',
        timestamp: 1_700_000_000_000,
        source: 'shop',
        message: 'Order "7" paid 😀',
        done: false,
      },
      { id: 'evt_4', timestamp: 1_700_000_000_002, source: 'shop', message: 'new' },
      { id: 'evt_2', timestamp: 1_700_000_000_009, source: 'chat', message: 'moved in time' },
    ]);
  });

  test.each([
    ['progress.json', { status: 'applied', type: 'progress', seq: 10, totalCount: 3 }],
    ['resume.json', { status: 'applied', type: 'resume', seq: 10, totalCount: 3 }],
    [
      'reset.json',
      { status: 'reset', type: 'reset', seq: 99, reason: 'log_truncated', totalCount: 7 },
    ],
    ['error.json', { status: 'error', type: 'error', reason: 'not_understood' }],
    ['counts.json', { status: 'applied', type: 'counts', seq: 12, totalCount: 7 }],
    ['density.json', { status: 'applied', type: 'density', seq: 12 }],
    ['density_changes.json', { status: 'applied', type: 'density', seq: 14 }],
    ['progress_after_gap.json', { status: 'gap', type: 'progress', seq: 14, totalCount: 9 }],
    ['resume_generation.json', { status: 'applied', type: 'resume', seq: 10, totalCount: 3 }],
    [
      'reset_generation.json',
      { status: 'reset', type: 'reset', epoch: 'e2', seq: 99, reason: 'epoch_changed' },
    ],
    ['error_subscription.json', { status: 'error', type: 'error', reason: 'invalid_filter' }],
    [
      'hostile_batch_garbage.json',
      { status: 'malformed', error: { code: 'syntax', byteOffset: 0 } },
    ],
    [
      'hostile_batch_two_values.json',
      { status: 'malformed', error: { code: 'trailing_content', byteOffset: 41 } },
    ],
    ['hostile_batch_no_prev_seq.json', { status: 'malformed', error: { code: 'wrong_shape' } }],
    ['hostile_progress_inverted.json', { status: 'malformed', error: { code: 'wrong_shape' } }],
    [
      'hostile_progress_prev_seq_text.json',
      { status: 'malformed', error: { code: 'wrong_shape' } },
    ],
    ['hostile_counts_no_seq.json', { status: 'malformed', error: { code: 'wrong_shape' } }],
    ['hostile_density_no_epoch.json', { status: 'malformed', error: { code: 'wrong_shape' } }],
    ['hostile_resume_prev_seq.json', { status: 'gap', type: 'resume', seq: 14 }],
  ])('%s changes no event and no cursor', async (name, expected) => {
    expect(await feed(name)).toMatchObject(expected);
    expect(loadedEngine.cursor).toEqual(cursor);
    expect(events(loadedEngine)).toEqual(before);
  });

  test('of progress after the cursor move it', async () => {
    expect(await feed('progress_prev_seq.json')).toMatchObject({
      status: 'applied',
      type: 'progress',
      seq: 14,
      totalCount: 9,
    });
    expect(loadedEngine.cursor).toEqual({ ...cursor, seq: 14 });
    expect(events(loadedEngine)).toEqual(before);
  });

  test('lose mutations whose seq is wrong', async () => {
    const { status, counts } = await feed('hostile_batch_seqs.json');
    expect(status).toBe('applied');
    expect(counts).toMatchObject({ deleted: 1, skipped: 6 });
    expect(counts.skippedSamples.map(({ index, code }) => [index, code])).toEqual(
      expect.arrayContaining([
        [0, 'seq_out_of_order'],
        [1, 'seq_out_of_order'],
        [2, 'missing_seq'],
        [3, 'missing_seq'],
        [4, 'missing_seq'],
        [6, 'seq_out_of_order'],
      ]),
    );
    expect(loadedEngine.indexOf('evt_2')).toBeUndefined();
    expect(loadedEngine.rowCount).toBe(2);
  });

  test('lose mutations that are not understood', async () => {
    const { counts } = await feed('hostile_batch_ops.json');
    expect(counts.skipped).toBe(4);
    expect(loadedEngine.cursor?.seq).toBe(14);
    expect(events(loadedEngine)).toEqual(before);
  });
});
