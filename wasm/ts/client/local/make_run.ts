import type { Environment } from '../environment.js';
import { AdapterPort } from '../adapter/adapter_port.js';
import { takePushed } from '../adapter/push_source.js';
import { assertNever } from '../messages.js';
import type { SourceDescription } from '../source_description.js';
import { readEvents } from './events_source.js';
import { readFile } from './file_source.js';
import type { LocalSessionOptions } from './local_session.js';
import type { LocalStore } from './local_store.js';
import { poll } from './poll_source.js';
import { follow } from './sse_source.js';

type SourceOptions = Omit<LocalSessionOptions, 'schema' | 'capacityRows'>;

/** What a session needs to know of a source. */
export function optionsOf(
  source: SourceDescription,
  environment: Pick<Environment, 'fetch' | 'after'>,
): SourceOptions {
  switch (source.type) {
    // Where nothing comes twice, an event need not have a name.
    case 'events':
      return { ...source, numbers: true, makeRun: (store) => readEvents(source, store) };
    case 'file':
      return { ...source, numbers: true, makeRun: (store) => readFile(source, store, environment) };
    case 'poll':
      return { ...source, numbers: false, makeRun: (store) => poll(source, store, environment) };
    case 'sse':
      return { ...source, numbers: false, makeRun: (store) => follow(source, store, environment) };
    case 'push': {
      const port = new AdapterPort(source.port);
      const options = {
        ...source,
        numbers: false,
        makeRun: (store: LocalStore) => takePushed(port, store),
        close: () => {
          port.close();
        },
      };
      const readEvent = (id: string, signal: AbortSignal) => port.call('readEvent', id, signal);
      return source.readsEvents ? { ...options, readEvent } : options;
    }
    case 'pages':
      throw new TypeError('eventglass: this source takes another worker');
    default:
      return assertNever(source);
  }
}
