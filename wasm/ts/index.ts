/** The engine, on the calling thread. For one in a worker, with the feed and a viewport, see `eventglass/client`. */
export {
  createEngine,
  DEFAULT_CAPACITY_ROWS,
  Engine,
  type EngineOptions,
  MAX_MESSAGE_BYTES,
} from './engine.js';
export type { WasmSource } from './load_module.js';
export { RowBlock } from './row_block.js';
export type * from './types.js';
