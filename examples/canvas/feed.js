/** Keeps an engine at a backend's newest events: docs/protocol.md. Live, it goes on by itself. */

const pageLimit = 50_000;
const retryMs = 1_000;

/** `1700000000000,evt_7`, or `open`. */
function keyOf(bound) {
  if (bound === 'open') return undefined;
  const [timestamp, id = ''] = bound.split(',');
  return { timestamp: Number(timestamp), id: decodeURIComponent(id) };
}

async function loadPage(engine, backendUrl) {
  const response = await fetch(`${backendUrl}/data?limit=${pageLimit}&direction=backward`);
  if (!response.ok) throw new Error(`the backend answered with status ${response.status}`);
  const header = (name) => response.headers.get(`Eventglass-${name}`);
  const begin = header('Covered-Begin');
  engine.clear();
  engine.applyPage(new Uint8Array(await response.arrayBuffer()), {
    cursor: { epoch: header('Epoch'), seq: Number(header('Seq')) },
    covered: { begin: keyOf(begin), end: undefined },
  });
  return begin;
}

/** Follows the feed until it breaks or has lost history. */
function follow(engine, backendUrl, begin, onchange) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${backendUrl.replace(/^http/, 'ws')}/data?subscribe=true`);
    socket.onopen = () => {
      const { epoch, seq: afterSeq } = engine.cursor;
      const ranges = [{ begin, end: 'open' }];
      socket.send(
        JSON.stringify({ type: 'subscribe', generation: 1, epoch, afterSeq, ranges, filter: '' }),
      );
    };
    socket.onmessage = ({ data }) => {
      const { status } = engine.applyFeed(data);
      if (status !== 'applied' && status !== 'duplicate') socket.close();
      else onchange();
    };
    socket.onclose = resolve;
  });
}

export async function keepUp(engine, backendUrl, onchange) {
  for (;;) {
    try {
      const begin = await loadPage(engine, backendUrl);
      onchange();
      await follow(engine, backendUrl, begin, onchange);
    } catch (error) {
      console.warn(error.message);
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
