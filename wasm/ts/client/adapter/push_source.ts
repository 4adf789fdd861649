import { JsonEvents } from '../local/json_events.js';
import type { LocalStore } from '../local/local_store.js';
import { SourceProblem, type SourceRun } from '../local/source_run.js';
import type { AdapterPort } from './adapter_port.js';
import { reasonOf } from './adapter_host.js';

/** Takes what an adapter on the page brings. */
export function takePushed(port: AdapterPort, store: LocalStore): SourceRun {
  return ({ signal, live }) =>
    new Promise((_resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(error instanceof SourceProblem ? error : failed(reasonOf(error)));
      };
      const take = (method: string, value: unknown): void => {
        try {
          if (method === 'fail') fail(value);
          else takeOne(store, method, value);
        } catch (error) {
          fail(error);
        }
      };
      port.call('open', undefined, signal, take).then(live, fail);
    });
}

function takeOne(store: LocalStore, method: string, value: unknown): void {
  if (value instanceof Uint8Array) {
    const events = new JsonEvents();
    store.put(events.read(new TextDecoder().decode(value)));
    store.put(events.end());
  } else if (Array.isArray(value)) {
    if (method === 'put') store.put(value);
    else if (method === 'delete') store.delete(value);
    else if (method === 'replace') store.replace(value);
  }
}

function failed(reason: string): SourceProblem {
  return new SourceProblem(
    'source_failed',
    `The adapter's open() failed: ${reason}.`.replace(/\.\.$/, '.'),
  );
}
