/** The worker behind `eventglass/client`, for backends that speak Eventglass's own protocol. */
import { BackendSource } from './client/backend_source.js';
import { Session } from './client/session.js';
import { serveSession, workerEnvironment } from './client/worker_environment.js';
import { DEFAULT_CAPACITY_ROWS } from './raw_engine.js';
import { createWindowEngine } from './window_engine.js';

serveSession(async ({ backendUrl = '', schema, capacityRows = DEFAULT_CAPACITY_ROWS }) => {
  const engine = await createWindowEngine({ schema, capacityRows });
  const source = new BackendSource(backendUrl, workerEnvironment);
  return new Session(engine, { source, capacityRows }, workerEnvironment);
});
