/**
 * Sources of events for `eventglass/client` that have something to do on the page, and what helps with files.
 *
 * @module
 */
export { type EventSink, push, type PushAdapter } from './client/adapter/push_adapter.js';
export {
  type AdapterChanges,
  type AdapterDelete,
  type AdapterDensity,
  type AdapterFeed,
  type AdapterPage,
  type AdapterPut,
  type AdapterQuery,
  pages,
  type PagesAdapter,
  type PagesOptions,
} from './client/adapter/pages_adapter.js';
export { inferSchema, readSample } from './client/infer_schema.js';
export type { TimestampUnit } from './client/local/timestamps.js';
export type * from './client/source_description.js';
export type * from './types.js';
