import type { Awaitable, OpenableSource, ReadingOptions } from '../source_description.js';
import { AdapterHost, type Give, type HostMethod, reasonOf } from './adapter_host.js';

/** Where an adapter puts events. What it answers resolves when they are in the timeline: await it where there are many. */
export interface EventSink {
  /** Inserts events; each replaces the one with its id. Objects, or bytes of a JSON array or an event a line, which are transferred. */
  put(events: readonly object[] | Uint8Array): Promise<void>;
  /** Deletes events by their ids. */
  delete(ids: readonly string[]): Promise<void>;
  /** Makes the timeline equal to a list. */
  replace(events: readonly object[]): Promise<void>;
  /** The source is lost: the timeline is stale, and `open` is called again after a while. */
  fail(reason: unknown): void;
}

/** A source of your own whose events fit into memory. Its methods run on the page's thread. */
export interface PushAdapter {
  /**
   * Brings events until `signal` is aborted. When it resolves, all events until now are there; what comes later goes through the
   * sink as well. Where it rejects it is called again after a while.
   */
  open(sink: EventSink, signal: AbortSignal): Awaitable<void>;
  /** One event, with all that the detail of it shows. Left out: the fields of the schema. */
  readEvent?(id: string, signal: AbortSignal): Awaitable<object | undefined>;
}

/** A source for `TimelineClient` that brings its events itself, all of which are held in the worker. */
export function push(adapter: PushAdapter, options: ReadingOptions = {}): OpenableSource {
  if (typeof (adapter as Partial<PushAdapter>).open !== 'function') {
    throw new TypeError('eventglass: a push adapter needs a method open(sink, signal)');
  }
  return {
    open() {
      const { port1, port2 } = new MessageChannel();
      const methods = new Map<string, HostMethod>([
        ['open', (_none, signal, give) => adapter.open(toSink(give), signal)],
        ['readEvent', (id, signal) => adapter.readEvent?.(String(id), signal)],
      ]);
      const host = new AdapterHost(port1, methods);
      const readsEvents = adapter.readEvent !== undefined;
      return {
        source: { ...options, type: 'push', port: port2, readsEvents },
        transfer: [port2],
        close: () => {
          host.close();
        },
      };
    },
  };
}

function toSink(give: Give): EventSink {
  return {
    async put(events) {
      if (!(events instanceof Uint8Array)) checkList('put', 'events', events);
      await give('put', events, events instanceof Uint8Array ? 0 : events.length);
    },
    async delete(ids) {
      checkList('delete', 'ids', ids);
      await give('delete', ids, ids.length);
    },
    async replace(events) {
      checkList('replace', 'events', events);
      await give('replace', events, events.length);
    },
    fail(reason) {
      give('fail', reasonOf(reason), 0).catch(() => undefined);
    },
  };
}

function checkList(method: string, what: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new TypeError(
    `eventglass: sink.${method}() takes an array of ${what}, not ${typeof value}`,
  );
}
