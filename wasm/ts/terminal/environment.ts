import { WebSocket } from 'ws';
import type { Environment, Socket } from '../client/environment.js';

/** Bytes of a message that are taken: more than what a backend lets pile up for a client. */
const MAX_MESSAGE_BYTES = 64 << 20;

/** The world outside, as the client's parts know it. Node 20 has no WebSocket of its own. */
export const nodeEnvironment: Omit<Environment, 'post'> = {
  fetch: (url, init) => fetch(url, init),
  // It has more than is used of it, typed otherwise.
  openSocket: (url) => new WebSocket(url, { maxPayload: MAX_MESSAGE_BYTES }) as unknown as Socket,
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
};
