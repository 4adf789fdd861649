import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { onTestFinished } from 'vitest';

/** A feed that leaves messages out, or forgets what was, as often as `losses` says; what it was subscribed to with. */
export async function lossyBackend(losses: number, loss: 'left out' | 'forgotten' = 'left out') {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (!request.url?.startsWith('/data?')) return response.writeHead(404).end('{}');
    const head = { epoch: 'one', seq: '7', 'first-rank': '0', 'total-count': '0' };
    for (const [name, value] of Object.entries(head)) {
      response.setHeader(`eventglass-${name}`, value);
    }
    return response.end(JSON.stringify([{ id: 'b', timestamp: 2, note: 'shown before' }]));
  });
  const cursors: unknown[] = [];
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { generation, afterSeq } = JSON.parse(data.toString()) as Record<string, unknown>;
      const isLossy = cursors.push(afterSeq) <= losses;
      const send = (message: object) => {
        socket.send(JSON.stringify({ epoch: 'one', ...message }));
      };
      const mutation = { op: 'insert', seq: 9, event: { id: 'a', timestamp: 1, note: 'here' } };
      if (isLossy && loss === 'forgotten') {
        send({ type: 'reset', reason: 'log_truncated', generation, seq: 9, totalCount: 0 });
      } else {
        send({ type: 'resume', generation, seq: afterSeq, totalCount: 0 });
      }
      send({ type: 'progress', prevSeq: 7, seq: 8 });
      send({ type: 'batch', prevSeq: isLossy ? 9 : 8, seq: 10, mutations: [mutation] });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { cursors, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}
