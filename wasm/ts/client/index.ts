/**
 * A live timeline whose engine, fetches and socket run in a worker.
 *
 * @module
 */
export { type EventFields, RowBlock } from '../row_block.js';
export type * from '../types.js';
export { type BlockUpdate, type ClientOptions, TimelineClient } from './client.js';
export type { ClientError, ClientErrorCode, FilterFault } from './client_error.js';
export type { ClientState, Connection } from './client_state.js';
export type { Density } from './density.js';
export type { JsonObject } from './json_values.js';
export type { TimestampUnit } from './local/timestamps.js';
export type * from './source_description.js';
export type {
  KeyTarget,
  LiveTarget,
  RankTarget,
  Target,
  ViewportRequest,
} from './viewport_request.js';
