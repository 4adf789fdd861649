import { WebSocket } from 'ws';
import type { Environment, Socket } from '../../wasm/ts/client/environment.js';

/** Real sockets and requests, with a clock that runs faster by a factor, so that no test waits for a delay. */
export function nodeEnvironment(speed: number): Environment {
  return {
    fetch: (url, init) => fetch(url, init),
    openSocket: (url) => new WebSocket(url) as unknown as Socket,
    now: () => performance.now() * speed,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs / speed);
      return () => {
        clearTimeout(timer);
      };
    },
    random: () => Math.random(),
    post: () => undefined,
  };
}

/** Milliseconds: a loaded machine takes a while; what hangs takes for ever. */
const WAIT_LIMIT_MS = 15_000;

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + WAIT_LIMIT_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`never came to pass: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
