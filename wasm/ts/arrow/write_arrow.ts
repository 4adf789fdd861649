import { joined } from './arrow_messages.js';
import { ArrowStream } from './arrow_stream.js';
import type { RowBlock } from '../row_block.js';
import type { CellValue, RowRange } from '../types.js';
import type { RowReader } from '../view.js';

/** Rows of a batch, unless told otherwise: some MB. */
const BATCH_ROWS = 16_384;

/** The cells of a block, column by column. `readText` has the whole of a text that the block has cut. */
function columnsOf(
  block: RowBlock,
  readText?: (row: number, column: string) => string,
): readonly (readonly CellValue[])[] {
  return block.schema.map(({ name, type }, column) =>
    Array.from({ length: block.rowCount }, (_, row) => {
      const isCut = type === 'text' && block.isCut(row, column);
      return readText && isCut ? readText(row, name) : block.value(row, column);
    }),
  );
}

/** The rows of a block as a stream of Apache Arrow's. Texts are as long as the block has them. */
export function blockToArrow(block: RowBlock): Uint8Array<ArrayBuffer> {
  const stream = new ArrowStream(block.schema);
  return joined([stream.begin(), stream.batch(columnsOf(block)), stream.end()]);
}

/**
 * Rows of a view, or of an engine, as pieces of one stream of Apache Arrow's, a batch at a time: texts are whole. The view must not change
 * before the last piece has been taken.
 */
export function* viewToArrow(
  view: RowReader,
  options: {
    /** Half-open; all rows unless told otherwise. */
    readonly range?: RowRange;
    /** Rows of a batch. Default 16,384. */
    readonly batchRows?: number;
  } = {},
): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { range = { begin: 0, end: view.rowCount }, batchRows = BATCH_ROWS } = options;
  if (!Number.isInteger(batchRows) || batchRows < 1)
    throw new RangeError(
      `eventglass: batchRows is a whole number from 1, not ${String(batchRows)}`,
    );
  const stream = new ArrowStream(view.schema);
  yield stream.begin();
  const end = Math.min(range.end, view.rowCount);
  for (let begin = range.begin; begin < end; begin += batchRows) {
    const block = view.readRows({ begin, end: Math.min(begin + batchRows, end) });
    yield stream.batch(columnsOf(block, (row, column) => view.readText(block.begin + row, column)));
  }
  yield stream.end();
}
