import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { createEngine, type Engine } from 'eventglass';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventSchema } from '../../backend/src/event_schema.js';
import { type Backend, createBackend } from '../../backend/src/server.js';
import { readSettings } from '../../backend/src/settings.js';

const pageSizes = [200, 5_000, 50_000] as const;
const everything = { begin: undefined, end: undefined };
/** Of each measurement, taken in turns so that what else the machine does falls on both formats. */
const runs = 15;

interface Format {
  readonly name: string;
  readonly accept: string;
  readonly encode: (engine: Engine, rows: number) => Uint8Array;
  readonly apply: (engine: Engine, body: Uint8Array) => string;
}

const page = { cursor: { epoch: 'measured', seq: 1 }, covered: everything };

const formats: readonly [Format, Format] = [
  {
    name: 'JSON',
    accept: 'application/json',
    encode: (engine, rows) => engine.writeJson({ begin: 0, end: rows }),
    apply: (engine, body) => engine.applyPage(body, page).status,
  },
  {
    name: 'row block',
    accept: 'application/vnd.eventglass.rows',
    encode: (engine, rows) => engine.writeBlock({ begin: 0, end: rows }),
    apply: (engine, body) => engine.applyPageBlock(body, page).status,
  },
];

/** The levels of the backend. */
const compressions = {
  gzip: (body: Uint8Array) => gzipSync(body, { level: 1 }),
  brotli: (body: Uint8Array) =>
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

let backend: Backend;
let url: string;
let engine: Engine;

beforeAll(async () => {
  const settings = readSettings({}, { initialCount: Math.max(...pageSizes) });
  backend = await createBackend({ ...settings, port: 0, mutationRate: 0, logLevel: 'silent' });
  ({ url } = await backend.listen());
  engine = await createEngine({ schema: eventSchema });
});

afterAll(async () => {
  engine.delete();
  await backend.close();
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function fetchBody(format: Format, rows: number): Promise<Uint8Array> {
  const headers = { accept: format.accept };
  const answer = await fetch(`${url}/data?limit=${rows}&direction=backward`, { headers });
  expect(answer.headers.get('content-type')).toContain(format.accept);
  return new Uint8Array(await answer.arrayBuffer());
}

function timed(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

/** Medians by format of what `measure` takes, in turns. */
function inTurns(measure: (format: 0 | 1) => number): readonly [number, number] {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < runs; i++) {
    times[0].push(measure(0));
    times[1].push(measure(1));
  }
  return [median(times[0]), median(times[1])];
}

function line(what: string, [json, block]: readonly [number, number], unit: string): string {
  const digits = unit === 'ms' ? 3 : 0;
  return `  ${what.padEnd(18)} ${json.toFixed(digits).padStart(12)} ${block.toFixed(digits).padStart(12)} ${unit.padEnd(5)} ${(block / json).toFixed(2)}\n`;
}

test.each(pageSizes)('pages of %d events as JSON and as row blocks', async (rows) => {
  const bodies = [await fetchBody(formats[0], rows), await fetchBody(formats[1], rows)] as const;
  const bytes = (of: (body: Uint8Array) => Uint8Array) =>
    [of(bodies[0]).length, of(bodies[1]).length] as const;
  const apply = (format: 0 | 1): void => {
    expect(formats[format].apply(engine, bodies[format])).toBe('applied');
  };
  let report = `${rows} events: JSON, row block, ratio\n`;
  report += line(
    'raw',
    bytes((body) => body),
    'bytes',
  );
  for (const [name, compress] of Object.entries(compressions)) {
    report += line(name, bytes(compress), 'bytes');
    report += line(
      `${name} compress`,
      inTurns((format) => timed(() => compress(bodies[format]))),
      'ms',
    );
  }
  report += line(
    'decode and apply',
    inTurns((format) => {
      engine.clear();
      return timed(() => {
        apply(format);
      });
    }),
    'ms',
  );
  report += line(
    'encode',
    inTurns((format) =>
      timed(() => {
        // A copy out of the heap, as the backend makes one.
        Buffer.from(formats[format].encode(engine, rows));
      }),
    ),
    'ms',
  );
  process.stdout.write(report);
  expect(engine.rowCount).toBe(rows);
});
