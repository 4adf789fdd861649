/** Plays the socket: hands on frames at the times at which a backend would send them. */
/** @import { FromFeedWorker, ToFeedWorker } from './messages.js' */

/** @type {readonly string[]} */
let frames = [];

/** @param {string} framesUrl */
async function fetchFrames(framesUrl) {
  const response = await fetch(framesUrl);
  frames = (await response.text()).trimEnd().split('\n');
  /** @type {FromFeedWorker} */
  const message = { type: 'fetched' };
  self.postMessage(message);
}

/** @param {MessagePort} port @param {number} tickMs */
function send(port, tickMs) {
  const startMs = performance.now();
  let sent = 0;
  function tick() {
    // A timer that comes late makes up for it: the rate is kept.
    while (sent < frames.length && performance.now() >= startMs + sent * tickMs) {
      port.postMessage(frames[sent++]);
    }
    if (sent === frames.length) port.postMessage(undefined);
    else setTimeout(tick, startMs + sent * tickMs - performance.now());
  }
  tick();
}

self.addEventListener('message', async (/** @type {MessageEvent<ToFeedWorker>} */ { data }) => {
  if (data.type === 'fetch') await fetchFrames(data.framesUrl);
  else send(data.port, data.tickMs);
});
