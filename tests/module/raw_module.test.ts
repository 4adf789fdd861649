import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createEngine, Engine, type Schema } from 'eventglass';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadModule } from '../../wasm/dist/load_module.js';
import type { RawEngine, RawModule } from '../../wasm/dist/raw_module.js';
import { batch, bytesOf, column, insert, schema, sourceOptions } from './support/test_schema.js';

/** The methods of a class, which has nothing else; the compiler compares them with the types. */
type Members<T> = {
  readonly [K in keyof T]: T[K] extends (...args: never[]) => unknown ? 'method' : never;
};

const engineMembers: Members<RawEngine> = {
  version: 'method',
  hasCursor: 'method',
  cursorEpoch: 'method',
  cursorSeq: 'method',
  isCovering: 'method',
  coverageBegin: 'method',
  coverageEnd: 'method',
  beSource: 'method',
  inputBuffer: 'method',
  applyPage: 'method',
  applyPageBlock: 'method',
  openPage: 'method',
  pieceBuffer: 'method',
  addPiece: 'method',
  closePage: 'method',
  abortPage: 'method',
  applyFeed: 'method',
  applyFeedWithEffects: 'method',
  reapplyFeed: 'method',
  beginRequest: 'method',
  endRequest: 'method',
  setEvictionSide: 'method',
  clear: 'method',
  openView: 'method',
  openSearch: 'method',
  closeView: 'method',
  rowCount: 'method',
  rank: 'method',
  keyAt: 'method',
  indexOf: 'method',
  readText: 'method',
  readRows: 'method',
  readRowsAt: 'method',
  density: 'method',
  facet: 'method',
  matchFrom: 'method',
  matchBefore: 'method',
  writeJson: 'method',
  writeBlock: 'method',
  delete: 'method',
};

const builderMembers: Members<InstanceType<RawModule['SchemaBuilder']>> = {
  add: 'method',
  problem: 'method',
  delete: 'method',
};

let module: RawModule;

beforeAll(async () => {
  module = await loadModule(undefined);
});

function makeRawEngine(): RawEngine {
  const builder = new module.SchemaBuilder();
  for (const [i, { name }] of schema.entries()) builder.add(name, i);
  const raw = new module.Engine(builder, 1_000, 2 ** 30, 1_024, 1, 2);
  builder.delete();
  return raw;
}

/** Members that Embind gives to every class. */
const EMBIND_MEMBERS = new Set([
  'constructor',
  'clone',
  'delete',
  'deleteLater',
  'isAliasOf',
  'isDeleted',
]);

function ownMembers(of: object): string[] {
  const members = Object.getOwnPropertyNames(Object.getPrototypeOf(of));
  return members.filter((name) => !EMBIND_MEMBERS.has(name)).sort();
}

describe('the typing of the raw module', () => {
  test.each([
    ['Engine', () => makeRawEngine(), engineMembers],
    ['SchemaBuilder', () => new module.SchemaBuilder(), builderMembers],
  ] as const)('%s has the members that it names, and no others', (_, make, members) => {
    const instance = make();
    const named = Object.keys(members).filter((name) => name !== 'delete');
    expect(ownMembers(instance)).toEqual(named.sort());
    for (const name of Object.keys(members)) {
      expect([name, typeof Reflect.get(instance, name)]).toEqual([name, 'function']);
    }
    instance.delete();
  });

  test('holds for the values that come out', () => {
    const raw = makeRawEngine();
    raw.beSource('e', 0);
    const json = batch(0, [insert({ id: 'a', timestamp: 1, message: 'm' }), { op: 'upsert' }]);
    module.HEAPU8.set(json, raw.inputBuffer(json.length) >>> 0);
    expect(raw.applyFeed(json.length)).toEqual({
      status: 0,
      errorCode: 0,
      errorMessage: 'no error',
      errorOffset: 0,
      counts: {
        inserted: 1,
        updated: 0,
        moved: 0,
        deleted: 0,
        stale: 0,
        unknown: 0,
        outsideOlder: 0,
        outsideNewer: 0,
        evicted: 0,
        skipped: 1,
        skippedSamples: [{ index: 1, code: 5, column: '' }],
      },
      type: 1,
      epoch: 'e',
      seq: 2,
      hasTotalCount: false,
      totalCount: 0,
      reason: '',
    });
    expect(raw.coverageBegin()).toMatchObject({ open: true });
    expect(raw.keyAt(0, 0)).toEqual({ timestamp: 1, id: 'a' });
    expect(raw.indexOf(0, 'x')).toBe(0xffffffff);
    expect(raw.readText(0, 0, column.message)).toEqual(bytesOf('m'));
    expect(raw.readRows(0, 0, 1, 0)).toBeInstanceOf(Uint8Array);
    raw.delete();
  });
});

describe('the heap', () => {
  test('above 2 GiB is addressed with unsigned pointers', () => {
    // Buffers that nobody writes to take address space, and hardly any memory.
    const fillers: RawEngine[] = [];
    let raw = makeRawEngine();
    while (raw.inputBuffer(16 << 20) >>> 0 < 2 ** 31) {
      fillers.push(raw);
      raw = makeRawEngine();
      if (fillers.length > 200) throw new Error('the heap does not grow above 2 GiB');
    }
    expect(module.HEAPU8.byteLength).toBeGreaterThan(2 ** 31);
    raw.beSource('e', 0);
    // The constructor is internal: it is not in the published types.
    const Constructor = Engine as unknown as new (m: RawModule, r: RawEngine, s: Schema) => Engine;
    using engine = new Constructor(module, raw, schema);
    const message = 'x'.repeat(1_000_000);
    expect(
      engine.applyFeed(batch(0, [insert({ id: 'a', timestamp: 1, message })])).counts.inserted,
    ).toBe(1);
    const view = engine.writeJson({ begin: 0, end: 1 });
    expect(view.byteOffset).toBeGreaterThan(2 ** 31);
    expect(new TextDecoder().decode(view)).toBe(
      JSON.stringify([{ id: 'a', timestamp: 1, message }]),
    );
    expect(engine.readRows({ begin: 0, end: 1 }).event(0)).toMatchObject({ id: 'a', timestamp: 1 });
    expect(engine.readText(0, 'message')).toBe(message);
    for (const filler of fillers) filler.delete();
  });
});

describe('the WebAssembly binary', () => {
  test('may be given as bytes or compiled', async () => {
    const path = fileURLToPath(import.meta.resolve('eventglass/eventglass.wasm'));
    const bytes = new Uint8Array(await readFile(path));
    using fromBytes = await createEngine({ ...sourceOptions, wasm: bytes });
    using fromModule = await createEngine({
      ...sourceOptions,
      wasm: await WebAssembly.compile(bytes),
    });
    for (const engine of [fromBytes, fromModule]) {
      expect(engine.applyFeed(batch(0, [insert({ id: 'a', timestamp: 1 })])).status).toBe(
        'applied',
      );
    }
  });

  test('that is none is an error', async () => {
    const wasm = new Uint8Array([1, 2, 3]);
    await expect(createEngine({ schema, wasm })).rejects.toThrow(WebAssembly.CompileError);
  });
});
