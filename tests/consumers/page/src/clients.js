import { TimelineClient } from 'eventglass/client';

const schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'message', type: 'text' },
];

/** How a client ends: while all is well, where nothing answers as a backend does, or without its worker. */
const endings = [
  { state: 'live', options: {} },
  { state: 'backend_refused', options: { backendUrl: `${location.origin}/nowhere` } },
  {
    state: 'worker_failed',
    options: { worker: () => new Worker('/nowhere.js', { type: 'module' }) },
  },
];

/** Starts a client, and answers it when it is live, or in trouble. */
function start(backendUrl, options) {
  return new Promise((resolve) => {
    const client = new TimelineClient({
      backendUrl,
      schema,
      ...options,
      onBlock: () => client.painted(),
      onState({ connection, error }) {
        if (connection === 'live' || error !== undefined) {
          resolve({ client, state: error?.code ?? connection });
        }
      },
    });
    client.setViewport({ target: { type: 'live' }, rowCount: 20, overscanRows: 0 });
  });
}

/** Starts a client and ends it, so many times; answers how they ended. */
globalThis.playClients = async (backendUrl, count) => {
  const states = new Set();
  for (let i = 0; i < count; i++) {
    const { options } = endings[i % endings.length];
    const { client, state } = await start(backendUrl, options);
    states.add(state);
    client.delete();
    client.delete();
    client.retry();
  }
  return [...states].sort();
};

globalThis.keepClient = async (backendUrl) => {
  const { client } = await start(backendUrl, {});
  globalThis.endKept = () => client.delete();
};
