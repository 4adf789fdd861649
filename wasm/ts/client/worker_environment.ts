import type { Environment } from './environment.js';
import type { FromWorker, ToWorker } from './messages.js';

declare const self: DedicatedWorkerGlobalScope;

/** A worker's own world. */
export const workerEnvironment: Environment = {
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

/** What a worker runs. */
interface WorkerSession {
  receive(message: Exclude<ToWorker, { type: 'start' }>): void;
}

/** Adapts a session to a worker's messages. */
export function serveSession(
  start: (message: ToWorker & { type: 'start' }) => Promise<WorkerSession>,
): void {
  let session: Promise<WorkerSession> | undefined;
  self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === 'start') {
      session = start(data);
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
}
