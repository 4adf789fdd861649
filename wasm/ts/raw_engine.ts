import { checkCursor, checkInteger } from './checks.js';
import type { WasmSource } from './load_module.js';
import type { RawEngine, RawModule } from './raw_module.js';
import { COLUMN_TYPES } from './row_block.js';
import type { Cursor, Schema } from './types.js';

/** Bytes of one page or feed message; `kMaxMessageBytes` of the engine. Larger ones are refused whole. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** 200,000 rows of about 250 bytes: 50 MB, which every browser has. */
export const DEFAULT_CAPACITY_ROWS = 200_000;
/** Rows that slots can number, less the one that is held while the window evicts. */
const MAX_CAPACITY_ROWS = 2 ** 31;
/** A quarter of what a WebAssembly memory grows to: emptying, growing and parsing need room as well. */
const DEFAULT_CAPACITY_TEXT_BYTES = 2 ** 30;
const MAX_CAPACITY_TEXT_BYTES = 2 ** 32;
/** No screen shows more text in a cell. */
const DEFAULT_MAX_CELL_CHARACTERS = 1024;

/** What an engine holds, and how much. */
export interface EngineOptions {
  /** The columns that it keeps of events; one of type `id` and one of type `timestamp` are among them. */
  readonly schema: Schema;
  /** Rows the window holds before it evicts. Default {@link DEFAULT_CAPACITY_ROWS}. */
  readonly capacityRows?: number;
  /** Bytes of ids and texts that the window holds before it evicts. Default 1 GiB. */
  readonly capacityTextBytes?: number;
  /** Text of a cell in a row block is cut to this many characters (code points). Default 1,024. */
  readonly maxCellCharacters?: number;
  /**
   * Given where this engine holds the whole timeline, as a backend's does: everything is covered, and sequence numbers
   * count from here. Left out, nothing is covered until a page is applied.
   */
  readonly sourceCursor?: Cursor;
  /** The compiled module or its bytes, where the way to find `eventglass.wasm` by itself does not fit. */
  readonly wasm?: WasmSource;
}

/** Makes an engine in a module. Throws a TypeError or RangeError that names what is wrong with the options. */
export function makeRawEngine(module: RawModule, options: EngineOptions): RawEngine {
  const capacityRows = options.capacityRows ?? DEFAULT_CAPACITY_ROWS;
  const maxCellCharacters = options.maxCellCharacters ?? DEFAULT_MAX_CELL_CHARACTERS;
  checkInteger('capacityRows', capacityRows, 1, MAX_CAPACITY_ROWS);
  const capacityTextBytes = options.capacityTextBytes ?? DEFAULT_CAPACITY_TEXT_BYTES;
  checkInteger('capacityTextBytes', capacityTextBytes, 1, MAX_CAPACITY_TEXT_BYTES);
  checkInteger('maxCellCharacters', maxCellCharacters, 1, MAX_MESSAGE_BYTES);
  if (options.sourceCursor !== undefined) checkCursor(options.sourceCursor);
  const builder = new module.SchemaBuilder();
  try {
    for (const column of options.schema) {
      builder.add(column.name, COLUMN_TYPES.indexOf(column.type) & 0xff);
    }
    const problem = builder.problem();
    if (problem !== '') throw new TypeError(`eventglass: ${problem}`);
    // A key that nobody can guess keeps chosen ids from colliding in hash tables.
    const [seed0 = 0, seed1 = 0] = crypto.getRandomValues(new Uint32Array(2));
    const raw = new module.Engine(
      builder,
      capacityRows,
      capacityTextBytes,
      maxCellCharacters,
      seed0,
      seed1,
    );
    if (options.sourceCursor !== undefined) {
      raw.beSource(options.sourceCursor.epoch, options.sourceCursor.seq);
    }
    return raw;
  } finally {
    builder.delete();
  }
}
