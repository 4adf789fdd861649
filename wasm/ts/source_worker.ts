/** The worker behind `eventglass/client` for sources that are held whole. */
import { optionsOf } from './client/local/make_run.js';
import { LocalSession } from './client/local/local_session.js';
import { serveSession, workerEnvironment } from './client/worker_environment.js';
import { createEngine } from './engine.js';

/** Rows: 2,000,000 of 250 bytes are 0.6 GB, which a browser on a desktop has. */
const DEFAULT_CAPACITY_ROWS = 2_000_000;

serveSession(async ({ source, schema, capacityRows = DEFAULT_CAPACITY_ROWS }) => {
  if (source === undefined) throw new TypeError('eventglass: no source is given');
  const sourceCursor = { epoch: `local ${Math.random()}`, seq: 0 };
  const engine = await createEngine({ schema, capacityRows, sourceCursor });
  const options = { ...optionsOf(source, workerEnvironment), schema, capacityRows };
  return new LocalSession(engine, options, workerEnvironment);
});
