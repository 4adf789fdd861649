/** Sources of events for `eventglass/client` that have something to do on the page, and what helps with files. */
export { type EventSink, push, type PushAdapter } from './client/adapter/push_adapter.js';
export {
  type AdapterChanges,
  type AdapterDensity,
  type AdapterFeed,
  type AdapterPage,
  type AdapterQuery,
  pages,
  type PagesAdapter,
  type PagesOptions,
} from './client/adapter/pages_adapter.js';
export { inferSchema, readSample } from './client/infer_schema.js';
