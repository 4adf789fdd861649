/** The worker behind `eventglass/client` for objects on the page that answer for parts of a timeline. */
import { AdapterPort } from './client/adapter/adapter_port.js';
import { AdapterSource } from './client/adapter/adapter_source.js';
import { ForeignEvents } from './client/local/foreign_events.js';
import { Session } from './client/session.js';
import { serveSession, workerEnvironment } from './client/worker_environment.js';
import { createEngine } from './engine.js';
import { DEFAULT_CAPACITY_ROWS } from './raw_engine.js';

serveSession(async ({ source, schema, capacityRows = DEFAULT_CAPACITY_ROWS }) => {
  if (source?.type !== 'pages') throw new TypeError('eventglass: this worker takes pages()');
  const engine = await createEngine({ schema, capacityRows });
  const parts = {
    foreign: new ForeignEvents(schema, source, false),
    matcher: await createEngine({ schema, capacityRows: 1 }),
  };
  const port = new AdapterPort(source.port);
  const adapter = new AdapterSource(port, source, parts, workerEnvironment);
  return new Session(engine, { source: adapter, capacityRows }, workerEnvironment);
});
