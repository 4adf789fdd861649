/**
 * The engine, on the calling thread. For one in a worker, with the feed and a viewport, see `eventglass/client`.
 *
 * @module eventglass
 */
export type { BatchEffects } from './batch_effects.js';
export {
  createEngine,
  DEFAULT_CAPACITY_ROWS,
  Engine,
  type EngineOptions,
  type FeedReportWithEffects,
  MAX_MESSAGE_BYTES,
} from './engine.js';
export { FilterError } from './filter_error.js';
export type { WasmSource } from './load_module.js';
export { PageLoad } from './page_load.js';
export { type EventFields, RowBlock } from './row_block.js';
export type * from './types.js';
export { type RowReader, type Search, View } from './view.js';
