/** The worker behind `eventglass/client`: adapts a session to messages and to the browser. */
import type { Environment } from './client/environment.js';
import type { FromWorker, ToWorker } from './client/messages.js';
import { Session } from './client/session.js';
import { createEngine, DEFAULT_CAPACITY_ROWS } from './engine.js';

declare const self: DedicatedWorkerGlobalScope;

const environment: Environment = {
  fetch: (url, init) => fetch(url, init),
  openSocket: (url) => new WebSocket(url),
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
  post(message, transfer) {
    self.postMessage(message, [...transfer]);
  },
};

let session: Promise<Session> | undefined;

async function startSession(message: ToWorker & { type: 'start' }): Promise<Session> {
  const capacityRows = message.capacityRows ?? DEFAULT_CAPACITY_ROWS;
  const engine = await createEngine({ schema: message.schema, capacityRows });
  return new Session(engine, { backendUrl: message.backendUrl, capacityRows }, environment);
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'start') {
    session = startSession(data);
  } else {
    void session?.then((started) => {
      started.receive(data);
    });
  }
});

// The page does not hear of these by itself. The browser's console still does.
self.addEventListener('unhandledrejection', ({ reason }) => {
  const failure: FromWorker = { type: 'failed', reason: String(reason) };
  self.postMessage(failure);
});
