/**
 * Rows as Apache Arrow, and back: for DuckDB, Arquero, Perspective, Observable Plot and whatever else reads it.
 *
 * @module
 */
export { ArrowStream } from './arrow/arrow_stream.js';
export { type ArrowEvents, readArrow } from './arrow/read_arrow.js';
export { blockToArrow, viewToArrow } from './arrow/write_arrow.js';
export type { EventFields, RowBlock } from './row_block.js';
export type * from './types.js';
export type { RowReader, Search } from './view.js';
